# SPDX-License-Identifier: Apache-2.0
"""`renkei plugin`: what is there, and how one is left out and let in again."""

from pathlib import Path

import pytest

from appliance.config.load import load
from appliance.host.blocked import read_blocked
from tests.appliance.cli.command import Installation, Serving, renkei

COLUMNS = {"name", "version", "tier", "families", "state", "why"}
LUNCH = """
from appliance.contracts.plugin import Plugin, hookimpl
from appliance.contracts.policy import ABSTAIN
from appliance.model.words import Tier

TIER = "vault"


class Ends:
    async def judge(self, request):
        return ABSTAIN


class Lunch(Plugin):
    @hookimpl
    def register_policy(self):
        return [Ends()]

    async def start(self):
        {start}
"""


def blocked(made: Installation) -> frozenset[str]:
    """The names in the list of an installation."""
    return read_blocked(made.root / "state")


def test_what_is_configured(sown: Installation) -> None:
    ran = sown.renkei("plugin", "list", "--json")
    assert ran.code == 0
    assert {tuple(sorted(row)) for row in ran.json} == {tuple(sorted(COLUMNS))}
    rows = {row["name"]: row for row in ran.json}
    assert rows["records_lmdb"]["families"] == ["records"]
    assert rows["policy_permissions"]["tier"] == "vault"
    configured = {name for name, row in rows.items() if row["state"] == "configured"}
    assert configured == set(load(sown.config).plugins)
    assert all(row["version"] for row in rows.values())
    assert {row["state"] for row in rows.values()} <= {"configured", "installed"}


def test_without_a_configuration_it_is_what_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RENKEI_CONFIG", str(tmp_path / "none.toml"))
    ran = renkei("plugin", "list", "--json")
    assert ran.code == 0
    assert {"records_lmdb", "blobs_files", "policy_permissions"} <= {row["name"] for row in ran.json}
    assert {row["state"] for row in ran.json} == {"installed"}


def test_a_configuration_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    ran = renkei("plugin", "list", "--config", tmp_path / "none.toml")
    assert ran.code == 1 and "cannot be read" in ran.said


def test_a_line_for_each(made: Installation) -> None:
    made.replace("[plugins.blobs_files]", "[plugins.blobs_flies]")
    lines = {line.split()[0]: line.split() for line in made.renkei("plugin", "list").out.splitlines()}
    assert lines["records_lmdb"][2:] == ["vault", "records", "configured"]
    assert lines["blobs_files"][-1] == "installed"
    why = "it is configured and not installed; did you mean `blobs_files`?"
    assert " ".join(lines["blobs_flies"][1:]) == f"refused {why}"


@pytest.mark.parametrize("word", ["block", "unblock"])
def test_a_plugin_that_is_not_configured(running: Installation, word: str) -> None:
    ran = running.renkei("plugin", word, "policy_permisions")
    assert ran.code == 1 and "has no table [plugins.policy_permisions]" in ran.said
    assert blocked(running) == frozenset()


def test_blocking_is_journaled_and_counts_from_the_next_start(made: Installation) -> None:
    with Serving(made, "vault"):
        ran = made.renkei("plugin", "block", "policy_permissions")
        assert ran.code == 0 and ran.out.splitlines() == [
            "policy_permissions is blocked from the next start on",
            "no service starts without it: take its table out as well, or unblock it again",
            "next: restart vault",
        ]
        assert made.renkei("status").code == 0
        assert made.kinds().count("plugin.blocked") == 1
    assert blocked(made) == {"policy_permissions"}
    ran = made.renkei("serve", "vault")
    assert ran.code == 1
    assert "[plugins.policy_permissions]: the plugin is blocked, and the service cannot run without it" in ran.said


def test_a_vault_that_a_block_keeps_from_starting_is_freed_offline(made: Installation) -> None:
    (made.root / "state" / "blocked").write_text("policy_permissions\n")
    assert made.renkei("journal", "verify", "--offline").code == 1
    ran = made.renkei("plugin", "unblock", "policy_permissions", "--offline")
    assert (ran.code, ran.out) == (
        0,
        "policy_permissions is unblocked from the next start on\nnext: restart vault\n",
    )
    with Serving(made, "vault"):
        assert made.kinds().count("plugin.unblocked") == 1


def test_a_block_that_would_keep_the_vault_from_starting_is_refused_offline(made: Installation) -> None:
    ran = made.renkei("plugin", "block", "policy_permissions", "--offline")
    assert ran.code == 1 and "the service cannot run without it" in ran.said
    assert blocked(made) == frozenset()


def test_a_block_that_cannot_be_journaled_changes_nothing(sown: Installation) -> None:
    ran = sown.renkei("plugin", "block", "records_lmdb")
    assert ran.code == 1 and "no plugin came or went" in ran.said and "with --offline" in ran.said
    assert blocked(sown) == frozenset()
