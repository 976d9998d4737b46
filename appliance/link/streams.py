# SPDX-License-Identifier: Apache-2.0
"""Reading frames and streams of bytes from the wire, with a limit on size and on silence."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator

from aiohttp import ClientError, StreamReader, web
from aiohttp.http_exceptions import HttpProcessingError

from appliance.link.envelope import LENGTH_BYTES, MAX_HEAD
from appliance.link.refusals import Refused, Why

STALL_SECONDS = 30.0
BUFFER_BYTES = 256 * 1024
# What the HTTP library's parsers and transports put into a reader when no more can be read from it.
UNREADABLE = (OSError, ClientError, HttpProcessingError, web.RequestPayloadError)


class StreamCut(ConnectionError):
    """A stream ended before its end: what came so far is not the whole, and must not be kept as such."""


async def read_head(content: StreamReader, stall: float) -> bytes:
    """The bytes of one framed head.

    Raises Refused: INVALID if it is cut short, TOO_LARGE beyond MAX_HEAD, LATE if it takes more than stall seconds.
    """
    try:
        if content.is_eof():  # all is here, as with almost every short message: no timer, no waiting
            return _at_hand(content)
        async with asyncio.timeout(stall):
            length = _length(await content.readexactly(LENGTH_BYTES))
            return await content.readexactly(length)
    except TimeoutError as error:
        raise Refused(Why.LATE, "refused.stream_stalled") from error
    except (asyncio.IncompleteReadError, *UNREADABLE) as error:
        raise Refused(Why.INVALID, "refused.head_cut_short") from error


def _at_hand(content: StreamReader) -> bytes:
    """The head out of a reader to which nothing more will come."""
    length = _length(content.read_nowait(LENGTH_BYTES))
    head = content.read_nowait(length)
    if len(head) < length:
        raise Refused(Why.INVALID, "refused.head_cut_short")
    return head


def _length(prefix: bytes) -> int:
    """The length of a head. Raises Refused: TOO_LARGE beyond MAX_HEAD, INVALID if the prefix is cut short."""
    length = int.from_bytes(prefix, "big")
    if length > MAX_HEAD:
        raise Refused(Why.TOO_LARGE, "refused.head_too_large")
    if len(prefix) < LENGTH_BYTES:
        raise Refused(Why.INVALID, "refused.head_cut_short")
    return length


async def next_piece(content: StreamReader, stall: float) -> bytes:
    """The next bytes, at most about 1 MiB; b"" at the clean end.

    Raises StreamCut when the other side is gone, Refused LATE when it is silent for stall seconds.
    """
    try:
        async with asyncio.timeout(stall):
            return await content.readany()
    except TimeoutError as error:
        raise Refused(Why.LATE, "refused.stream_stalled") from error
    except UNREADABLE as error:
        raise StreamCut(f"the stream was cut: {error!r}") from error


async def pieces(content: StreamReader, stall: float = STALL_SECONDS) -> AsyncIterator[bytes]:
    """All pieces to the clean end; errors as next_piece(). Pulls no more than the reader's two buffers ahead."""
    while piece := await next_piece(content, stall):
        yield piece


async def frames(chunks: AsyncIterable[bytes], most: int = MAX_HEAD) -> AsyncIterator[bytes]:
    """The framed messages in a stream, one by one. Raises Refused INVALID on one beyond most bytes or cut short."""
    kept = bytearray()
    async for chunk in chunks:
        kept += chunk
        while (packed := _first(kept, most)) is not None:
            del kept[: LENGTH_BYTES + len(packed)]
            yield packed
    if kept:
        raise Refused(Why.INVALID, "refused.head_cut_short")


def _first(kept: bytearray, most: int) -> bytes | None:
    """The first whole frame of what is kept, or None if more must come."""
    length = int.from_bytes(kept[:LENGTH_BYTES], "big") if len(kept) >= LENGTH_BYTES else 0
    if length > most:
        raise Refused(Why.INVALID, "refused.head_too_large")
    if len(kept) < LENGTH_BYTES + length or len(kept) < LENGTH_BYTES:
        return None
    return bytes(kept[LENGTH_BYTES : LENGTH_BYTES + length])


async def close_stream(stream: AsyncIterable[bytes] | None) -> None:
    """Close a stream that will not be read to its end, if it can be closed, so that its source lets go at once."""
    close = getattr(stream, "aclose", None)
    if close is not None:
        await close()
