# SPDX-License-Identifier: Apache-2.0
"""Connecting by WireGuard, the kernel's own or wireguard-go: by the key that was made with the device's own."""

from dataclasses import replace

from renkei_kit_linux.on_pc.clock import until
from renkei_kit_linux.on_pc.connection import Connection, Keep
from renkei_kit_linux.on_pc.keys import wireguard_private
from renkei_kit_linux.on_pc.order import Trouble, Tunnel
from renkei_kit_linux.on_pc.places import Places
from renkei_kit_linux.on_pc.programs import needed, ran, tried
from renkei_kit_linux.on_pc.reaching import address_of
from renkei_kit_linux.on_pc.routing import Way, take
from renkei_kit_linux.on_pc.softether import is_up

# With as many signs of the connection's id as a name of 15 takes: wireguard-go knows interfaces by their names
# alone, also those of another namespace.
NAMES = "vpn_renkei-"
_SIGNS = 4
# It tries again every 5 s.
HANDSHAKE_SECONDS = 11.0
_MTU = "1420"
_EVERYTHING = "0.0.0.0/0,::/0"


class WireGuard:
    """An interface for each connection; gone with it."""

    needs_root = True
    # A peer that was removed at the other side is told nothing.
    is_silent = True

    def __init__(self, places: Places, tunnel: Tunnel) -> None:
        """Changes nothing."""
        self._places = places
        self._tunnel = tunnel

    def need(self) -> None:
        """Raise Trouble where a program is missing."""
        needed("ip", "wg")

    def connect(self, fresh: Connection, keep: Keep) -> Connection:
        """The interface, everything by it, and the first handshake. Raises Trouble."""
        server, port = address_of(self._tunnel.word("host")), self._tunnel.word("port")
        if not self._tunnel.address:
            raise Trouble("no_tunnel")
        fresh = replace(fresh, interface=f"{NAMES}{fresh.id[:_SIGNS]}")
        keep(fresh)
        _make(fresh.interface)
        peer = ("peer", self._tunnel.told("public_key"), "endpoint", f"{server}:{port}")
        kept = ("allowed-ips", _EVERYTHING, "persistent-keepalive", "10")
        own = ("private-key", "/dev/stdin")
        ran("wg", "set", fresh.interface, *own, *peer, *kept, given=wireguard_private(self._places))
        ran("ip", "link", "set", "dev", fresh.interface, "mtu", _MTU)
        take(Way(fresh.interface, f"{self._tunnel.address}/32", "", server, port, "udp"))
        if not until(lambda: _has_shaken_hands(fresh.interface), HANDSHAKE_SECONDS):
            raise Trouble("not_let_in", server=server)
        return fresh

    def is_up(self, connection: Connection) -> bool:
        """Whether the interface is there."""
        return is_up(connection.interface)

    def disconnect(self, connection: Connection | None) -> None:
        """Remove every interface of ours; wireguard-go ends with its own."""
        for line in tried("ip", "-br", "link", "show").stdout.splitlines():
            name = line.split()[0].partition("@")[0]
            if name.startswith(NAMES):
                tried("ip", "link", "del", "dev", name)


def _make(interface: str) -> None:
    """By the kernel where it can. Raises Trouble."""
    if tried("ip", "link", "add", "dev", interface, "type", "wireguard").returncode:
        ran("wireguard-go", interface)


def _has_shaken_hands(interface: str) -> bool:
    shown = tried("wg", "show", interface, "latest-handshakes").stdout.split()
    return any(moment != "0" for moment in shown[1::2])
