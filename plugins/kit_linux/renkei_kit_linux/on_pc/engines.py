# SPDX-License-Identifier: Apache-2.0
"""How a PC connects by each engine: what connecting.py asks of them, and the kits that know which ones."""

from collections.abc import Callable, Mapping
from typing import Protocol

from renkei_kit_linux.on_pc.connection import Connection, Keep
from renkei_kit_linux.on_pc.loopback import Loopback
from renkei_kit_linux.on_pc.order import Order, Trouble, Tunnel
from renkei_kit_linux.on_pc.places import Places
from renkei_kit_linux.on_pc.softether import SoftEther
from renkei_kit_linux.on_pc.wireguard import WireGuard


class Engine(Protocol):
    """One of them, for this PC. needs_root: it changes the network of the PC.

    is_silent: it does not learn that the other side has ended the connection.
    """

    needs_root: bool
    is_silent: bool

    def need(self) -> None:
        """Raise Trouble where a program is missing."""

    def connect(self, fresh: Connection, keep: Keep) -> Connection:
        """Connect; keep() remembers what has to be taken back, as soon as it is there. Raises Trouble."""

    def is_up(self, connection: Connection) -> bool:
        """Whether the tunnel still stands, as far as this PC can tell."""

    def disconnect(self, connection: Connection | None) -> None:
        """Take back all of it, also what nobody remembers; asks nobody outside, and lasts seconds at most."""


ENGINES: Mapping[str, Callable[[Places, Tunnel], Engine]] = {
    "tunnel_softether": SoftEther,
    "tunnel_wireguard": WireGuard,
    "tunnel_loopback": Loopback,
}


def tunnel_of(order: Order, wanted: str = "") -> Tunnel:
    """The way to connect that is wanted, else the first one. Raises Trouble."""
    able = [one for one in order.tunnels if one.engine in ENGINES]
    if not able:
        raise Trouble("no_tunnel")
    chosen = [one for one in able if one.engine.removeprefix("tunnel_") == wanted] if wanted else able
    if not chosen:
        raise Trouble("no_such_engine", wanted=wanted)
    return chosen[0]


def engine_of(places: Places, tunnel: Tunnel) -> Engine:
    """What connects by it."""
    return ENGINES[tunnel.engine](places, tunnel)
