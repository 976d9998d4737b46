# SPDX-License-Identifier: Apache-2.0
"""How scanners are is remembered; one that took long to be away costs the next document nothing."""

import asyncio
from typing import Any

import pytest

from appliance.contracts.scanner import ScannerAway, ScannerState
from appliance.host.host import Provided
from appliance.model.time import SECOND
from appliance.testing.clock import FakeClock
from appliance.testing.memory_scanner import SIGNATURES_AT, MemoryScanner
from appliance.vault.documents.scanner_watch import REST_SECONDS, ScannerWatch

HERE = ScannerState("memory 1.0", SIGNATURES_AT)


class Slow(MemoryScanner):
    """Takes its time to be away; asked counts how often it was asked."""

    def __init__(self, clock: FakeClock, milliseconds: int) -> None:
        super().__init__()
        self.asked = 0
        self._clock = clock
        self._milliseconds = milliseconds

    async def state(self) -> ScannerState:
        self.asked += 1
        self._clock.move(self._milliseconds)
        return await super().state()


async def is_away(watch: ScannerWatch, scanner: Any) -> bool:
    try:
        await watch.state(Provided("one", scanner))
    except ScannerAway:
        return True
    return False


async def test_what_a_scanner_said_last_is_remembered() -> None:
    watch, scanner = ScannerWatch(FakeClock()), MemoryScanner()
    assert watch.states == {}
    assert await watch.state(Provided("one", scanner)) == HERE
    assert watch.states == {"one": HERE}
    scanner.away = "at lunch"
    with pytest.raises(ScannerAway, match="at lunch"):
        await watch.state(Provided("one", scanner))
    assert watch.states == {"one": None}
    scanner.away = ""
    assert await watch.state(Provided("one", scanner)) == HERE
    assert watch.states == {"one": HERE}


async def test_the_log_says_once_that_it_went_and_once_that_it_is_back(caplog: pytest.LogCaptureFixture) -> None:
    watch, scanner = ScannerWatch(FakeClock()), MemoryScanner()
    for away in ("", "at lunch", "at lunch", "", ""):
        scanner.away = away
        assert await is_away(watch, scanner) is bool(away)
    assert caplog.messages == [
        "the scanner one is away, and documents wait for it: at lunch",
        "the scanner one is back: memory 1.0; what waits for it is looked at now",
    ]


async def test_one_that_is_away_from_the_first_is_told_as_well(caplog: pytest.LogCaptureFixture) -> None:
    scanner = MemoryScanner()
    scanner.away = "at lunch"
    assert await is_away(ScannerWatch(FakeClock()), scanner)
    assert len(caplog.messages) == 1


@pytest.mark.parametrize(("milliseconds", "rests"), [(0, False), (999, False), (1_000, True), (5_000, True)])
async def test_one_that_took_long_to_be_away_is_left_alone_for_a_while(milliseconds: int, rests: bool) -> None:
    clock = FakeClock()
    watch, scanner = ScannerWatch(clock), Slow(clock, milliseconds)
    scanner.away = "asleep"
    assert await is_away(watch, scanner)
    scanner.away = ""
    assert await is_away(watch, scanner) is rests
    assert scanner.asked == (1 if rests else 2)
    clock.move(int(REST_SECONDS * SECOND))
    assert not await is_away(watch, scanner)


async def test_one_that_is_slow_and_there_is_asked_each_time() -> None:
    clock = FakeClock()
    watch, scanner = ScannerWatch(clock), Slow(clock, 5_000)
    for _ in range(3):
        assert not await is_away(watch, scanner)
    assert scanner.asked == 3


async def test_all_are_asked_at_once_and_none_disturbs_another() -> None:
    watch, both = ScannerWatch(FakeClock()), asyncio.Barrier(2)

    class Together(MemoryScanner):
        async def state(self) -> ScannerState:
            await both.wait()
            return await super().state()

    there, gone = Together(), Together()
    gone.away = "gone"
    await watch.look_after([Provided("there", there), Provided("gone", gone)])
    assert watch.states == {"there": HERE, "gone": None}


async def test_who_gives_up_waiting_changes_nothing() -> None:
    class Hangs(MemoryScanner):
        async def state(self) -> ScannerState:
            await asyncio.Event().wait()
            raise AssertionError

    watch = ScannerWatch(FakeClock(), {"one": HERE})
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await watch.state(Provided("one", Hangs()))
    assert watch.states == {"one": HERE}
