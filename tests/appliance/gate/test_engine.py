# SPDX-License-Identifier: Apache-2.0
"""An engine is prepared, looked at and called; whatever it does, the gate goes on (promise 11)."""

import asyncio
import math
from collections.abc import Sequence
from typing import Any

import pytest

from appliance.contracts.tunnel import EngineAway, EngineSession, Prepared, TunnelSeat
from appliance.gate.engine import Engine, Pace
from appliance.gate.seats import Seats
from appliance.model.tunnels import Cause
from appliance.testing.clock import FakeClock
from appliance.testing.memory_tunnel import MemoryEngine
from tests.appliance.gate.gates import ONE, TWO, when

FAST = Pace(usual=0.002, quick=0.001, quick_for=3.0, least=0.0, first_pause=0.001)


class Attended:
    """An engine as the gate attends to it."""

    def __init__(self, provider: Any = None, pace: Pace | None = None, bare: bool = False) -> None:
        self.clock = FakeClock()
        self.memory = provider or MemoryEngine(self.clock)
        self.seats = Seats()
        self.looked = 0
        self.observed: list[tuple[str, str, bool]] = []
        self.engine = Engine(
            "memory", self.memory, self.seats, self.clock, self._looked, pace=pace, bare=bare, observe=self._observe
        )

    async def ready(self, *seats: TunnelSeat) -> "Attended":
        self.seats.page(seats or (ONE, TWO), first=True, last=True)
        await self.engine.attend()
        return self

    async def _looked(self, engine: Engine) -> None:
        self.looked += 1

    def _observe(self, engine: str, method: str, well: bool, seconds: float) -> None:
        assert seconds >= 0
        self.observed.append((engine, method, well))


async def test_it_is_prepared_once_the_seats_are_known() -> None:
    made = Attended()
    await made.engine.attend()
    assert (made.memory.calls, made.engine.ready, made.engine.interface) == ([], False, "")
    await made.ready()
    assert made.memory.calls == [("prepare", ""), ("live", "")]
    assert (made.engine.ready, made.engine.trouble, made.engine.interface) == (True, "", "rk-mem0")


async def test_it_is_not_prepared_twice_for_the_same() -> None:
    made = await Attended().ready()
    await made.engine.attend()
    assert made.memory.calls.count(("prepare", "")) == 1
    await made.ready(ONE)
    assert made.memory.calls.count(("prepare", "")) == 2
    assert list(made.memory.seats) == [ONE.name]


async def test_after_a_failure_it_is_prepared_again() -> None:
    made = await Attended().ready()
    made.memory.away = "gone"
    await made.engine.attend()
    assert (made.engine.ready, made.engine.trouble) == (False, "gone")
    made.memory.away = ""
    made.memory.restart()
    await made.engine.attend()
    assert made.engine.ready and made.memory.prepared


@pytest.mark.parametrize("method", ["admit", "bar", "close"])
async def test_a_call_that_failed_makes_it_prepare_again(method: str) -> None:
    made = await Attended().ready()
    made.memory.away = "gone"
    words = {"admit": (TWO,), "bar": (ONE.name, Cause.SEAT), "close": ("MEM-1", Cause.SEAT)}[method]
    with pytest.raises(EngineAway, match="gone"):
        await made.engine.call(method, *words)
    assert not made.engine.ready
    with pytest.raises(EngineAway, match="gone"):
        made.engine.need()
    before = len(made.memory.calls)
    with pytest.raises(EngineAway):
        await made.engine.call(method, *words)
    assert len(made.memory.calls) == before


@pytest.mark.parametrize("interface", ["eth0", "rk-", "rk-much-too-long", "rk-a b", "lo", 'rk-"', "rk-*"])
async def test_an_interface_that_the_table_does_not_shut_is_refused(interface: str) -> None:
    """Promise 3."""
    made = await Attended(MemoryEngine(interface=interface)).ready()
    assert not made.engine.ready and "which the table does not shut" in made.engine.trouble


