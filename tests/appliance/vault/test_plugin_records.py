# SPDX-License-Identifier: Apache-2.0
"""Records of plugins: each has its own, sealed, in order, and durable."""

import pytest

from appliance.link.refusals import Refused
from appliance.model.journal import Kind
from appliance.vault.plugin_records import MAX_RECORD_KEY, PluginRecords
from tests.appliance.vault.world import World


@pytest.fixture
def records(world: World) -> PluginRecords:
    return records_of(world)


def records_of(world: World, plugin: str = "notes") -> PluginRecords:
    return PluginRecords(lambda: world.core, plugin)


async def test_outside_of_an_action_a_change_is_durable_and_journaled(world: World, records: PluginRecords) -> None:
    await records.put("key", b"value")
    await world.restart()
    assert await records.get("key") == b"value"
    await records.delete("key")
    assert await records.get("key") is None
    entries = await world.journal(Kind.PLUGIN_RECORDS)
    assert [(entry.actor, entry.site) for entry in entries] == [("plugin:notes", "vault")] * 2


async def test_no_plugin_reads_or_writes_anothers_records(world: World) -> None:
    names = ["note", "notes", "notesx", "a", "z"]
    for name in names:
        await records_of(world, name).put("key", name.encode())
    await records_of(world, "notes").delete("nothing")
    for name in names:
        assert await records_of(world, name).scan() == [("key", name.encode())]
        assert await records_of(world, name).get("key") == name.encode()


async def test_what_plugins_keep_is_sealed(world: World, records: PluginRecords) -> None:
    await records.put("key", b"the value of the plugin")
    rows = await world.store.read(lambda view: view.scan(b"p/", b"p0"))
    assert len(rows) == 1 and b"value" not in rows[0][1]


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
async def test_a_scan_turns_pages_in_order(world: World, records: PluginRecords, limit: int) -> None:
    keys = ["a", "a/1", "a/10", "a/2", "b", "あ"]
    for key in reversed(keys):
        await records.put(key, key.encode())
    found: list[tuple[str, bytes]] = []
    while page := await records.scan(found[-1][0] if found else "", limit):
        assert len(page) <= limit
        found += page
    assert found == [(key, key.encode()) for key in keys]


async def test_a_page_beyond_the_contract_is_refused(records: PluginRecords) -> None:
    with pytest.raises(Refused):
        await records.scan(limit=1001)


@pytest.mark.parametrize("key", ["", "x" * (MAX_RECORD_KEY + 1), "あ" * (MAX_RECORD_KEY // 3 + 1)])
async def test_a_key_has_bounds(records: PluginRecords, key: str) -> None:
    for call in (records.get(key), records.put(key, b""), records.delete(key)):
        with pytest.raises(ValueError, match="1 to 200 bytes"):
            await call


async def test_a_key_of_the_greatest_length_is_kept(records: PluginRecords) -> None:
    await records.put("x" * MAX_RECORD_KEY, b"1")
    assert await records.scan() == [("x" * MAX_RECORD_KEY, b"1")]


async def kept(records: PluginRecords, *keys: str) -> None:
    for key in keys:
        await records.put(key, key.encode())


async def test_a_scan_within_a_prefix_goes_either_way(records: PluginRecords) -> None:
    await kept(records, "a", "b/1", "b/2", "b/3", "b0", "c")

    async def found(after: str = "", limit: int = 9, *, newest: bool = False) -> list[str]:
        return [key for key, _ in await records.scan(after, limit, prefix="b/", newest=newest)]

    assert await found() == ["b/1", "b/2", "b/3"]
    assert await found("b/1") == ["b/2", "b/3"]
    assert await found("a", 2) == ["b/1", "b/2"]
    assert await found("b/3") == await found("c") == []
    assert await found(newest=True) == ["b/3", "b/2", "b/1"]
    assert await found("b/3", 1, newest=True) == ["b/2"]
    assert await found("c", newest=True) == ["b/3", "b/2", "b/1"]
    assert await found("b/1", newest=True) == await found("a", newest=True) == []


async def test_no_prefix_leads_out_of_the_own_space(world: World) -> None:
    await kept(records_of(world, "other"), "key")
    records = records_of(world)
    await kept(records, "own")
    for start in ("", "\0", "\x7f", "p/other"):
        for newest in (False, True):
            assert {key for key, _ in await records.scan("", prefix=start, newest=newest)} <= {"own"}
            assert {key for key, _ in await records.scan("\x7f", prefix=start, newest=newest)} <= {"own"}
