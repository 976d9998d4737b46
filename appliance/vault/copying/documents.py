# SPDX-License-Identifier: Apache-2.0
"""The documents: each opened from the copied blobs, and compared with its record and with the journal."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import TypeVar

from appliance.contracts.blobs import BlobError
from appliance.contracts.records import MAX_ROWS
from appliance.model.journal import Entry, Kind, Result
from appliance.model.things import Notice
from appliance.vault.copying.abreast import each
from appliance.vault.copying.errors import Different
from appliance.vault.copying.progress import Counts, Stage, Tell, Told
from appliance.vault.core import Core
from appliance.vault.documents.opening import opened
from appliance.vault.journal.leaf import entry_of
from appliance.vault.keys.sealing import Unsealable
from appliance.vault.keys.shreds import Shredded
from appliance.vault.records.tables import notices
from appliance.vault.records.transaction import Snapshot

T = TypeVar("T")
Delivered = tuple[Entry, Notice]


class DocumentProof:
    """One walk through the journal: for each entry of a delivery the notice, and its document."""

    def __init__(self, core: Core, counts: Counts, tell: Tell) -> None:
        """core is of a vault over the copy; entries, documents and shredded ones are counted."""
        self._core = core
        self._counts = counts
        self._tell = tell
        self._known: set[str] = set()
        self._bytes = 0

    async def run(self) -> None:
        """Open everything. Raises Different for what cannot be opened, is another, or is unknown to the journal."""
        self._counts.entries = await self._read(lambda snapshot: self._core.log.size(snapshot.view))
        for start in range(0, self._counts.entries, MAX_ROWS):
            found = await self._read(partial(self._delivered, start))
            await each(found, self._prove)
        await self._need_known()

    async def _read(self, work: Callable[[Snapshot], T]) -> T:
        sealer = self._core.keyring.sealer
        return await self._core.records.read(lambda view: work(Snapshot(view, sealer)))

    def _delivered(self, start: int, snapshot: Snapshot) -> list[Delivered]:
        """What was delivered by the entries from start on, and is there still."""
        leaves = self._core.log.leaves(snapshot.view, start, MAX_ROWS)
        entries = [entry_of(leaf.text) for leaf in leaves]
        done = [one for one in entries if one.kind is Kind.NOTICE_DELIVERED and one.result is Result.DONE]
        found = [(entry, notices.get(snapshot, entry.thing)) for entry in done]
        return [(entry, notice) for entry, notice in found if notice is not None]

    async def _prove(self, delivered: Delivered) -> None:
        entry, notice = delivered
        if entry.sha256 != notice.sha256.hex() or entry.office != notice.office:
            raise Different(f"the record of notice {notice.id} is not what the journal says was delivered")
        try:
            if await self._digest(notice) != notice.sha256:
                raise Different(f"the document of notice {notice.id} is not what was delivered")
        except Shredded:
            self._counts.shredded += 1
        except (BlobError, Unsealable) as error:
            raise Different(f"the document of notice {notice.id} does not open: {error}") from error
        self._known.add(notice.id)
        self._counts.documents += 1
        self._tell(Told(Stage.DOCUMENTS, self._counts.documents, 0, self._bytes))

    async def _digest(self, notice: Notice) -> bytes:
        hash = sha256()
        async for piece in opened(self._core, notice):
            hash.update(piece)
            self._bytes += len(piece)
        return hash.digest()

    async def _need_known(self) -> None:
        """Raise Different for a notice of which no entry tells that it was delivered."""
        last: Notice | None = None
        while page := await self._read(partial(_page, last)):
            for notice in page:
                if notice.id not in self._known:
                    raise Different(
                        f"notice {notice.id} is in the records, but no entry says that it was delivered"
                    )
            last = page[-1]


def _page(behind: Notice | None, snapshot: Snapshot) -> list[Notice]:
    return notices.scan(snapshot, "all", behind=behind)
