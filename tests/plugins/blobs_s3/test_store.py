# SPDX-License-Identifier: Apache-2.0
"""What the S3 store promises beyond the contract; faults of the network are in test_faults."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from appliance.contracts.blobs import BlobError, BlobStoreFull, BlobTooLarge
from appliance.model.ids import id_from
from appliance.testing.blobs_suite import MIB, pieces, whole
from appliance.testing.clock import FakeRandom
from tests.plugins.blobs_s3.stores import PLAIN, opened, settings
from tests.servers.careless_s3 import CarelessS3, Version

ONE, TWO = (id_from(FakeRandom("store").bytes(15) + bytes((n,))) for n in range(2))


async def test_too_large_is_refused_before_anything_is_sent() -> None:
    server = CarelessS3()
    async with server.running() as place, opened(settings(place, PLAIN)) as blobs:
        server.requests.clear()
        with pytest.raises(BlobTooLarge):
            await blobs.save(ONE, pieces(*[b"x" * MIB] * 17))
        assert server.requests == []


async def test_what_the_bucket_may_hold_is_kept_and_a_deletion_makes_room() -> None:
    server = CarelessS3("no versions")
    async with server.running() as place, opened(settings(place, PLAIN)) as blobs:
        blobs._total = 1000
        await blobs.check()
        await blobs.save(ONE, pieces(b"x" * 900))
        with pytest.raises(BlobStoreFull, match="`max_gib` is reached"):
            await blobs.save(TWO, pieces(b"x" * 101))
        assert (await blobs.check()).used == 900
        await blobs.delete(ONE)
        assert (await blobs.check()).used == 0
        await blobs.save(TWO, pieces(b"x" * 1000))


async def test_locked_bytes_stay_in_the_count() -> None:
    async with CarelessS3().running() as place, opened(settings(place, PLAIN, worm=True)) as blobs:
        used = (await blobs.check()).used
        await blobs.save(ONE, pieces(b"x" * 900))
        await blobs.delete(ONE)
        assert (await blobs.check()).used == used + 900


async def test_a_small_save_is_one_request_and_a_small_read_is_one() -> None:
    server = CarelessS3("no versions")
    async with server.running() as place, opened(settings(place, PLAIN)) as blobs:
        server.requests.clear()
        await blobs.save(ONE, pieces(b"x" * 1000))
        assert await whole(blobs, ONE) == b"x" * 1000
        assert server.requests == ["PUT object", "GET object"]


async def test_sources_that_stall_hold_no_place() -> None:
    async with CarelessS3().running() as place, opened(settings(place, PLAIN, parallel=1)) as blobs:
        stalled, released = asyncio.Event(), asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            yield b"x"
            stalled.set()
            await released.wait()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(blobs.save(ONE, slow()))
            await stalled.wait()
            await blobs.save(TWO, pieces(b"quick"))
            released.set()
        assert await whole(blobs, ONE) == b"x"


async def test_a_reader_that_stalls_holds_no_place() -> None:
    async with CarelessS3().running() as place, opened(settings(place, PLAIN, parallel=1)) as blobs:
        await blobs.save(ONE, pieces(b"x" * (3 * MIB)))
        readers = [aiter(blobs.open(ONE)) for _ in range(5)]
        for reader in readers:
            await anext(reader)
        await blobs.save(TWO, pieces(b"quick"))
        assert await whole(blobs, TWO) == b"quick"


async def test_ids_are_found_behind_any_number_of_strangers() -> None:
    server = CarelessS3("no versions", page=2)
    for number in range(9):
        server.objects[f"b-stranger-{number}"] = [Version("1", b"x")]
    wanted = ["a" * 26, "c" * 26, "d" * 26]
    async with server.running() as place, opened(settings(place, PLAIN)) as blobs:
        for id in wanted:
            await blobs.save(id, pieces(b"x"))
        assert [info.id for info in await blobs.ids()] == wanted
        assert [info.id for info in await blobs.ids(limit=2)] == wanted[:2]
        assert [info.id for info in await blobs.ids(wanted[0])] == wanted[1:]


async def test_a_list_that_begins_again_has_an_end() -> None:
    """A server that does not know start-after: a walk over all ids would never end."""
    server = CarelessS3("no versions", "lists from the beginning")
    async with server.running() as place, opened(settings(place, PLAIN)) as blobs:
        await blobs.save(ONE, pieces(b"x"))
        with pytest.raises(BlobError, match="listed before"):
            await blobs.ids(ONE)


async def test_a_range_that_is_not_found_is_no_empty_blob() -> None:
    server = CarelessS3("no versions", "finds no range")
    async with server.running() as place, opened(settings(place, PLAIN)) as blobs:
        await blobs.save(ONE, pieces(b"x" * 1000))
        for start in (0, 999):
            with pytest.raises(BlobError, match="came back with the wrong length"):
                await collect(blobs.open(ONE, start))
        assert await collect(blobs.open(ONE, 1000)) == b""
        await blobs.save(TWO, pieces())
        assert await whole(blobs, TWO) == b""


async def collect(found: AsyncIterator[bytes]) -> bytes:
    """All pieces."""
    return b"".join([piece async for piece in found])
