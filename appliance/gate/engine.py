# SPDX-License-Identifier: Apache-2.0
"""One VPN engine as the gate attends to it: prepared, looked at, called, and prepared again after it failed."""

import asyncio
import ipaddress
import logging
import math
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from time import perf_counter
from typing import Any

from appliance.contracts.plugin import Clock
from appliance.contracts.tunnel import NO_INTERFACE, EngineAway, EngineSession, Prepared, TunnelEngine
from appliance.gate.kernel import mark_of
from appliance.gate.seats import Seats

INTERFACE = re.compile(r"rk-[a-z0-9_.-]{1,12}", re.ASCII)
MOST_SHOWN = 50_000
NOWHERE, EVERYBODY = ipaddress.IPv4Network("0.0.0.0/8"), ipaddress.IPv4Address("255.255.255.255")
MOST_SIGNS = 200
# A session without an address is awaited for so long before it is looked for as seldom as others.
HURRY_SECONDS = 20.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often an engine is looked at, in seconds: usually; while somebody is connecting, for how long; at most.

    first_pause is what follows a failure; it doubles up to usual.
    """

    usual: float = 5.0
    quick: float = 0.3
    quick_for: float = 3.0
    least: float = 0.05
    first_pause: float = 0.5


Observe = Callable[[str, str, bool, float], None]


class Engine:
    """sessions are what it showed at the last look, by name; they count as long as it is ready. at: by address.

    prepared is None until it was ready for the first time. trouble is what is the matter, "" when nothing is.
    senseless counts the addresses that it showed and no PC can have.
    """

    prepared: Prepared | None = None
    ready = False
    trouble = "it was not yet prepared"
    senseless = 0
    _quick_until = 0.0
    _version = 0

    def __init__(
        self,
        name: str,
        provider: TunnelEngine,
        seats: Seats,
        clock: Clock,
        looked: Callable[["Engine"], Awaitable[None]],
        *,
        pace: Pace | None = None,
        bare: bool = False,
        portal: str = "",
        fenced: Callable[[], bool] = lambda: True,
        observe: Observe | None = None,
    ) -> None:
        """provider is guarded. looked is awaited after each look, and after each change of ready or trouble.

        fenced: the kernel's table stands before its interface. Until then it is not made ready: a PC that connects
        to an engine without a table before it reaches all of this host (promise 3).

        portal is the portal's address, which is no PC's.

        bare: there is no kernel between its PCs and the portal, as in the plain demo. observe is told
        (engine, method, went well, seconds) of each call.
        """
        self.name = name
        self._provider = provider
        self._seats, self._clock = seats, clock
        self._looked = looked
        self._pace = pace or Pace()
        self._bare, self._portal, self._fenced = bare, portal, fenced
        self._senseless: dict[str, str] = {}
        self._observe = observe or (lambda engine, method, well, seconds: None)
        self._calls, self._looks = asyncio.Lock(), asyncio.Lock()
        self._knocked = asyncio.Event()
        self._pause_after_failure = self._pace.first_pause
        self._looked_at = clock.monotonic()
        self._marks: dict[str, str] = {}
        self.at: Mapping[str, Sequence[EngineSession]] = {}
        self.sessions: dict[str, EngineSession] = {}
        self._closing: set[str] = set()

    async def run(self) -> None:
        """Attend to it for ever."""
        while True:
            await self.attend()
            await self._wait()

    async def attend(self) -> None:
        """One round: prepare it if that is due, and look at it."""
        if self._seats.told and (not self.ready or self._version != self._seats.version):
            if self._fenced():
                await self._prepare()
            else:
                self._fail(EngineAway("the table in the kernel does not stand before it yet"))
                await self._looked(self)
        if self.ready:
            await self.look()

    def hurry(self) -> None:
        """Somebody is connecting, or something is to be done: look now, and often for a while."""
        self._quick_until = self._clock.monotonic() + self._pace.quick_for
        self._knocked.set()

    async def look(self) -> None:
        """See what is connected now; what was seen last stays when it fails. Never raises."""
        async with self._looks:
            try:
                shown = await self._timed("live")
                with _making_sense():
                    self._see(shown)
            except EngineAway as error:
                self._fail(error)
        await self._looked(self)

    async def call(self, method: str, *args: Any) -> None:
        """admit(), bar() or close(), one after another. Raises EngineAway; then it is prepared again (11)."""
        async with self._calls:
            await self._called(method, *args)

    async def admit_again(self, seat: str) -> None:
        """Let a seat connect that was barred for a moment, if the vault still says so. Raises EngineAway."""
        async with self._calls:
            wanted = self._seats.get(seat)
            if wanted is not None:
                await self._called("admit", wanted)

    @contextmanager
    def closing(self, sessions: Iterable[str]) -> Iterator[frozenset[str]]:
        """Those of these sessions that nobody else is closing: they are this one's, until the block ends."""
        mine = frozenset(sessions) - self._closing
        self._closing |= mine
        try:
            yield mine
        finally:
            self._closing -= mine

    def need(self) -> None:
        """Raises EngineAway while it is not ready."""
        if not self.ready:
            raise EngineAway(self.trouble)

    def mark(self, session: EngineSession) -> str:
        """How the kernel's table calls a session."""
        return self._marks.get(session.session, "")

    @property
    def interface(self) -> str:
        """Where its sessions arrive, "" before it was ready for the first time."""
        return self.prepared.interface if self.prepared else ""

    @property
    def seconds_since_look(self) -> float:
        """How old sessions is."""
        return self._clock.monotonic() - self._looked_at

    def of_seat(self, seats: Iterable[str]) -> list[EngineSession]:
        """The sessions of these seats, as last seen."""
        wanted = frozenset(seats)
        return [session for session in self.sessions.values() if session.seat in wanted]

    async def _prepare(self) -> None:
        """Make it ready for exactly the seats of this moment; whoever is barred meanwhile waits for the lock."""
        async with self._calls:
            version = self._seats.version
            try:
                prepared = await self._timed("prepare", self._seats.all())
                with _making_sense():
                    self.prepared = self._sound(prepared)
            except EngineAway as error:
                self._fail(error)
            else:
                if self.trouble:
                    _log.info("the engine %s is ready", self.name)
                self._version, self.ready, self.trouble = version, True, ""
                self._pause_after_failure = self._pace.first_pause
        if not self.ready:
            await self._looked(self)

    async def _called(self, method: str, *args: Any) -> None:
        self.need()
        try:
            await self._timed(method, *args)
        except EngineAway as error:
            self._fail(error)
            self.hurry()
            raise

    async def _timed(self, method: str, *args: Any) -> Any:
        began = perf_counter()
        well = False
        try:
            answer = await getattr(self._provider, method)(*args)
            well = True
        finally:
            self._observe(self.name, method, well, perf_counter() - began)
        return answer

    def _sound(self, prepared: Prepared) -> Prepared:
        wanted = prepared.interface == NO_INTERFACE if self._bare else INTERFACE.fullmatch(prepared.interface)
        if not wanted:
            raise EngineAway(f"its sessions arrive at {prepared.interface!r}, which the table does not shut")
        if not all(isinstance(text, str) for said in prepared.client.items() for text in said):
            raise ValueError("what PCs need to know is no text")
        return prepared

    def _see(self, shown: Sequence[EngineSession]) -> None:
        if len(shown) > MOST_SHOWN:
            raise ValueError(f"{len(shown)} sessions")
        seen = {session.session: self._placed(_checked(session)) for session in shown}
        self._senseless = {name: address for name, address in self._senseless.items() if name in seen}
        taken = {session.address for session in seen.values()}
        for name, session in seen.items():
            before = self.sessions.get(name)
            # An idle PC's address may be forgotten by its engine, which does not mean that it has another one.
            if before and not session.address and before.seat == session.seat and before.address not in taken:
                seen[name] = replace(session, address=before.address)
        self.at = _by_address(seen.values())
        marks = self._marks
        self._marks = {
            name: marks[name]
            if name in self.sessions and self.sessions[name].seat == one.seat
            else mark_of(one.seat, name)
            for name, one in seen.items()
        }
        self.sessions, self._looked_at = seen, self._clock.monotonic()

    def _placed(self, session: EngineSession) -> EngineSession:
        """A session, without an address that cannot be a PC's: nothing is opened.

        Each address is counted, and the first of a session is named: who shows another at each look fills no log.
        """
        if not session.address or not (why := why_no_pc(session.address, self._portal, bare=self._bare)):
            return session
        before = self._senseless.get(session.session)
        if before != session.address:
            self._senseless[session.session] = session.address
            self.senseless += 1
        if before is None:
            text = "the engine %s shows %r of seat %r at %s, which %s; nothing is opened for it"
            _log.warning(text, self.name, session.session, session.seat, session.address, why)
        return replace(session, address="")

    def _fail(self, error: EngineAway) -> None:
        if self.trouble != str(error):
            _log.warning("the engine %s: %s", self.name, error)
        self.ready, self.trouble = False, str(error) or "it does not answer"

    async def _wait(self) -> None:
        """Until the next round is due, or somebody knocks; never at once again."""
        await asyncio.sleep(min(self._pace.least, self._pace.usual))
        with suppress(TimeoutError):
            async with asyncio.timeout(self._due()):
                await self._knocked.wait()
        self._knocked.clear()

    def _due(self) -> float:
        if not self.ready and self._seats.told:
            pause = self._pause_after_failure
            self._pause_after_failure = min(2 * pause, max(self._pace.usual, pause))
            return pause
        hurried = self._clock.monotonic() < self._quick_until
        return min(self._pace.quick, self._pace.usual) if hurried or self._is_awaited() else self._pace.usual

    def _is_awaited(self) -> bool:
        """Whether somebody is connecting who has no address yet."""
        return any(not one.address and one.seconds < HURRY_SECONDS for one in self.sessions.values())


