# SPDX-License-Identifier: Apache-2.0
"""Single operations on a bucket, and what they say where the server does not play along."""

import pytest
from renkei_blobs_s3 import documents
from renkei_blobs_s3.body import Body
from renkei_blobs_s3.bucket import Bucket, Facts, Part, moment
from renkei_blobs_s3.wire import Wire

from appliance.contracts.blobs import BlobError, BlobMissing
from appliance.model.time import DAY
from tests.plugins.blobs_s3.stores import PLAIN, opened, services, settings
from tests.servers.careless_s3 import CarelessS3, Version
from tests.servers.s3_place import S3Place


async def test_a_part_tells_what_it_is_a_part_of() -> None:
    async with CarelessS3().running() as place, opened(settings(place, PLAIN)) as blobs:
        bucket, kept = blobs.bucket, Body(b"0123456789")
        await bucket.need(bucket.putting("k", kept, "mark"))
        part = await bucket.part("k", 2, 5)
        assert (part.content, part.size, part.sha256) == (b"234", 10, kept.sha256)
        assert (await bucket.part("k", 8, 99)).content == b"89"
        assert await bucket.part("k", 10, 12) == Part()
        assert await bucket.sha256("k", 3) == kept.sha256
        with pytest.raises(BlobMissing, match="there is no blob other"):
            await bucket.part("other", 0, 1)


async def test_in_a_bucket_with_versions_all_of_them_go() -> None:
    server = CarelessS3(page=2)
    async with server.running() as place, opened(settings(place, PLAIN)) as blobs:
        server.objects["k"] = [Version(f"v{n}", None if n % 2 else b"x") for n in range(7)]
        server.objects["k2"] = [Version("w", b"x")]
        await blobs.bucket.remove("k")
        assert server.keys == ["k2"]


async def test_a_page_that_leads_to_itself_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that ignores the marker: the count of bytes would grow until no upload is taken."""
    server = CarelessS3(page=1)
    async with server.running() as place, opened(settings(place, PLAIN)) as blobs:
        server.objects |= {key: [Version(key, b"x")] for key in "abc"}
        first = await blobs.bucket.page(())
        assert (await blobs.bucket.page(first.more)).more != first.more
        monkeypatch.setattr(documents, "versions", lambda content: first)
        with pytest.raises(BlobError, match="the same page again and again"):
            await blobs.bucket.page(first.more)
        with pytest.raises(BlobError, match="the same page again and again"):
            await blobs.bucket.remove("a")


async def test_only_an_object_that_is_not_there_has_no_marks() -> None:
    server = CarelessS3()
    async with server.running() as place, opened(settings(place, PLAIN)) as blobs:
        assert await blobs.bucket.marks("k") is None
        server.gone = True
        with pytest.raises(BlobError, match="NoSuchBucket"):
            await blobs.bucket.marks("k")


@pytest.mark.parametrize("conditional", [True, False])
@pytest.mark.parametrize("worm", [True, False])
def test_what_a_save_says_of_itself(conditional: bool, worm: bool) -> None:
    wanted = settings(S3Place("http://127.0.0.1:1"), PLAIN, worm=worm, retention_days=10)
    given = services()
    bucket = Bucket(wanted, Wire(wanted, given))
    bucket.facts = Facts(conditional=conditional)
    until = bucket.lock_until()
    headers = bucket.putting("k", Body(b"x"), "mark", locked=until).headers
    assert headers["x-amz-meta-renkei-save"] == "mark"
    assert headers["x-amz-meta-renkei-sha256"] == Body(b"x").sha256
    assert ("If-None-Match" in headers) is conditional
    assert ("x-amz-object-lock-mode" in headers) is worm
    assert worm is (until is not None and until > given.clock.now() + 9 * DAY)


def test_a_moment_is_written_in_whole_seconds_of_utc() -> None:
    assert moment(1_780_966_800_999) == "2026-06-09T01:00:00Z"
