# SPDX-License-Identifier: Apache-2.0
"""The course of a copy, from the first look to the last row, in this order:

1. The journal of the source is proven before anything is written.
2. The target is empty, or a copy of this very source that was broken off; its mark is durable before anything else.
3. Rows, then blobs. The mark says how far they have come, so that the same command goes on.
4. Everything is proven in the target: rows, journal, documents. Whatever is different leaves the mark where it is.
5. The source is marked as moved, durably; only then the target's mark goes, together with the journal's entry.
"""

from dataclasses import dataclass, field, replace
from typing import Protocol

from appliance.contracts.blobs import BlobStore
from appliance.contracts.records import RecordStore, Txn
from appliance.model.journal import Kind
from appliance.vault.caller import ADMIN
from appliance.vault.copying import marks
from appliance.vault.copying.blobs import BlobCopy, count_blobs, refuse_others
from appliance.vault.copying.documents import DocumentProof
from appliance.vault.copying.errors import CopyRefused, Different
from appliance.vault.copying.marks import Marks, Moved, Unfinished, marks_of, written
from appliance.vault.copying.progress import Counts, Stage, Tell, Told
from appliance.vault.copying.rows import compare_rows, copy_rows, count_rows, empty, identity
from appliance.vault.core import Core
from appliance.vault.journal.verify import verify


class Vault(Protocol):
    """What service.VaultService does for a vault that does not run."""

    @property
    def core(self) -> Core:
        """The parts, after look()."""

    async def look(self) -> Core:
        """Put the parts together over stores that are open."""

    async def catch_up(self) -> None:
        """After look(): the clock is not behind what was written."""


@dataclass(frozen=True, slots=True)
class Stores:
    """An opened pair, and the vault that has opened it and does not run."""

    vault: Vault
    records: RecordStore
    blobs: BlobStore


