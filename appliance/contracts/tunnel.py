# SPDX-License-Identifier: Apache-2.0
"""VPN engine: transport and identity of the PCs; who may connect the vault says, what passes the gate (design §9).

1. An engine knows each seat by the exact certificate, or key, of its PC, and by nothing that a PC only claims.
2. It opens nothing: what arrives at its interface is let through, or not, by the gate's own table in the kernel.
3. Everything may be called again, and then changes nothing.
4. What an engine says of its sessions is what it reads back, never what it was told (L1, L3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from appliance.model.tunnels import Cause

# Every interface at which sessions arrive is named so, and the kernel's table shuts all of them from the start.
INTERFACE_PREFIX = "rk-"
INTERFACE_LENGTH = 15
# What an engine without any tunnel says, for a demo alone: there is no kernel between its PCs and the portal.
NO_INTERFACE = "lo"
MOST_SEATS = 10_000


class EngineAway(Exception):
    """The engine cannot be reached, refuses us, or does not what it says; the text, in English, is for the log."""


@dataclass(frozen=True, slots=True)
class TunnelSeat:
    """A PC that may connect. name is how the engine calls it: the id of its kit, 26 small letters and digits.

    certificate is the PC's own, DER; wireguard_key its public key, base64, "" where it has none. address is what a
    PC of an engine has that hands out none by itself, in the network of `[tunnels] addresses`. not_after is when
    the certificate ends, in seconds since 1970.
    """

    name: str
    certificate: bytes = field(repr=False)
    wireguard_key: str = ""
    address: str = ""
    not_after: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """An engine that is ready. interface is where its sessions arrive: INTERFACE_PREFIX, and 15 signs at most.

    client is what a PC needs to know to connect, by names of the engine's own; none of it is secret.
    """

    interface: str
    client: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EngineSession:
    """A session that the engine shows. session is the engine's name for it, seat the name of a TunnelSeat.

    address is that of the PC inside the tunnel, "" as long as it has none; source is where it is on the Internet.
    seconds since it appeared; two sessions of one seat that appeared at once stand in live() oldest first.
    Bytes are from the PC (in) and to it (out).
    """

    session: str
    seat: str
    address: str
    source: str
    seconds: float
    bytes_in: int = 0
    bytes_out: int = 0


class TunnelEngine(Protocol):
    """One of each kind, known by the plugin's name. Called one after another, live() beside the others.

    Each method may raise EngineAway; then nothing is said of what was done, and the gate asks again.
    """

    async def prepare(self, seats: Sequence[TunnelSeat]) -> Prepared:
        """Make it ready, with exactly these seats admitted; whatever else could connect is removed, and cut."""

    async def admit(self, seat: TunnelSeat) -> None:
        """Let this PC connect as this seat, and no other PC; what the name had before is replaced, and cut."""

    async def bar(self, seat: str, cause: Cause) -> None:
        """Let nobody connect as this seat; it is durable at the engine. Its sessions may go on until close()."""

    async def live(self) -> Sequence[EngineSession]:
        """What is connected at this moment, our own helpers left out."""

    async def close(self, session: str, cause: Cause) -> None:
        """End this session; it is gone from live() on return. One that is not there is no error."""
