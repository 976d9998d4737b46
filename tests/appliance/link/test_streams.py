# SPDX-License-Identifier: Apache-2.0
"""Frames out of any cut of the bytes; a broken stream is never mistaken for a whole one."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp.base_protocol import BaseProtocol
from hypothesis import given
from hypothesis import strategies as st

from appliance.link.envelope import LENGTH_BYTES, MAX_HEAD
from appliance.link.refusals import Refused, Why
from appliance.link.streams import StreamCut, close_stream, frames, next_piece, pieces, read_head
from tests.appliance.link.both_ends import bytes_of


def framed(*bodies: bytes) -> bytes:
    """Frames of these bodies."""
    return b"".join(len(body).to_bytes(LENGTH_BYTES, "big") + body for body in bodies)


def reader(*parts: bytes, ended: bool = True) -> aiohttp.StreamReader:
    """What came over the wire so far."""
    loop = asyncio.get_running_loop()
    protocol = BaseProtocol(loop)
    protocol.transport = asyncio.Transport()
    made = aiohttp.StreamReader(protocol, 2**16, loop=loop)
    for part in parts:
        made.feed_data(part)
    if ended:
        made.feed_eof()
    return made


@given(
    bodies=st.lists(st.binary(max_size=40), max_size=6),
    cuts=st.lists(st.integers(min_value=1, max_value=9), min_size=1),
)
async def test_frames_come_out_however_the_bytes_are_cut(bodies: list[bytes], cuts: list[int]) -> None:
    whole, place = framed(*bodies), 0
    chunks: list[bytes] = []
    while place < len(whole):
        step = cuts[len(chunks) % len(cuts)]
        chunks.append(whole[place : place + step])
        place += step
    assert [frame async for frame in frames(bytes_of(*chunks))] == bodies


@pytest.mark.parametrize("lost", range(1, 8))
async def test_a_cut_frame_is_refused(lost: int) -> None:
    got = []
    with pytest.raises(Refused) as refused:
        async for frame in frames(bytes_of(framed(b"first", b"last")[:-lost])):
            got.append(frame)
    assert refused.value.why is Why.INVALID
    assert got == [b"first"]


async def test_a_frame_beyond_the_limit_is_refused_before_it_is_kept() -> None:
    with pytest.raises(Refused, match="too_large"):
        _ = [frame async for frame in frames(bytes_of((MAX_HEAD + 1).to_bytes(LENGTH_BYTES, "big")))]


async def test_whoever_expects_larger_ones_says_so() -> None:
    body = bytes(MAX_HEAD + 1)
    assert [frame async for frame in frames(bytes_of(framed(body)), 2 * MAX_HEAD)] == [body]


@pytest.mark.parametrize("parts", [(framed(b"head") + b"tail",), (b"\0", b"\0\0\4he", b"ad", b"tail")])
async def test_a_head_leaves_what_follows(parts: tuple[bytes, ...]) -> None:
    content = reader(*parts)
    assert await read_head(content, 1.0) == b"head"
    assert [piece async for piece in pieces(content)] == [b"tail"]


async def test_a_head_may_come_bit_by_bit() -> None:
    content = reader(b"\0\0", ended=False)
    async with asyncio.TaskGroup() as group:
        head = group.create_task(read_head(content, 5.0))
        for part in (b"\0\4", b"he", b"ad"):
            await asyncio.sleep(0)
            content.feed_data(part)
    assert head.result() == b"head"


@pytest.mark.parametrize("size", [0, 1, 3, 4, 7])
@pytest.mark.parametrize("ended", [True, False])
async def test_a_cut_head_is_refused(size: int, ended: bool) -> None:
    content = reader(framed(b"head")[:size], ended=ended)
    async with asyncio.TaskGroup() as group:
        head = group.create_task(read_refused(content))
        await asyncio.sleep(0)
        if not ended:
            content.feed_eof()
    assert head.result() is Why.INVALID


async def read_refused(content: aiohttp.StreamReader) -> Why:
    """Why the head is refused."""
    with pytest.raises(Refused) as refused:
        await read_head(content, 5.0)
    return refused.value.why


async def test_a_silent_sender_is_late() -> None:
    with pytest.raises(Refused) as refused:
        await next_piece(reader(ended=False), 0.01)
    assert refused.value.why is Why.LATE
    with pytest.raises(Refused) as refused:
        await read_head(reader(b"\0", ended=False), 0.01)
    assert refused.value.why is Why.LATE


@pytest.mark.parametrize(
    "fault",
    [ConnectionResetError("gone"), aiohttp.ClientPayloadError("cut"), aiohttp.web.RequestPayloadError("cut")],
)
async def test_a_cut_is_seen_as_one(fault: Exception) -> None:
    content = reader(b"some", ended=False)
    stream = pieces(content)
    assert await anext(stream) == b"some"
    content.set_exception(fault)
    with pytest.raises(StreamCut):
        await anext(stream)


async def test_closing_a_stream_lets_its_source_go() -> None:
    closed = asyncio.Event()

    async def source() -> AsyncIterator[bytes]:
        try:
            yield b"x"
        finally:
            closed.set()

    stream = source()
    await anext(stream)
    await close_stream(stream)
    assert closed.is_set()
    await close_stream(None)
