# SPDX-License-Identifier: Apache-2.0
"""What every blob store must do. A plugin's test inherits the suite and gives it a store:

class TestMine(BlobsSuite):
    @asynccontextmanager
    async def opened(self, folder: Path) -> AsyncIterator[BlobStore]:
        yield MyBlobs(folder)
"""

from collections.abc import AsyncIterator, Sequence
from itertools import chain, repeat
from pathlib import Path

import pytest

from appliance.contracts.blobs import MAX_BLOB, BlobError, BlobExists, BlobMissing, BlobStore, BlobTooLarge
from appliance.testing.blobs_making import MIB, cut, numbered, pattern, pieces, whole
from appliance.testing.blobs_racing_suite import BlobsRacing

__all__ = ["MIB", "BlobsSuite", "cut", "pieces", "whole"]

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


class BlobsSuite(BlobsRacing):
    """The contract of contracts.blobs, as tests: one call after the other here, the rest in the other part."""

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
        blob = numbered()
        await blobs.save(ids[0], pieces(blob))
        assert await whole(blobs, ids[0], start, stop) == blob[start:stop]

    @pytest.mark.parametrize("chunk", [MAX_BLOB, MIB, 300_000], ids=["one chunk", "pieces", "odd pieces"])
    async def test_the_largest_blob_fits(self, blobs: BlobStore, ids: list[str], chunk: int) -> None:
        blob = pattern(MAX_BLOB)
        chunks = [blob[at : at + chunk] for at in range(0, MAX_BLOB, chunk)]
        assert await blobs.save(ids[0], pieces(*chunks)) == MAX_BLOB
        assert await whole(blobs, ids[0]) == blob
        assert await whole(blobs, ids[0], MAX_BLOB - 300) == blob[-300:]

    @pytest.mark.parametrize(
        ("first", "then"),
        [(MAX_BLOB + 1, 1), (MIB, MIB), (MAX_BLOB, 1)],
        ids=["one chunk", "pieces", "one byte more"],
    )
    async def test_a_larger_blob_is_refused_and_its_source_left_alone(
        self, blobs: BlobStore, ids: list[str], first: int, then: int
    ) -> None:
        """Nothing of it is kept, and what would have come is not waited for."""
        given = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal given
            for size in chain([first], repeat(then)):
                given += size
                yield b"x" * size

        with pytest.raises(BlobTooLarge):
            await blobs.save(ids[0], endless())
        assert given <= MAX_BLOB + 2 * then
        assert await blobs.ids() == []
        assert await blobs.save(ids[0], pieces(b"again")) == 5

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

    async def test_ids_come_in_order_and_in_pages(self, blobs: BlobStore, ids: list[str]) -> None:
        for id in reversed(ids):
            await blobs.save(id, pieces(id.encode()))
        assert [info.id for info in await blobs.ids()] == ids
        found: list[str] = []
        while page := await blobs.ids(found[-1] if found else "", limit=7):
            assert len(page) <= 7 and len(found) < len(ids)
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

    async def test_the_check_leaves_nothing_behind(self, blobs: BlobStore, ids: list[str]) -> None:
        await blobs.save(ids[0], pieces(b"x" * 1000))
        usage = await blobs.check()
        assert 1000 <= usage.used <= usage.total
        assert [info.id for info in await blobs.ids()] == [ids[0]]