async def test_in_a_plain_demo_there_is_no_other_interface_than_lo() -> None:
    assert (await Attended(MemoryEngine(interface="lo"), bare=True).ready()).engine.ready
    assert not (await Attended(MemoryEngine(interface="rk-a"), bare=True).ready()).engine.ready


class Nonsense(MemoryEngine):
    """Shows what a test wrote."""

    shown: Any = ()

    async def live(self) -> Sequence[EngineSession]:
        await super().live()
        return self.shown  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "shown",
    [
        [EngineSession("S", "seat", "10.0.0.300", "", 0)],
        [EngineSession("S", "seat", "::1", "", 0)],
        [EngineSession("", "seat", "10.0.0.3", "", 0)],
        [EngineSession("S", None, "10.0.0.3", "", 0)],  # type: ignore[arg-type]
        [EngineSession("S", "seat", 5, "", 0)],  # type: ignore[arg-type]
        [EngineSession(5, "seat", "10.0.0.3", "", 0)],  # type: ignore[arg-type]
        [EngineSession("S", "seat", "10.0.0.3", None, 0)],  # type: ignore[arg-type]
        [EngineSession("S", "seat", "10.0.0.3", "\ud800", 0)],
        [EngineSession("S" * 201, "seat", "10.0.0.3", "", 0)],
        [EngineSession("S", "seat", "10.0.0.3", "", None)],  # type: ignore[arg-type]
        [EngineSession("S", "seat", "10.0.0.3", "", math.nan)],
        [EngineSession("S", "seat", "10.0.0.3", "", math.inf)],
        [EngineSession("S", "seat", "10.0.0.3", "", 0, None)],  # type: ignore[arg-type]
        [EngineSession("S", "seat", "10.0.0.3", "", 0, 0, "7")],  # type: ignore[arg-type]
        ["S"],
        [None],
        None,
        7,
        [EngineSession(f"S{number}", "seat", "", "", 0) for number in range(50_001)],
    ],
    ids=range(19),
)
async def test_nonsense_is_no_session(shown: object) -> None:
    made = await Attended(Nonsense()).ready()
    assert isinstance(made.memory, Nonsense)
    made.memory.shown = shown
    await made.engine.look()
    assert (made.engine.ready, made.engine.sessions) == (False, {})
    assert "makes no sense" in made.engine.trouble


class Unready(MemoryEngine):
    """Says of itself what a test wrote."""

    said: Any = None

    async def prepare(self, seats: Sequence[TunnelSeat]) -> Prepared:
        await super().prepare(seats)
        return self.said  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "said",
    [
        None,
        "rk-a",
        Prepared(None, {}),  # type: ignore[arg-type]
        Prepared("rk-a", None),  # type: ignore[arg-type]
        Prepared("rk-a", {"port": 443}),  # type: ignore[dict-item]
    ],
    ids=range(5),
)
async def test_an_engine_that_says_nonsense_of_itself_is_not_ready(said: object) -> None:
    """Promise 11."""
    engine = Unready()
    engine.said = said
    made = await Attended(engine).ready()
    assert (made.engine.ready, made.engine.prepared) == (False, None)
    assert "makes no sense" in made.engine.trouble


async def test_what_it_showed_last_stays_while_it_does_not_answer() -> None:
    made = await Attended().ready()
    session = made.memory.connect(ONE)
    await made.engine.look()
    made.memory.away = "gone"
    await made.engine.look()
    assert list(made.engine.sessions) == [session]


async def test_sessions_are_found_by_seat_and_by_address() -> None:
    made = await Attended().ready()
    first, second = made.memory.connect(ONE, address="10.0.0.5"), made.memory.connect(TWO, address="")
    await made.engine.look()
    assert [one.session for one in made.engine.of_seat([ONE.name, "nobody"])] == [first]
    assert [one.session for one in made.engine.at["10.0.0.5"]] == [first]
    assert made.engine.mark(made.engine.sessions[second]) == f"{TWO.name} {second}"


