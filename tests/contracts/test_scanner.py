# SPDX-License-Identifier: Apache-2.0
"""The contract of scanners, kept by two implementations; and the suite notices who does not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from renkei_scan_clamav import ScanClamav, Settings
from renkei_scan_clamav.trust import locked

from appliance.contracts.scanner import (
    MAX_NAMED,
    Scanned,
    ScannerAway,
    ScannerState,
    ScanRequest,
    Verdict,
)
from appliance.testing.memory_scanner import CLOSED, FOUND, INFECTED, LOCKED, MemoryScanner
from appliance.testing.scanner_suite import CLEAN, Engine, ScannerSuite
from appliance.testing.services import fake_services
from tests.contracts.breaking import failures
from tests.plugins.scan_clamav.fake_clamd import MARK, FakeClamd, fake_clamd, hangs

CLEAR = Scanned(Verdict.CLEAN)


class MemoryEngine(Engine):
    """The fake."""

    infected = CLEAN + INFECTED
    locked = CLEAN + LOCKED

    def __init__(self, scanner: MemoryScanner) -> None:
        self.scanner: MemoryScanner = scanner

    async def leave(self) -> None:
        self.scanner.away = "nobody is there"

    async def come_back(self) -> None:
        self.scanner.away, self.scanner.answer = "", None

    async def hang(self) -> None:
        async def forever(request: ScanRequest) -> Scanned:
            await asyncio.Event().wait()
            raise AssertionError

        self.scanner.answer = forever


class TestMemory(ScannerSuite):
    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Engine]:
        yield MemoryEngine(MemoryScanner())


class ClamavEngine(Engine):
    """scan_clamav before a clamd that plays its part; tests/plugins/scan_clamav has a real one."""

    infected = CLEAN + MARK
    locked = locked()

    def __init__(self, fake: FakeClamd) -> None:
        plugin = ScanClamav(Settings(socket=str(fake.path), max_mib=8), fake_services())
        (self.scanner,) = plugin.register_scanner()
        self._fake = fake

    async def leave(self) -> None:
        await self._fake.stop()

    async def come_back(self) -> None:
        self._fake.plays.clear()
        await self._fake.stop()
        await self._fake.start()

    async def hang(self) -> None:
        self._fake.plays = {"INSTREAM": hangs, "VERSION": hangs}


class TestClamav(ScannerSuite):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.path = tmp_path

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Engine]:
        async with fake_clamd(self.path) as fake:
            yield ClamavEngine(fake)


# --- answers that cannot be made ----------------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["a\nb", "\0", "x" * (MAX_NAMED + 1), "\u202e"])
def test_a_name_is_one_line(named: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        Scanned(Verdict.INFECTED, named)
    with pytest.raises(ValueError, match="one line"):
        ScannerState(named)


@pytest.mark.parametrize("verdict", ["clean", None, True, 0])
def test_a_verdict_is_one_of_three(verdict: Any) -> None:
    with pytest.raises(ValueError, match="one of three"):
        Scanned(verdict)


@pytest.mark.parametrize("at", [-1, 1.5, None, True])
def test_signatures_have_an_instant(at: Any) -> None:
    with pytest.raises(ValueError, match="instant"):
        ScannerState("engine", at)


def test_an_engine_has_a_name() -> None:
    with pytest.raises(ValueError, match="engine"):
        ScannerState("")


def test_what_fits_is_carried() -> None:
    assert Scanned(Verdict.INFECTED, "Ａ" * MAX_NAMED).named == "Ａ" * MAX_NAMED
    assert ScannerState("エンジン 1").signatures_at == 0


# --- scanners that break the contract -----------------------------------------------------------------------------


async def read(request: ScanRequest) -> bytes:
    return b"".join([piece async for piece in request.chunks()])


class Blind(MemoryScanner):
    """Finds nothing."""

    async def scan(self, request: ScanRequest) -> Scanned:
        await super().scan(request)
        return CLEAR


class Suspicious(MemoryScanner):
    async def scan(self, request: ScanRequest) -> Scanned:
        await super().scan(request)
        return FOUND


class TwoValued(MemoryScanner):
    """Takes what it cannot look into for infected."""

    async def scan(self, request: ScanRequest) -> Scanned:
        said = await super().scan(request)
        return FOUND if said == CLOSED else said


class Trusting(MemoryScanner):
    """Takes what it cannot look into for clean."""

    async def scan(self, request: ScanRequest) -> Scanned:
        said = await super().scan(request)
        return CLEAR if said == CLOSED else said


class StopsAtEmpty(MemoryScanner):
    """Takes an empty piece for the end."""

    async def scan(self, request: ScanRequest) -> Scanned:
        async for piece in request.chunks():
            if not piece:
                return CLEAR
            if INFECTED in piece:
                return FOUND
        return CLEAR


class LooksAtPieces(MemoryScanner):
    """Misses what stands across two pieces."""

    async def scan(self, request: ScanRequest) -> Scanned:
        said = CLEAR
        async for piece in request.chunks():
            said = next((found for mark, found in self.marks.items() if mark in piece), said)
        return said


class NoName(MemoryScanner):
    async def scan(self, request: ScanRequest) -> Scanned:
        return Scanned((await super().scan(request)).verdict)


class Remembers(MemoryScanner):
    """What was infected once makes the next infected."""

    before = CLEAR

    async def scan(self, request: ScanRequest) -> Scanned:
        said, self.before = self.before, await super().scan(request)
        return said if said == FOUND else self.before


class Mixes(MemoryScanner):
    async def scan(self, request: ScanRequest) -> Scanned:
        self.said = await super().scan(request)
        await asyncio.sleep(0)
        return self.said


class Unread(MemoryScanner):
    """Knows documents by their size."""

    async def scan(self, request: ScanRequest) -> Scanned:
        return CLEAR if request.size in (len(CLEAN), 1, 1_000, 3 * 1024 * 1024 + 1) else await super().scan(request)


class Swallows(MemoryScanner):
    """A document that cannot be read is clean as far as it goes."""

    async def scan(self, request: ScanRequest) -> Scanned:
        try:
            return await super().scan(request)
        except ScannerAway:
            raise
        except Exception:  # noqa: BLE001 - it is broken on purpose
            return CLEAR


class Leaks(MemoryScanner):
    """Has ten places, and loses one with each that gives up waiting."""

    places = 10

    async def scan(self, request: ScanRequest) -> Scanned:
        if not self.places:
            raise RuntimeError("no place is left")
        self.places -= 1
        said = await super().scan(request)
        self.places += 1
        return said


class SilentlyAway(MemoryScanner):
    """Nobody there, nothing found."""

    async def scan(self, request: ScanRequest) -> Scanned:
        return CLEAR if self.away else await super().scan(request)


class StaysAway(MemoryScanner):
    """Does not come back."""

    gone = False

    async def state(self) -> ScannerState:
        self.gone = self.gone or bool(self.away)
        if self.gone:
            raise ScannerAway("gone")
        return await super().state()


class Wordless(MemoryScanner):
    def _need(self) -> None:
        if self.away:
            raise ScannerAway


class AnotherError(MemoryScanner):
    def _need(self) -> None:
        if self.away:
            raise ConnectionError(self.away)


class KnowsItsPast(MemoryScanner):
    """Tells its state while it is away."""

    async def state(self) -> ScannerState:
        return ScannerState(self.engine)


class SaysYes(MemoryScanner):
    async def scan(self, request: ScanRequest) -> Any:
        said = await super().scan(request)
        return said if said.verdict is not Verdict.CLEAN else _Yes()


class _Yes:
    verdict = Verdict.CLEAN


class NotAwaited(MemoryScanner):
    def state(self) -> Any:
        return super().state()


def suite_of(make: type[MemoryScanner]) -> type[Any]:
    """The suite with a scanner."""

    class Suite(ScannerSuite):
        @asynccontextmanager
        async def opened(self) -> AsyncIterator[Engine]:
            yield MemoryEngine(make())

    return Suite


@pytest.mark.parametrize(
    ("make", "noticed"),
    [
        (Blind, "an_infected_document_is_infected_and_what_it_has_is_named"),
        (Suspicious, "a_clean_document_is_clean"),
        (TwoValued, "what_it_cannot_look_into_is_neither"),
        (Trusting, "what_it_cannot_look_into_is_neither"),
        (StopsAtEmpty, "the_pieces_in_which_it_comes_do_not_matter"),
        (LooksAtPieces, "the_pieces_in_which_it_comes_do_not_matter"),
        (NoName, "an_infected_document_is_infected_and_what_it_has_is_named"),
        (Remembers, "it_says_the_same_twice"),
        (Mixes, "many_at_once_do_not_mix"),
        (Unread, "what_is_clean_was_read_to_its_end"),
        (Swallows, "a_document_that_cannot_be_read_has_no_verdict"),
        (Leaks, "whoever_gives_up_waiting_harms_nobody"),
        (SilentlyAway, "an_engine_that_is_away_is_away_until_it_comes_back"),
        (StaysAway, "an_engine_that_is_away_is_away_until_it_comes_back"),
        (Wordless, "an_engine_that_is_away_is_away_until_it_comes_back"),
        (AnotherError, "an_engine_that_is_away_is_away_until_it_comes_back"),
        (KnowsItsPast, "an_engine_that_is_away_is_away_until_it_comes_back"),
        (SaysYes, "an_answer_is_a_verdict"),
        (NotAwaited, "an_answer_is_a_verdict"),
    ],
)
async def test_the_suite_notices(make: type[MemoryScanner], noticed: str) -> None:
    assert noticed in await failures(suite_of(make))


async def test_the_suite_finds_no_fault_where_there_is_none() -> None:
    assert await failures(suite_of(MemoryScanner)) == set()
