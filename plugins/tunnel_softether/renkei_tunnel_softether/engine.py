# SPDX-License-Identifier: Apache-2.0
"""The engine: a SoftEther VPN server on this host, asked and told over its API.

What it promises beside the contract, cited below by number:

1. Who is not admitted is no user at all: bar() deletes, so that nothing is left that could be switched on again.
2. After the server was started anew nothing of it is believed until it was prepared again: what it had not written
   to its disk is lost, a user that was deleted among it.
3. A session is what the server says of it, by its own name and its own user; nothing that a client claims counts.
4. An address is one that the server gave by DHCP; who takes one has none.
5. Who takes so many addresses that others get none is no user any more, whoever admits it, for as long as addresses
   are kept; after that it comes in when it is admitted anew.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from appliance.contracts.plugin import Clock
from appliance.contracts.tunnel import EngineAway, EngineSession, Prepared, TunnelSeat
from appliance.model.time import DAY
from appliance.model.tunnels import Cause
from renkei_tunnel_softether.host import need_room
from renkei_tunnel_softether.leases import Leases
from renkei_tunnel_softether.links import INTERFACE, Links
from renkei_tunnel_softether.looking import HELPERS, Seen, helpers_in, moved, sessions_of
from renkei_tunnel_softether.ready import Ready
from renkei_tunnel_softether.rpc import LONG_SECONDS, Code, Fields, Rpc, Said
from renkei_tunnel_softether.settings import Settings

# A look costs two calls; how much was moved costs one more for a session, and is nobody's deadline.
BYTES_SECONDS = 5.0
BYTES_AT_ONCE = 4
# DeleteSession ends it before it answers; a session that is still being made may take a moment.
GONE_LOOKS = 40
GONE_PAUSE = 0.05
LONGEST = DAY
# The server's clock of running time, and ours, may differ by so much.
SLACK = 0.5


@dataclass(slots=True)
class _Known:
    """What we remember of a session while it lasts."""

    since: float
    packets: int = -1
    bytes_in: int = 0
    bytes_out: int = 0


@dataclass(frozen=True, slots=True)
class _Start:
    """By what the server is known to be the one that was prepared (promise 2)."""

    connections: int
    ticks: float
    at: float


class SoftEther:
    """The fund's own server, and nobody else's."""

    def __init__(
        self,
        settings: Settings,
        rpc: Rpc,
        links: Links,
        clock: Clock,
        certificate: str = "",
        greedy: Callable[[str], None] = lambda seat: None,
    ) -> None:
        """rpc need not be open yet; certificate is the server's, PEM, for the kits. greedy is told a seat (5)."""
        self.certificate = certificate
        self._say_greedy = greedy
        self._leases = Leases(rpc, settings)
        self._addresses_since = 0.0
        self._out_until: dict[str, float] = {}
        self._settings = settings
        self._rpc = rpc
        self._links = links
        self._clock = clock
        self._ready = Ready(rpc, settings)
        self._hub = {"HubName_str": settings.hub}
        self._start: _Start | None = None
        self._sessions: dict[str, _Known] = {}
        self._asked_bytes = -BYTES_SECONDS
        self._changed = False

    async def prepare(self, seats: Sequence[TunnelSeat]) -> Prepared:
        """As the contract says. Users come before the hub is opened, where it was not yet."""
        self._start = None
        await self._links.prepare()
        await self._ready.server()
        start = await self._started()
        cut = await self._ready.users([seat for seat in seats if not self._is_out(seat.name)])
        await self._ready.hub()
        await self._cut(cut)
        self._changed = True
        self._start = start
        return Prepared(INTERFACE, self._client())

    async def admit(self, seat: TunnelSeat) -> None:
        """As the contract says, but for promise 5."""
        if self._is_out(seat.name):
            return
        self._changed = True
        if await self._ready.admit(seat):
            await self._cut({seat.name})

    async def bar(self, seat: str, cause: Cause) -> None:
        """As the contract says (promise 1); promise 2 makes it durable, and save() spares the trouble."""
        self._changed = True
        await self._ready.remove(seat)

    async def live(self) -> Sequence[EngineSession]:
        """As the contract says (promises 3 and 4)."""
        answer = await self._rpc("EnumSession", **self._hub)
        await self._need_same_start()
        self._links.need()
        if missing := HELPERS - helpers_in(answer):
            raise EngineAway(f"the hub is not as it was prepared: no {' and no '.join(sorted(missing))}")
        seen = sessions_of(answer, await self._rpc("EnumIpTable", **self._hub))
        if greedy := await self._leases.greedy():
            seen = await self._without(greedy, seen)
        self._remember(seen)
        await self._ask_bytes(seen)
        return [self._told(one) for one in seen]

    async def close(self, session: str, cause: Cause) -> None:
        """As the contract says."""
        await self._delete(session)
        for _ in range(GONE_LOOKS):
            answer = await self._rpc("EnumSession", **self._hub)
            if session not in {row["Name_str"] for row in answer.get("SessionList", [])}:
                return
            await asyncio.sleep(GONE_PAUSE)
        raise EngineAway(f"SoftEther says that it ended {session}, and has it")

    async def save(self) -> None:
        """Let the server write what was changed; it does by itself only every five minutes.

        On a full disk it would leave an empty configuration behind, and say that all is well. Raises EngineAway.
        """
        if self._changed:
            need_room(self._settings.folder)
            self._changed = False
            try:
                await self._rpc("Flush", LONG_SECONDS)
            except EngineAway:
                self._changed = True
                raise

    async def _without(self, greedy: set[str], seen: Sequence[Seen]) -> list[Seen]:
        """Promise 5. Who is left."""
        now, before = self._clock.monotonic(), self._addresses_since
        for one in seen:
            if one.name.upper() in greedy:
                self._say_greedy(one.seat)
                self._out_until[one.seat] = now + self._settings.lease_seconds
                self._changed = True
                await self._ready.remove(one.seat)
                await self._delete(one.name)
        self._addresses_since = now
        await self._ready.other_addresses(nobody_has_older=now - before > self._settings.lease_seconds)
        return [one for one in seen if one.name.upper() not in greedy]

    def _is_out(self, seat: str) -> bool:
        return self._clock.monotonic() < self._out_until.get(seat, 0.0)

    async def _cut(self, seats: set[str]) -> None:
        if not seats:
            return
        for one in sessions_of(await self._rpc("EnumSession", **self._hub), {}):
            if one.seat in seats:
                await self.close(one.name, Cause.SEAT)

    async def _delete(self, session: str) -> None:
        try:
            await self._rpc("DeleteSession", **self._hub, Name_str=session)
        except Said as error:
            if error.code != Code.NOT_FOUND:
                raise

    async def _started(self) -> _Start:
        ticks = (await self._rpc("GetServerStatus"))["CurrentTick_u64"] / 1000
        return _Start(self._rpc.connections, ticks, self._clock.monotonic())

    async def _need_same_start(self) -> None:
        """Raises EngineAway (promise 2). As long as the connection is the same one, so is the server."""
        if self._start is None:
            raise EngineAway("SoftEther has to be prepared first")
        if self._rpc.connections == self._start.connections:
            return
        now, before = await self._started(), self._start
        if now.ticks + SLACK < before.ticks + now.at - before.at:
            self._start = None
            raise EngineAway("SoftEther was started anew, and has to be prepared again")
        self._start = now

    def _remember(self, seen: Sequence[Seen]) -> None:
        """A wall clock is asked once for each session: whatever happens to it later changes no age."""
        now, at = self._clock.monotonic(), self._clock.now()
        known = self._sessions
        ages = {one.name: min(max(at - one.began, 0), LONGEST) / 1000 for one in seen if one.began}
        self._sessions = {one.name: known.get(one.name) or _Known(now - ages.get(one.name, 0)) for one in seen}

    async def _ask_bytes(self, seen: Sequence[Seen]) -> None:
        """Of a few of those that moved something since they were asked."""
        if self._clock.monotonic() - self._asked_bytes < BYTES_SECONDS:
            return
        self._asked_bytes = self._clock.monotonic()
        moving = [one for one in seen if one.packets != self._sessions[one.name].packets]
        for one in sorted(moving, key=lambda one: self._sessions[one.name].packets - one.packets)[:BYTES_AT_ONCE]:
            known = self._sessions[one.name]
            with suppress(Said):  # it ended while we asked
                known.bytes_in, known.bytes_out = moved(await self._status(one.name))
                known.packets = one.packets

    async def _status(self, session: str) -> Fields:
        return await self._rpc("GetSessionStatus", **self._hub, Name_str=session)

    def _told(self, one: Seen) -> EngineSession:
        known = self._sessions[one.name]
        seconds = self._clock.monotonic() - known.since
        return EngineSession(one.name, one.seat, one.address, one.source, seconds, known.bytes_in, known.bytes_out)

    def _client(self) -> dict[str, str]:
        return {
            "host": self._settings.dial,
            "port": str(self._settings.port),
            "hub": self._settings.hub,
            "certificate": self.certificate,
        }
