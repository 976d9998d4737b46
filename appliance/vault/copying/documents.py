# SPDX-License-Identifier: Apache-2.0
"""The documents: each opened from the copied blobs, and compared with its record and with the journal."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Any, TypeVar

from appliance.contracts.blobs import BlobError
from appliance.contracts.records import MAX_ROWS
from appliance.model.journal import Entry, Kind, Result
from appliance.model.things import Filing, Notice
from appliance.model.words import FilingState, NoticeState
from appliance.vault.copying.abreast import each
from appliance.vault.copying.errors import Different
from appliance.vault.copying.progress import Counts, Stage, Tell, Told
from appliance.vault.core import Core
from appliance.vault.documents.opening import opened
from appliance.vault.journal.leaf import entry_of
from appliance.vault.keys.sealing import Unsealable
from appliance.vault.keys.shreds import Shredded
from appliance.vault.records.table import Table
from appliance.vault.records.tables import filings, notices
from appliance.vault.records.transaction import Snapshot

T = TypeVar("T")
Document = Notice | Filing
Begun = tuple[Entry, Document]

# With these entries a document begins; with those its bytes are gone, while its record stays.
BEGIN: dict[Kind, Table[Notice] | Table[Filing]] = {
    Kind.NOTICE_DELIVERED: notices,
    Kind.FILING_UPLOADED: filings,
    Kind.FILING_HELD: filings,
}
END = frozenset({Kind.NOTICE_CANCELLED, Kind.FILING_CANCELLED, Kind.FILING_REFUSED})
ENDED = frozenset({NoticeState.CANCELLED, FilingState.CANCELLED, FilingState.REFUSED})


class DocumentProof:
    """One walk through the journal: for each entry with which a document begins the record, and its bytes."""

    def __init__(self, core: Core, counts: Counts, tell: Tell) -> None:
        """core is of a vault over the copy; entries, documents and shredded ones are counted."""
        self._core = core
        self._counts = counts
        self._tell = tell
        self._known: set[str] = set()
        self._ended: set[str] = set()
        self._missed: set[str] = set()
        self._bytes = 0

    async def run(self) -> None:
        """Open everything. Raises Different for what cannot be opened, is another, or is unknown to the journal."""
        self._counts.entries = await self._read(lambda snapshot: self._core.log.size(snapshot.view))
        for start in range(0, self._counts.entries, MAX_ROWS):
            found = await self._read(partial(self._begun, start))
            await each(found, self._prove)
        if unexplained := self._missed - self._ended:
            raise Different(f"the bytes of {min(unexplained)} are gone, but no entry says why")
        await self._need_known("notice", notices, "all")
        await self._need_known("filing", filings, "office_state")

    async def _read(self, work: Callable[[Snapshot], T]) -> T:
        sealer = self._core.keyring.sealer
        return await self._core.records.read(lambda view: work(Snapshot(view, sealer)))

    def _begun(self, start: int, snapshot: Snapshot) -> list[Begun]:
        """What came with the entries from start on, and is there still."""
        leaves = self._core.log.leaves(snapshot.view, start, MAX_ROWS)
        entries = [entry_of(leaf.text) for leaf in leaves]
        self._ended.update(one.thing for one in entries if one.kind in END)
        done = [one for one in entries if one.kind in BEGIN and one.result is Result.DONE]
        found = [(entry, BEGIN[entry.kind].get(snapshot, entry.thing)) for entry in done]
        return [(entry, document) for entry, document in found if document is not None]

    async def _prove(self, begun: Begun) -> None:
        entry, document = begun
        called = f"{'notice' if isinstance(document, Notice) else 'filing'} {document.id}"
        if entry.sha256 != document.sha256.hex() or entry.office != document.office:
            raise Different(f"the record of {called} is not what the journal says was delivered")
        self._known.add(document.id)
        if document.state in ENDED and not document.parts:
            self._missed.add(document.id)
            return
        try:
            if await self._digest(document) != document.sha256:
                raise Different(f"the document of {called} is not what was delivered")
        except Shredded:
            self._counts.shredded += 1
        except (BlobError, Unsealable) as error:
            raise Different(f"the document of {called} does not open: {error}") from error
        self._counts.documents += 1
        self._tell(Told(Stage.DOCUMENTS, self._counts.documents, 0, self._bytes))

    async def _digest(self, document: Document) -> bytes:
        hash = sha256()
        async for piece in opened(self._core, document):
            hash.update(piece)
            self._bytes += len(piece)
        return hash.digest()

    async def _need_known(self, called: str, table: Table[Any], index: str) -> None:
        """Raise Different for a record of which no entry tells that it began."""
        last: Document | None = None
        while page := await self._read(partial(_page, table, index, last)):
            for document in page:
                if document.id not in self._known:
                    raise Different(
                        f"{called} {document.id} is in the records, but no entry says that it was delivered"
                    )
            last = page[-1]


def _page(table: Table[Any], index: str, behind: Document | None, snapshot: Snapshot) -> list[Document]:
    return table.scan(snapshot, index, behind=behind)
