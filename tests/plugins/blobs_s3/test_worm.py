# SPDX-License-Identifier: Apache-2.0
"""A server is believed to lock only after everything against the lock was tried and refused."""

from typing import Any

import pytest
from renkei_blobs_s3.bucket import moment

from appliance.contracts.blobs import BlobError, BlobMissing
from appliance.contracts.plugin import PluginError
from appliance.model.ids import id_from
from appliance.model.time import DAY, SECOND
from appliance.testing.blobs_suite import pieces, whole
from tests.plugins.blobs_s3.stores import LOCKED, PLAIN, VERSIONED, TrueClock, opened, prefix_of, services, settings
from tests.servers.careless_s3 import CarelessS3
from tests.servers.s3_place import S3Place

ONE = id_from(bytes(16))


async def test_a_server_that_keeps_its_promises() -> None:
    server = CarelessS3()
    async with server.running() as place, opened(settings(place, PLAIN, worm=True)) as blobs:
        await blobs.save(ONE, pieces(b"kept"))
        assert await whole(blobs, ONE) == b"kept"
        assert await blobs.delete(ONE) is True
        with pytest.raises(BlobMissing):
            await whole(blobs, ONE)
        assert [version.locked for version in server.objects[ONE]] == [True, False]
    assert not server.suspended


@pytest.mark.parametrize(
    ("flaw", "said"),
    [
        ("no versions", "versioning off and Object Lock off: make a bucket with Object Lock"),
        ("versions without lock", "versioning Enabled and Object Lock off: make a bucket"),
        ("hides versions", "does not keep what it promises: a locked object got no version"),
        ("hides the state of locks", "the key may not look whether bucket .* has Object Lock: allow it GetBucket"),
        ("deletes locked", "it was possible to delete a locked version and to delete"),
        ("bypasses", "it was possible to delete a locked version by the bypass for governors"),
        ("shortens", "it was possible to shorten the time of a lock"),
        ("weakens", "it was possible to weaken a lock"),
        ("suspends", "it was possible to suspend the versions of the bucket"),
        ("forgets locks", "an object that was locked in mode COMPLIANCE has mode none"),
        ("locks for less", r"locked until 2\S+Z is locked until 2026-01-01T00:00:00Z"),
        ("releases", "it was possible to take a lock away"),
        ("deletes in batches", "it was possible to delete a locked version in a batch"),
        ("suspends quietly", "it was possible to suspend the versions of the bucket"),
        ("forbids deletes", "the key may not delete versions that are not locked either.*allow it DeleteObjectVer"),
    ],
)
async def test_a_server_that_breaks_one_is_refused_by_its_name(flaw: str, said: str) -> None:
    server = CarelessS3(flaw)
    async with server.running() as place:
        with pytest.raises(PluginError, match=said):
            async with opened(settings(place, PLAIN, worm=True)):
                raise AssertionError("it was believed")
    assert not server.suspended, "what the probe could do it has undone"


async def test_a_bucket_that_locks_by_itself_is_as_good() -> None:
    server = CarelessS3("locks by itself")
    async with server.running() as place, opened(settings(place, PLAIN, worm=True)) as blobs:
        await blobs.save(ONE, pieces(b"kept"))


async def test_all_that_was_possible_is_named() -> None:
    server = CarelessS3("shortens", "suspends")
    async with server.running() as place:
        with pytest.raises(PluginError, match="shorten the time of a lock and to suspend the versions"):
            async with opened(settings(place, PLAIN, worm=True)):
                raise AssertionError("it was believed")


async def test_the_checks_that_follow_save_nothing_new() -> None:
    server = CarelessS3()
    async with server.running() as place, opened(settings(place, PLAIN, worm=True)) as blobs:
        before = sum(map(len, server.objects.values()))
        for _ in range(5):
            await blobs.check()
        assert sum(map(len, server.objects.values())) == before
        server.objects.clear()
        await blobs.check()
        assert sum(map(len, server.objects.values())) == 1


async def test_a_canary_that_comes_back_changed_is_told() -> None:
    server = CarelessS3()
    async with server.running() as place, opened(settings(place, PLAIN, worm=True)) as blobs:
        [canary] = [versions[-1] for versions in server.objects.values() if versions and versions[-1].locked]
        canary.body = bytes(4096)
        with pytest.raises(BlobError, match="did not come back"):
            await blobs.check()


async def test_old_canaries_go_at_the_next_start() -> None:
    server = CarelessS3()
    async with server.running() as place:
        async with opened(settings(place, PLAIN, worm=True)):
            pass
        for versions in server.objects.values():
            for version in versions:
                version.locked = False
        async with opened(settings(place, PLAIN, worm=True)):
            assert len(server.keys) == 1


async def test_the_lock_lasts_as_long_as_was_asked_in_the_servers_time() -> None:
    """Our clock is three years behind: the retention must not end three years early."""
    server, clock = CarelessS3(), TrueClock()
    clock.step(-3 * 365 * DAY)
    async with server.running() as place:
        wanted = settings(place, PLAIN, worm=True, retention_days=10)
        async with opened(wanted, services(clock)) as blobs:
            await blobs.save(ONE, pieces(b"kept"))
    wanted_end = TrueClock().now() + 10 * DAY
    assert server.objects[ONE][0].until in {moment(wanted_end - ago * SECOND) for ago in range(30)}


async def test_a_wrong_date_in_an_answer_makes_no_lock_shorter() -> None:
    """A proxy whose clock is three years behind: the canary is locked by its time, blobs at least by ours."""
    server, clock = CarelessS3(), TrueClock()
    clock.step(3 * 365 * DAY)
    async with server.running() as place:
        wanted = settings(place, PLAIN, worm=True, retention_days=10)
        async with opened(wanted, services(clock)) as blobs:
            await blobs.save(ONE, pieces(b"kept"))
    assert server.objects[ONE][0].until >= moment(clock.now() + 10 * DAY - 30 * SECOND)


@pytest.mark.parametrize("bucket", [PLAIN, VERSIONED, LOCKED])
async def test_moto_does_not_lock_whatever_it_says(moto: S3Place, bucket: str) -> None:
    with pytest.raises(PluginError, match="`worm` is set, but"):
        async with opened(settings(moto, bucket, worm=True)):
            raise AssertionError("it was believed")


@pytest.mark.lab
@pytest.mark.parametrize("bucket", [PLAIN, VERSIONED])
async def test_a_bucket_without_locks(seaweed: S3Place, bucket: str) -> None:
    with pytest.raises(PluginError, match="Object Lock off: make a bucket with Object Lock"):
        async with opened(settings(seaweed, bucket, worm=True)):
            raise AssertionError("it was believed")


@pytest.mark.lab
async def test_nobody_deletes_what_seaweedfs_has_locked(seaweed: S3Place, tmp_path: Any) -> None:
    prefix = prefix_of(tmp_path)
    async with opened(settings(seaweed, LOCKED, worm=True, prefix=prefix, retention_days=1)) as blobs:
        await blobs.save(ONE, pieces(b"kept"))
        await blobs.delete(ONE)
        used = (await blobs.check()).used
    s3 = seaweed.boto()
    [version] = s3.list_object_versions(Bucket=LOCKED, Prefix=prefix + ONE)["Versions"]
    with pytest.raises(s3.exceptions.ClientError, match=r"AccessDenied|Denied|WORM|locked|retention"):
        s3.delete_object(Bucket=LOCKED, Key=prefix + ONE, VersionId=version["VersionId"])
    assert used >= 4, "what was deleted takes room still"