@dataclass
class Copy:
    """One copy between two opened pairs.

    to says where the target is. place is another for each blob store; shares_blobs says that both have the same.
    """

    source: Stores
    target: Stores
    to: str
    place: str
    shares_blobs: bool
    tell: Tell
    totals: Counts = field(default_factory=Counts)

    async def run(self) -> Counts:
        """Move the fund; what the copy holds. Raises CopyFailed, and what the stores raise."""
        await self._refuse_marks(await marks_of(self.source.records), await marks_of(self.target.records))
        await identity(self.source.records)
        await self._prove_journal(await self.source.vault.look(), Stage.SOURCE, "present")
        mark = await self._begun()
        await self._copy(mark)
        counts = await self._proven()
        await self._finish(mark.id, counts)
        return counts

    # --- the beginning --------------------------------------------------------------------------------------------

    async def _refuse_marks(self, ours: Marks, theirs: Marks) -> None:
        """Raise CopyRefused unless what is marked is this very copy, broken off."""
        if ours.unfinished is not None:
            raise CopyRefused("the present stores are an unfinished copy themselves: finish that one first")
        if theirs.moved is not None:
            raise CopyRefused(
                f"the new stores were used, and moved to {marks.described(theirs.moved)}: name empty ones"
            )
        if ours.moved is None or (theirs.unfinished is not None and theirs.unfinished.id == ours.moved.copy):
            return
        where = marks.described(ours.moved)
        if ours.moved.to == self.to and not await self.target.records.read(marks.is_empty):
            raise CopyRefused(f"the copy is complete, to {where}: start the vault with that configuration")
        raise CopyRefused(
            f"the fund was moved from here to {where}: copy from there, "
            "or go back to these stores by `renkei store reopen`"
        )

    async def _begun(self) -> Unfinished:
        """The target's mark, durable."""
        found = (await marks_of(self.target.records)).unfinished
        source, state = await identity(self.source.records)
        if found is None:
            await self._need_empty()
            found = Unfinished(self._new_id(), source, state, self.place)
        elif found.source != source:
            raise CopyRefused("the new stores hold an unfinished copy of another fund: name empty ones")
        elif found.state != state:
            # A vault has run on the source since: nothing that was copied can be relied on.
            await self._mark(found := Unfinished(found.id, source, state, found.place))
            await empty(self.target.records)
        if found.place != self.place:
            await self._need_own_blobs()
            found = replace(found, place=self.place, blob="")
        await self._mark(found)
        return found

    async def _mark(self, mark: Unfinished) -> None:
        await written(self.target.records, lambda txn: marks.put_unfinished(txn, mark))

    def _new_id(self) -> str:
        return self.source.vault.core.new_id()

    async def _need_empty(self) -> None:
        if not await self.target.records.read(marks.is_empty):
            raise CopyRefused(f"the new record store is not empty ({self.to}): name an empty one, or empty it")
        await self._need_own_blobs()

    async def _need_own_blobs(self) -> None:
        if not self.shares_blobs:
            await refuse_others(self.source.blobs, self.target.blobs, self.to)

    # --- the copy -------------------------------------------------------------------------------------------------

    async def _copy(self, mark: Unfinished) -> None:
        rows, blobs = await count_rows(self.source.records), await count_blobs(self.source.blobs)
        self.totals = replace(rows, blobs=blobs.blobs, blob_bytes=blobs.blob_bytes)
        left = await count_rows(self.source.records, mark.row)
        mark = await copy_rows(self.source.records, self.target.records, mark, left.rows, self.tell)
        if self.shares_blobs:
            return

        async def keep(blob: str) -> None:
            await self._mark(replace(mark, blob=blob))

        await BlobCopy(self.source.blobs, self.target.blobs, mark.blob, keep, blobs.blobs, self.tell).run()

    # --- the proof ------------------------------------------------------------------------------------------------

    async def _proven(self) -> Counts:
        counts = await compare_rows(self.source.records, self.target.records, self.totals.rows, self.tell)
        counts.blobs, counts.blob_bytes = self.totals.blobs, self.totals.blob_bytes
        core = await self.target.vault.look()
        await self._prove_journal(core, Stage.JOURNAL, "copied")
        await DocumentProof(core, counts, self.tell).run()
        return counts

    async def _prove_journal(self, core: Core, stage: Stage, which: str) -> None:
        """The journal is whole, and fits to the mark that is kept beside the records."""
        self.tell(Told(stage, 0, 0))
        verdict = await verify(core.records, core.log, core.checkpoints)
        if not verdict.ok:
            where = "" if verdict.first_bad is None else f" at entry {verdict.first_bad}"
            raise Different(f"the {which} journal is not whole{where}: {verdict.reason}")

    # --- the end --------------------------------------------------------------------------------------------------

    async def _finish(self, copy: str, counts: Counts) -> None:
        await self.target.vault.catch_up()
        core = self.target.vault.core
        if (await marks_of(self.source.records)).moved is None:
            moved = Moved(copy, self.to, core.clock.now())
            await written(self.source.records, lambda txn: marks.put_moved(txn, moved))
        reason = f"{counts.rows} rows, {counts.blobs} blobs, {counts.documents} documents"
        entry = core.own_entry(Kind.STORE_COPIED, actor=ADMIN, thing=copy, reason=reason)

        def last(txn: Txn) -> None:
            txn.delete(marks.COPY)
            core.log.append(txn, [entry])

        await written(self.target.records, last)


async def moved_away(records: RecordStore) -> Moved:
    """What the mark of a source says that was moved. Raises CopyRefused where there is none."""
    found = await marks_of(records)
    if found.unfinished is not None:
        raise CopyRefused("these stores are an unfinished copy: there is nothing to go back to")
    if found.moved is None:
        raise CopyRefused("the fund was not moved from these stores: there is nothing to take back")
    return found.moved


async def take_back(source: Stores, moved: Moved) -> None:
    """Take the mark of a move away; journaled in the same transaction."""
    core = await source.vault.look()
    await source.vault.catch_up()
    reason = f"they had been moved to {moved.to}"
    entry = core.own_entry(Kind.STORE_REOPENED, actor=ADMIN, thing=moved.copy, reason=reason)

    def back(txn: Txn) -> None:
        txn.delete(marks.MOVED)
        core.log.append(txn, [entry])

    await written(source.records, back)
