# SPDX-License-Identifier: Apache-2.0
"""What the start finds out about a server, and what it refuses."""

import dataclasses

import pytest
from renkei_blobs_s3.bucket import Facts

from appliance.contracts.blobs import BlobExists
from appliance.contracts.plugin import PluginError
from appliance.model.ids import id_from
from appliance.model.time import HOUR
from appliance.testing.blobs_suite import pieces, whole
from tests.plugins.blobs_s3.stores import LOCKED, PLAIN, VERSIONED, TrueClock, opened, services, settings
from tests.servers.careless_s3 import CarelessS3
from tests.servers.s3_place import S3Place

ONE = id_from(bytes(16))
GOOD = Facts(conditional=True, proves_bodies=True, needs_checksums=False, versioned=False)


@pytest.mark.parametrize(
    ("flaws", "facts"),
    [
        ({"no versions"}, GOOD),
        ({"no versions", "replaces"}, dataclasses.replace(GOOD, conditional=False)),
        ({"no versions", "believes"}, dataclasses.replace(GOOD, proves_bodies=False, needs_checksums=True)),
        ({"no versions", "looks beside"}, dataclasses.replace(GOOD, needs_checksums=True)),
        (set(), dataclasses.replace(GOOD, versioned=True)),
    ],
)
async def test_what_a_server_can_do_is_tried(flaws: set[str], facts: Facts) -> None:
    server = CarelessS3(*flaws)
    async with server.running() as place, opened(settings(place, PLAIN)) as blobs:
        assert blobs.bucket.facts == facts
        assert server.keys == []
        await blobs.save(ONE, pieces(b"first"))
        with pytest.raises(BlobExists):
            await blobs.save(ONE, pieces(b"second"))
        assert await whole(blobs, ONE) == b"first"


@pytest.mark.parametrize(
    ("flaw", "said"),
    [
        ("ignores ranges", "does not answer with the range"),
        ("keeps deleted", "what was deleted is still there"),
    ],
)
async def test_a_server_that_cannot_be_used(flaw: str, said: str) -> None:
    async with CarelessS3("no versions", flaw).running() as place:
        with pytest.raises(PluginError, match=said):
            async with opened(settings(place, PLAIN)):
                raise AssertionError("it was believed")


async def test_a_server_that_is_away() -> None:
    async with CarelessS3().running() as place:
        pass
    said = r"127\.0\.0\.1:[0-9]+ does not serve: it cannot be reached \(Connection refused\): start it, or correct"
    with pytest.raises(PluginError, match=said):
        async with opened(settings(place, PLAIN)):
            raise AssertionError("it was believed")


async def test_what_was_found_out_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    async with CarelessS3("replaces").running() as place, opened(settings(place, PLAIN)):
        said = "has versions, ignores If-None-Match, compares bodies with their SHA-256"
        assert f"bucket {PLAIN} {said}" in caplog.text


async def test_what_an_earlier_start_left_is_swept() -> None:
    server = CarelessS3("no versions")
    async with server.running() as place:
        async with opened(settings(place, PLAIN)) as blobs:
            await blobs.save(ONE, pieces(b"kept"))
            server.objects["-probe/left"] = server.objects[ONE][:]
        async with opened(settings(place, PLAIN)) as blobs:
            assert server.keys == [ONE]


@pytest.mark.lab
@pytest.mark.parametrize(("bucket", "versioned"), [(PLAIN, False), (VERSIONED, True), (LOCKED, True)])
async def test_seaweedfs(seaweed: S3Place, bucket: str, versioned: bool) -> None:
    async with opened(settings(seaweed, bucket, prefix="probing/")) as blobs:
        assert blobs.bucket.facts == dataclasses.replace(GOOD, needs_checksums=True, versioned=versioned)
    assert "Contents" not in seaweed.boto().list_objects_v2(Bucket=bucket, Prefix="probing/")


