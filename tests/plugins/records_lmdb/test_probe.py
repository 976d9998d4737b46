# SPDX-License-Identifier: Apache-2.0
"""The proof at start: what it accepts, and which broken stores it finds out."""

from collections.abc import Sequence
from typing import Any

import pytest
from renkei_records_lmdb.probe import KEY, prove

from appliance.contracts.plugin import PluginError
from appliance.contracts.records import Done, Failed, Outcome, StoreError, Work
from appliance.testing.memory_records import MemoryRecords, MemoryView, Rows


async def proven(store: MemoryRecords, before: dict[bytes, bytes] | None = None, write: Any = None) -> None:
    await prove(MemoryView(Rows(before)), write or store.write)


async def test_a_good_store_passes_and_is_left_as_it_was() -> None:
    store = MemoryRecords(rows={b"a": b"1"})
    await proven(store)
    assert (await store.usage()).used == 2


@pytest.mark.parametrize("left", [b"1", b"2"])
async def test_what_a_killed_check_left_is_cleared_away(left: bytes) -> None:
    store = MemoryRecords(rows={KEY: left})
    await proven(store, {KEY: left})
    assert (await store.usage()).used == 0


async def test_a_full_store_passes_because_it_can_be_emptied() -> None:
    store = MemoryRecords(rows={b"a": b"1"})
    store.fill()
    await proven(store)


async def test_a_store_that_cannot_write_is_refused() -> None:
    store = MemoryRecords()
    store.fail_next(StoreError("broken disk"))
    with pytest.raises(PluginError, match="cannot be used: broken disk"):
        await proven(store)


async def test_a_store_that_cannot_even_delete_is_refused() -> None:
    async def write(batch: Sequence[Work]) -> list[Outcome]:
        return [Failed(StoreError("no"))]

    with pytest.raises(PluginError, match="cannot be used: no"):
        await proven(MemoryRecords(), write=write)


async def test_a_store_that_forgets_is_refused() -> None:
    async def write(batch: Sequence[Work]) -> list[Outcome]:
        return [Done(None)]

    with pytest.raises(PluginError, match="lost what it had just written"):
        await proven(MemoryRecords(), write=write)


async def test_a_snapshot_that_moves_is_found_out() -> None:
    store, rows = MemoryRecords(), Rows()

    async def write(batch: Sequence[Work]) -> list[Outcome]:
        rows.set(KEY, b"moved")
        return await store.write(batch)

    with pytest.raises(PluginError, match="changed a snapshot"):
        await prove(MemoryView(rows), write)
