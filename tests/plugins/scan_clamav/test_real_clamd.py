# SPDX-License-Identifier: Apache-2.0
"""Before a real clamd with signatures of the test: verdicts, limits, and all the ways in which it can go away."""

import asyncio
import re
import shutil
import subprocess
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from renkei_scan_clamav import ScanClamav, Settings, Stale

from appliance.contracts.plugin import PluginError
from appliance.contracts.scanner import Scanned, Scanner, ScannerAway, ScanRequest, Verdict
from appliance.model.time import DAY
from appliance.model.words import Format
from appliance.testing.clock import FakeClock
from appliance.testing.scanner_suite import CLEAN, Engine, ScannerSuite
from appliance.testing.services import fake_services
from tests.servers.clamd import MARK, Clamd, clamd, program

MANUAL = Path(__file__).parents[3] / "docs" / "plugins" / "scan_clamav.md"
MIB = 1024 * 1024
FOUND = Scanned(Verdict.INFECTED, "Renkei.Own.UNOFFICIAL")
SETTINGS = Settings(max_mib=8, max_signature_age_days=0, timeout_seconds=20)
pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(program() is None, reason="clamd is not installed: `make apt`"),
]


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Clamd]:
    with clamd(tmp_path) as running:
        yield running


def plugin(real: Clamd, clock: FakeClock | None = None, **changed: Any) -> ScanClamav:
    settings = replace(SETTINGS, socket=str(real.socket), **changed)
    return ScanClamav(settings, fake_services(clock=clock or FakeClock()))


def scanner(real: Clamd, clock: FakeClock | None = None, **changed: Any) -> Scanner:
    (made,) = plugin(real, clock, **changed).register_scanner()
    return made


async def scan(made: Scanner, *pieces: bytes, between: Callable[[], None] = lambda: None) -> Scanned:
    """The verdict on a document; between is done before each piece but the first."""

    async def chunks() -> AsyncIterator[bytes]:
        for number, piece in enumerate(pieces):
            if number:
                between()
            yield piece

    return await made.scan(ScanRequest("a" * 26, Format.PDF, sum(map(len, pieces)), chunks))


# --- the contract -------------------------------------------------------------------------------------------------


class RealEngine(Engine):
    """scan_clamav and its clamd."""

    infected = CLEAN + MARK

    def __init__(self, real: Clamd) -> None:
        self.scanner = scanner(real)
        self._real = real

    async def leave(self) -> None:
        self._real.kill()

    async def come_back(self) -> None:
        self._real.kill()
        self._real.start()

    async def hang(self) -> None:
        self._real.freeze()


class TestReal(ScannerSuite):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.path = tmp_path

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Engine]:
        with clamd(self.path) as real:
            yield RealEngine(real)


# --- verdicts -----------------------------------------------------------------------------------------------------


def pdf(hidden: bytes) -> bytes:
    """A PDF with something in a packed stream."""
    packed = zlib.compress(hidden)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 0/Kids[]>>",
        b"<</Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(packed), packed),
    ]
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % (number, each) for number, each in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer\n<</Root 1 0 R/Size 4>>\nstartxref\n0\n%%EOF\n"


async def test_it_looks_into_a_pdf(real: Clamd) -> None:
    made = scanner(real)
    assert await scan(made, pdf(b"nothing " * 100)) == Scanned(Verdict.CLEAN)
    infected = pdf(b"nothing " * 100 + MARK)
    assert MARK not in infected
    assert await scan(made, infected) == FOUND


SEVEN_ZIP = "7zz a -tzip -psecret made.zip plain.pdf"


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (f"{SEVEN_ZIP} -mem=AES256", "Heuristics.Encrypted.Zip"),
        (f"{SEVEN_ZIP} -mem=ZipCrypto", "Heuristics.Encrypted.Zip"),
        ("qpdf --encrypt secret owner 256 -- plain.pdf made.pdf", "Heuristics.Encrypted.PDF"),
    ],
)
async def test_what_is_locked_is_not_scannable(real: Clamd, tmp_path: Path, command: str, name: str) -> None:
    assert await scan(scanner(real), made_by(command, tmp_path)) == Scanned(Verdict.NOT_SCANNABLE, name)


def made_by(command: str, folder: Path) -> bytes:
    """What a program makes of a PDF."""
    if shutil.which(command.split()[0]) is None:
        pytest.skip(f"{command.split()[0]} is not installed: `make apt`")
    (folder / "plain.pdf").write_bytes(pdf(MARK))
    # qpdf mends the PDF of this test, which has no table, and says so by 3.
    done = subprocess.run(command.split(), cwd=folder, capture_output=True, check=False)
    assert done.returncode in (0, 3), done.stderr
    (made,) = folder.glob("made.*")
    return made.read_bytes()


async def test_what_is_larger_than_its_limits_is_not_scannable(tmp_path: Path) -> None:
    """The stream's, which it tells in the middle; and that of a file, which it tells at the end."""
    for option, name in (("StreamMaxLength", "StreamMaxLength"), ("MaxFileSize", "Heuristics.Limits.Exceeded")):
        folder = tmp_path / option
        folder.mkdir()
        with clamd(folder) as real:
            made = scanner(real)
            assert await scan(made, *[bytes(MIB)] * 3) == Scanned(Verdict.CLEAN)
            real.stop()
            real.options[option] = "2M"
            real.start()
            for sizes in ([MIB] * 3, [3 * MIB], [8 * MIB]):
                said = await scan(made, *map(bytes, sizes))
                assert said.verdict is Verdict.NOT_SCANNABLE and name in said.named, (option, sizes)


