# SPDX-License-Identifier: Apache-2.0
"""The side of the link that asks.

Short calls share kept connections; streams have a pool of their own, so that no number of them starves a page
(design §10), and a fresh connection each, so that none is begun on a dead one.
"""

import asyncio
import errno
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec
from yarl import URL

from appliance.link.dialling import Dialler, Target
from appliance.link.envelope import MAX_HEAD, Answer, Ask, Asserted, Visitor, answer_from, frame, raw
from appliance.link.exchange import PATH, Row
from appliance.link.messages import MESSAGES, SAFE_AGAIN, Banner
from appliance.link.refusals import Refused, Why
from appliance.link.streams import STALL_SECONDS, StreamCut, next_piece, read_head
from appliance.link.upload import Upload
from appliance.model.time import Instant

CALLS = 100
STREAMS = 200
KEPT_SECONDS = 30.0
GRACE_SECONDS = 0.5
NOTHING_ASSERTED = Asserted()
_NO_LIMIT = aiohttp.ClientTimeout(total=None)


@dataclass(frozen=True, slots=True)
class Answered:
    """What the other side said. reply is of the type that the message's row names."""

    reply: Any
    now: Instant
    demo: bool
    visitor: Visitor | None
    banners: tuple[Banner, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """A reply with the stream that follows it. size is in bytes, 0 if it is not known beforehand."""

    answered: Answered
    size: int
    _content: aiohttp.StreamReader
    _stall: float

    async def chunks(self) -> AsyncIterator[bytes]:
        """The stream in pieces of at most about 1 MiB. Raises Refused: AWAY if it is cut, LATE if it stalls."""
        left = self.size
        try:
            while piece := await next_piece(self._content, self._stall):
                left -= len(piece)
                yield piece
        except StreamCut as error:
            raise Refused(Why.AWAY, "refused.stream_cut") from error
        if self.size and left:
            raise Refused(Why.AWAY, "refused.stream_cut")


class LinkClient:
    """Asks one other side. Make it inside the loop; close it at the end."""

    def __init__(
        self,
        target: Target,
        *,
        timeout: float = 10.0,
        table: tuple[Row, ...] = MESSAGES,
        calls: int = CALLS,
        streams: int = STREAMS,
        stall: float = STALL_SECONDS,
    ) -> None:
        """timeout and stall in seconds: how long a reply may take, and how long a stream may be silent."""
        self._rows: Mapping[type, Row] = {row.shape: row for row in table}
        self._urls = {row.shape: URL(f"http://link{PATH}{row.name}") for row in table}
        self._timeout = timeout
        self._stall = stall
        self._calls = _session(Dialler(target, limit=calls, keep=KEPT_SECONDS))
        self._streams = _session(Dialler(target, limit=streams, keep=None))

    async def close(self) -> None:
        """Close every connection."""
        await self._calls.close()
        await self._streams.close()

    async def ask(
        self,
        message: object,
        *,
        token: str = "",
        form: str = "",
        asserted: Asserted = NOTHING_ASSERTED,
        request: str = "",
        stream: AsyncIterable[bytes] | None = None,
        stream_size: int = 0,
        timeout: float | None = None,
    ) -> Answered:
        """Send a message, with a stream if its row carries bytes up, and wait for the reply.

        stream_size is its length if that is known: then it travels without chunk marks. Raises Refused with what
        the other side refused; AWAY when it is not there, goes away or talks nonsense; LATE after timeout seconds
        (of an upload: after its last byte, or after a silence). What stream itself raises is raised from here.
        """
        seconds = self._timeout if timeout is None else timeout
        head = _head(message, seconds, token, form, asserted, request)
        if stream is None:
            with _told_apart():
                return self._answered(message, await self._short(message, head, seconds))
        upload = Upload(head, stream, stream_size)
        try:
            with _told_apart():
                return self._answered(message, await self._upload(message, upload, seconds))
        except Refused:
            if upload.broken is not None:
                raise upload.broken from None
            raise

    @asynccontextmanager
    async def fetch(
        self,
        message: object,
        *,
        token: str = "",
        form: str = "",
        asserted: Asserted = NOTHING_ASSERTED,
        request: str = "",
        timeout: float | None = None,
    ) -> AsyncIterator[Fetched]:
        """Send a message whose reply comes with a stream. Leaving the block early tells the other side to stop.

        timeout is for the reply; each piece of the stream has its own. Errors as ask().
        """
        seconds = self._timeout if timeout is None else timeout
        head = _head(message, seconds, token, form, asserted, request)
        response = None
        try:
            with _told_apart():
                async with asyncio.timeout(seconds + GRACE_SECONDS):
                    response = await self._streams.post(self._urls[type(message)], data=head)
                    answer = await _answer(response)
            yield Fetched(self._answered(message, answer), answer.stream_size, response.content, self._stall)
        finally:
            if response is not None:
                response.close()

    async def _short(self, message: object, head: bytes, seconds: float) -> Answer:
        """A call without a stream. A kept connection may have died unseen: then once more, on a fresh one."""
        url = self._urls[type(message)]
        async with asyncio.timeout(seconds + GRACE_SECONDS):
            try:
                return await _post(self._calls, url, head)
            except aiohttp.ClientConnectionError as error:
                if isinstance(error, aiohttp.ClientConnectorError) or not (_unsent(error) or _again(message)):
                    raise
            return await _post(self._streams, url, head)

    async def _upload(self, message: object, upload: Upload, seconds: float) -> Answer:
        """A call with a stream; the watch is wound up for every piece, and for the reply after the last."""
        async with asyncio.timeout(None) as watch:
            upload.watched(watch, self._stall, seconds + GRACE_SECONDS)
            url = self._urls[type(message)]
            async with self._streams.post(url, data=upload, headers=upload.headers) as response:
                return await _answer(response)

    def _answered(self, message: object, answer: Answer) -> Answered:
        """The reply decoded. Raises Refused: the other side's, or AWAY for nonsense."""
        refusal = answer.refusal
        if refusal is not None:
            raise Refused(refusal.why, refusal.text, refusal.values)
        try:
            reply: Any = msgspec.msgpack.decode(answer.body, type=self._rows[type(message)].reply)
        except msgspec.MsgspecError as error:
            raise Refused(Why.AWAY, "refused.nonsense") from error
        return Answered(reply, answer.now, answer.demo, answer.visitor, answer.banners)


@contextmanager
def _told_apart() -> Iterator[None]:
    """Turn what the libraries raise into Refused: a time-out is LATE, whatever else breaks a connection is AWAY."""
    try:
        yield
    except TimeoutError as error:
        raise Refused(Why.LATE) from error
    except (aiohttp.ClientError, OSError) as error:
        raise Refused(Why.AWAY) from error


def _session(dialler: Dialler) -> aiohttp.ClientSession:
    """An HTTP client that does what it is told and no more."""
    return aiohttp.ClientSession(
        connector=dialler,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=_NO_LIMIT,
        auto_decompress=False,
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
    )


def _head(message: object, seconds: float, token: str, form: str, asserted: Asserted, request: str) -> bytes:
    """The framed envelope. Raises Refused TOO_LARGE beyond what the other side takes."""
    ask = Ask(request, raw(message), within=int(seconds * 1000), token=token, form=form, asserted=asserted)
    head = frame(ask)
    if len(head) > MAX_HEAD:
        raise Refused(Why.TOO_LARGE, "refused.head_too_large")
    return head


async def _post(session: aiohttp.ClientSession, url: URL, head: bytes) -> Answer:
    """One call on one connection."""
    async with session.post(url, data=head) as response:
        return await _answer(response)


async def _answer(response: aiohttp.ClientResponse) -> Answer:
    """The envelope of an answer. Raises Refused AWAY for nonsense."""
    if response.content_length is None and response.headers.get("Transfer-Encoding") != "chunked":
        raise Refused(Why.AWAY, "refused.nonsense")  # without either, a cut could not be told from the end
    try:
        return answer_from(await read_head(response.content, STALL_SECONDS))
    except (Refused, msgspec.MsgspecError) as error:
        raise Refused(Why.AWAY, "refused.nonsense") from error


def _unsent(error: aiohttp.ClientConnectionError) -> bool:
    """Whether the connection was dead before a byte of the request was taken."""
    return isinstance(error, aiohttp.ClientConnectionResetError) or (
        isinstance(error, aiohttp.ClientOSError) and error.errno == errno.EPIPE
    )


def _again(message: object) -> bool:
    """Whether to ask twice does no harm: it only reads, or its command id makes the second one a repeat."""
    return type(message) in SAFE_AGAIN or bool(getattr(message, "command", ""))
