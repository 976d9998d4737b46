# SPDX-License-Identifier: Apache-2.0
"""A scanner in memory that a test can make find things, be away, fail and hang."""

from collections.abc import Awaitable, Callable

from appliance.contracts.scanner import Scanned, ScannerAway, ScannerState, ScanRequest, Verdict
from appliance.model.time import Instant

INFECTED = b"X-renkei-test-infected-X"
LOCKED = b"X-renkei-test-locked-X"
FOUND = Scanned(Verdict.INFECTED, "Renkei.Test")
CLOSED = Scanned(Verdict.NOT_SCANNABLE, "locked")
SIGNATURES_AT = 1_780_912_800_000  # Monday 2026-06-08 19:00 in Japan

Answer = Callable[[ScanRequest], Awaitable[Scanned]]


class MemoryScanner:
    """The fake of contracts.scanner.Scanner: a document is what marks are in it.

    away, if it is set, is why it does not answer; answer is what happens instead of a look. looked counts the
    documents by their ids, in the order in which their verdicts were given.
    """

    def __init__(self, engine: str = "memory 1.0", signatures_at: Instant = SIGNATURES_AT) -> None:
        """Knows INFECTED and LOCKED."""
        self.engine = engine
        self.signatures_at = signatures_at
        self.marks = {INFECTED: FOUND, LOCKED: CLOSED}
        self.away = ""
        self.answer: Answer | None = None
        self.looked: list[str] = []

    async def scan(self, request: ScanRequest) -> Scanned:
        """Look for the marks, or do what the test wants."""
        self._need()
        if self.answer is not None:
            return await self.answer(request)
        whole = b"".join([piece async for piece in request.chunks()])
        self.looked.append(request.id)
        return next((said for mark, said in self.marks.items() if mark in whole), Scanned(Verdict.CLEAN))

    async def state(self) -> ScannerState:
        """As it was made."""
        self._need()
        return ScannerState(self.engine, self.signatures_at)

    def _need(self) -> None:
        if self.away:
            raise ScannerAway(self.away)
