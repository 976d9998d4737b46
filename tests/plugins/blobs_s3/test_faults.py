# SPDX-License-Identifier: Apache-2.0
"""What networks and servers do: refused clearly, nothing acknowledged is lost, and it heals by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from renkei_blobs_s3.store import S3Blobs

from appliance.contracts.blobs import BlobError, BlobExists, BlobMissing, BlobStoreFull
from appliance.model.ids import id_from
from appliance.testing.blobs_suite import pieces, whole
from appliance.testing.clock import FakeRandom
from tests.plugins.blobs_s3.stores import PLAIN, opened, settings
from tests.servers import s3_gremlin as gremlins
from tests.servers.careless_s3 import CarelessS3
from tests.servers.s3_gremlin import Fault, Gremlin, answers

MIB = 1 << 20
BLOB = b"0123456789abcdef" * (3 * MIB // 16) + b"end"
ONE = id_from(FakeRandom("faults").bytes(16))


@pytest.fixture
def careless() -> CarelessS3:
    """A server that keeps its promises."""
    return CarelessS3("no versions")


@pytest.fixture
async def gremlin(careless: CarelessS3) -> AsyncIterator[Gremlin]:
    """Stands in front of it."""
    async with careless.running() as place:
        yield Gremlin(place)


@asynccontextmanager
async def through(gremlin: Gremlin, **others: Any) -> AsyncIterator[S3Blobs]:
    """A store that meets the gremlin."""
    wanted = {"attempts": 3, "timeout_seconds": 5.0, **others}
    async with gremlin.running() as place, opened(settings(place, PLAIN, **wanted)) as store:
        yield store


def many(fault: Fault) -> list[Fault]:
    """More often than anybody tries."""
    return [fault] * 50


PASSING: dict[str, Fault] = {
    "503": answers(503, "SlowDown"),
    "503 with a time": answers(503, "SlowDown", Retry_After="1"),
    "500": answers(500, "InternalError"),
    "429": answers(429, "TooManyRequests"),
    "409 of a race": answers(409, "ConditionalRequestConflict"),
    "reset": gremlins.resets,
    "lost answer": gremlins.loses_the_answer,
    "spoiled on its way": gremlins.spoils_the_body,
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
@pytest.mark.parametrize("times", [1, 2])
async def test_a_save_survives_what_passes(
    gremlin: Gremlin, careless: CarelessS3, fault: Fault, times: int
) -> None:
    async with through(gremlin) as blobs:
        gremlin.plan("PUT", *[fault] * times)
        assert await blobs.save(ONE, pieces(BLOB)) == len(BLOB)
        assert await whole(blobs, ONE) == BLOB
        with pytest.raises(BlobExists):
            await blobs.save(ONE, pieces(BLOB))
        assert careless.keys == [ONE]


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
async def test_a_save_that_never_succeeds_says_so_and_leaves_nothing(
    gremlin: Gremlin, careless: CarelessS3, fault: Fault
) -> None:
    async with through(gremlin) as blobs:
        gremlin.plan("PUT", *[fault] * 3)
        with pytest.raises(BlobError, match="does not serve"):
            await blobs.save(ONE, pieces(BLOB))
        assert careless.keys == []
        assert await blobs.save(ONE, pieces(b"again")) == 5
        assert await whole(blobs, ONE) == b"again"


async def test_an_answer_that_comes_too_late_is_no_answer(gremlin: Gremlin, careless: CarelessS3) -> None:
    async with through(gremlin, timeout_seconds=0.2) as blobs:
        gremlin.plan("PUT", gremlins.hangs)
        await blobs.save(ONE, pieces(b"kept"))
        gremlin.plan("PUT", *[gremlins.hangs] * 3)
        with pytest.raises(BlobError, match=r"no answer within 0\.2 s"):
            await blobs.save(id_from(bytes(16)), pieces(b"never"))
        assert await whole(blobs, ONE) == b"kept"
    assert careless.keys == [ONE]


@pytest.mark.parametrize(
    "fault", [answers(503, "SlowDown"), gremlins.truncates, gremlins.resets, gremlins.loses_the_answer]
)
async def test_a_read_goes_on_where_it_stopped(gremlin: Gremlin, fault: Fault) -> None:
    async with through(gremlin) as blobs:
        await blobs.save(ONE, pieces(BLOB))
        gremlin.plan("GET", fault, gremlins.passes, fault, fault, gremlins.passes, fault)
        assert await whole(blobs, ONE) == BLOB
        gremlin.plan("GET", fault, fault)
        assert await whole(blobs, ONE, 5, 2 * MIB) == BLOB[5 : 2 * MIB]


async def test_a_read_of_a_server_that_is_away_ends_with_an_error_and_the_next_is_whole(gremlin: Gremlin) -> None:
    async with through(gremlin) as blobs:
        await blobs.save(ONE, pieces(BLOB))
        gremlin.plan("GET", gremlins.passes, *[answers(503, "SlowDown")] * 3)
        with pytest.raises(BlobError, match="503 SlowDown"):
            await whole(blobs, ONE)
        assert await whole(blobs, ONE) == BLOB


@pytest.mark.parametrize("good", [0, 1, 3])
async def test_a_changed_byte_is_found_before_the_last_piece_is_given_away(gremlin: Gremlin, good: int) -> None:
    async with through(gremlin) as blobs:
        await blobs.save(ONE, pieces(BLOB))
        gremlin.plan("GET", *[gremlins.passes] * good, gremlins.spoils_the_answer)
        found = b""
        with pytest.raises(BlobError, match="came back changed"):
            async for piece in blobs.open(ONE):
                found += piece
        assert len(found) < len(BLOB)
        assert await whole(blobs, ONE) == BLOB


async def test_where_the_server_believes_every_body_it_is_read_back(gremlin: Gremlin, careless: CarelessS3) -> None:
    careless.flaws |= {"believes"}
    async with through(gremlin) as blobs:
        gremlin.plan("PUT", gremlins.spoils_the_body)
        with pytest.raises(BlobError, match="changed right after it was saved"):
            await blobs.save(ONE, pieces(BLOB))
        assert careless.keys == []
        await blobs.save(ONE, pieces(BLOB))
        assert await whole(blobs, ONE) == BLOB


@pytest.mark.parametrize("flaws", [{"no versions"}, {"no versions", "replaces"}, set()])
async def test_a_lost_answer_never_costs_somebody_elses_blob(
    gremlin: Gremlin, careless: CarelessS3, flaws: set[str]
) -> None:
    careless.flaws = frozenset(flaws)
    async with through(gremlin) as blobs:
        await blobs.save(ONE, pieces(b"first"))
        gremlin.plan("PUT", *many(gremlins.loses_the_answer))
        gremlin.plan("HEAD", *[answers(503)] * 3)
        with pytest.raises(BlobError):
            await blobs.save(ONE, pieces(b"second"))
        assert await whole(blobs, ONE) == b"first"


async def test_a_cancelled_save_is_finished_and_then_undone(gremlin: Gremlin, careless: CarelessS3) -> None:
    async with through(gremlin) as blobs:
        release = asyncio.Event()

        async def slow(gremlin: Gremlin, request: Any) -> Any:
            passed = await gremlin.passed(request)
            await release.wait()
            return gremlins.plain(request, passed)

        gremlin.plan("PUT", slow)
        async with asyncio.TaskGroup() as tasks:
            save = tasks.create_task(blobs.save(ONE, pieces(BLOB)))
            await gremlin.reached.wait()
            save.cancel()
            release.set()
        assert save.cancelled()
        assert careless.keys == []
        await blobs.save(ONE, pieces(b"again"))


async def test_cancelled_twice_it_is_undone_all_the_same(gremlin: Gremlin, careless: CarelessS3) -> None:
    async with through(gremlin) as blobs:
        release = asyncio.Event()

        async def slow(gremlin: Gremlin, request: Any) -> Any:
            passed = await gremlin.passed(request)
            await release.wait()
            return gremlins.plain(request, passed)

        gremlin.plan("PUT", slow)
        async with asyncio.TaskGroup() as tasks:
            save = tasks.create_task(blobs.save(ONE, pieces(BLOB)))
            await gremlin.reached.wait()
            save.cancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            save.cancel()
            await asyncio.wait([save])
            release.set()
        assert save.cancelled()
    assert careless.keys == []


async def test_a_full_server(careless: CarelessS3, gremlin: Gremlin) -> None:
    async with through(gremlin) as blobs:
        await blobs.save(ONE, pieces(b"kept"))
        careless.full = True
        with pytest.raises(BlobStoreFull, match="XMinioStorageFull"):
            await blobs.save(id_from(bytes(16)), pieces(b"too much"))
        assert (await blobs.check()).ratio == 1.0
        assert await whole(blobs, ONE) == b"kept"
        assert await blobs.delete(ONE) is True
        careless.full = False
        assert (await blobs.check()).ratio < 0.01


async def test_a_bucket_that_is_gone(careless: CarelessS3, gremlin: Gremlin) -> None:
    async with through(gremlin) as blobs:
        await blobs.save(ONE, pieces(b"kept"))
        careless.gone = True
        for attempt in (blobs.save(id_from(bytes(16)), pieces(b"x")), blobs.check(), blobs.ids()):
            with pytest.raises(BlobError, match="NoSuchBucket; there is no such bucket: make it"):
                await attempt
        with pytest.raises(BlobError, match="NoSuchBucket") as caught:
            await whole(blobs, ONE)
        assert not isinstance(caught.value, BlobMissing)
        careless.gone = False
        await blobs.check()
        assert await whole(blobs, ONE) == b"kept"


async def test_a_bucket_that_is_gone_is_not_taken_for_a_blob_that_is(
    careless: CarelessS3, gremlin: Gremlin
) -> None:
    """A HEAD has no code: whoever asks by HEAD would hear "not there" and go on."""
    async with through(gremlin) as blobs:
        await blobs.save(ONE, pieces(b"kept"))
        careless.gone = True
        with pytest.raises(BlobError, match="NoSuchBucket"):
            await blobs.delete(ONE)
