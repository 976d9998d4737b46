# SPDX-License-Identifier: Apache-2.0
"""The scanner in memory does what a test wants."""

from collections.abc import AsyncIterator

import pytest

from appliance.contracts.scanner import Scanned, ScannerAway, ScannerState, ScanRequest, Verdict
from appliance.model.words import Format
from appliance.testing.memory_scanner import CLOSED, FOUND, INFECTED, LOCKED, SIGNATURES_AT, MemoryScanner


def request(content: bytes, id: str = "a" * 26) -> ScanRequest:
    async def chunks() -> AsyncIterator[bytes]:
        yield content[:5]
        yield content[5:]

    return ScanRequest(id, Format.PDF, len(content), chunks)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"%PDF", Scanned(Verdict.CLEAN)), (b"%PDF" + INFECTED, FOUND), (b"%PDF" + LOCKED, CLOSED)],
)
async def test_a_document_is_what_marks_are_in_it(content: bytes, said: Scanned) -> None:
    scanner = MemoryScanner()
    assert await scanner.scan(request(content)) == said
    assert scanner.looked == ["a" * 26]


async def test_marks_can_be_added() -> None:
    scanner = MemoryScanner()
    scanner.marks[b"%PDF"] = Scanned(Verdict.INFECTED, "Any.Pdf")
    assert (await scanner.scan(request(b"%PDF-1.7"))).named == "Any.Pdf"


async def test_it_can_be_away_and_come_back() -> None:
    scanner = MemoryScanner()
    scanner.away = "at lunch"
    for asked in (scanner.state, lambda: scanner.scan(request(b"x"))):
        with pytest.raises(ScannerAway, match="at lunch"):
            await asked()
    scanner.away = ""
    assert await scanner.state() == ScannerState("memory 1.0", SIGNATURES_AT)


async def test_another_answer_is_given_instead() -> None:
    async def answer(request: ScanRequest) -> Scanned:
        return Scanned(Verdict.NOT_SCANNABLE, request.id)

    scanner = MemoryScanner()
    scanner.answer = answer
    assert await scanner.scan(request(INFECTED, "b" * 26)) == Scanned(Verdict.NOT_SCANNABLE, "b" * 26)
    assert scanner.looked == []