async def test_a_seat_is_admitted_again_only_if_it_may() -> None:
    made = await Attended().ready()
    await made.engine.call("bar", ONE.name, Cause.LIMIT)
    await made.engine.admit_again(ONE.name)
    assert ONE.name in made.memory.seats
    made.seats.remove([ONE.name])
    await made.engine.call("bar", ONE.name, Cause.SEAT)
    await made.engine.admit_again(ONE.name)
    assert ONE.name not in made.memory.seats


async def test_calls_come_one_after_another_and_looks_beside_them() -> None:
    made = await Attended().ready()
    made.memory.hang()
    made.memory.calls.clear()
    async with asyncio.TaskGroup() as group:
        for seat in (ONE, TWO):
            group.create_task(made.engine.call("bar", seat.name, Cause.SEAT))
        group.create_task(made.engine.look())
        await when(lambda: len(made.memory.calls) == 2)
        assert sorted(name for name, _ in made.memory.calls) == ["bar", "live"]
        made.memory.go_on()
    assert len(made.memory.calls) == 3


async def test_every_call_is_counted_with_how_it_went() -> None:
    made = await Attended().ready()
    made.memory.away = "gone"
    await made.engine.look()
    assert made.observed == [("memory", "prepare", True), ("memory", "live", True), ("memory", "live", False)]


# --- pace ---------------------------------------------------------------------------------------------------------


async def test_it_is_looked_at_often_while_somebody_connects() -> None:
    made = await Attended().ready()
    assert made.engine._due() == 5.0
    session = made.memory.connect(ONE, address="")
    await made.engine.look()
    assert made.engine._due() == 0.3
    made.memory.give_address(session, "10.0.0.5")
    await made.engine.look()
    assert made.engine._due() == 5.0


async def test_who_gets_no_address_is_not_waited_for_for_ever() -> None:
    made = await Attended().ready()
    made.memory.connect(ONE, address="")
    made.clock.move(60_000)
    await made.engine.look()
    assert made.engine._due() == 5.0


async def test_a_knock_hurries_for_a_while() -> None:
    made = await Attended().ready()
    made.engine.hurry()
    assert made.engine._due() == 0.3
    made.clock.move(4000)
    assert made.engine._due() == 5.0


async def test_pauses_grow_while_it_is_away() -> None:
    made = await Attended().ready()
    made.memory.away = "gone"
    await made.engine.attend()
    assert [made.engine._due() for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
    made.memory.away = ""
    await made.engine.attend()
    made.memory.away = "gone"
    await made.engine.attend()
    assert made.engine._due() == 0.5


async def test_it_runs_by_itself_and_a_knock_wakes_it() -> None:
    made = Attended(pace=Pace(usual=1000.0, least=0.0))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(made.engine.run())
        made.seats.page([ONE], first=True, last=True)
        made.engine.hurry()
        await when(lambda: made.engine.ready)
        session = made.memory.connect(ONE)
        made.engine.hurry()
        await when(lambda: session in made.engine.sessions)
        task.cancel()


async def test_it_finds_a_restarted_engine_by_itself() -> None:
    made = Attended(pace=FAST)
    async with asyncio.TaskGroup() as group:
        made.seats.page([ONE], first=True, last=True)
        task = group.create_task(made.engine.run())
        await when(lambda: made.engine.ready)
        made.memory.away = "restarting"
        await when(lambda: not made.engine.ready)
        made.memory.restart()
        made.memory.away = ""
        await when(lambda: made.engine.ready)
        assert made.memory.prepared
        task.cancel()


class Slow(MemoryEngine):
    """Is told of another seat while it is being prepared."""

    meanwhile: Any = None

    async def prepare(self, seats: Sequence[TunnelSeat]) -> Prepared:
        prepared = await super().prepare(seats)
        if self.meanwhile is not None:
            self.meanwhile()
        return prepared


async def test_what_is_told_while_it_is_prepared_is_not_lost() -> None:
    made = Attended(Slow())
    assert isinstance(made.memory, Slow)
    made.memory.meanwhile = lambda: made.seats.page([TWO], first=True, last=True)
    await made.ready(ONE)
    made.memory.meanwhile = None
    await made.engine.attend()
    assert list(made.memory.seats) == [TWO.name]
