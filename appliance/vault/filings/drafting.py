# SPDX-License-Identifier: Apache-2.0
"""From an upload to filings that are not written yet: judged, named, sealed and scanned (A32, A45, A48).

A document that came alone stays sealed as it is; those of a ZIP are sealed anew, each under a key of its own.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from appliance.config.catalogue import years_of
from appliance.contracts.blobs import BlobError
from appliance.link.refusals import Refused, Why
from appliance.model.documents import Direction
from appliance.model.problems import Problem, Rule
from appliance.model.things import Filing, Upload
from appliance.model.time import Instant, date_in_japan, purge_month
from appliance.model.words import FilingState, Format, ScanState
from appliance.vault.copying.abreast import each
from appliance.vault.core import Core
from appliance.vault.documents.keeping import keep
from appliance.vault.documents.opening import opened
from appliance.vault.documents.scanning import look, need_scanner
from appliance.vault.doorman.doorman import Asked, Judged
from appliance.vault.filings.naming import Chosen, Named, name_all
from appliance.vault.keys.sealing import Unsealable
from appliance.vault.keys.shreds import Shredded

# So long does somebody wait for the scanners; after that the filing is held, and the job waits longer.
SCAN_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Draft:
    """A filing before it is written, and the name that it came with, "" if that was the right one."""

    filing: Filing
    came_as: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of an upload: drafts; with problems none of them may be written."""

    drafts: tuple[Draft, ...] = ()
    problems: tuple[Problem, ...] = ()


async def drafted(core: Core, upload: Upload, password: str, chosen: Chosen, now: Instant) -> Drafted:
    """Judge the upload and all that is in it. Raises Refused BUSY, FULL, BROKEN."""
    asked = Asked(
        file_name=upload.file_name,
        size=upload.size,
        formats=_formats(core),
        password=password,
        accept_zipcrypto=core.settings.exchange.accept_zipcrypto,
    )
    if asked.is_container and not password:
        return Drafted(problems=(Problem(Rule.PASSWORD),))
    async with core.doorman.judging(asked, _readable(core, upload)) as judged:
        named, problems = name_all(judged.documents, chosen, core.catalogue)
        problems = judged.problems or problems or _unscanned(core, named)
        if problems:
            return Drafted(problems=problems)
        if asked.is_container:
            drafts = await _sealed(core, upload, judged, named, now)
        else:
            drafts = [_draft(upload, named[0], now)]
    return await _scanned(core, drafts)


def _formats(core: Core) -> frozenset[Format]:
    """Those of all kinds that go to the fund; which the one kind has is looked at with its name."""
    kinds = core.catalogue.of(Direction.TO_FUND)
    return frozenset(format for kind in kinds for format in kind.formats)


async def _readable(core: Core, upload: Upload) -> AsyncIterator[bytes]:
    """The bytes of the upload. Raises Refused BROKEN if they cannot be read."""
    try:
        async for piece in opened(core, upload):
            yield piece
    except (BlobError, Unsealable, Shredded) as error:
        raise Refused(Why.BROKEN) from error


def _unscanned(core: Core, named: Sequence[Named]) -> tuple[Problem, ...]:
    needed = any(need_scanner(core, one.type) for one in named)
    return (Problem(Rule.SCANNER_NONE),) if needed else ()


# --- sealing ------------------------------------------------------------------------------------------------------


async def _sealed(core: Core, upload: Upload, judged: Judged, named: Sequence[Named], now: Instant) -> list[Draft]:
    """Each document of a ZIP as one of its own; no more than pieces of it are here."""
    contents = _Contents(judged.contents())
    drafts = []
    for number, one in enumerate(named):
        years = years_of(core.settings.vault, one.type.retention)
        month, id = purge_month(date_in_japan(now), years), core.new_id()
        kept = await keep(core, upload.office, month, id, contents.of(number))
        if kept.sha256 != one.found.sha256:
            raise Refused(Why.BROKEN)
        alone = replace(upload, id=id, purge_month=month, wrapped_key=kept.wrapped_key, parts=kept.parts)
        draft = _draft(alone, one, now)
        drafts.append(replace(draft, filing=replace(draft.filing, package=judged.package)))
    return drafts


def _draft(upload: Upload, named: Named, now: Instant) -> Draft:
    """The filing that a sealed document becomes. What its state is, the machine says later."""
    filing = Filing(
        id=upload.id,
        office=upload.office,
        type=named.type.id,
        filed_on=named.filed_on.isoformat(),
        file_name=named.file_name,
        size=named.found.size,
        sha256=named.found.sha256,
        parts=upload.parts,
        wrapped_key=upload.wrapped_key,
        purge_month=upload.purge_month,
        state=FilingState.HELD,
        uploaded_at=now,
        uploaded_by=upload.account,
        event_on=named.event_on,
        due_on=named.due_on,
    )
    return Draft(filing, named.came_as)


class _Contents:
    """The pieces of all documents, given out document by document, in order."""

    def __init__(self, pieces: AsyncIterator[tuple[int, bytes]]) -> None:
        self._pieces = pieces
        self._next: tuple[int, bytes] | None = None

    async def of(self, number: int) -> AsyncIterator[bytes]:
        """The pieces of one document."""
        while True:
            self._next = self._next or await anext(self._pieces, None)
            if self._next is None or self._next[0] != number:
                return
            piece, self._next = self._next[1], None
            yield piece


# --- scanning -----------------------------------------------------------------------------------------------------


async def _scanned(core: Core, drafts: Sequence[Draft]) -> Drafted:
    """The drafts with what the scanners say of each, a few at a time."""
    seen: dict[str, Draft] = {}
    problems: dict[str, Problem] = {}

    async def scan(draft: Draft) -> None:
        filing = draft.filing
        looked = await look(core, filing, format_of(filing), seconds=SCAN_SECONDS)
        seen[filing.id] = replace(draft, filing=replace(filing, scan=looked.state, engine=looked.engine))
        if looked.problem is not None:
            problems[filing.id] = replace(looked.problem, entry=draft.came_as or filing.file_name)

    await each(drafts, scan)
    order = [draft.filing.id for draft in drafts]
    return Drafted(tuple(seen[id] for id in order), tuple(problems[id] for id in order if id in problems))


def format_of(filing: Filing) -> Format:
    """What a filing is made of; its name was made to end with that."""
    return Format(filing.file_name.rpartition(".")[2])


def waits_for_scanner(draft: Draft) -> bool:
    """Whether it must be held."""
    return draft.filing.scan is ScanState.WAITING
