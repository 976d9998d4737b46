# SPDX-License-Identifier: Apache-2.0
"""Whatever happens in whatever order: what passes is a session of a seat that may, for as long as was told."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.gate import orders
from appliance.gate.gate import Gate
from appliance.gate.kernel import Place
from appliance.gate.memory_kernel import MemoryKernel
from appliance.link.messages import AdmitSeats, BarSeats, EndSessions, LiveSession, TellSeats
from appliance.model.tunnels import Cause
from tests.appliance.gate.gates import MEMORY, SEATS, Yard, admitted, to_end

ADDRESSES = ["", "10.0.0.5", "10.0.0.6"]
SECONDS = 40.0


class Trial:
    """A gate to which things happen. told are the seats that may connect, until is when each place has to end."""

    def __init__(self) -> None:
        self.yard = Yard()
        self.told = set(range(3))
        self.until: dict[tuple[str, str], float] = {}

    async def begin(self) -> "Trial":
        await self.yard.ready(SEATS[:3])
        return self

    @property
    def now(self) -> float:
        return self.yard.clock.monotonic()

    def live(self, chosen: int) -> LiveSession | None:
        found = self.yard.gate.report().live
        return found[chosen % len(found)] if found else None

    async def happens(self, what: str, which: int, address: str) -> None:
        await getattr(self, what)(which, address)
        self.holds()

    # --- what happens ---------------------------------------------------------------------------------------------

    async def connect(self, which: int, address: str) -> None:
        self.yard.engine.connect(SEATS[which], address=address)

    async def vanish(self, which: int, address: str) -> None:
        if live := self.live(which):
            self.yard.engine.vanish(live.session)

    async def move(self, which: int, address: str) -> None:
        live = self.live(which)
        if live and live.session in self.yard.engine._connections:
            self.yard.engine.give_address(live.session, address)

    async def look(self, which: int, address: str) -> None:
        await self.yard.attend()

    async def open(self, which: int, address: str) -> None:
        if live := self.live(which):
            await self.yard.open(live, seconds=SECONDS)
            self.until[live.seat, live.address] = self.now + SECONDS

    async def bar(self, which: int, address: str) -> None:
        self.told.discard(which)
        done = await orders.bar(self.yard.gate, BarSeats((SEATS[which].name,), Cause.SEAT))
        self.is_shut(lambda mark: mark.startswith(SEATS[which].name), done.shut)

    async def admit(self, which: int, address: str) -> None:
        self.told.add(which)
        await orders.admit(self.yard.gate, AdmitSeats((admitted(SEATS[which]),)))

    async def end(self, which: int, address: str) -> None:
        if live := self.live(which):
            done = await orders.end(self.yard.gate, EndSessions((to_end(live),), Cause.LIMIT))
            self.is_shut(lambda mark: mark == f"{live.seat} {live.session}", done.shut)

    async def tell(self, which: int, address: str) -> None:
        self.told = {which}
        await orders.tell(self.yard.gate, TellSeats((admitted(SEATS[which]),), first=True, last=True))

    async def wait(self, which: int, address: str) -> None:
        self.yard.clock.move(15_000)

    async def step(self, which: int, address: str) -> None:
        self.yard.clock.step([-3_600_000, 3_600_000, 1][which])

    async def away(self, which: int, address: str) -> None:
        self.yard.engine.away = ["gone", "", ""][which]

    async def lie(self, which: int, address: str) -> None:
        self.yard.engine.lies = which == 0

    async def refuse(self, which: int, address: str) -> None:
        self.yard.kernel.refuses = ["busy", "", ""][which]

    async def restart_engine(self, which: int, address: str) -> None:
        self.yard.engine.restart()
        self.yard.engine.away = "restarting"
        await self.yard.attend()
        self.yard.engine.away = ""

    async def restart_gate(self, which: int, address: str) -> None:
        """It is killed; the kernel and the engine go on, and the vault tells the next one who may connect."""
        yard = self.yard
        yard.gate = Gate({MEMORY: yard.engine}, yard.kernel, yard.clock, run="run-2")
        await yard.gate.table.stand()
        seats = tuple(admitted(SEATS[number]) for number in sorted(self.told))
        await orders.tell(yard.gate, TellSeats(seats, first=True, last=True))

    # --- what holds -----------------------------------------------------------------------------------------------

    def open_places(self) -> list[tuple[Place, str]]:
        """What passes now, whatever anybody thinks of it."""
        kernel: MemoryKernel = self.yard.kernel
        return [(place, mark) for place, (_, mark) in kernel._open.items() if kernel.passes(place)]

    def is_shut(self, whose: Callable[[str], bool], said: bool) -> None:
        """The answer to an end is true, and whatever the engine did: unless the kernel refused, nothing passes."""
        passing = any(whose(mark) for _, mark in self.open_places())
        assert not (said and passing)
        assert said or self.yard.kernel.refuses

    def holds(self) -> None:
        """At every moment: nothing passes for longer than the vault said (promise 5)."""
        for place, mark in self.open_places():
            assert self.now < self.until[mark.partition(" ")[0], place.address]

    async def in_the_end(self) -> None:
        """When all faults are over, and everything was looked at once more (promises 8, 9, 11 and 12)."""
        self.yard.engine.away = self.yard.kernel.refuses = ""
        self.yard.engine.lies = False
        await self.yard.gate.table.stand()
        self.yard.gate.seats.version += 1
        await self.yard.attend()
        self.holds()
        names = {SEATS[number].name for number in self.told}
        sessions = {(one.seat, one.session): one.address for one in await self.yard.engine.live()}
        assert {seat for seat, _ in sessions} <= names
        for place, mark in self.open_places():
            seat, _, session = mark.partition(" ")
            assert seat in names and sessions.get((seat, session)) in (place.address, "")
        for live in self.yard.gate.report().live:
            assert (live.open_seconds > 0) is (bool(live.address) and self.yard.passes(live) and self.is_its(live))

    def is_its(self, live: LiveSession) -> bool:
        """Whether the place of a session is open for it, and not for another one."""
        return any(
            mark == f"{live.seat} {live.session}" and place.address == live.address
            for place, mark in self.open_places()
        )


HAPPENINGS = sorted(
    name
    for name, one in vars(Trial).items()
    if asyncio.iscoroutinefunction(one) and name not in ("begin", "happens", "in_the_end")
)
# Most trials connect, look and open, or there would be nothing to go wrong.
WORDS = st.sampled_from([*HAPPENINGS, *["connect", "look", "open"] * 4])
PLAYS = st.lists(st.tuples(WORDS, st.integers(0, 2), st.sampled_from(ADDRESSES)), max_size=40)


@given(PLAYS)
@settings(max_examples=300, deadline=None)
def test_whatever_happens_in_whatever_order(play: list[tuple[str, int, str]]) -> None:
    async def played() -> None:
        trial = await Trial().begin()
        for what, which, address in play:
            await trial.happens(what, which, address)
        await trial.in_the_end()

    asyncio.run(played())


async def test_the_trial_would_notice() -> None:
    """A gate whose looks shut nothing."""
    trial = await Trial().begin()

    async def careless(engine: object) -> None:
        """It does not look."""

    trial.yard.gate.engines[MEMORY]._looked = careless
    for what, address in (("connect", "10.0.0.5"), ("look", ""), ("open", ""), ("vanish", "")):
        await trial.happens(what, 0, address)
    with pytest.raises(AssertionError):
        await trial.in_the_end()
