# SPDX-License-Identifier: Apache-2.0
"""What a command tells to do next."""

from pathlib import Path

from appliance.cli.places import DEFAULT_CONFIG
from appliance.cli.plugin_next import UNITS, restart, steps
from appliance.model.words import Tier
from tests.architecture.tree import ROOT


def test_on_a_host_of_systemd_it_is_a_command() -> None:
    assert restart(DEFAULT_CONFIG, {Tier.VAULT}) == "systemctl restart renkei-vault.service"
    both = "systemctl restart renkei-vault.service 'renkei-web@*.service'"
    assert restart(DEFAULT_CONFIG, {Tier.WEB, Tier.VAULT}) == both


def test_elsewhere_it_is_a_sentence() -> None:
    assert restart(Path("/srv/config.toml"), {Tier.WEB, Tier.VAULT}) in (
        "restart vault and web",
        "restart web and vault",
    )


def test_there_is_such_a_unit_for_each_tier() -> None:
    assert UNITS.keys() == set(Tier)
    for unit in UNITS.values():
        assert (ROOT / "systemd" / unit.strip("'").replace("*", "")).is_file()


def test_tables_come_first_and_nothing_is_restarted_for_nothing() -> None:
    assert steps(DEFAULT_CONFIG, ["b", "a"], {Tier.GATE}) == [
        f"next: write the table [plugins.a] into {DEFAULT_CONFIG}",
        f"next: write the table [plugins.b] into {DEFAULT_CONFIG}",
        "next: renkei check",
        "next: systemctl restart renkei-gate.service",
    ]
    assert steps(DEFAULT_CONFIG, [], set()) == []
