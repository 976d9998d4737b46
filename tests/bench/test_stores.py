# SPDX-License-Identifier: Apache-2.0
"""What is measured is what is said: empty stores of the kind, and peers that keep as much as they claim."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from appliance.contracts.blobs import BlobStore
from appliance.contracts.plugin import Plugin
from appliance.contracts.records import Done
from appliance.model.ids import id_from
from bench import commits, parts, plain, stores
from bench.measure import Row
from bench.stores import Kind, Pair
from tests.servers.postgres import programs
from tests.story import stores as story

Begin = Callable[[], AbstractContextManager[Kind]]
here = [pytest.param(stores.lmdb, id="lmdb")]
served = [pytest.param(stores.postgresql, id="postgres", marks=pytest.mark.lab)]


def test_there_is_every_kind_that_the_story_knows() -> None:
    assert set(stores.RECORDS) == set(story.RECORDS)
    assert set(stores.BLOBS) == set(story.BLOBS)
    assert stores.RECORDS.keys() == commits.WANT.keys() and stores.BLOBS.keys() == parts.WANT.keys()
    assert all(commits.EACH.keys() == wants.keys() for wants in commits.WANT.values())


@pytest.mark.parametrize("begin", here + served)
async def test_each_store_of_records_begins_empty(begin: Begin) -> None:
    if begin is stores.postgresql and programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with begin() as kind:
        for _ in range(2):
            async with commits.store(kind) as (records, writer):
                assert await records.read(lambda view: view.get(b"key")) is None
                await writer.commit(lambda txn: txn.put(b"key", b"value"))
                assert await records.read(lambda view: view.get(b"key")) == b"value"
        assert kind.plain(20, 1, b"v" * 300) > 0
        assert not kind.many or kind.plain(40, 5, b"v" * 300) > 0


@pytest.mark.parametrize(
    "begin", [pytest.param(stores.files, id="files"), pytest.param(stores.s3, id="s3", marks=pytest.mark.lab)]
)
async def test_each_store_of_blobs_begins_empty(begin: Begin) -> None:
    body = os.urandom(100_000)
    with begin() as kind:
        for _ in range(2):
            async with stores.opened(kind.empty()) as plugin:
                blobs: BlobStore = plugin.register_blobs()[0]
                assert await blobs.ids() == []
                await blobs.save(id_from(bytes(16)), parts.pieces(body))
                assert b"".join([piece async for piece in blobs.open(id_from(bytes(16)))]) == body
        assert kind.plain(6, 3, body) > 0


def test_a_folder_keeps_as_many_files_as_are_counted(tmp_path: Path) -> None:
    assert plain.in_folder(tmp_path, 10, 4, b"body") > 0
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"body"] * 10


def test_a_bucket_gets_as_many_objects_as_are_counted() -> None:
    kept: dict[str, bytes] = {}

    class Client:
        """Takes what boto3's client takes."""

        def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:
            assert Bucket == "bucket"
            kept[Key] = Body

    assert plain.in_bucket(Client(), "bucket", 10, 4, b"body") > 0
    assert list(kept.values()) == [b"body"] * 10


def test_a_peer_that_fails_gives_no_figure() -> None:
    class Client:
        """Refuses everything."""

        def put_object(self, **_: object) -> None:
            raise PermissionError

    with pytest.raises(PermissionError):
        plain.in_bucket(Client(), "bucket", 10, 4, b"body")


async def test_a_plugin_whose_check_fails_is_stopped_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[Plugin] = []
    with stores.files() as kind:
        plugin = kind.empty()

        async def fails() -> None:
            raise RuntimeError("broken")

        async def stop() -> None:
            ended.append(plugin)

        monkeypatch.setattr(plugin, "check", fails)
        monkeypatch.setattr(plugin, "stop", stop)
        with pytest.raises(RuntimeError, match="broken"):
            async with stores.opened(plugin):
                pytest.fail("it is not open")
    assert ended == [plugin]


async def test_the_tables_have_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commits, "EACH", {1: 10, 10: 20, 100: 100})
    monkeypatch.setattr(commits, "PLAIN", 10)
    monkeypatch.setattr(parts, "EACH", 8)
    rows: list[Row] = [*await commits.rows(Pair()), *await parts.rows(Pair())]
    assert [row.want for row in rows] == ["≥ 0.8×", "≥ 3×", "≥ 8×", "–"]
    assert all(row.ratio is not None and min(row.ratio.values) > 0 for row in rows)


async def test_a_commit_that_was_measured_is_kept() -> None:
    with stores.lmdb() as kind:
        async with commits.store(kind) as (records, _):
            assert isinstance((await records.write([commits.put(7)]))[0], Done)
            assert await records.read(lambda view: view.get((7).to_bytes(8, "big"))) == commits.VALUE