@pytest.mark.ceph
@pytest.mark.parametrize(("bucket", "versioned"), [(PLAIN, False), (VERSIONED, True), (LOCKED, True)])
async def test_ceph(ceph: S3Place, bucket: str, versioned: bool) -> None:
    """With versions, Ceph 16 saves what If-None-Match should have kept out: it was tried, so it is known."""
    async with opened(settings(ceph, bucket, prefix="probing/")) as blobs:
        assert blobs.bucket.facts == dataclasses.replace(GOOD, conditional=not versioned, versioned=versioned)


async def test_moto_believes_every_body(moto: S3Place) -> None:
    async with opened(settings(moto, PLAIN, prefix="probing/")) as blobs:
        assert blobs.bucket.facts == dataclasses.replace(GOOD, proves_bodies=False, needs_checksums=True)


@pytest.mark.lab
async def test_a_bucket_that_is_not_there(seaweed: S3Place) -> None:
    with pytest.raises(
        PluginError, match="bucket nowhere: S3 answered 404 NoSuchBucket; there is no such bucket: make"
    ):
        async with opened(settings(seaweed, "nowhere")):
            raise AssertionError("it was believed")


@pytest.mark.lab
@pytest.mark.parametrize(
    ("secrets", "said"),
    [
        ({"s3-secret.key": b"wrong-and-secret"}, "SignatureDoesNotMatch; the secret key is wrong"),
        ({"s3-access.key": b"nobody-secret"}, "InvalidAccessKeyId; the server does not know this key"),
    ],
)
async def test_wrong_credentials_are_told_and_never_shown(
    seaweed: S3Place, secrets: dict[str, bytes], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "renkei")
    given = services(secrets={"s3-access.key": seaweed.access.encode(), "s3-secret.key": b"x"} | secrets)
    with pytest.raises(PluginError, match=said) as caught:
        async with opened(settings(seaweed, PLAIN), given):
            raise AssertionError("it was believed")
    assert not [text for text in (str(caught.value), caplog.text) if "and-secret" in text or "nobody-" in text]


@pytest.mark.lab
async def test_renewed_credentials_need_no_restart(seaweed: S3Place) -> None:
    secrets = {"s3-access.key": seaweed.access.encode(), "s3-secret.key": seaweed.secret.encode()}
    good = dict(secrets)
    async with opened(settings(seaweed, PLAIN, prefix="renewed/"), services(secrets=secrets)) as blobs:
        await blobs.save(ONE, pieces(b"first"))
        blobs._wire._keys = dataclasses.replace(blobs._wire._keys, secret="expired")
        assert await whole(blobs, ONE) == b"first"
        secrets["s3-secret.key"] = b"expired"
        blobs._wire._keys = dataclasses.replace(blobs._wire._keys, secret="expired")
        with pytest.raises(Exception, match="SignatureDoesNotMatch"):
            await whole(blobs, ONE)
        secrets.update(good)
        assert await whole(blobs, ONE) == b"first"
        assert await blobs.delete(ONE) is True


@pytest.mark.lab
@pytest.mark.parametrize("hours", [-24 * 170, -2, 2, 24 * 170])
async def test_a_clock_that_is_far_off(seaweed: S3Place, hours: int, caplog: pytest.LogCaptureFixture) -> None:
    clock = TrueClock()
    clock.step(hours * HOUR)
    async with opened(settings(seaweed, PLAIN, prefix="skewed/"), services(clock)) as blobs:
        await blobs.save(ONE, pieces(b"kept"))
        [info] = await blobs.ids()
        assert abs(info.saved_at - clock.now()) < HOUR / 10, "the time is ours, not the server's"
        assert await blobs.delete(ONE) is True
    assert caplog.text.count("the clock of the S3 server is") == 1


@pytest.mark.lab
@pytest.mark.parametrize("hours", [-2, 2])
async def test_a_clock_that_is_set_while_it_runs(seaweed: S3Place, hours: int) -> None:
    clock = TrueClock()
    async with opened(settings(seaweed, PLAIN, prefix="moved/"), services(clock)) as blobs:
        await blobs.save(ONE, pieces(b"kept"))
        clock.step(hours * HOUR)
        assert await whole(blobs, ONE) == b"kept"
        clock.step(-hours * HOUR)
        assert await blobs.delete(ONE) is True
