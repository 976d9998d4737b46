# SPDX-License-Identifier: Apache-2.0
"""Which tables of a configuration are the stores', found by what plugins hand over and not by their names."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.cli.failure import Failure
from appliance.cli.stores import HOW, only_stores, read_stores, table_of
from appliance.testing.hosting import STORES, place_file
from tests.appliance.cli.command import Installation


def test_the_stores_of_an_installation(sown: Installation) -> None:
    name, table = table_of("records", sown.settings, sown.config)
    assert (name, table) == ("records_lmdb", {"path": f"{sown.root}/state/vault/records"})
    assert table_of("blobs", sown.settings, sown.config)[0] == "blobs_files"


def test_nothing_but_stores_and_the_rights_policy_is_needed(sown: Installation) -> None:
    settings = sown.settings
    more = replace(settings, plugins={"absent": {}, **settings.plugins})
    assert list(only_stores(more, sown.config)) == ["records_lmdb", "blobs_files", "policy_permissions"]


def test_one_plugin_may_be_both(made: Installation) -> None:
    place_file(made.root, "both", STORES)
    settings = replace(made.settings, plugins={"both": {}, "policy_permissions": {}})
    assert table_of("records", settings, made.config) == table_of("blobs", settings, made.config) == ("both", {})
    assert set(only_stores(settings, made.config)) == {"both", "policy_permissions"}


@pytest.mark.parametrize("family", ["records", "blobs"])
def test_no_store_and_two_stores(made: Installation, family: str) -> None:
    place_file(made.root, "both", STORES)
    settings = made.settings
    with pytest.raises(Failure, match=r"\[plugins.both\].* are each a (record|blob) store; keep"):
        table_of(family, replace(settings, plugins={"both": {}, **settings.plugins}), made.config)
    with pytest.raises(Failure, match=r"config.toml: there is no table of a (record|blob) store; write that"):
        table_of(family, replace(settings, plugins={"policy_permissions": {}}), made.config)


def test_a_file_of_stores(tmp_path: Path) -> None:
    file = tmp_path / "stores.toml"
    file.write_text("# 例\n[plugins.x]\npath = 1\n", "utf-8")
    assert read_stores(file).tables == {"x": {"path": 1}}
    file.write_text("[plugins]\n")
    with pytest.raises(Failure) as refused:
        read_stores(file)
    assert HOW in str(refused.value)
