# SPDX-License-Identifier: Apache-2.0
"""The tests of many at once notice each blob store that mixes, ends short, leaks, or lets others wait."""

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path

import pytest

from appliance.contracts.blobs import MAX_IDS, BlobExists, BlobInfo, BlobMissing
from tests.contracts.breaking_blobs import BentBlobs, BentBlobsSuite


class TwoWinners(BentBlobs):
    """Who saves last under an id replaces what is there."""

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        blob = [chunk async for chunk in chunks]
        await self.inner.delete(id)
        return await self.inner.save(id, _each(blob))


class MixesSavers(BentBlobs):
    """All savers share one buffer."""

    def __init__(self) -> None:
        super().__init__()
        self._buffer: list[bytes] = []

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        self._buffer.clear()
        async for chunk in chunks:
            self._buffer.append(chunk)
        return await self.inner.save(id, _each(list(self._buffer)))


class PagesByNumber(BentBlobs):
    """A page begins behind as many blobs as were before, not behind a blob."""

    async def ids(self, after: str = "", limit: int = MAX_IDS) -> list[BlobInfo]:
        self.given = 0 if not after else self.given
        page = (await self.inner.ids())[self.given : self.given + limit]
        self.given += len(page)
        return page

    given = 0


class SeenTooEarly(BentBlobs):
    """A blob is listed while it is saved, with what there is of it."""

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        blob: list[bytes] = []
        async for chunk in chunks:
            blob += [chunk[:13], chunk[13:]]
            await self.inner.delete(id)
            await self.inner.save(id, _each(blob[:1]))
        await self.inner.delete(id)
        return await self.inner.save(id, _each(blob))


class EndsShort(BentBlobs):
    """A blob that is gone ends there."""

    async def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        async for piece in self.inner.open(id, start, stop):
            yield piece
            if not any(info.id == id for info in await self.inner.ids()):
                return


class WhateverIsThere(BentBlobs):
    """Each piece is of the blob that has the id just then."""

    async def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        at = start
        while piece := [one async for one in self.inner.open(id, at, at + (1 << 20))]:
            yield piece[0]
            at += len(piece[0])


class LeavesFilesOpen(BentBlobs):
    """A read that is given up leaves a descriptor."""

    async def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        file = os.open("/dev/null", os.O_RDONLY)
        self.left.append(file)
        async for piece in self.inner.open(id, start, stop):
            yield piece
        os.close(file)
        self.left.remove(file)


class FewSlots(BentBlobs):
    """At most eight save or read at once, and a slot is held to the end."""

    def __init__(self) -> None:
        super().__init__()
        self._slots = asyncio.Semaphore(8)

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        async with self._slots:
            return await self.inner.save(id, chunks)

    async def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        async with self._slots:
            async for piece in self.inner.open(id, start, stop):
                yield piece


class LosesItsReaders(BentBlobs):
    """Who is cancelled while reading keeps one of eight places for ever."""

    def __init__(self) -> None:
        super().__init__()
        self._places = 8

    async def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        if not self._places:
            raise BlobMissing("too many readers")
        self._places -= 1
        await asyncio.sleep(0)
        async for piece in self.inner.open(id, start, stop):
            yield piece
        self._places += 1


class KeepsTheBeginning(BentBlobs):
    """What came before a save was given up is kept."""

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        blob: list[bytes] = []
        try:
            async for chunk in chunks:
                blob.append(bytes(chunk, "ascii") if isinstance(chunk, str) else chunk)
        finally:
            await self.inner.save(id, _each(blob))
        return sum(map(len, blob))


class SavesInTwoSteps(BentBlobs):
    """A blob is complete one turn before its caller knows, and may leave."""

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        size = await self.inner.save(id, chunks)
        await asyncio.sleep(0)
        return size


class KeepsTheName(BentBlobs):
    """The id of a save that was given up stays taken."""

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        if id in self.taken:
            raise BlobExists(id)
        self.taken.add(id)
        size = await self.inner.save(id, chunks)
        self.taken.remove(id)
        return size


async def _each(blob: list[bytes]) -> AsyncIterator[bytes]:
    for chunk in blob:
        yield chunk


BROKEN: list[tuple[type[BentBlobs], str]] = [
    (TwoWinners, "of_many_savers_of_one_id_one_wins"),
    (MixesSavers, "many_at_once_do_not_mix"),
    (PagesByNumber, "pages_miss_nothing_that_stays_while_others_come_and_go"),
    (SeenTooEarly, "pages_miss_nothing_that_stays_while_others_come_and_go"),
    (EndsShort, "a_blob_deleted_while_it_is_read_is_never_short_nor_another"),
    (WhateverIsThere, "a_blob_deleted_while_it_is_read_is_never_short_nor_another"),
    (LeavesFilesOpen, "a_read_that_is_given_up_leaves_nothing_open"),
    (LosesItsReaders, "a_read_cancelled_at_any_moment_harms_nobody"),
    (FewSlots, "sources_that_stall_hold_up_nobody"),
    (FewSlots, "readers_that_stall_hold_up_nobody"),
    (KeepsTheBeginning, "a_source_that_breaks_leaves_nothing"),
    (KeepsTheBeginning, "a_source_of_nonsense_leaves_nothing"),
    (KeepsTheBeginning, "a_cancelled_save_leaves_nothing"),
    (SavesInTwoSteps, "cancelled_at_any_moment_it_is_all_or_nothing"),
    (KeepsTheName, "a_save_of_which_the_caller_left_can_be_made_again"),
]


@pytest.mark.parametrize(("bent", "test"), BROKEN)
async def test_what_is_broken_is_noticed(bent: type[BentBlobs], test: str, tmp_path: Path) -> None:
    assert await BentBlobsSuite(bent).notices(test, tmp_path)


@pytest.mark.parametrize("test", sorted({test for _, test in BROKEN}))
async def test_what_is_good_is_not(test: str, tmp_path: Path) -> None:
    suite = BentBlobsSuite(BentBlobs)
    suite.patience = 30
    assert not await suite.notices(test, tmp_path)
