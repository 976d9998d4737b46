# SPDX-License-Identifier: Apache-2.0
"""Two thousand sessions end at an engine that closes one after another: shut at once, told in time (promise 14)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from appliance.gate import service as service_module
from appliance.gate.engine import Pace
from appliance.gate.gate import Gate
from appliance.gate.memory_kernel import MemoryKernel
from appliance.gate.service import GateService
from appliance.host.system import SystemClock
from appliance.link.messages import (
    GATE_PAGE,
    BarSeats,
    EndSessions,
    GateDone,
    LiveSession,
    OpenSessions,
    TellSeats,
    ToEnd,
)
from appliance.model.tunnels import Cause
from appliance.testing.memory_tunnel import MemoryEngine, memory_seat
from tests.appliance.gate.gates import admitted, to_end, to_open, when

MANY = 2000
SEATS = [memory_seat(number) for number in range(MANY)]


class Slow(MemoryEngine):
    """It closes a session for each permit; as it is told in time, nobody's test takes a minute."""

    def __init__(self) -> None:
        super().__init__(SystemClock())
        self.permits = asyncio.Semaphore(0)
        self.began = 0

    async def close(self, session: str, cause: Cause) -> None:
        self.began += 1
        await self.permits.acquire()
        await super().close(session, cause)

    def go_on(self, closes: int = MANY) -> None:
        for _ in range(closes):
            self.permits.release()


class Site:
    """A gate at which all of them are open."""

    def __init__(self) -> None:
        self.engine, self.kernel = Slow(), MemoryKernel(SystemClock())
        self.gate = Gate({"memory": self.engine}, self.kernel, SystemClock(), pace=Pace(0.05))
        self.service = GateService(now=lambda: 0, report_seconds=0.05, gate=self.gate)
        self.live: list[LiveSession] = []

    async def open(self) -> None:
        for at in range(0, MANY, GATE_PAGE):
            page = tuple(map(admitted, SEATS[at : at + GATE_PAGE]))
            await self.service._done(TellSeats(page, first=at == 0, last=at + GATE_PAGE >= MANY))
        await when(lambda: self.gate.engines["memory"].ready)
        for number, seat in enumerate(SEATS):
            assert self.engine.connect(seat, address=f"10.9.{number // 250}.{number % 250 + 1}")
        await self.gate.engines["memory"].look()
        self.live = list(self.gate.report().live)
        assert await self.service._done(OpenSessions(tuple(map(to_open, self.live)))) == GateDone()
        assert len(self.kernel._open) == MANY

    async def told(self, make: Callable[[list[LiveSession]], object]) -> list[GateDone]:
        """The pages of an end, side by side, and what is answered."""
        pages = [make(self.live[at : at + GATE_PAGE]) for at in range(0, MANY, GATE_PAGE)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.service._done(page)) for page in pages]
        answers = [task.result() for task in tasks]
        return [answer for answer in answers if isinstance(answer, GateDone)]


def bars(page: list[LiveSession]) -> BarSeats:
    return BarSeats(tuple(one.seat for one in page), Cause.CLOSED)


def ends(page: list[LiveSession]) -> EndSessions:
    return EndSessions(tuple(map(to_end, page)), Cause.DESK)


@asynccontextmanager
async def opened() -> AsyncIterator[Site]:
    site = Site()
    async with asyncio.TaskGroup() as group:
        await site.service.start(group)
        await site.open()
        yield site
        await site.service.close(drain=0.01)


@pytest.mark.parametrize("make", [bars, ends])
async def test_all_are_shut_at_once_and_the_answer_comes_in_time(
    make: Callable[[list[LiveSession]], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "ANSWER_SECONDS", 0.3)
    async with opened() as site:
        answers = await site.told(make)
        assert site.kernel._open == {}, "whatever the engine does"
        assert [(one.shut, one.under_way, one.failed) for one in answers] == [(True, True, ())] * 4
        left = [one for answer in answers for one in answer.left]
        assert set(left) == {ToEnd(one.engine, one.session, one.seat) for one in site.live}
        site.engine.go_on(700)
        await when(lambda: len(site.engine.connected) == MANY - 700)
        await site.gate.engines["memory"].look()
        answers = await site.told(make)
        assert sum(len(one.left) for one in answers) == MANY - 700, "what was done by then"
        site.engine.go_on()
        await when(lambda: not site.engine.connected)
        assert site.engine.began == MANY, "nothing is closed twice because it was told twice"
        await when(lambda: not site.service._orders)
        answers = await site.told(make)
        assert [(one.left, one.shut) for one in answers] == [((), True)] * 4


async def test_a_revocation_meanwhile_does_not_wait_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "ANSWER_SECONDS", 0.1)
    async with opened() as site:
        last = site.live.pop()
        await site.service._done(ends(site.live[:GATE_PAGE]))
        async with asyncio.TaskGroup() as group:
            group.create_task(site.service._done(BarSeats((last.seat,), Cause.SEAT)))
            while last.seat in site.engine.connected:
                site.engine.go_on(1)
                await asyncio.sleep(0)
        assert len(site.engine.connected) > MANY - 50
        site.engine.go_on()


async def test_an_engine_that_fails_under_way_leaves_nothing_reserved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "ANSWER_SECONDS", 0.1)
    async with opened() as site:
        page = ends(site.live[:10])
        await site.service._done(page)
        site.engine.away = "it broke"
        site.engine.go_on()
        await when(lambda: not site.service._orders)
        assert site.gate.engines["memory"]._closing == set()
        site.engine.away = ""
        await when(lambda: site.gate.engines["memory"].ready)
        answer = await site.service._done(page)
        assert isinstance(answer, GateDone) and answer.left == () and answer.shut
