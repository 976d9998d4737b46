# SPDX-License-Identifier: Apache-2.0
"""Where plugins are found."""

import hashlib
import os
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from appliance.host import found as found_module
from appliance.host.found import Found, by_name, installed, single_files
from appliance.host.refused import StartRefused
from appliance.model.words import Tier

OURS = frozenset({os.geteuid()})


def point(value: str) -> Found:
    return found_module._installed(EntryPoint("mine", value, "renkei.vault"), Tier.VAULT)


def test_the_first_party_plugins_are_installed() -> None:
    found = {plugin.name: plugin for plugin in installed()}
    assert {"records_lmdb", "blobs_files", "policy_permissions"} <= set(found)
    assert found["policy_permissions"].tier is Tier.VAULT
    assert found["policy_permissions"].version
    assert found["policy_permissions"].load().__name__ == "PolicyPermissions"
    assert b"def register_policy" in found["policy_permissions"].text()


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("nothing_of_this_name:Mine", "does not import: ModuleNotFoundError"),
        ("appliance.model.words:Mine", "does not import: AttributeError"),
        ("appliance.model.words:Tier", "is no subclass of"),
        ("appliance.model.words:WEB_SITES", "is no subclass of"),
    ],
)
def test_an_entry_point_that_leads_to_no_plugin_is_refused(value: str, sentence: str) -> None:
    with pytest.raises(StartRefused, match=sentence):
        point(value).load()


@pytest.mark.parametrize(
    "module", ["nothing_of_this_name", "nothing.below_this", "sys", "appliance.model.words.deep"]
)
def test_a_source_that_cannot_be_had_is_empty(module: str) -> None:
    assert point(f"{module}:Mine").text() == b""


def test_without_a_folder_there_are_no_files(tmp_path: Path) -> None:
    assert single_files(tmp_path / "absent", OURS) == []


def test_files_are_found_in_order_and_faulty_ones_with_their_fault(tmp_path: Path) -> None:
    for name, text in (("b", "TIER = 'web'"), ("a", "TIER = 'vault'"), ("c", "no tier")):
        (tmp_path / f"{name}.py").write_text(text)
        (tmp_path / f"{name}.py").chmod(0o644)
    (tmp_path / "notes.txt").write_text("no plugin")
    a, b, c = single_files(tmp_path, OURS)
    assert [(a.name, a.tier), (b.name, b.tier), (c.name, c.tier)] == [
        ("a", Tier.VAULT),
        ("b", Tier.WEB),
        ("c", None),
    ]
    assert (a.text(), c.text()) == (b"TIER = 'vault'", b"")
    with pytest.raises(StartRefused, match=r"c\.py does not import"):
        c.load()


def test_what_an_unsafe_file_hooks_is_known_while_its_text_is_the_approved_one(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("TIER = 'vault'")
    file.chmod(0o666)
    approved = {"a": (hashlib.sha256(b"TIER = 'vault'").hexdigest(),)}
    [found] = single_files(tmp_path, OURS, approved)
    assert found.text() == b"TIER = 'vault'"
    with pytest.raises(StartRefused, match="can be changed by others"):
        found.load()
    assert single_files(tmp_path, OURS)[0].text() == b""
    file.write_text("TIER = 'web'")
    assert found.text() == b""
    file.unlink()
    file.symlink_to(tmp_path)
    assert found.text() == b""


def test_an_unsafe_folder_is_refused_as_a_whole(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(StartRefused, match="can be changed by others"):
        single_files(tmp_path, OURS)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(StartRefused, match="no link"):
        single_files(tmp_path / "dangling", OURS)


def named(name: str, tier: Tier | None) -> Found:
    return Found(name, tier, f"source of {name}", "1", lambda: pytest.fail("not to be loaded"), bytes)


def test_a_tier_sees_its_own_and_those_that_do_not_say() -> None:
    found = [named("a", Tier.VAULT), named("b", Tier.WEB), named("c", None)]
    assert list(by_name(found, Tier.VAULT)) == ["a", "c"]


def test_one_name_may_serve_two_tiers_but_stand_once_in_each() -> None:
    found = [named("a", Tier.VAULT), named("a", Tier.WEB)]
    assert list(by_name(found, Tier.WEB)) == ["a"]
    with pytest.raises(StartRefused, match="there are two plugins `a`"):
        by_name([*found, named("a", Tier.WEB)], Tier.WEB)
