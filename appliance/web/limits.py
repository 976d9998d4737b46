# SPDX-License-Identifier: Apache-2.0
"""What a request must be before anything else looks at it: names, sizes, shapes and spellings.

1. A request for a name that is not ours is not answered (Host allow-list, exact, with the port).
2. There is one spelling of every path; all others are refused, never repaired.
3. A body says its length, is not compressed, and is not longer than its route allows.
4. A refusal has one word, `Turned`; the word and nothing of the request goes to the vault.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from enum import StrEnum
from urllib.parse import parse_qsl, unquote_to_bytes

from aiohttp import StreamReader, hdrs
from aiohttp.web import BaseRequest, RequestPayloadError

KIB = 1024
MAX_LINE = 4 * KIB
MAX_HEADER = 8 * KIB
MAX_HEADERS = 64
MAX_ALL_HEADERS = 32 * KIB
MAX_QUERY_FIELDS = 20
MAX_FORM_FIELDS = 50
MAX_FORM = 64 * KIB
# Of all files of a form that are held in memory together, and how many of them.
MAX_SMALL_FILES = 384 * KIB
MOST_SMALL_FILES = 5
CHUNK_SECONDS = 30.0

METHODS = frozenset({"GET", "POST", "PUT"})
_ONCE = (hdrs.HOST, hdrs.ORIGIN, hdrs.CONTENT_TYPE, hdrs.CONTENT_LENGTH, hdrs.COOKIE, "X-Renkei-Form")
_TARGET = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@/%]*")
_NOT_IN_PATH = re.compile(r"[\x00-\x1f\x7f\\%]|//|/\.{1,2}(/|$)")
_NOT_IN_VALUE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Turned(StrEnum):
    """Why a request was turned away at the edge; the word that ReportRefusal carries."""

    MALFORMED = "malformed"
    HOST = "host"
    HEADERS = "headers"
    PATH = "path"
    QUERY = "query"
    METHOD = "method"
    ENCODING = "encoding"
    LENGTH = "length"
    TOO_LARGE = "too large"
    MEDIA_TYPE = "media type"
    UPGRADE = "upgrade"
    EXPECT = "expect"
    BODY = "body"
    SLOW = "slow"
    ORIGIN = "origin"
    COOKIE = "cookie"
    FORM = "form token"


STATUS: dict[Turned, int] = {
    Turned.MALFORMED: 400,
    Turned.HOST: 421,
    Turned.HEADERS: 431,
    Turned.PATH: 400,
    Turned.QUERY: 400,
    Turned.METHOD: 405,
    Turned.ENCODING: 415,
    Turned.LENGTH: 411,
    Turned.TOO_LARGE: 413,
    Turned.MEDIA_TYPE: 415,
    Turned.UPGRADE: 400,
    Turned.EXPECT: 417,
    Turned.BODY: 400,
    Turned.SLOW: 408,
    Turned.ORIGIN: 403,
    Turned.COOKIE: 403,
    Turned.FORM: 403,
}


class TurnedAway(Exception):
    """The request goes no further. status differs from the table where the same fault has a better one."""

    def __init__(self, reason: Turned, status: int = 0, headers: dict[str, str] | None = None) -> None:
        """reason decides the page that is shown."""
        super().__init__(reason)
        self.reason = reason
        self.status = status or STATUS[reason]
        self.headers = headers or {}


def check_head(raw: BaseRequest, hosts: frozenset[str]) -> None:
    """Raise TurnedAway unless host, headers and announced body are in order; the path is check_path()'s."""
    headers = raw.headers
    if any(len(headers.getall(name, ())) > 1 for name in _ONCE):
        raise TurnedAway(Turned.HEADERS, 400)
    if sum(len(name) + len(value) for name, value in raw.raw_headers) > MAX_ALL_HEADERS:
        raise TurnedAway(Turned.HEADERS)
    host = headers.get(hdrs.HOST)
    if host is None or host not in hosts:
        raise TurnedAway(Turned.HOST, 400 if not host else 421)
    if raw.method not in METHODS:
        raise TurnedAway(Turned.METHOD)
    if hdrs.CONTENT_ENCODING in headers:
        raise TurnedAway(Turned.ENCODING)
    if hdrs.UPGRADE in headers:
        raise TurnedAway(Turned.UPGRADE)
    if hdrs.TRANSFER_ENCODING in headers:
        raise TurnedAway(Turned.LENGTH)
    if raw.method == "GET" and headers.get(hdrs.CONTENT_LENGTH, "0") != "0":
        raise TurnedAway(Turned.BODY)
    if headers.get(hdrs.EXPECT, "100-continue").lower() != "100-continue":
        raise TurnedAway(Turned.EXPECT)


def check_path(target: str) -> tuple[str, str]:
    """The decoded path and the raw query of a request target (RFC 9112 §3.2.1: origin form only)."""
    raw, _, query = target.partition("?")
    if _TARGET.fullmatch(raw) is None:
        raise TurnedAway(Turned.PATH)
    path = raw
    if "%" in raw:
        try:
            path = unquote_to_bytes(raw).decode("utf-8")
        except UnicodeDecodeError:
            raise TurnedAway(Turned.PATH) from None
        if path.count("/") != raw.count("/"):
            raise TurnedAway(Turned.PATH)
    if _NOT_IN_PATH.search(path):
        raise TurnedAway(Turned.PATH)
    return path, query


def fields_of(encoded: str, limit: int, reason: Turned) -> dict[str, str]:
    """The fields of a query or a form; a name twice, a control character or bad UTF-8 is refused."""
    if not encoded:
        return {}
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=limit)
    except ValueError:
        raise TurnedAway(reason) from None
    return unique(pairs, reason)


def unique(pairs: list[tuple[str, str]], reason: Turned) -> dict[str, str]:
    """The pairs as a mapping; refused where a name comes twice or a value holds control characters."""
    fields = dict(pairs)
    if len(fields) != len(pairs) or any(_NOT_IN_VALUE.search(name + value) for name, value in pairs):
        raise TurnedAway(reason)
    return fields


def announced(raw: BaseRequest, limit: int) -> int:
    """The length of the body in bytes; refused where it is not said or above limit."""
    said = raw.headers.get(hdrs.CONTENT_LENGTH, "")
    # isdecimal() alone would let digits of other scripts through.
    if not (said.isascii() and said.isdecimal()):
        raise TurnedAway(Turned.LENGTH)
    length = int(said)
    if length > limit:
        raise TurnedAway(Turned.TOO_LARGE)
    return length


async def pieces(body: StreamReader, seconds: float = CHUNK_SECONDS) -> AsyncIterator[bytes]:
    """The body as it comes, nothing kept; refused when nothing comes for so many seconds, or it breaks off."""
    while True:
        try:
            async with asyncio.timeout(seconds):
                piece = await body.readany()
        except TimeoutError:
            raise TurnedAway(Turned.SLOW) from None
        except (RequestPayloadError, ConnectionError, RuntimeError):
            # A RuntimeError is how aiohttp says that the connection was closed before this read began.
            raise TurnedAway(Turned.BODY) from None
        if not piece:
            return
        yield piece


async def whole(raw: BaseRequest, limit: int) -> bytes:
    """A small body; all of it must come within one chunk's time."""
    length = announced(raw, limit)
    try:
        async with asyncio.timeout(CHUNK_SECONDS):
            body = b"".join([piece async for piece in pieces(raw.content)])
    except TimeoutError:
        raise TurnedAway(Turned.SLOW) from None
    if len(body) != length:
        raise TurnedAway(Turned.BODY)
    return body
