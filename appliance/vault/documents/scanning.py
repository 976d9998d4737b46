# SPDX-License-Identifier: Apache-2.0
"""What the scanners say of a kept document, or of another file, all of them together (A32, A48; lesson 10).

A document goes on when every scanner has read it to its end and found it clean. One that finds something, or that
cannot look into it, settles the matter; one that is away, or answers nonsense, leaves it waiting.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from appliance.config.office_settings import ScannerNeed
from appliance.contracts.blobs import BlobError
from appliance.contracts.scanner import MAX_NAMED, Scanned, ScannerAway, ScannerState, ScanRequest, Verdict
from appliance.host.host import Provided
from appliance.model.documents import DocumentType, ScanPolicy
from appliance.model.problems import Problem, Rule
from appliance.model.time import date_in_japan
from appliance.model.words import Format, ScanState
from appliance.vault.core import Core
from appliance.vault.documents.opening import Kept, opened
from appliance.vault.documents.scanner_watch import AWAY
from appliance.vault.keys.sealing import Unsealable
from appliance.vault.keys.shreds import Shredded

FAMILY = "scanner"
SECONDS = 60.0
_RULES = {ScanState.INFECTED: Rule.INFECTED, ScanState.NOT_SCANNABLE: Rule.NOT_SCANNABLE}
log = logging.getLogger("renkei.vault")


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of it. engine names the scanners with the day of their signatures; named is what was found, or "".

    Of WAITING, engine is "": nobody has seen the document for good.
    """

    state: ScanState
    engine: str = ""
    named: str = ""

    @property
    def problem(self) -> Problem | None:
        """Why the document cannot go on, None if it can or has to wait."""
        rule = _RULES.get(self.state)
        return Problem(rule, values={"named": self.named}) if rule else None


@dataclass(frozen=True, slots=True)
class _Said:
    """What one scanner said; None where it has not said anything that counts."""

    engine: str
    scanned: Scanned | None


def must_be_scanned(core: Core, type: DocumentType | None) -> bool:
    """Whether a document of this type goes nowhere before a scanner called it clean (A48)."""
    of_type = type is not None and type.scan is ScanPolicy.REQUIRED
    return of_type or core.settings.exchange.scanner is ScannerNeed.REQUIRED


def need_scanner(core: Core, type: DocumentType) -> bool:
    """Whether a document of this type may not go on because there is no scanner (A48)."""
    return must_be_scanned(core, type) and not core.providers.all(FAMILY)


@dataclass(frozen=True, slots=True)
class Thing:
    """What is looked at. chunks gives its bytes from the start, each time, and raises ScannerAway if it cannot.

    id says nothing; format is None for what is no document; size in bytes.
    """

    id: str
    format: Format | None
    size: int
    chunks: Callable[[], AsyncGenerator[bytes, None]]


async def look(core: Core, kept: Kept, format: Format, *, seconds: float = SECONDS) -> Looked:
    """The verdict on a kept document. All scanners are asked at once, for so many seconds at most.

    Never raises for what a scanner does, nor for a document that cannot be read: those are WAITING, and the log
    says why.
    """
    thing = Thing(
        kept.sealed_as, format, sum(part.size for part in kept.parts), lambda: _document_chunks(core, kept)
    )
    return await look_at(core, thing, seconds=seconds)


async def look_at(core: Core, thing: Thing, *, seconds: float = SECONDS) -> Looked:
    """The same of anything that has bytes."""
    scanners = core.providers.all(FAMILY)
    if not scanners:
        return Looked(ScanState.UNSCANNED)
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(_ask(core, thing, scanner, seconds)) for scanner in scanners]
    return together([task.result() for task in asked])


def together(said: Sequence[_Said]) -> Looked:
    """One verdict of several. What is infected or not scannable stays so, whoever else is still away."""
    engine = "; ".join(one.engine for one in said if one.scanned)[:MAX_NAMED]
    for verdict, state in (
        (Verdict.INFECTED, ScanState.INFECTED),
        (Verdict.NOT_SCANNABLE, ScanState.NOT_SCANNABLE),
    ):
        found = [one.scanned.named for one in said if one.scanned and one.scanned.verdict is verdict]
        if found:
            return Looked(state, engine, "; ".join(filter(None, found))[:MAX_NAMED])
    if any(one.scanned is None for one in said):
        return Looked(ScanState.WAITING)
    return Looked(ScanState.CLEAN, engine)


async def _ask(core: Core, thing: Thing, scanner: Provided, seconds: float) -> _Said:
    """Ask one scanner, and have it counted."""
    began = core.clock.monotonic()
    said = await _said(core, thing, scanner, seconds)
    verdict = said.scanned.verdict.value if said.scanned else AWAY
    core.scanners.observe(scanner.plugin, verdict, core.clock.monotonic() - began)
    return said


async def _said(core: Core, thing: Thing, scanner: Provided, seconds: float) -> _Said:
    """Its state first: whoever is away says so before the document is read."""
    reading = _Reading(thing)
    request = ScanRequest(thing.id, thing.format, thing.size, reading.chunks)
    try:
        async with asyncio.timeout(seconds):
            state = await core.scanners.state(scanner)
            scanned = await scanner.provider.scan(request)
    except (ScannerAway, TimeoutError) as error:
        log.warning("document %s waits for the scanner %s: %s", thing.id, scanner.plugin, str(error) or "too slow")
        return _Said("", None)
    if scanned.verdict is Verdict.CLEAN and not reading.whole:
        log.error("the scanner %s called document %s clean without reading it to its end", scanner.plugin, thing.id)
        return _Said("", None)
    return _Said(engine_text(state), scanned)


def engine_text(state: ScannerState) -> str:
    """Such as "ClamAV 1.4.3, signatures 2026-11-20"."""
    if not state.signatures_at:
        return state.engine
    return f"{state.engine}, signatures {date_in_japan(state.signatures_at).isoformat()}"


class _Reading:
    """A thing as one scanner reads it. whole: it was read to its end, at least once."""

    def __init__(self, thing: Thing) -> None:
        self._thing = thing
        self.whole = False

    async def chunks(self) -> AsyncIterator[bytes]:
        """The open bytes. Raises ScannerAway where they cannot be had: that is no fault of the scanner."""
        async with aclosing(self._thing.chunks()) as pieces:
            async for piece in pieces:
                yield piece
        self.whole = True


async def _document_chunks(core: Core, kept: Kept) -> AsyncGenerator[bytes, None]:
    """The open bytes of a kept document. Raises ScannerAway where they cannot be had."""
    try:
        async with aclosing(opened(core, kept)) as pieces:
            async for piece in pieces:
                yield piece
    except (BlobError, Unsealable, Shredded) as error:
        log.exception("document %s cannot be read", kept.sealed_as)
        raise ScannerAway("the document cannot be read") from error
