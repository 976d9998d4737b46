# SPDX-License-Identifier: Apache-2.0
"""Canaries are no blobs, and none stays longer than it must."""

import pytest
from renkei_blobs_s3.canaries import FOLDER

from appliance.contracts.blobs import BlobError
from appliance.model.ids import id_from
from appliance.testing.blobs_suite import pieces
from tests.plugins.blobs_s3.stores import PLAIN, opened, settings
from tests.servers.careless_s3 import CarelessS3, Version

ONE = id_from(bytes(16))


@pytest.mark.parametrize("flaws", [(), ("no versions",)])
async def test_a_check_leaves_nothing(flaws: tuple[str, ...]) -> None:
    server = CarelessS3(*flaws)
    async with server.running() as place, opened(settings(place, PLAIN, prefix="p/")) as blobs:
        await blobs.save(ONE, pieces(b"x"))
        for _ in range(3):
            await blobs.check()
        assert server.keys == [f"p/{ONE}"]


async def test_a_canary_is_never_listed_and_never_a_blob() -> None:
    server = CarelessS3("no versions")
    async with server.running() as place, opened(settings(place, PLAIN)) as blobs:
        server.objects[FOLDER + "a" * 32] = [Version("1", b"x")]
        server.objects["notes.txt"] = [Version("1", b"x")]
        await blobs.save(ONE, pieces(b"x"))
        assert [info.id for info in await blobs.ids()] == [ONE]
        assert [info.id for info in await blobs.ids(limit=1)] == [ONE]


async def test_a_server_that_forgets_at_once_is_found_by_the_next_check() -> None:
    server = CarelessS3("no versions")
    async with server.running() as place, opened(settings(place, PLAIN)) as blobs:
        server.flaws |= {"ignores ranges"}
        with pytest.raises(BlobError, match="does not answer with the range"):
            await blobs.check()
        server.flaws -= {"ignores ranges"}
        await blobs.check()
        assert server.keys == []
