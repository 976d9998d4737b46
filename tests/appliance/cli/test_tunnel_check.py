# SPDX-License-Identifier: Apache-2.0
"""`renkei check` says where no PC would reach the portal by its VPN, and where nobody needs one by oversight."""

from pathlib import Path

import pytest

from appliance.cli.tunnel_check import unused_engines, without_portal
from appliance.config.load import parse
from appliance.config.settings import Settings
from appliance.host.catalogue import Row, State
from tests.appliance.cli.command import Installation, renkei

ROWS = [
    Row("records_lmdb", "", "vault", ("records",), State.CONFIGURED),
    Row("tunnel_softether", "", "gate", ("tunnel",), State.CONFIGURED),
    Row("tunnel_wireguard", "", "gate", ("tunnel",), State.INSTALLED),
    Row("tunnel_own", "", "gate", ("tunnel",), State.INSTALLED),
]
NEEDED = 'tunnels.portal = "required"'
RIGHT = (
    NEEDED,
    'sites.portal.address = "10.0.0.10"',
    'sites.public.address = "198.51.100.10"',
    'plugins.tunnel_softether = { listen = "203.0.113.9" }',
)


def settings(*lines: str) -> Settings:
    """As they stand in a file."""
    return parse("\n".join(lines), Path("config.toml"))


def changed(old: str, new: str) -> Settings:
    """What is right, but for one thing."""
    assert any(old in line for line in RIGHT)
    return settings(*(line.replace(old, new) for line in RIGHT))


def test_what_agrees_is_nothing_to_tell() -> None:
    assert without_portal(settings(*RIGHT), ROWS) == [] and unused_engines(settings(*RIGHT), ROWS) == []
    assert without_portal(settings(), ROWS) == [] and unused_engines(settings(), ROWS) == []
    assert without_portal(changed('address = "10.0.0.10"', 'address = "0.0.0.0"'), ROWS) == []
    assert without_portal(settings(NEEDED, "plugins.tunnel_own = {}"), ROWS) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "listen",
            'portal = "10.0.0.77", listen',
            "`portal` is 10.0.0.77, and [gate] has 10.0.0.10; write the same",
        ),
        (
            'address = "10.0.0.10"',
            'address = "127.0.0.14"',
            "sites.portal.address is 127.0.0.14, and PCs of the VPN",
        ),
        ("203.0.113.9", "198.51.100.10", "198.51.100.10:443 is where the public site listens"),
        ('"203.0.113.9"', '"10.0.0.10"', "10.0.0.10:443 is where the portal site listens"),
        (
            'tunnel_softether = { listen = "203.0.113.9" }',
            'tunnel_wireguard = { portal = "10.8.8.8" }',
            "[plugins.tunnel_wireguard]: `portal` is 10.8.8.8",
        ),
    ],
)
def test_what_does_not_agree_is_told_with_both_values(old: str, new: str, said: str) -> None:
    [told] = without_portal(changed(old, new), ROWS)
    assert said in told


def test_another_port_is_in_nobodys_way() -> None:
    assert without_portal(changed('"203.0.113.9"', '"198.51.100.10", port = 8443'), ROWS) == []


def test_a_portal_that_needs_a_vpn_where_there_is_none() -> None:
    [told] = without_portal(settings(NEEDED), ROWS)
    assert told.startswith('tunnels.portal is "required", and no table names an engine')
    assert without_portal(settings(NEEDED, 'link.gate_address = "192.0.2.1:9700"'), ROWS) == []


def test_an_engine_by_which_nobody_has_to_come_is_a_warning() -> None:
    [told] = unused_engines(changed("required", "none"), ROWS)
    assert "tunnel_softether" in told and 'write portal = "required" into [tunnels]' in told


def test_what_init_writes_agrees_and_the_command_tells_what_was_changed(tmp_path: Path) -> None:
    words = ("--demo", "--engine", "softether", "--engine-address", "203.0.113.9")
    assert renkei("init", "--root", tmp_path, *words).code == 0
    made = Installation(tmp_path, 443, "", "", "")
    assert made.renkei("check").code == 0
    made.replace('portal = "required"', 'portal = "none"')
    ran = made.renkei("check")
    assert ran.code == 0 and 'warning: tunnels.portal is "none", and there is tunnel_softether' in ran.out
    made.replace('listen = "203.0.113.9"', 'listen = "127.0.0.11"')
    ran = made.renkei("check")
    assert ran.code == 1 and "127.0.0.11:443 is where the public site listens" in ran.out
