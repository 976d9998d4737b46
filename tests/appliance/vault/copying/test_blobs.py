# SPDX-License-Identifier: Apache-2.0
"""Blobs are copied a few at a time and read back; what is there and proven is not copied again."""

from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

import pytest

from appliance.contracts.blobs import BlobError, BlobInfo, BlobMissing
from appliance.model.ids import id_from
from appliance.testing.clock import FakeClock, FakeRandom
from appliance.testing.memory_blobs import MemoryBlobs
from appliance.vault.copying.blobs import BlobCopy, count_blobs, digest, infos, refuse_others
from appliance.vault.copying.errors import CopyRefused, Different
from appliance.vault.copying.progress import Told
from tests.appliance.vault.copying.scene import saved

COUNT = 1203


class Kept(MemoryBlobs):
    """Remembers what was saved and read, and how many saves ran at once."""

    def __init__(self) -> None:
        super().__init__(FakeClock())
        self.was_saved: list[str] = []
        self.was_read: list[str] = []
        self.running = self.most = 0

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            size = await super().save(id, chunks)
        finally:
            self.running -= 1
        self.was_saved.append(id)
        return size

    async def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        self.was_read.append(id)
        async for piece in super().open(id, start, stop):
            yield piece


class Bad(Kept):
    """Gives back other bytes than it was given."""

    async def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        async for piece in super().open(id, start, stop):
            yield piece[:-1] + b"?"


class Short(Kept):
    """Says that it has kept less than it was given."""

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        return await super().save(id, chunks) - 1


class Forgetful(Kept):
    """Lists a blob that it has not."""

    async def ids(self, after: str = "", limit: int = 1000) -> list[BlobInfo]:
        found = await super().ids(after, limit)
        return found if after >= "b" * 26 else [BlobInfo("b" * 26, 7, 0), *found]


async def filled(store: Any, count: int = COUNT) -> Any:
    """A store with blobs of many sizes."""
    chance = FakeRandom("blobs")
    for number in range(count):
        await store.save(id_from(chance.bytes(16)), stream(chance.bytes(number * 7 % 3000)))
    return store


async def stream(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def copied(source: Any, target: Any, proven: str = "") -> tuple[list[str], list[Told]]:
    """Copy; the ids that were noted as proven, and what was told."""
    noted: list[str] = []
    told: list[Told] = []

    async def keep(id: str) -> None:
        noted.append(id)

    await BlobCopy(source, target, proven, keep, COUNT, told.append).run()
    return noted, told


async def test_every_blob_is_copied() -> None:
    source, target = await filled(Kept()), Kept()
    noted, told = await copied(source, target)
    assert await saved(source) == await saved(target)
    ids = [info.id async for info in infos(source)]
    assert noted == [ids[999], ids[-1]]
    assert told[-1].done == COUNT and told[-1].bytes == source.used
    assert target.most <= 4


async def test_what_is_there_is_compared_and_not_saved_again() -> None:
    source, target = await filled(Kept()), await filled(Kept(), 600)
    target.was_saved.clear()
    await copied(source, target)
    assert len(target.was_saved) == COUNT - 600
    assert sorted(target.was_read) == sorted(source._kept)


async def test_what_is_proven_is_not_even_read_again() -> None:
    source, target = await filled(Kept()), await filled(Kept())
    half = sorted(source._kept)[600]
    source.was_read.clear()
    noted, _ = await copied(source, target, half)
    assert sorted(source.was_read) == sorted(target.was_read) == sorted(source._kept)[601:]
    assert noted[-1] == max(source._kept)


async def test_what_is_proven_and_gone_is_copied_again() -> None:
    source, target = await filled(Kept(), 10), await filled(Kept(), 10)
    first, last = min(source._kept), max(source._kept)
    await target.delete(first)
    await copied(source, target, last)
    assert await saved(target) == await saved(source)


@pytest.mark.parametrize("other", [b"x", b"short", b""])
async def test_a_blob_that_is_another_one_is_replaced(other: bytes) -> None:
    source, target = await filled(Kept(), 10), await filled(Kept(), 10)
    id = sorted(source._kept)[4]
    size = len(source._kept[id][0])
    target.change(id, other * (size if other == b"x" else 1))
    await copied(source, target)
    assert await saved(target) == await saved(source)


@pytest.mark.parametrize("bad", [Bad, Short])
async def test_a_store_that_does_not_give_back_what_it_got(bad: type[Kept]) -> None:
    with pytest.raises(Different, match="does not come back from the new store as it was saved"):
        await copied(await filled(Kept(), 5), bad())


async def test_a_blob_that_is_listed_and_not_there() -> None:
    with pytest.raises(Different, match=f"the blob {'b' * 26} is listed, but cannot be read"):
        await copied(await filled(Forgetful(), 5), Kept())


async def test_the_first_error_comes_out_alone() -> None:
    source, target = await filled(Kept(), 20), Kept()
    source.broken = "gone"
    with pytest.raises(BlobError, match="gone"):
        await copied(source, target)
    with pytest.raises(BlobMissing):
        await digest(target, "a" * 26)


async def test_counting() -> None:
    source = await filled(Kept())
    counts = await count_blobs(source)
    assert (counts.blobs, counts.blob_bytes) == (COUNT, source.used)


@pytest.mark.parametrize("count", [0, 1, 600, COUNT])
async def test_a_part_of_our_own_blobs_is_no_stranger(count: int) -> None:
    await refuse_others(await filled(Kept()), await filled(Kept(), count), "there")


@pytest.mark.parametrize("id", ["a" * 26, "n" * 26, "7" * 26])
async def test_a_stranger_is_found_wherever_it_stands(id: str) -> None:
    target = await filled(Kept(), 600)
    await target.save(id, stream(b"somebody's"))
    with pytest.raises(CopyRefused, match=rf"the new blob store is not empty \(there\): it has the blob {id}"):
        await refuse_others(await filled(Kept()), target, "there")
    with pytest.raises(CopyRefused):
        await refuse_others(Kept(), target, "there")