def _by_address(sessions: Iterable[EngineSession]) -> dict[str, list[EngineSession]]:
    found: dict[str, list[EngineSession]] = {}
    for session in sessions:
        found.setdefault(session.address, []).append(session)
    return found


# Each PC keeps its address, and is asked about at each look.
@lru_cache(MOST_SHOWN)
def why_no_pc(address: str, portal: str, *, bare: bool = False) -> str:
    """Why an IPv4 address cannot be that of a PC in a tunnel, "" where it can. bare: the loopback is the tunnel."""
    at = _address(address)
    reasons = {
        "is the portal's own": address == portal,
        "is the loopback": at.is_loopback and not bare,
        "is no address at all": at in NOWHERE,
        "is of one network segment alone": at.is_link_local,
        "is everybody's at once": at.is_multicast or at == EVERYBODY,
        "is not in use": at.is_reserved and at != EVERYBODY,
    }
    return next((why for why, holds in reasons.items() if holds), "")


@lru_cache(MOST_SHOWN)
def _address(text: str) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(text)


@contextmanager
def _making_sense() -> Iterator[None]:
    """What an engine says is checked here, before anybody reckons with it (promise 11). Raises EngineAway."""
    try:
        yield
    except (TypeError, ValueError, AttributeError) as error:
        raise EngineAway(f"what it shows makes no sense: {error}") from error


def _checked(session: EngineSession) -> EngineSession:
    """A session as the contract says. Raises ValueError, TypeError, AttributeError."""
    texts = (session.session, session.seat, session.address, session.source)
    if not session.session or any(len(text.encode()) > MOST_SIGNS for text in texts):
        raise ValueError("a session without a name, or with a text that is too long")
    if session.address:
        _address(session.address)
    if not math.isfinite(session.seconds + session.bytes_in + session.bytes_out):
        raise ValueError("a session with numbers that are none")
    return session
