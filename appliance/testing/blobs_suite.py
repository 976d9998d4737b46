# SPDX-License-Identifier: Apache-2.0
"""What every blob store must do. A plugin's test inherits the suite and gives it a store:

class TestMine(BlobsSuite):
    @asynccontextmanager
    async def opened(self, folder: Path) -> AsyncIterator[BlobStore]:
        yield MyBlobs(folder)
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from appliance.contracts.blobs import BlobError, BlobExists, BlobMissing, BlobStore
from appliance.model.ids import id_from
from appliance.testing.clock import FakeRandom

MIB = 1024 * 1024
NAMES_THAT_ARE_NO_IDS = (
    "",
    ".",
    "../../../../etc/passwd",
    "/etc/passwd",
    "a" * 25,
    "a" * 27,
    "A" * 26,
    "a" * 25 + "/",
    "a" * 25 + "\0",
    "a" * 26 + "\n",
    "あ" * 26,
)


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    """The chunks, one by one, with a turn of the loop in between."""
    for chunk in chunks:
        yield chunk
        await asyncio.sleep(0)


async def cut(*chunks: bytes) -> AsyncIterator[bytes]:
    """The chunks, and then the connection is gone."""
    async for chunk in pieces(*chunks):
        yield chunk
    raise ConnectionResetError("cut")


async def whole(blobs: BlobStore, id: str, start: int = 0, stop: int | None = None) -> bytes:
    """All pieces of a range as one, each of them checked for its size."""
    found = [piece async for piece in blobs.open(id, start, stop)]
    assert all(0 < len(piece) <= MIB for piece in found)
    return b"".join(found)


class BlobsSuite:
    """The contract of contracts.blobs, as tests."""

    def opened(self, folder: Path) -> AbstractAsyncContextManager[BlobStore]:
        """A started store that keeps its blobs in folder, closed at the end; the same folder, the same blobs."""
        raise NotImplementedError

    @pytest.fixture
    async def blobs(self, tmp_path: Path) -> AsyncIterator[BlobStore]:
        """A started store."""
        async with self.opened(tmp_path / "blobs") as store:
            yield store

    @pytest.fixture
    def ids(self) -> list[str]:
        """Ids in order."""
        random = FakeRandom("ids")
        return sorted(id_from(random.bytes(16)) for _ in range(40))

    @pytest.mark.parametrize(
        "chunks",
        [
            (),
            (b"",),
            (b"one",),
            (b"a", b"", b"b"),
            (b"x" * MIB,),
            (b"y" * MIB, b"z"),
            (b"w" * (3 * MIB + 7),),
            tuple(bytes((n % 251,)) for n in range(3000)),
        ],
        ids=["nothing", "empty chunk", "one", "small", "a piece", "a piece and a byte", "one big", "many tiny"],
    )
    async def test_what_was_saved_comes_back(
        self, blobs: BlobStore, ids: list[str], chunks: Sequence[bytes]
    ) -> None:
        blob = b"".join(chunks)
        assert await blobs.save(ids[0], pieces(*chunks)) == len(blob)
        assert await whole(blobs, ids[0]) == blob

    @pytest.mark.parametrize(
        ("start", "stop"),
        [
            (0, 1),
            (1, None),
            (0, 0),
            (5, 5),
            (7, 3),
            (MIB - 1, MIB + 1),
            (MIB, 2 * MIB),
            (1, 3 * MIB),
            (2 * MIB + 499, None),
            (2 * MIB + 500, None),
            (0, 9 * MIB),
            (9 * MIB, None),
            (8 * MIB, 9 * MIB),
        ],
    )
    async def test_a_range_is_a_slice(self, blobs: BlobStore, ids: list[str], start: int, stop: int | None) -> None:
        blob = b"".join(n.to_bytes(4, "big") for n in range(MIB // 2 + 125))
        await blobs.save(ids[0], pieces(blob))
        assert await whole(blobs, ids[0], start, stop) == blob[start:stop]

    async def test_a_missing_blob_is_missing(self, blobs: BlobStore, ids: list[str]) -> None:
        for start, stop in ((0, None), (5, 9), (5, 5)):
            with pytest.raises(BlobMissing):
                await whole(blobs, ids[0], start, stop)
        assert await blobs.delete(ids[0]) is False

    async def test_a_blob_is_never_overwritten(self, blobs: BlobStore, ids: list[str]) -> None:
        await blobs.save(ids[0], pieces(b"first"))
        with pytest.raises(BlobExists):
            await blobs.save(ids[0], pieces(b"second, and longer"))
        assert await whole(blobs, ids[0]) == b"first"

    async def test_deleted_is_gone_and_the_id_is_free(self, blobs: BlobStore, ids: list[str]) -> None:
        await blobs.save(ids[0], pieces(b"first"))
        assert await blobs.delete(ids[0]) is True
        assert await blobs.delete(ids[0]) is False
        with pytest.raises(BlobMissing):
            await whole(blobs, ids[0])
        await blobs.save(ids[0], pieces(b"second"))
        assert await whole(blobs, ids[0]) == b"second"

    async def test_nothing_is_seen_before_it_is_complete(self, blobs: BlobStore, ids: list[str]) -> None:
        async def watching() -> AsyncIterator[bytes]:
            for _ in range(3):
                yield b"x" * MIB
                assert await blobs.ids() == []
                with pytest.raises(BlobMissing):
                    await whole(blobs, ids[0])

        await blobs.save(ids[0], watching())
        assert [info.id for info in await blobs.ids()] == [ids[0]]

    @pytest.mark.parametrize("before", [(), (b"x",), (b"x" * MIB, b"y" * MIB, b"z")])
    async def test_a_source_that_breaks_leaves_nothing(
        self, blobs: BlobStore, ids: list[str], before: Sequence[bytes]
    ) -> None:
        with pytest.raises(ConnectionResetError):
            await blobs.save(ids[0], cut(*before))
        assert await blobs.ids() == []
        await blobs.save(ids[0], pieces(b"again"))
        assert await whole(blobs, ids[0]) == b"again"

    async def test_a_cancelled_save_leaves_nothing(self, blobs: BlobStore, ids: list[str]) -> None:
        reached = asyncio.Event()

        async def stalled() -> AsyncIterator[bytes]:
            yield b"x" * (2 * MIB)
            reached.set()
            await asyncio.Event().wait()

        async with asyncio.TaskGroup() as tasks:
            save = tasks.create_task(blobs.save(ids[0], stalled()))
            await reached.wait()
            save.cancel()
        assert save.cancelled()
        assert await blobs.ids() == []
        await blobs.save(ids[0], pieces(b"again"))

    @pytest.mark.parametrize("turns", range(12))
    async def test_cancelled_at_any_moment_it_is_all_or_nothing(
        self, blobs: BlobStore, ids: list[str], turns: int
    ) -> None:
        async with asyncio.TaskGroup() as tasks:
            save = tasks.create_task(blobs.save(ids[0], pieces(b"x" * MIB, b"y")))
            for _ in range(turns):
                await asyncio.sleep(0)
            save.cancel()
        kept = [info.size for info in await blobs.ids()]
        assert kept == ([] if save.cancelled() else [MIB + 1])

    async def test_ids_come_in_order_and_in_pages(self, blobs: BlobStore, ids: list[str]) -> None:
        for id in reversed(ids):
            await blobs.save(id, pieces(id.encode()))
        assert [info.id for info in await blobs.ids()] == ids
        found: list[str] = []
        while page := await blobs.ids(found[-1] if found else "", limit=7):
            assert len(page) <= 7
            assert all(info.size == 26 and info.saved_at > 0 for info in page)
            found += [info.id for info in page]
        assert found == ids

    async def test_ids_after_what_is_no_id(self, blobs: BlobStore, ids: list[str]) -> None:
        for id in ids[:5]:
            await blobs.save(id, pieces(b""))
        assert [info.id for info in await blobs.ids(ids[2][:3])] == [id for id in ids[:5] if id > ids[2][:3]]
        assert await blobs.ids("~") == []
        assert await blobs.ids("zzzz") == []
        assert await blobs.ids(limit=0) == []

    @pytest.mark.parametrize("name", NAMES_THAT_ARE_NO_IDS)
    async def test_only_ids_are_names(self, blobs: BlobStore, name: str) -> None:
        for attempt in (blobs.save(name, pieces(b"x")), whole(blobs, name), blobs.delete(name)):
            with pytest.raises(BlobError):
                await attempt
        assert await blobs.ids() == []

    async def test_blobs_outlive_the_store(self, tmp_path: Path, ids: list[str]) -> None:
        async with self.opened(tmp_path / "blobs") as first:
            await first.save(ids[0], pieces(b"kept"))
            before = await first.ids()
        async with self.opened(tmp_path / "blobs") as second:
            assert await second.ids() == before
            assert await whole(second, ids[0]) == b"kept"

    async def test_many_at_once_do_not_mix(self, blobs: BlobStore) -> None:
        random = FakeRandom("many")
        wanted = {id_from(random.bytes(16)): random.bytes(50_000 + n) for n in range(200)}

        def source(blob: bytes) -> AsyncIterable[bytes]:
            return pieces(*(blob[at : at + 9_000] for at in range(0, len(blob), 9_000)))

        async with asyncio.TaskGroup() as tasks:
            for id, blob in wanted.items():
                tasks.create_task(blobs.save(id, source(blob)))
        assert {info.id: info.size for info in await blobs.ids()} == {id: len(b) for id, b in wanted.items()}
        async with asyncio.TaskGroup() as tasks:
            found = {id: tasks.create_task(whole(blobs, id)) for id in wanted}
        assert all(found[id].result() == blob for id, blob in wanted.items())

    async def test_of_many_savers_of_one_id_one_wins(self, blobs: BlobStore, ids: list[str]) -> None:
        async def attempt(number: int) -> int | None:
            chunk = number.to_bytes(2, "big") * 500
            try:
                await blobs.save(ids[0], pieces(*[chunk] * 5))
            except BlobExists:
                return None
            return number

        async with asyncio.TaskGroup() as tasks:
            attempts = [tasks.create_task(attempt(number)) for number in range(200)]
        [winner] = [won for task in attempts if (won := task.result()) is not None]
        assert await whole(blobs, ids[0]) == winner.to_bytes(2, "big") * 2500

    async def test_the_check_leaves_nothing_behind(self, blobs: BlobStore, ids: list[str]) -> None:
        await blobs.save(ids[0], pieces(b"x" * 1000))
        usage = await blobs.check()
        assert 1000 <= usage.used <= usage.total
        assert [info.id for info in await blobs.ids()] == [ids[0]]
