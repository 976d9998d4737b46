# SPDX-License-Identifier: Apache-2.0
"""A blob store between many who save, read, delete and leave at once; a part of BlobsSuite."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from appliance.contracts.blobs import BlobError, BlobExists, BlobStore
from appliance.model.ids import id_from
from appliance.testing.blobs_making import MIB, BlobsMaking, cut, pattern, pieces, whole
from appliance.testing.clock import FakeRandom

STALLED = 20
"""More than a store has threads or connections."""


def reading(blobs: BlobStore, id: str) -> Any:
    """What open() hands out, closed at the end of the block."""
    stream: Any = blobs.open(id)
    return aclosing(stream)


def open_files() -> int:
    """How many descriptors this process has."""
    return len(list(Path("/proc/self/fd").iterdir()))


async def stalled(reached: Callable[[], object]) -> AsyncIterator[bytes]:
    """A source of which only the beginning comes."""
    yield b"x" * MIB
    yield b"y" * MIB
    reached()
    await asyncio.Event().wait()


class BlobsRacing(BlobsMaking):
    """Everything at once."""

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

    # --- paging ---------------------------------------------------------------------------------------------------

    async def test_pages_miss_nothing_that_stays_while_others_come_and_go(
        self, blobs: BlobStore, ids: list[str]
    ) -> None:
        """What is there from the first page to the last is listed once, and what is listed has its size."""
        stays, goes = ids[::2], ids[1::2]
        for id in stays:
            await blobs.save(id, pieces(id.encode()))
        listing = True

        async def come_and_go(mine: list[str]) -> None:
            while listing:
                for id in mine:
                    await blobs.save(id, pieces(id.encode()))
                for id in mine:
                    assert await blobs.delete(id)

        async with asyncio.TaskGroup() as tasks:
            for start in range(4):
                tasks.create_task(come_and_go(goes[start::4]))
            for _ in range(5):
                found = [info async for page in self._pages(blobs) for info in page]
                listed = [info.id for info in found]
                assert listed == sorted(set(listed))
                assert set(stays) <= set(listed) <= set(ids)
                assert {info.size for info in found} == {26}
            listing = False
        assert [info.id for info in await blobs.ids()] == stays

    @staticmethod
    async def _pages(blobs: BlobStore) -> AsyncIterator[Any]:
        after, turns = "", cycle(range(7))  # out of step with whoever saves
        while page := await blobs.ids(after, limit=3):
            yield page
            assert page[-1].id > after, "no next page"
            after = page[-1].id
            for _ in range(next(turns)):
                await asyncio.sleep(0)

    # --- reads that end early -------------------------------------------------------------------------------------

    @pytest.mark.parametrize("again", [False, True], ids=["gone", "another in its place"])
    async def test_a_blob_deleted_while_it_is_read_is_never_short_nor_another(
        self, blobs: BlobStore, ids: list[str], again: bool
    ) -> None:
        """All of its bytes come, or an error; never an end that looks like one."""
        kept, other = pattern(5 * MIB + 7), pattern(6 * MIB, "other")
        await blobs.save(ids[0], pieces(kept))
        found = b""
        async with reading(blobs, ids[0]) as stream:
            found += await anext(stream)
            await blobs.delete(ids[0])
            if again:
                await blobs.save(ids[0], pieces(other))
            try:
                async for piece in stream:
                    found += piece
            except BlobError:
                assert kept.startswith(found)
                return
        assert found == kept

    async def test_a_read_that_is_given_up_leaves_nothing_open(self, blobs: BlobStore, ids: list[str]) -> None:
        """A hundred of them, after the first piece, closed or just forgotten."""
        await blobs.save(ids[0], pieces(b"x" * (3 * MIB)))
        assert len(await whole(blobs, ids[0])) == 3 * MIB
        before = open_files()
        for _ in range(50):
            async with reading(blobs, ids[0]) as stream:
                await anext(stream)
            async for _piece in blobs.open(ids[0]):
                break
        async with asyncio.TaskGroup() as tasks:
            reads = [tasks.create_task(whole(blobs, ids[0])) for _ in range(10)]
        assert {len(read.result()) for read in reads} == {3 * MIB}
        assert open_files() < before + 30

    async def test_a_read_cancelled_at_any_moment_harms_nobody(self, blobs: BlobStore, ids: list[str]) -> None:
        await blobs.save(ids[0], pieces(b"x" * (2 * MIB)))
        for turns in range(120):
            async with asyncio.TaskGroup() as tasks:
                read = tasks.create_task(whole(blobs, ids[0]))
                for _ in range(turns % 12):
                    await asyncio.sleep(0)
                read.cancel()
        assert len(await whole(blobs, ids[0])) == 2 * MIB

    # --- others that do not go on ---------------------------------------------------------------------------------

    async def test_sources_that_stall_hold_up_nobody(self, blobs: BlobStore, ids: list[str]) -> None:
        """Twenty uploads of which only the beginning comes; everything else goes on meanwhile."""
        reached = asyncio.Semaphore(0)
        async with asyncio.timeout(self.patience), asyncio.TaskGroup() as tasks:
            waiting = [tasks.create_task(blobs.save(id, stalled(reached.release))) for id in ids[:STALLED]]
            for _ in waiting:
                await reached.acquire()
            await self._all_goes_on(blobs, ids[-1])
            for save in waiting:
                save.cancel()
        assert [info.id for info in await blobs.ids()] == [ids[-1]]

    async def test_readers_that_stall_hold_up_nobody(self, blobs: BlobStore, ids: list[str]) -> None:
        """Twenty downloads that stand still after their first piece; then each goes on as if nothing had been."""
        kept = pattern(2 * MIB + 5)
        await blobs.save(ids[0], pieces(kept))
        async with asyncio.timeout(self.patience), AsyncExitStack() as stack:
            streams = [await stack.enter_async_context(reading(blobs, ids[0])) for _ in range(STALLED)]
            firsts = [await anext(stream) for stream in streams]
            await self._all_goes_on(blobs, ids[-1])
            for first, stream in zip(firsts, streams, strict=True):
                assert first + b"".join([piece async for piece in stream]) == kept

    @staticmethod
    async def _all_goes_on(blobs: BlobStore, id: str) -> None:
        await blobs.save(id, pieces(b"a" * MIB, b"b"))
        assert await whole(blobs, id, MIB - 1) == b"ab"
        assert id in {info.id for info in await blobs.ids()}
        await blobs.check()

    # --- saves that end early -------------------------------------------------------------------------------------

    @pytest.mark.parametrize("before", [(), (b"x",), (b"x" * MIB, b"y" * MIB, b"z")])
    async def test_a_source_that_breaks_leaves_nothing(
        self, blobs: BlobStore, ids: list[str], before: tuple[bytes, ...]
    ) -> None:
        with pytest.raises(ConnectionResetError):
            await blobs.save(ids[0], cut(*before))
        assert await blobs.ids() == []
        await blobs.save(ids[0], pieces(b"again"))
        assert await whole(blobs, ids[0]) == b"again"

    async def test_a_source_of_nonsense_leaves_nothing(self, blobs: BlobStore, ids: list[str]) -> None:
        """Text instead of bytes, in the middle."""
        nonsense: Any = "text"
        with pytest.raises((TypeError, BlobError)):
            await blobs.save(ids[0], pieces(b"x" * MIB, nonsense, b"y"))
        assert await blobs.ids() == []

    async def test_a_cancelled_save_leaves_nothing(self, blobs: BlobStore, ids: list[str]) -> None:
        reached = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            save = tasks.create_task(blobs.save(ids[0], stalled(reached.set)))
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

    async def test_a_save_of_which_the_caller_left_can_be_made_again(
        self, blobs: BlobStore, ids: list[str]
    ) -> None:
        """Twenty times in a row, given up each time at another moment; then it is saved, once and whole."""

        async def given_up(turns: int) -> None:
            async with asyncio.TaskGroup() as tasks:
                save = tasks.create_task(blobs.save(ids[0], pieces(b"a" * 700, b"b" * 700)))
                for _ in range(turns):
                    await asyncio.sleep(0)
                save.cancel()
            if not save.cancelled():
                assert await blobs.delete(ids[0])

        for turns in range(20):
            await given_up(turns)
        await blobs.save(ids[0], pieces(b"c" * 1000))
        assert await whole(blobs, ids[0]) == b"c" * 1000
