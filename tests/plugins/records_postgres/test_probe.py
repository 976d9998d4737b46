# SPDX-License-Identifier: Apache-2.0
"""The proof at start: what it accepts, and which broken stores it finds out."""

from collections.abc import Sequence
from typing import Any

import pytest
from renkei_records_postgres.probe import KEY, prove

from appliance.contracts.plugin import PluginError
from appliance.contracts.records import Done, Failed, Outcome, StoreError, Work
from appliance.testing.memory_records import MemoryRecords


async def proven(store: MemoryRecords, before: bytes | None = None, write: Any = None) -> None:
    async def snapshot(key: bytes) -> bytes | None:
        assert key == KEY
        return before

    await prove(snapshot, write or store.write)


async def test_a_good_store_passes_and_is_left_as_it_was() -> None:
    store = MemoryRecords(rows={b"a": b"1"})
    await proven(store)
    assert (await store.usage()).used == 2


@pytest.mark.parametrize("left", [b"1", b"2"])
async def test_what_a_killed_check_left_is_cleared_away(left: bytes) -> None:
    store = MemoryRecords(rows={KEY: left})
    await proven(store, left)
    assert (await store.usage()).used == 0


async def test_a_full_store_passes_because_it_can_be_emptied() -> None:
    store = MemoryRecords(rows={b"a": b"1"})
    store.fill()
    await proven(store)


async def test_a_store_that_cannot_write_is_refused() -> None:
    store = MemoryRecords()
    store.fail_next(StoreError("broken disk"))
    with pytest.raises(PluginError, match="broken disk"):
        await proven(store)


async def test_a_database_that_does_not_isolate_is_refused() -> None:
    store = MemoryRecords()

    async def leaking(key: bytes) -> bytes | None:
        return await store.read(lambda view: view.get(key))

    with pytest.raises(PluginError, match="isolate"):
        await prove(leaking, store.write)


async def test_a_database_that_forgets_is_refused() -> None:
    async def forgetting(batch: Sequence[Work]) -> list[Outcome]:
        return [Done(None) for _ in batch]

    with pytest.raises(PluginError, match="lost"):
        await proven(MemoryRecords(), write=forgetting)


async def test_a_function_that_fails_is_the_stores_fault() -> None:
    async def failing(batch: Sequence[Work]) -> list[Outcome]:
        return [Failed(StoreError("no such table")) for _ in batch]

    with pytest.raises(PluginError, match="no such table"):
        await proven(MemoryRecords(), write=failing)
