# SPDX-License-Identifier: Apache-2.0
"""Bytes are counted once each, whatever comes and goes during the count."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from renkei_blobs_s3.documents import Kept, Page
from renkei_blobs_s3.tally import Query, Tally

from appliance.contracts.blobs import BlobError
from tests.plugins.blobs_s3.stores import PLAIN, opened, settings
from tests.servers.careless_s3 import CarelessS3, Version


class Bucket:
    """Keys and sizes, listed two a page."""

    def __init__(self, sizes: dict[str, int]) -> None:
        self.sizes = dict(sizes)
        self.stop_before = 99

    async def page(self, query: Query) -> Page:
        await asyncio.sleep(0)
        self.stop_before -= 1
        if self.stop_before < 0:
            raise BlobError("away")
        after = dict(query).get("after", "")
        keys = sorted(key for key in self.sizes if key > after)
        more = (("after", keys[1]),) if len(keys) > 2 else ()
        return Page([Kept(key, self.sizes[key], 0) for key in keys[:2]], more)


sizes = st.dictionaries(st.sampled_from("abcdefghij"), st.integers(1, 9))
changes = st.lists(st.tuples(st.sampled_from("abcdefghij"), st.integers(1, 9)), max_size=8)


@given(sizes, changes, st.integers(0, 6))
async def test_whatever_happens_between_two_pages(
    kept: dict[str, int], changed: list[tuple[str, int]], pages: int
) -> None:
    bucket = Bucket(kept)
    tally = Tally(bucket.page)
    bucket.stop_before = pages
    if not await counted(tally):
        bucket.stop_before = 99
    for key, size in changed:
        gone = bucket.sizes.pop(key, None)
        tally.changed(key, size if gone is None else -gone)
        if gone is None:
            bucket.sizes[key] = size
    assert await counted(tally)
    assert tally.bytes == sum(bucket.sizes.values())


async def counted(tally: Tally) -> bool:
    """Whether the count came to its end."""
    try:
        await tally.go_on()
    except BlobError:
        assert not tally.complete
    return tally.complete


@pytest.mark.parametrize("flaws", [(), ("no versions",)])
async def test_what_was_there_before_counts(flaws: tuple[str, ...]) -> None:
    server = CarelessS3(*flaws, page=3)
    for number in range(10):
        server.objects[f"{number}" * 26] = [Version("1", b"x" * 100)]
    async with server.running() as place, opened(settings(place, PLAIN)) as blobs:
        assert (await blobs.check()).used == 1000
        assert (await blobs.check()).used == 1000
