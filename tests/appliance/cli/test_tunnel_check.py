# SPDX-License-Identifier: Apache-2.0
"""`renkei check` says where no PC would reach the portal by its VPN, and where nobody needs one by oversight."""

import dataclasses
from pathlib import Path

import pytest
from renkei_tunnel_softether.settings import Settings as SoftEtherSettings
from renkei_tunnel_wireguard.settings import Settings as WireGuardSettings

from appliance.cli.engines import SOFTETHER_PORT, TUNNEL_PORTAL
from appliance.cli.tunnel_check import SOFTETHER_NETWORK, unused_engines, without_portal
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
    everywhere = [line.replace('address = "10.0.0.10"', 'address = "0.0.0.0"') for line in RIGHT[:3]]
    elsewhere = 'plugins.tunnel_softether = { listen = "203.0.113.9", port = 8443 }'
    assert without_portal(settings(*everywhere, elsewhere), ROWS) == []
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
        ("198.51.100.10", "0.0.0.0", "0.0.0.0:443 is where the public site listens"),  # noqa: S104 - compared
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


WIREGUARD = "plugins.tunnel_wireguard = {}"


@pytest.mark.parametrize(
    ("addresses", "network", "said"),
    [
        ("10.0.0.0/16", "", "tunnels.addresses is 10.0.0.0/16, and the portal's 10.0.0.10"),
        ("10.0.32.0/24", "", "[plugins.tunnel_softether] has `network` 10.0.0.0/18: PCs of both engines"),
        ("10.9.0.0/16", 'network = "10.9.7.0/24", ', "has `network` 10.9.7.0/24"),
    ],
)
def test_addresses_of_two_kinds_at_once_are_told(addresses: str, network: str, said: str) -> None:
    lines = [line.replace("{ listen", "{ " + network + "listen") for line in RIGHT]
    both = settings(*lines, WIREGUARD, f'tunnels.addresses = "{addresses}"')
    assert any(said in told for told in without_portal(both, ROWS))
    alone = settings(*lines, f'tunnels.addresses = "{addresses}"')
    assert without_portal(alone, ROWS) == [], "SoftEther has addresses of its own"


def test_the_portals_address_is_no_pcs_with_wireguard_alone_either() -> None:
    wrong = settings(NEEDED, RIGHT[1], WIREGUARD, 'tunnels.addresses = "10.0.0.0/24"')
    [told] = without_portal(wrong, ROWS)
    assert "a PC would get the portal's address" in told


def test_both_engines_with_what_they_have_by_themselves_agree() -> None:
    assert without_portal(settings(*RIGHT, WIREGUARD), ROWS) == []
    nonsense = 'plugins.tunnel_softether = { network = "x" }'
    assert without_portal(settings(*RIGHT[:3], nonsense, WIREGUARD), ROWS) == [], "its own plugin tells of that"


def test_what_engines_have_by_themselves_is_what_is_compared() -> None:
    softether, wireguard = (
        {one.name: one.default for one in dataclasses.fields(engine)}
        for engine in (SoftEtherSettings, WireGuardSettings)
    )
    assert (softether["network"], softether["port"]) == (SOFTETHER_NETWORK, SOFTETHER_PORT)
    assert softether["portal"] == wireguard["portal"] == TUNNEL_PORTAL


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