async def test_what_is_found_before_the_limit_is_found(real: Clamd) -> None:
    assert await scan(scanner(real), bytes(MIB) + MARK, bytes(MIB)) == FOUND


async def test_fifty_at_once(real: Clamd) -> None:
    made = scanner(real, parallel=8)
    contents = [pdf(b"%d " % number * 5_000 + MARK * (number % 2)) for number in range(50)]
    said = await asyncio.gather(*(scan(made, content[:5_000], content[5_000:]) for content in contents))
    assert said == [FOUND if number % 2 else Scanned(Verdict.CLEAN) for number in range(50)]


# --- a clamd that cannot be believed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"StreamMaxLength": "7M"}, "StreamMaxLength 8M"),
        ({"AlertExceedsMax": "no"}, "set AlertExceedsMax yes"),
        ({"AlertEncrypted": "no"}, "set AlertEncrypted yes"),
    ],
)
async def test_settings_with_which_it_would_lie_stop_the_start(
    tmp_path: Path, options: dict[str, str], said: str
) -> None:
    with clamd(tmp_path, options) as real:
        made = plugin(real)
        made.register_scanner()
        with pytest.raises(PluginError, match=said):
            await made.check()


async def test_with_the_settings_of_the_manual_it_is_believed_by_default(tmp_path: Path) -> None:
    text = MANUAL.read_text("utf-8")
    options = dict(re.findall(r"^([A-Z]\w+) (\w+)$", text, re.MULTILINE))
    assert {"StreamMaxLength", "MaxFileSize", "AlertExceedsMax", "AlertEncrypted"} <= set(options)
    with clamd(tmp_path, options) as real:
        made = ScanClamav(Settings(socket=str(real.socket)), fake_services())
        made.register_scanner()
        await made.check()


async def test_depths_are_exceeded_whatever_the_limit_is(tmp_path: Path) -> None:
    with clamd(tmp_path, {"MaxRecursion": "100"}) as real:
        await plugin(real).check()


async def test_signatures_that_do_not_know_the_test_text(real: Clamd) -> None:
    real.sign(knows_eicar=False)
    real.reload()
    with pytest.raises(PluginError, match="EICAR"):
        await plugin(real).check()
    await plugin(real, self_test=False).check()


# --- signatures ---------------------------------------------------------------------------------------------------


async def test_the_age_of_signatures_is_known_and_may_hold_documents(real: Clamd) -> None:
    clock = FakeClock()
    made = scanner(real, clock, max_signature_age_days=7, stale=Stale.HOLD)
    with pytest.raises(ScannerAway, match="daily signatures"):
        await scan(made, CLEAN)
    real.sign(made_at=clock.now() - 8 * DAY)
    real.reload()
    state = await made.state()
    assert state.engine.startswith("ClamAV ") and state.signatures_at == clock.now() - 8 * DAY
    with pytest.raises(ScannerAway, match="8 days old"):
        await scan(made, CLEAN)
    real.sign(made_at=clock.now() - DAY, number=27_813)
    real.reload()
    assert await scan(made, CLEAN) == Scanned(Verdict.CLEAN)


async def test_an_update_amid_scans_disturbs_nobody(real: Clamd) -> None:
    made = scanner(real)
    assert await scan(made, CLEAN, MARK, between=real.reload) == FOUND
    real.sign(made_at=FakeClock().now())
    assert await scan(made, CLEAN, CLEAN, between=real.reload) == Scanned(Verdict.CLEAN)


# --- away ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["kill", "stop"])
async def test_one_that_ends_amid_a_document_gives_no_verdict(real: Clamd, how: str) -> None:
    made = scanner(real)
    assert await scan(made, CLEAN) == Scanned(Verdict.CLEAN)
    with pytest.raises(ScannerAway):
        await scan(made, CLEAN, bytes(MIB), between=getattr(real, how))
    with pytest.raises(ScannerAway):
        await scan(made, CLEAN)
    real.start()
    assert await scan(made, CLEAN) == Scanned(Verdict.CLEAN)


async def test_one_that_stands_still_is_not_waited_for(real: Clamd) -> None:
    made = scanner(real, timeout_seconds=0.3)
    assert await scan(made, CLEAN) == Scanned(Verdict.CLEAN)
    real.freeze()
    for size in (1, 8 * MIB):
        with pytest.raises(ScannerAway, match="did not answer within"):
            await scan(made, bytes(size))
    real.thaw()
    assert await scan(scanner(real), pdf(MARK)) == FOUND


async def test_it_is_away_while_it_starts_and_heals_by_itself(tmp_path: Path) -> None:
    real = Clamd(tmp_path)
    made = plugin(real)
    (engine,) = made.register_scanner()
    await made.check()
    with pytest.raises(ScannerAway, match="is not there"):
        await scan(engine, CLEAN)
    try:
        real.start()
        assert await scan(engine, CLEAN) == Scanned(Verdict.CLEAN)
    finally:
        real.kill()
