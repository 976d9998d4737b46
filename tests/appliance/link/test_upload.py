# SPDX-License-Identifier: Apache-2.0
"""An upload is the head, then the stream as it comes; it knows when it is too short, too long or broken."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from appliance.link.upload import Upload
from tests.appliance.link.both_ends import bytes_of


async def test_head_then_pieces() -> None:
    upload = Upload(b"head", bytes_of(b"a", b"bc"), 3)
    assert upload.headers == {"Content-Length": "7"}
    assert [piece async for piece in upload] == [b"head", b"a", b"bc"]


async def test_without_a_size_there_is_no_length() -> None:
    upload = Upload(b"head", bytes_of(), 0)
    assert upload.headers == {}
    assert [piece async for piece in upload] == [b"head"]


@pytest.mark.parametrize(("size", "says"), [(2, "longer"), (4, "1 bytes early")])
async def test_a_wrong_size_breaks_it(size: int, says: str) -> None:
    upload = Upload(b"head", bytes_of(b"abc"), size)
    with pytest.raises(ValueError, match=says):
        _ = [piece async for piece in upload]
    assert isinstance(upload.broken, ValueError)


async def test_what_the_source_raises_is_kept_for_the_asker() -> None:
    async def source() -> AsyncIterator[bytes]:
        yield b"a"
        raise OSError("the visitor went away")

    upload = Upload(b"head", source(), 0)
    with pytest.raises(OSError, match="visitor"):
        _ = [piece async for piece in upload]
    assert isinstance(upload.broken, OSError)


async def test_the_watch_runs_only_while_the_other_side_is_to_act() -> None:
    loop = asyncio.get_running_loop()
    seen: list[float | None] = []

    async def source() -> AsyncIterator[bytes]:
        seen.append(watch.when())
        yield b"a"

    async with asyncio.timeout(None) as watch:
        upload = Upload(b"head", source(), 0)
        upload.watched(watch, stall=100.0, patience=1000.0)
        await anext(upload)
        assert 50 < (watch.when() or 0) - loop.time() < 150
        await anext(upload)
        assert seen == [None]
        with pytest.raises(StopAsyncIteration):
            await anext(upload)
        assert 500 < (watch.when() or 0) - loop.time() < 1500
