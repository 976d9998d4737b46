# SPDX-License-Identifier: Apache-2.0
"""The sessions of the plain demo: addresses of this machine, from which the kits of seats said to connect."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from appliance.contracts.plugin import Clock
from appliance.contracts.tunnel import NO_INTERFACE, EngineAway, EngineSession, Prepared, TunnelSeat
from appliance.model.tunnels import Cause


class LoopbackEngine:
    """The TunnelEngine, and what kits tell it. url is where they do, "" while nothing listens."""

    def __init__(self, clock: Clock) -> None:
        """Nobody may connect."""
        self._clock = clock
        self._seats: dict[str, TunnelSeat] = {}
        self._sessions: dict[str, EngineSession] = {}
        self._since: dict[str, float] = {}
        self._count = 0
        self.url = ""

    # --- what kits say --------------------------------------------------------------------------------------------

    def connect(self, seat: str, address: str, proof: str = "") -> bool:
        """The kit of a seat says to connect from an address. Whether it may.

        proof is the SHA-256, in hex, of its certificate; a kit that shows none is believed, for this is a demo. One
        address is one PC: whoever was there before is gone.
        """
        known = self._seats.get(seat)
        if known is None or proof not in ("", proof_of(known)):
            return False
        self._cut(lambda session: session.address == address)
        self._count += 1
        name = f"LOOP-{self._count}"
        self._sessions[name] = EngineSession(name, seat, address, address, 0.0)
        self._since[name] = self._clock.monotonic()
        return True

    def disconnect(self, seat: str) -> None:
        """The kit of a seat says to hang up."""
        self._cut(lambda session: session.seat == seat)

    def is_connected(self, seat: str) -> bool:
        """Whether there is a session of it."""
        return any(session.seat == seat for session in self._sessions.values())

    # --- the contract ---------------------------------------------------------------------------------------------

    async def prepare(self, seats: Sequence[TunnelSeat]) -> Prepared:
        """Know exactly these."""
        if not self.url:
            raise EngineAway("it does not listen")
        before = self._seats
        self._seats = {seat.name: seat for seat in seats}
        self._cut(lambda session: self._seats.get(session.seat) != before.get(session.seat))
        return Prepared(NO_INTERFACE, {"url": self.url})

    async def admit(self, seat: TunnelSeat) -> None:
        """Know this one; another PC of it is cut."""
        if self._seats.get(seat.name, seat) != seat:
            self.disconnect(seat.name)
        self._seats[seat.name] = seat

    async def bar(self, seat: str, cause: Cause) -> None:
        """Do not know it any more."""
        self._seats.pop(seat, None)

    async def live(self) -> Sequence[EngineSession]:
        """Who is connected."""
        now = self._clock.monotonic()
        return [replace(session, seconds=now - self._since[name]) for name, session in self._sessions.items()]

    async def close(self, session: str, cause: Cause) -> None:
        """It is gone."""
        self._cut(lambda one: one.session == session)

    def _cut(self, whom: Callable[[EngineSession], bool]) -> None:
        for name in [name for name, session in self._sessions.items() if whom(session)]:
            del self._sessions[name], self._since[name]


def proof_of(seat: TunnelSeat) -> str:
    """What the kit of a seat may show to be its own."""
    return hashlib.sha256(seat.certificate).hexdigest()
