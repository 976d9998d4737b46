# SPDX-License-Identifier: Apache-2.0
"""One message and its answer: the checks on the way in, the reply or refusal on the way out.

The numbers in comments are the promises of server.py.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, NoReturn, Protocol, cast

import msgspec
from aiohttp import web

from appliance.link.envelope import (
    LENGTH_BYTES,
    NO_BODY,
    UNDECODABLE,
    Answer,
    Ask,
    Call,
    Refusal,
    Reply,
    ask_from,
    frame,
    raw,
    version_from,
)
from appliance.link.messages import VERSION, Carries, Message
from appliance.link.refusals import Refused, Why
from appliance.link.slots import Slots
from appliance.link.streams import close_stream, pieces, read_head
from appliance.link.tls import Caller, peer_of
from appliance.model import origin
from appliance.model.time import Instant
from appliance.model.words import Site

PATH = "/link/"
ACCEPTED = frozenset({VERSION, VERSION - 1})
UNKNOWN = "unknown"
MAX_WITHIN = 600_000
STATUS = {
    Why.NOT_HERE: 403,
    Why.NOT_SIGNED_IN: 401,
    Why.FORGED: 403,
    Why.NOT_ALLOWED: 403,
    Why.NOT_FOUND: 404,
    Why.INVALID: 400,
    Why.TOO_LARGE: 413,
    Why.CONFLICT: 409,
    Why.WRONG_SECRET: 401,
    Why.LOCKED: 403,
    Why.BUSY: 503,
    Why.FULL: 507,
    Why.LATE: 504,
    Why.AWAY: 502,
    Why.VERSION: 505,
    Why.FAILED: 502,
    Why.BROKEN: 500,
}
_log = logging.getLogger(__name__)


class Row(Protocol):
    """What the link needs to know of a message: a row of MESSAGES or of GATE_MESSAGES."""

    @property
    def name(self) -> str:
        """Its name on the wire."""

    @property
    def shape(self) -> type:
        """What it looks like."""

    @property
    def reply(self) -> type:
        """What its reply looks like."""

    @property
    def sites(self) -> frozenset[Any]:
        """Who may send it."""

    @property
    def carries(self) -> Carries:
        """Whether a stream goes along."""


@dataclass(frozen=True)
class Door:
    """A listener: who may come in by it, and whether a certificate has to tell which of them it is (promise 1)."""

    callers: frozenset[Caller]
    proves: bool = False

    def caller(self, transport: asyncio.BaseTransport | None) -> Caller | None:
        """Who is there, or None for somebody we do not know."""
        if not self.proves:
            return next(iter(self.callers))
        return peer_of(transport) if transport is not None else None


@dataclass
class _Tried:
    """What is known of a message so far, for log and metrics."""

    name: str = UNKNOWN
    request: str = ""
    outcome: str = "cut"


class Exchange:
    """Does the same for every listener of a server."""

    def __init__(
        self,
        answer: Callable[[Call], Awaitable[Reply]],
        refuse: Callable[[Site, str, str], Awaitable[None]] | None,
        observe: Callable[[str, str, float], None] | None,
        now: Callable[[], Instant],
        demo: bool,
        table: Mapping[str, Row],
        slots: tuple[Slots, Slots],
        stall: float,
    ) -> None:
        """As LinkServer; slots are those for calls and those for streams."""
        self._answer = answer
        self._refuse = refuse
        self._observe = observe
        self._now = now
        self._demo = demo
        self._table = table
        self._calls, self._streams = slots
        self._stall = stall
        self._decoders: dict[str, msgspec.msgpack.Decoder[Any]] = {
            row.name: msgspec.msgpack.Decoder(row.shape) for row in table.values()
        }

    async def serve(self, door: Door, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one HTTP request. Never raises but when cancelled."""
        began = perf_counter()
        tried = _Tried()
        try:
            return await self._admitted(door, request, tried)
        except Refused as refused:
            tried.outcome = refused.why
            return self._refused(refused)
        except Exception:  # noqa: BLE001 - promise 7: whatever it was, the sender learns only that it is broken
            tried.outcome = Why.BROKEN
            _log.exception("message %s, request %.64r: a fault of ours", tried.name, tried.request)
            return self._refused(Refused(Why.BROKEN, values={"request": tried.request}))
        finally:
            if self._observe is not None:
                self._observe(tried.name, tried.outcome, perf_counter() - began)

    async def _admitted(self, door: Door, request: web.BaseRequest, tried: _Tried) -> web.StreamResponse:
        """Find the row, check the site, take a place (promises 2 and 4)."""
        row = self._row(request)
        tried.name = row.name if row is not None else UNKNOWN
        caller = door.caller(request.transport)
        _begin(tried.name, caller)
        if caller not in door.callers:
            await self._not_here(caller, tried.name, "wrong listener")
        if row is not None and caller not in row.sites:
            await self._not_here(caller, tried.name, "wrong site")
        streamed = row is not None and row.carries is not Carries.NOTHING
        with (self._streams if streamed else self._calls).take(caller):
            ask = await self._ask(request, row)
            tried.request = ask.request
            origin.REQUEST.set(ask.request)
            if row is None:
                raise Refused(Why.INVALID, "refused.unknown_message")
            call = self._call(cast(Site, caller), row, ask, request)
            reply = await self._replied(call, ask.within)
            tried.outcome = "done"
            return await self._sent(reply, call, request, tried)

    def _row(self, request: web.BaseRequest) -> Row | None:
        """The row that the path names, or None. Raises Refused INVALID for anything but POST /link/…"""
        if request.method != "POST" or not request.path.startswith(PATH):
            raise Refused(Why.INVALID, "refused.not_a_message")
        return self._table.get(request.path[len(PATH) :])

    async def _not_here(self, caller: Caller | None, name: str, reason: str) -> NoReturn:
        """Report and refuse (promise 2)."""
        _log.warning("message %s from %r: %s", name, caller, reason)
        if self._refuse is not None and isinstance(caller, Site):
            await self._refuse(caller, name, reason)
        raise Refused(Why.NOT_HERE)

    async def _ask(self, request: web.BaseRequest, row: Row | None) -> Ask:
        """The envelope, whole and of a version that we speak (promise 3)."""
        head = await read_head(request.content, self._stall)
        _require_version(head)
        if row is not None and row.carries is not Carries.BYTES_UP:
            _require_end(request, len(head))
        try:
            return ask_from(head)
        except UNDECODABLE as error:
            raise Refused(Why.INVALID, "refused.not_a_message") from error

    def _call(self, site: Site, row: Row, ask: Ask, request: web.BaseRequest) -> Call:
        """The message as the tier gets it. At the gate the caller is a tier and the row is of the gate's table."""
        try:
            message = self._decoders[row.name].decode(ask.body)
        except UNDECODABLE as error:
            raise Refused(Why.INVALID, "refused.not_a_message") from error
        up = row.carries is Carries.BYTES_UP
        stream = pieces(request.content, self._stall) if up else None
        return Call(site, cast(Message, row), message, ask.request, ask.token, ask.form, ask.asserted, stream)

    async def _replied(self, call: Call, within: int) -> Reply:
        """The tier's reply in time; an upload has no time of its own, only its pieces have (promise 4)."""
        limit = None if call.stream is not None else min(within, MAX_WITHIN) / 1000
        timer = asyncio.timeout(limit)
        try:
            async with timer:
                return await self._answer(call)
        except TimeoutError as error:
            if timer.expired():
                raise Refused(Why.LATE) from error
            raise
        finally:
            await close_stream(call.stream)

    async def _sent(self, reply: Reply, call: Call, request: web.BaseRequest, tried: _Tried) -> web.StreamResponse:
        """The reply on its way; with its stream, if the row has one."""
        stream = reply.stream
        if (stream is not None) is not (call.row.carries is Carries.BYTES_DOWN):
            await close_stream(stream)
            raise TypeError(f"the reply to {call.row.name} and its row differ on whether a stream comes with it")
        head = frame(
            Answer(
                reply.now,
                raw(reply.message),
                reply.demo,
                reply.visitor,
                stream_size=reply.stream_size,
                banners=reply.banners,
            )
        )
        if stream is None:
            return web.Response(body=head)
        return await self._streamed(head, stream, reply.stream_size, request, tried)

    async def _streamed(
        self, head: bytes, stream: AsyncIterator[bytes], size: int, request: web.BaseRequest, tried: _Tried
    ) -> web.StreamResponse:
        """Head and stream, written through; a break aborts the connection (promises 5 and 6)."""
        response = web.StreamResponse()
        if size:
            response.content_length = len(head) + size
        else:
            response.enable_chunked_encoding()
        transport = request.transport
        try:
            await response.prepare(request)
            await response.write(head)
            await self._pass_on(stream, response, size)
        except BaseException as error:
            tried.outcome = "cut"
            if transport is not None:
                transport.abort()
            if not isinstance(error, Exception):
                raise
            reason = origin.told(error)
            _log.warning("message %s, request %.64r: stream broke: %s", tried.name, tried.request, reason)
        finally:
            await close_stream(stream)
        return response

    async def _pass_on(self, stream: AsyncIterator[bytes], response: web.StreamResponse, size: int) -> None:
        """Each piece in its own time. Raises ValueError unless exactly size bytes come (where size is known)."""
        left = size
        async for piece in stream:
            left -= len(piece)
            if size and left < 0:
                raise ValueError("the stream is longer than it was said to be")
            async with asyncio.timeout(self._stall):
                await response.write(piece)
        if size and left:
            raise ValueError(f"the stream ended {left} bytes early")

    def _refused(self, refused: Refused) -> web.Response:
        """A refusal on its way."""
        refusal = Refusal(refused.why, refused.text, refused.values)
        head = frame(Answer(self._now(), NO_BODY, self._demo, refusal=refusal))
        return web.Response(status=STATUS[refused.why], body=head)


def _begin(message: str, caller: Caller | None) -> None:
    """What is logged from here on is about this message; its request is not known yet."""
    origin.MESSAGE.set(message)
    origin.SITE.set(caller.value if caller is not None else "")
    origin.REQUEST.set("")


def _require_version(head: bytes) -> None:
    """Raise Refused VERSION for a head of another version, even if the rest of it cannot be read any more."""
    try:
        version = version_from(head)
    except UNDECODABLE as error:
        raise Refused(Why.INVALID, "refused.not_a_message") from error
    if version not in ACCEPTED:
        raise Refused(Why.VERSION)


def _require_end(request: web.BaseRequest, head: int) -> None:
    """Raise Refused INVALID when more comes after the head of a message that carries nothing, or may come."""
    if request.content_length != LENGTH_BYTES + head:
        raise Refused(Why.INVALID, "refused.not_a_message")
