# SPDX-License-Identifier: Apache-2.0
"""Documents before clamd: some at once, only such as it takes, and only a clamd that may be believed."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from renkei_scan_clamav.clamd import Clamd
from renkei_scan_clamav.scanner import TRUST_SECONDS, ClamavScanner
from renkei_scan_clamav.settings import Settings, Stale
from renkei_scan_clamav.trust import Unfit, eicar, nested

from appliance.contracts.scanner import Scanned, ScannerAway, ScannerState, ScanRequest, Verdict
from appliance.model.time import DAY, SECOND, in_japan
from appliance.model.words import Format
from appliance.testing.clock import FakeClock
from appliance.testing.services import fake_services
from tests.plugins.scan_clamav.fake_clamd import MARK, FakeClamd, hangs, says

CLEAN = Scanned(Verdict.CLEAN)
MIB = 1024 * 1024


class Before:
    """A scanner before a clamd, and its clock."""

    def __init__(self, fake: FakeClamd, settings: Settings = Settings(max_mib=8)) -> None:  # noqa: B008 - frozen
        self.clock = FakeClock()
        self.settings = replace(settings, socket=str(fake.path))
        clamd = Clamd(self.settings.place, 10)
        self.scanner = ClamavScanner(clamd, self.settings, fake_services(clock=self.clock))

    async def scan(self, content: bytes = b"%PDF-1.7", size: int | None = None) -> Scanned:
        async def chunks() -> AsyncIterator[bytes]:
            yield content

        return await self.scanner.scan(
            ScanRequest("a" * 26, Format.PDF, len(content) if size is None else size, chunks)
        )


async def test_clean_and_infected(fake: FakeClamd) -> None:
    before = Before(fake)
    assert await before.scan() == CLEAN
    assert await before.scan(b"%PDF" + MARK) == Scanned(Verdict.INFECTED, "Renkei.Own.UNOFFICIAL")


async def test_its_state(fake: FakeClamd) -> None:
    state = await Before(fake).scanner.state()
    assert state.engine == "ClamAV 1.4.6"
    assert in_japan(state.signatures_at).isoformat() == "2026-06-08T08:44:21+09:00"


@pytest.mark.parametrize(("size", "shown"), [(8 * MIB, True), (8 * MIB + 1, False)])
async def test_what_is_larger_than_it_takes_is_not_shown_to_it(fake: FakeClamd, size: int, shown: bool) -> None:
    before = Before(fake)
    said = await before.scan(bytes(size))
    assert said == (CLEAN if shown else Scanned(Verdict.NOT_SCANNABLE, "larger than 8 MiB"))
    assert bool(fake.asked) is shown


async def test_no_more_at_once_than_agreed(fake: FakeClamd) -> None:
    before = Before(fake, Settings(max_mib=8, parallel=3))
    said = await asyncio.gather(*(before.scan(MARK if number % 2 else b"%PDF") for number in range(20)))
    assert [one.verdict is Verdict.INFECTED for one in said] == [bool(number % 2) for number in range(20)]
    assert fake.most <= 3


async def test_who_gives_up_frees_the_place(fake: FakeClamd) -> None:
    before = Before(fake, Settings(max_mib=8, parallel=1))
    assert await before.scan() == CLEAN
    fake.plays["INSTREAM"] = hangs
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await before.scan()
    fake.plays.clear()
    assert await before.scan() == CLEAN


# --- trust --------------------------------------------------------------------------------------------------------


def times_tested(fake: FakeClamd) -> int:
    """How often it was put to the test: four questions each."""
    return fake.asked.count("INSTREAM") // 4


async def test_it_is_tested_once_for_all(fake: FakeClamd) -> None:
    before = Before(fake)
    await asyncio.gather(*(before.scanner.state() for _ in range(10)))
    assert times_tested(fake) == 1


async def test_it_is_tested_again_after_an_update_and_after_a_while(fake: FakeClamd) -> None:
    before = Before(fake)
    await before.scanner.state()
    fake.version = fake.version.replace("27812", "27813")
    await before.scanner.state()
    assert times_tested(fake) == 2
    before.clock.move(int(TRUST_SECONDS * SECOND) - 1)
    await before.scanner.state()
    assert times_tested(fake) == 2
    before.clock.move(1)
    await before.scanner.state()
    assert times_tested(fake) == 3


async def test_an_update_that_forgets_everything_is_noticed_and_heals(fake: FakeClamd) -> None:
    before = Before(fake)
    assert await before.scan() == CLEAN
    fake.version, name = fake.version.replace("27812", "27813"), fake.found.pop(eicar())
    for _ in range(2):
        with pytest.raises(Unfit):
            await before.scan()
    fake.found[eicar()] = name
    assert await before.scan() == CLEAN


async def test_a_set_of_ones_own_needs_not_know_the_test(fake: FakeClamd) -> None:
    fake.version = "ClamAV 1.4.6"
    del fake.found[eicar()]
    before = Before(fake, Settings(max_mib=8, self_test=False))
    assert await before.scanner.state() == ScannerState("ClamAV 1.4.6")
    del fake.found[nested()]
    before = Before(fake, Settings(max_mib=8, self_test=False))
    with pytest.raises(Unfit):
        await before.scanner.state()


async def test_what_hangs_amid_the_test_holds_up_nobody_afterwards(fake: FakeClamd) -> None:
    before = Before(fake)
    fake.plays["INSTREAM"] = hangs
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await before.scan()
    fake.plays.clear()
    assert await before.scan() == CLEAN


@pytest.mark.parametrize("answer", [b"stream: Malformed file ERROR\0", b"UNKNOWN COMMAND\0", b"", b"stream: OK"])
async def test_no_verdict_is_away(fake: FakeClamd, answer: bytes) -> None:
    before = Before(fake)
    await before.scanner.state()
    fake.plays["INSTREAM"] = says(answer)
    with pytest.raises(ScannerAway):
        await before.scan()


# --- the age of signatures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "days", "known", "complaint"),
    [
        (7, 6, True, ""),
        (7, 7, True, "are 8 days old"),
        (0, 1000, True, ""),
        (0, 0, False, ""),
        (7, 0, False, "none of ClamAV's daily signatures"),
        (7, -3, True, ""),
    ],
)
@pytest.mark.parametrize("stale", Stale)
async def test_old_signatures(
    fake: FakeClamd,
    caplog: pytest.LogCaptureFixture,
    most: int,
    days: int,
    known: bool,
    complaint: str,
    stale: Stale,
) -> None:
    before = Before(fake, Settings(max_mib=8, max_signature_age_days=most, stale=stale))
    if not known:
        fake.version = "ClamAV 1.4.6"
    before.clock.move(days * DAY)
    with caplog.at_level(logging.WARNING):
        assert (await before.scanner.state()).engine == "ClamAV 1.4.6"
    assert complaint in caplog.text and bool(caplog.text) is bool(complaint)
    if complaint and stale is Stale.HOLD:
        with pytest.raises(ScannerAway, match=complaint):
            await before.scan()
    else:
        assert await before.scan() == CLEAN
