# SPDX-License-Identifier: Apache-2.0
"""The fake blob store fails when it is told to; tests/contracts/test_blobs.py proves the rest."""

import pytest

from appliance.contracts.blobs import BlobError, BlobStoreFull
from appliance.testing.blobs_suite import cut, pieces, whole
from appliance.testing.clock import FakeClock
from appliance.testing.memory_blobs import MemoryBlobs

ONE, TWO = "a" * 26, "b" * 26


@pytest.fixture
def blobs() -> MemoryBlobs:
    return MemoryBlobs(FakeClock())


async def test_full_is_full_until_there_is_room(blobs: MemoryBlobs) -> None:
    blobs.capacity = 10
    await blobs.save(ONE, pieces(b"123456"))
    with pytest.raises(BlobStoreFull):
        await blobs.save(TWO, pieces(b"12", b"345"))
    assert blobs.used == 6
    assert (await blobs.check()).ratio == 0.6
    assert await blobs.delete(ONE)
    await blobs.save(TWO, pieces(b"12", b"345"))
    assert [info.id for info in await blobs.ids()] == [TWO]


async def test_a_smaller_capacity_than_is_used_is_full(blobs: MemoryBlobs) -> None:
    await blobs.save(ONE, pieces(b"123456"))
    blobs.capacity = 3
    assert (await blobs.check()).ratio == 1.0
    assert await whole(blobs, ONE) == b"123456"


async def test_broken_is_broken_until_it_is_mended(blobs: MemoryBlobs) -> None:
    await blobs.save(ONE, pieces(b"1"))
    blobs.broken = "the cable is out"
    for attempt in (blobs.save(TWO, pieces()), whole(blobs, ONE), blobs.delete(ONE), blobs.ids(), blobs.check()):
        with pytest.raises(BlobError, match="the cable is out"):
            await attempt
    blobs.broken = ""
    assert await whole(blobs, ONE) == b"1"


async def test_it_breaks_in_the_middle_of_a_read(blobs: MemoryBlobs) -> None:
    await blobs.save(ONE, pieces(b"x" * 3_000_000))
    stream = aiter(blobs.open(ONE))
    await anext(stream)
    blobs.broken = "the cable is out"
    with pytest.raises(BlobError):
        await anext(stream)


async def test_a_spoilt_blob_keeps_its_time(blobs: MemoryBlobs) -> None:
    await blobs.save(ONE, pieces(b"good"))
    before = await blobs.ids()
    blobs.change(ONE, b"evil")
    assert await whole(blobs, ONE) == b"evil"
    assert await blobs.ids() == before


async def test_the_time_is_that_of_the_clock() -> None:
    clock = FakeClock()
    blobs = MemoryBlobs(clock)
    clock.move(5_000)
    await blobs.save(ONE, pieces())
    [info] = await blobs.ids()
    assert info.saved_at == clock.now()


async def test_a_cut_source_leaves_nothing(blobs: MemoryBlobs) -> None:
    with pytest.raises(ConnectionResetError):
        await blobs.save(ONE, cut(b"1"))
    assert blobs.used == 0
