# SPDX-License-Identifier: Apache-2.0
"""A copy from the first look to the last row: whole, broken off anywhere, refused, found out."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.contracts.blobs import BlobError, BlobStoreFull
from appliance.contracts.records import StoreError, StoreFull
from appliance.host.refused import StartRefused
from appliance.model.journal import Kind
from appliance.testing.memory_records import MemoryRecords
from appliance.vault.copying import marks
from appliance.vault.copying.course import Stores, moved_away, take_back
from appliance.vault.copying.errors import CopyRefused, Different
from appliance.vault.copying.marks import COPY, MOVED, marks_of, refuse_marked, written
from appliance.vault.copying.progress import Stage, Told
from appliance.vault.journal.rows import leaf_key
from appliance.vault.journal.verify import verify
from tests.appliance.vault.copying.scene import NOTICES, ORPHAN, Looked, Scene, prepared, rows, saved
from tests.appliance.vault.world import stream_of


class Broken(Exception):
    """The copy ends here, as by a power cut."""


async def test_a_fund_is_moved_whole(scene: Scene) -> None:
    before = await rows(scene.source.store)
    counts = await scene.copy()
    after = await rows(scene.target.store)
    entry = await scene.target.last()
    assert entry.kind is Kind.STORE_COPIED and entry.actor == "admin"
    assert entry.reason == f"{counts.rows} rows, {NOTICES + 2} blobs, {NOTICES} documents"
    kept = {key: value for key, value in before.items() if key >= b"\1"}
    changed = {key for key, value in kept.items() if after[key] != value}
    assert changed == {b"j/h"} and after.keys() - kept.keys() == {leaf_key(counts.entries)}
    assert await saved(scene.target.blobs) == await saved(scene.source.blobs)
    assert (counts.rows, counts.documents, counts.shredded) == (len(kept), NOTICES, 0)
    assert counts.bytes == sum(len(key) + len(value) for key, value in kept.items())
    assert counts.blob_bytes == scene.source.blobs.used


async def test_the_new_stores_take_over_and_the_old_ones_refuse(scene: Scene) -> None:
    await scene.copy()
    await refuse_marked(scene.target.store)
    with pytest.raises(StartRefused, match=r"moved from these stores to new.toml on 2026-06-09 10:00"):
        await refuse_marked(scene.source.store)
    core = scene.target.core
    assert (await verify(core.records, core.log, core.checkpoints)).ok


async def test_every_stage_is_told_of(scene: Scene) -> None:
    await scene.copy()
    assert list(dict.fromkeys(told.stage for told in scene.told)) == list(Stage)
    last = {told.stage: told for told in scene.told}
    for stage in (Stage.RECORDS, Stage.BLOBS, Stage.COMPARING):
        assert last[stage].done == last[stage].total > 0 and last[stage].bytes > 0
    assert last[Stage.DOCUMENTS].done == NOTICES


@pytest.mark.parametrize("stage", list(Stage))
async def test_what_was_broken_off_goes_on(scene: Scene, stage: Stage) -> None:
    def breaking(told: Told) -> None:
        if told.stage is stage:
            raise Broken

    scene.breaking = breaking
    with pytest.raises(Broken):
        await scene.copy()
    if stage is not Stage.SOURCE:
        with pytest.raises(StartRefused, match="unfinished copy"):
            await refuse_marked(scene.target.store)
    await refuse_marked(scene.source.store)
    scene.breaking = lambda told: None
    assert (await scene.copy()).documents == NOTICES
    await refuse_marked(scene.target.store)


async def test_a_break_between_the_two_last_writes_is_made_good(scene: Scene) -> None:
    class LosesTheEnd(MemoryRecords):
        async def write(self, batch):  # type: ignore[no-untyped-def]
            if (await marks_of(scene.source.store)).moved is not None:
                raise StoreError("the power went")
            return await super().write(batch)

    scene.target.store = LosesTheEnd()
    with pytest.raises(StoreError):
        await scene.copy()
    for store in (scene.source.store, scene.target.store):
        with pytest.raises(StartRefused):
            await refuse_marked(store)
    scene.target.store = MemoryRecords(rows=await rows(scene.target.store))
    await scene.copy()
    await refuse_marked(scene.target.store)


async def test_a_vault_that_ran_in_between_is_noticed(scene: Scene) -> None:
    def breaking(told: Told) -> None:
        if told.stage is Stage.BLOBS and told.done == 3:
            raise Broken

    scene.breaking = breaking
    with pytest.raises(Broken):
        await scene.copy()
    scene.breaking = lambda told: None
    await scene.source.open()
    await scene.source.core.blobs.delete(ORPHAN)
    clerk = await scene.source.staff("another")
    assert (await scene.copy()).documents == NOTICES
    kept = await rows(scene.target.store)
    assert {key for key in await rows(scene.source.store) if key >= b"\1"} <= kept.keys()
    assert clerk.account


# --- refused ------------------------------------------------------------------------------------------------------


async def test_a_store_with_rows_is_no_target(scene: Scene) -> None:
    await written(scene.target.store, lambda txn: txn.put(b"t/x", b"somebody's"))
    with pytest.raises(CopyRefused, match=r"the new record store is not empty \(new\.toml\): name"):
        await scene.copy()
    assert await rows(scene.target.store) == {b"t/x": b"somebody's"}


async def test_a_store_with_other_blobs_is_no_target(scene: Scene) -> None:
    await scene.target.blobs.save("c" * 26, stream_of(b"somebody's"))
    with pytest.raises(CopyRefused, match=f"it has the blob {'c' * 26}"):
        await scene.copy()
    assert await rows(scene.target.store) == {} and list(await saved(scene.target.blobs)) == ["c" * 26]


async def test_other_blobs_are_looked_for_again_when_the_place_is_another(scene: Scene) -> None:
    scene.target.blobs.capacity = 10
    with pytest.raises(BlobStoreFull):
        await scene.copy()
    scene.target.blobs.capacity = 1 << 30
    await scene.target.blobs.save("c" * 26, stream_of(b"somebody's"))
    scene.place = "elsewhere"
    with pytest.raises(CopyRefused, match="it has the blob"):
        await scene.copy()


async def test_a_half_copy_of_another_fund_is_no_target(scene: Scene, tmp_path: Path) -> None:
    async with prepared(tmp_path / "other", "other") as other:
        other.target.blobs.capacity = 10
        with pytest.raises(BlobStoreFull):
            await other.copy()
        with pytest.raises(CopyRefused, match="unfinished copy of another fund"):
            await scene.copy(other.target.store)


async def test_nothing_is_copied_from_where_nothing_is(scene: Scene) -> None:
    scene.source.store = MemoryRecords()
    with pytest.raises(CopyRefused, match="there is no fund"):
        await scene.copy()
    assert await rows(scene.source.store) == {}


async def test_what_was_moved_is_not_copied_again(scene: Scene) -> None:
    await scene.copy()
    with pytest.raises(CopyRefused, match=r"moved from here to new\.toml on .* JST: copy from there"):
        await scene.copy(MemoryRecords())


async def test_a_copy_that_is_complete_says_so(scene: Scene) -> None:
    await scene.copy()
    with pytest.raises(
        CopyRefused, match=r"^the copy is complete, to new\.toml on .* JST: start the vault with that"
    ):
        await scene.copy()


async def test_neither_an_unfinished_copy_nor_what_was_moved_is_a_beginning(scene: Scene) -> None:
    await scene.copy()
    there = scene.target.store
    with pytest.raises(CopyRefused, match="the new stores were used, and moved to"):
        await replace(scene, source=scene.target, target=scene.source).copy()
    await written(there, lambda txn: marks.put_unfinished(txn, marks.Unfinished("x", b"", b"", "")))
    with pytest.raises(CopyRefused, match="unfinished copy themselves"):
        await replace(scene, source=scene.target).copy(MemoryRecords())


# --- found out ----------------------------------------------------------------------------------------------------


async def still_unfinished(scene: Scene) -> None:
    """Nothing was moved."""
    assert COPY in await rows(scene.target.store) and MOVED not in await rows(scene.source.store)


async def test_a_flipped_bit_in_a_document(scene: Scene) -> None:
    blob = (await scene.documents())[3]
    kept = (await saved(scene.source.blobs))[blob]
    scene.source.blobs.change(blob, kept[:-1] + bytes([kept[-1] ^ 1]))
    with pytest.raises(Different, match=r"the document of notice [a-z2-7]{26} does not open"):
        await scene.copy()
    await still_unfinished(scene)


async def test_a_document_that_is_gone(scene: Scene) -> None:
    await scene.source.blobs.delete((await scene.documents())[3])
    with pytest.raises(Different, match="does not open: there is no blob"):
        await scene.copy()
    await still_unfinished(scene)


async def test_a_tampered_entry_is_found_before_anything_is_written(scene: Scene) -> None:
    sealed = (await rows(scene.source.store))[leaf_key(2)]
    await written(scene.source.store, lambda txn: txn.put(leaf_key(2), sealed[:-1] + bytes([sealed[-1] ^ 1])))
    with pytest.raises(Different, match="the present journal is not whole at entry 2: entry 2 was changed"):
        await scene.copy()
    assert await rows(scene.target.store) == {}


async def test_a_row_that_the_new_store_loses(scene: Scene) -> None:
    def breaking(told: Told) -> None:
        if told.stage is Stage.BLOBS:
            scene.target.store._rows.set(leaf_key(1), None)

    scene.breaking = breaking
    with pytest.raises(Different, match=r"the row b'j/l/.*\\x01' is missing in the copy"):
        await scene.copy()
    await still_unfinished(scene)


async def test_new_stores_that_are_full_or_break(scene: Scene) -> None:
    scene.target.blobs.broken = "no answer"
    with pytest.raises(BlobError, match="no answer"):
        await scene.copy()
    scene.target.blobs.broken = ""
    scene.target.blobs.capacity = 300
    with pytest.raises(BlobStoreFull):
        await scene.copy()
    await still_unfinished(scene)
    scene.target.blobs.capacity = 1 << 30
    assert (await scene.copy()).blobs == NOTICES + 2


async def test_a_new_record_store_that_is_full(scene: Scene) -> None:
    scene.target.store.capacity = 2000
    with pytest.raises(StoreFull):
        await scene.copy()
    assert MOVED not in await rows(scene.source.store)


async def test_cancelled_is_broken_off(scene: Scene) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(None) as limit:
            scene.breaking = lambda told: limit.reschedule(0) if told.stage is Stage.RECORDS else None
            await scene.copy()
    await still_unfinished(scene)
    scene.breaking = lambda told: None
    await scene.copy()


# --- blobs that stay where they are -------------------------------------------------------------------------------


async def test_records_alone_are_moved(scene: Scene) -> None:
    scene.shares_blobs, scene.target.blobs = True, scene.source.blobs
    counts = await scene.copy()
    assert (counts.blobs, counts.documents) == (NOTICES + 2, NOTICES)
    assert Stage.BLOBS not in {told.stage for told in scene.told}


# --- going back ---------------------------------------------------------------------------------------------------


async def test_going_back(scene: Scene) -> None:
    await scene.copy()
    source = Stores(Looked(scene.source), scene.source.store, scene.source.blobs)
    await take_back(source, moved := await moved_away(scene.source.store))
    await refuse_marked(scene.source.store)
    entry = await scene.source.last()
    assert entry.kind is Kind.STORE_REOPENED and entry.thing == moved.copy
    assert entry.reason == "they had been moved to new.toml"
    with pytest.raises(CopyRefused, match="was not moved from these stores"):
        await moved_away(scene.source.store)


async def test_there_is_no_way_back_to_an_unfinished_copy(scene: Scene) -> None:
    scene.target.blobs.capacity = 10
    with pytest.raises(BlobStoreFull):
        await scene.copy()
    with pytest.raises(CopyRefused, match="unfinished copy: there is nothing to go back to"):
        await moved_away(scene.target.store)
