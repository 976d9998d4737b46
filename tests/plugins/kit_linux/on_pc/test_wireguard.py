# SPDX-License-Identifier: Apache-2.0
"""WireGuard of the PC: by the kernel or by wireguard-go, and its key goes by no command line.

Real ones: test_vpn_wireguard.py.
"""

import pytest
from renkei_kit_linux.on_pc import wireguard
from renkei_kit_linux.on_pc.connection import Connection, remember, remembered
from renkei_kit_linux.on_pc.order import Trouble, Tunnel
from renkei_kit_linux.on_pc.routing import Way
from renkei_kit_linux.on_pc.wireguard import WireGuard

from tests.plugins.kit_linux.office_pc import OfficePc

CLIENT = {"host": "198.18.0.9", "port": "51820", "public_key": "SERVERS+KEY=", "portal": "10.0.0.10"}
TUNNEL = Tunnel("tunnel_wireguard", "a" * 26, "10.8.0.2", CLIENT, 90)
FRESH = Connection("ab12cd34", "tunnel_wireguard", "", "2026-11-22T05:00:00Z")
NAME = "vpn_renkei-ab12"


@pytest.fixture
def machine(pc: OfficePc, monkeypatch: pytest.MonkeyPatch) -> OfficePc:
    """A PC whose programs note what they are told; the other side has shaken hands."""
    monkeypatch.setenv("PATH", pc.environment["PATH"])
    monkeypatch.setattr(wireguard, "wireguard_private", lambda places: "OWN+PRIVATE=")
    note = f'echo "${{0##*/}} $*" >> {pc.folder}/said'
    pc.program("ip", f'{note}; case "$*" in *"-br link"*) cat {pc.folder}/links;; esac')
    pc.program("wireguard-go", note)
    pc.program("wg", f"{note}; if [ $1 = set ]; then cat > {pc.folder}/given; else cat {pc.folder}/hands; fi")
    (pc.folder / "hands").write_text("SERVERS+KEY=\t1700000000\n")
    pc.places.own.mkdir(parents=True)
    return pc


def connected(pc: OfficePc, tunnel: Tunnel = TUNNEL) -> tuple[Connection, list[Way]]:
    ways = list[Way]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wireguard, "take", ways.append)
        return WireGuard(pc.places, tunnel).connect(FRESH, lambda one: remember(pc.places, one)), ways


def said(pc: OfficePc) -> list[str]:
    return (pc.folder / "said").read_text().splitlines()


def test_everything_goes_to_the_one_peer(machine: OfficePc) -> None:
    made, ways = connected(machine)
    assert made.interface == NAME and remembered(machine.places) == made
    assert ways == [Way(NAME, "10.8.0.2/32", "", "198.18.0.9", "51820", "udp")]
    [setting] = [line for line in said(machine) if line.startswith("wg set")]
    assert "peer SERVERS+KEY= endpoint 198.18.0.9:51820 allowed-ips 0.0.0.0/0,::/0" in setting
    assert "OWN+PRIVATE=" not in "".join(said(machine)) and (machine.folder / "given").read_text() == "OWN+PRIVATE="
    assert not any(line.startswith("wireguard-go") for line in said(machine))


def test_a_kernel_without_it_has_wireguard_go(machine: OfficePc) -> None:
    machine.program("ip", 'case "$*" in *"type wireguard") exit 2;; esac')
    connected(machine)
    assert f"wireguard-go {NAME}" in said(machine)


def test_who_is_not_answered_is_told(machine: OfficePc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wireguard, "HANDSHAKE_SECONDS", 0.01)
    (machine.folder / "hands").write_text("SERVERS+KEY=\t0\n")
    with pytest.raises(Trouble, match="not_let_in"):
        connected(machine)
    assert remembered(machine.places) is not None  # who called takes it back


def test_without_an_address_of_its_own_it_cannot_connect(machine: OfficePc) -> None:
    with pytest.raises(Trouble, match="no_tunnel"):
        connected(machine, Tunnel("tunnel_wireguard", "a", "", CLIENT))


def test_every_interface_of_ours_goes_and_no_other(machine: OfficePc) -> None:
    links = f"lo UNKNOWN\neth0@if2 UP\nvpn_renkei UP\n{NAME}: UNKNOWN\nvpn_renkei-ffff DOWN\n"
    (machine.folder / "links").write_text(links.replace(f"{NAME}:", NAME))
    WireGuard(machine.places, TUNNEL).disconnect(None)
    deleted = [line.split()[-1] for line in said(machine) if "link del" in line]
    assert deleted == [NAME, "vpn_renkei-ffff"]


def test_what_is_missing_is_told(pc: OfficePc, monkeypatch: pytest.MonkeyPatch) -> None:
    pc.program("ip", "exit 0")
    monkeypatch.setattr("renkei_kit_linux.on_pc.programs.path_of", lambda name: None if name == "wg" else name)
    with pytest.raises(Trouble) as caught:
        WireGuard(pc.places, TUNNEL).need()
    assert caught.value.values["program"] == "wg"
