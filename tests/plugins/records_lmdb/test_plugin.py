# SPDX-License-Identifier: Apache-2.0
"""The plugin's life: settings, hook, start, check, stop."""

import asyncio
from pathlib import Path

import pytest
from renkei_records_lmdb import RecordsLmdb, Settings

from appliance.contracts.plugin import PluginError, Services
from appliance.contracts.records import Done, StoreError


def test_the_defaults_are_those_of_the_appliance() -> None:
    assert Settings() == Settings(path="/var/lib/renkei/vault/records", map_gib=256)
    assert RecordsLmdb.Settings is Settings


def test_making_and_hooking_the_plugin_touches_nothing(tmp_path: Path, services: Services) -> None:
    assert len(RecordsLmdb(Settings(str(tmp_path / "records")), services).register_records()) == 1
    assert list(tmp_path.iterdir()) == []


async def test_a_store_that_was_not_started_refuses(tmp_path: Path, services: Services) -> None:
    (store,) = RecordsLmdb(Settings(str(tmp_path / "records")), services).register_records()
    with pytest.raises(StoreError, match="not open"):
        await store.write([lambda txn: None])
    with pytest.raises(StoreError, match="not open"):
        await store.read(lambda view: None)


async def test_from_start_to_stop_and_again(tmp_path: Path, services: Services) -> None:
    for expected in (None, b"1"):
        plugin = RecordsLmdb(Settings(str(tmp_path / "records")), services)
        (store,) = plugin.register_records()
        await plugin.start()
        await plugin.check()
        assert await store.read(lambda view: view.get(b"a")) == expected
        assert await store.write([lambda txn: txn.put(b"a", b"1")]) == [Done(None)]
        await plugin.stop()
        await plugin.stop()
        with pytest.raises(StoreError, match="not open"):
            await store.usage()


def test_the_default_map_is_sparse(tmp_path: Path, services: Services) -> None:
    plugin = RecordsLmdb(Settings(str(tmp_path / "records")), services)
    asyncio.run(plugin.start())
    assert (tmp_path / "records" / "data.mdb").stat().st_size < 64 << 20
    asyncio.run(plugin.stop())


@pytest.mark.parametrize("map_gib", [0, -1])
async def test_a_map_of_no_size_is_refused(tmp_path: Path, services: Services, map_gib: int) -> None:
    plugin = RecordsLmdb(Settings(str(tmp_path / "records"), map_gib), services)
    with pytest.raises(PluginError, match="map_gib"):
        await plugin.start()
    await plugin.stop()


async def test_a_second_plugin_on_the_same_folder_is_refused_and_harms_nothing(
    tmp_path: Path, services: Services
) -> None:
    first, second = (RecordsLmdb(Settings(str(tmp_path / "records")), services) for _ in range(2))
    await first.start()
    with pytest.raises(PluginError, match="in use"):
        await second.start()
    await second.stop()
    await first.check()
    await first.stop()
    await second.start()
    await second.check()
    await second.stop()
