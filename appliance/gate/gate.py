# SPDX-License-Identifier: Apache-2.0
"""What the gate knows, and shows: its engines, who may connect, and the kernel's table (promises 7, 9 and 10)."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

from appliance.contracts.plugin import Clock
from appliance.contracts.tunnel import EngineSession, TunnelEngine
from appliance.gate.engine import Engine, Observe, Pace
from appliance.gate.kernel import Kernel, Opening, Place
from appliance.gate.seats import Seats
from appliance.gate.table import Table
from appliance.link.messages import EngineNow, GateReport, LiveSession, ToEnd

CONFIRM_SECONDS = 15.0
# The engine and its name of a session.
Key = tuple[str, str]


class Gate:
    """engines by name; run is another one after each start; ending are sessions that nobody may open any more.

    has_kernel: there is a table in the kernel, and somebody may knock at it.
    """

    def __init__(
        self,
        engines: Mapping[str, TunnelEngine],
        kernel: Kernel,
        clock: Clock,
        *,
        run: str = "",
        pace: Pace | None = None,
        bare: bool = False,
        portal: str = "",
        observe: Observe | None = None,
    ) -> None:
        """pace, bare, portal and observe as Engine."""
        self.run = run
        self.seats = Seats()
        self.table = Table(kernel, clock)
        self.ending: set[Key] = set()
        self.has_kernel = bool(engines) and not bare
        self._clock = clock

        def made(name: str, provider: TunnelEngine) -> Engine:
            return Engine(
                name,
                provider,
                self.seats,
                clock,
                self._looked,
                pace=pace,
                bare=bare,
                portal=portal,
                fenced=lambda: self.table.stood,
                observe=observe,
            )

        self.engines = {name: made(name, provider) for name, provider in engines.items()}
        self._watches: set[asyncio.Event] = set()
        self._watched_since = 0.0
        self._reported: dict[Key, float] = {}
        self._confirmed: set[Key] = set()
        self._shape: dict[str, object] = {}

    # --- what is shown --------------------------------------------------------------------------------------------

    def report(self) -> GateReport:
        """What is so at this moment (promise 7)."""
        ready = [engine for engine in self.engines.values() if engine.ready]
        live = tuple(self._live(engine, session) for engine in ready for session in engine.sessions.values())
        return GateReport(
            engines=tuple(engine.name for engine in ready),
            live=live,
            states=tuple(map(_now, self.engines.values())),
            told=self.seats.told,
            run=self.run,
            table=self.trouble,
        )

    @property
    def trouble(self) -> str:
        """What is the matter with the kernel's table; without an engine nobody needs it."""
        return self.table.trouble if self.engines else ""

    def shown(self, report: GateReport) -> None:
        """The vault is sent this report: from now on it can confirm what stands in it."""
        now, before = self._clock.monotonic(), self._reported
        self._reported = {key: before.get(key, now) for one in report.live for key in [(one.engine, one.session)]}

    @contextmanager
    def watching(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever something changed. What was confirmed before has to be confirmed again."""
        changed = asyncio.Event()
        self._watches.add(changed)
        self._watched_since = self._clock.monotonic()
        self._confirmed.clear()
        try:
            yield changed
        finally:
            self._watches.discard(changed)

    def confirm(self, key: Key) -> None:
        """The vault knows of this session."""
        self._confirmed.add(key)

    def unconfirmed(self) -> list[ToEnd]:
        """The sessions that the vault, which watches, was shown for long enough (promise 10)."""
        if not self._watches:
            return []
        latest = self._clock.monotonic() - CONFIRM_SECONDS
        shown = {} if self._watched_since > latest else self._reported
        late = {key for key, since in shown.items() if since <= latest} - self._confirmed - self.ending
        return [ToEnd(*key, session.seat) for key in late if (session := self.session(key)) is not None]

    def notify(self) -> None:
        """Something changed: report now."""
        for changed in self._watches:
            changed.set()

    # --- what is found --------------------------------------------------------------------------------------------

    def session(self, key: Key) -> EngineSession | None:
        """A session as its engine, which is ready, last showed it."""
        engine = self.engines.get(key[0])
        return engine.sessions.get(key[1]) if engine and engine.ready else None

    async def is_shut(self, places: Collection[Place]) -> bool:
        """Whether the kernel, asked now, lets none of these through; without an engine nothing arrives."""
        return not self.engines or await self.table.passes_none(places)

    async def lets_none_of(self, whose: Callable[[Place, str], bool]) -> bool:
        """The same of somebody's places, by place and mark."""
        return not self.engines or await self.table.lets_none_of(whose)

    def shows(self, key: Key) -> bool:
        """Whether a session was there when its engine was last seen, ready or not."""
        engine = self.engines.get(key[0])
        return engine is not None and key[1] in engine.sessions

    def hurry(self, interface: str = "") -> None:
        """Look at the engine at this interface now, and often for a while; at all engines without one."""
        for engine in self.engines.values():
            if interface in ("", engine.interface):
                engine.hurry()

    async def _looked(self, engine: Engine) -> None:
        """Shut what is of no session any more (promise 9), and say what changed."""
        if engine.ready:
            alive = {(engine.name, name) for name in engine.sessions}
            self._confirmed = {key for key in self._confirmed if key[0] != engine.name or key in alive}
            await self.table.shut(lambda place, mark: _is_stale(engine, place, mark))
        shape = _shape(engine)
        if self._shape.get(engine.name) != shape:
            self._shape[engine.name] = shape
            self.notify()

    def may_open(self, opening: Opening, key: Key) -> bool:
        """Whether a session is still the one, and the only one, at this place, and its seat may connect."""
        session, engine = self.session(key), self.engines.get(key[0])
        if session is None or engine is None or key in self.ending or self.seats.get(session.seat) is None:
            return False
        at = Place(engine.interface, session.address)
        return at == opening.place and _owns(engine, opening.place.address, opening.mark)

    def _live(self, engine: Engine, session: EngineSession) -> LiveSession:
        return LiveSession(
            engine.name,
            session.session,
            session.seat,
            session.seconds + engine.seconds_since_look,
            session.address,
            session.source,
            session.bytes_in,
            session.bytes_out,
            self.open_seconds(engine, session),
        )

    def open_seconds(self, engine: Engine, session: EngineSession) -> float:
        """For how long the kernel lets a session through, 0 when it is shut."""
        mark = engine.mark(session)
        if not session.address or not mark:
            return 0.0
        return self.table.seconds_at(Place(engine.interface, session.address), mark)


def _is_stale(engine: Engine, place: Place, mark: str) -> bool:
    return place.interface == engine.interface and not _owns(engine, place.address, mark)


def _owns(engine: Engine, address: str, mark: str) -> bool:
    """Whether the session of a mark is at an address, and no other seat's is: nobody could tell them apart."""
    at = engine.at.get(address, ())
    return any(engine.mark(one) == mark for one in at) and len({one.seat for one in at}) == 1


def _now(engine: Engine) -> EngineNow:
    client = engine.prepared.client if engine.prepared else {}
    return EngineNow(engine.name, engine.ready, engine.trouble, engine.interface, dict(client))


def _shape(engine: Engine) -> object:
    """What has to be reported at once when it changes; bytes and seconds have not."""
    sessions = tuple((one.session, one.seat, one.address) for one in engine.sessions.values())
    return engine.ready, engine.trouble, engine.prepared, sessions
