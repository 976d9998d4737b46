# SPDX-License-Identifier: Apache-2.0
"""Signed requests to the bucket: bounded in number and time, tried again where that can help.

1. A request is sent at most `attempts` times; between two of them passes a random time, or what Retry-After says.
2. A refused signature makes us look at the server's time and at the credentials again, and ask once more if either
   is new. So a renewed credential and a clock that was set need no restart.
3. A body that breaks off is continued where it stopped.
4. Neither redirects nor proxies are followed; no secret is ever in an error or in the log.
"""

import asyncio
import logging
import os
import ssl
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp
from yarl import URL

from appliance.contracts.blobs import BlobError, BlobMissing
from appliance.contracts.plugin import PluginError, Random, Services
from renkei_blobs_s3 import documents
from renkei_blobs_s3.body import Body
from renkei_blobs_s3.server_clock import ServerClock
from renkei_blobs_s3.settings import Settings
from renkei_blobs_s3.signing import Keys, signed, target
from renkei_blobs_s3.words import Unanswered, may_pass

Sleep = Callable[[float], Awaitable[object]]

FIRST_WAIT, LONGEST_WAIT, LONGEST_RETRY_AFTER = 0.1, 3.0, 8.0
MAX_ANSWER = documents.MAX_BYTES
_SIGNATURE_REFUSED = frozenset({400, 401, 403})
_BUFFER = 512 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the bucket, or of the object of a key. span is a range, first byte and end."""

    method: str
    key: str = ""
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = field(default_factory=Body)
    claimed_sha256: str = ""
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said for good. content is of a success, code of a refusal."""

    status: int
    headers: Mapping[str, str]
    content: bytes = b""
    code: str = ""

    @property
    def ok(self) -> bool:
        """Whether the server did it."""
        return 200 <= self.status < 300


@dataclass(slots=True)
class _Content:
    """What came of a body until now, and of which object."""

    got: bytearray = field(default_factory=bytearray)
    etag: str = ""


class Wire:
    """The connections to one bucket. sleep waits so many seconds; a test hands in one of its own."""

    def __init__(self, settings: Settings, services: Services, sleep: Sleep = asyncio.sleep) -> None:
        """Nothing is opened before open()."""
        self._settings = settings
        self._credential = services.credential
        self._random = services.random
        self._log: logging.Logger = services.log
        self._count = services.metrics.count
        self._sleep = sleep
        self._slots = asyncio.Semaphore(settings.parallel)
        self._session: aiohttp.ClientSession | None = None
        self._keys = Keys("", "")
        self.clock = ServerClock(services.clock, services.log)

    def open(self) -> None:
        """Read credentials and authorities. Raises OSError for the authorities, PluginError for a credential that
        is no key, and what reading one raises."""
        secure = self._settings.scheme == "https"
        trusted = ssl.create_default_context(cafile=self._settings.authority or None) if secure else True
        self._keys = self._read_keys()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._settings.parallel, ssl=trusted),
            timeout=aiohttp.ClientTimeout(total=None),
            auto_decompress=False,
            trust_env=False,
            read_bufsize=_BUFFER,
            skip_auto_headers=("Accept-Encoding", "Content-Type"),
            headers={"User-Agent": "renkei-blobs-s3"},
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """End all connections; later requests raise BlobError."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def ask(self, request: Request) -> Answer:
        """The answer, whatever it says. Raises Unanswered when no attempt got one that is for good."""
        content = _Content()
        healing = 2
        attempt = 1
        while True:
            stance = (self._keys, self.clock.ahead)
            answer, why = await self._attempt(request, content)
            if answer is not None and (request.claimed_sha256 or not may_pass(answer.status, answer.code)):
                if not (healing and self._healed(answer, stance)):
                    return answer
                healing -= 1
                continue
            if attempt >= self._settings.attempts:
                raise Unanswered(f"the S3 server {self._settings.host} does not serve: {why}")
            self._count("retries")
            self._log.info("S3 %s, attempt %d: %s", request.method, attempt, why)
            await self._sleep(pause(attempt, answer, self._random))
            attempt += 1

    async def _attempt(self, request: Request, content: _Content) -> tuple[Answer | None, str]:
        """An answer, or None, and the reason; content keeps what came of a body that broke off."""
        try:
            async with self._slots, asyncio.timeout(self._settings.timeout_seconds):
                answer = await self._once(request, content)
        except TimeoutError:
            return None, f"no answer within {self._settings.timeout_seconds:g} s"
        except (aiohttp.ClientError, OSError) as error:
            return None, reason_of(error)
        return answer, f"it answered {answer.status} {answer.code}".strip()

    async def _once(self, request: Request, content: _Content) -> Answer:
        if self._session is None:
            raise BlobError("the blob store is closed")
        settings = self._settings
        path = settings.path(request.key)
        url = URL(f"{settings.scheme}://{settings.host}{target(path, request.query)}", encoded=True)
        data = request.body if request.body.size else None
        if request.span is None or len(content.got) >= request.span[1] - request.span[0]:
            content.got.clear()
        headers = self._signed(request, path, len(content.got))
        async with self._session.request(
            request.method, url, data=data, headers=headers, allow_redirects=False
        ) as response:
            self.clock.learn(response.headers.get("Date"))
            if not 200 <= response.status < 300:
                refused = await _limited(response.content.iter_any(), bytearray())
                return Answer(response.status, response.headers, code=documents.code(refused))
            _need_the_span(request, response, content)
            whole = await _limited(response.content.iter_any(), content.got)
            return Answer(response.status, response.headers, whole)

    def _signed(self, request: Request, path: str, got: int) -> dict[str, str]:
        headers = {"Host": self._settings.host, **request.headers}
        if request.method == "PUT" or request.body.size:
            headers["Content-Length"] = str(request.body.size)
        if request.span is not None:
            headers["Range"] = f"bytes={request.span[0] + got}-{request.span[1] - 1}"
        return signed(
            request.method,
            path,
            request.query,
            headers,
            request.claimed_sha256 or request.body.sha256,
            keys=self._keys,
            region=self._settings.region,
            at=self.clock.now(),
        )

    def _healed(self, answer: Answer, stance: tuple[Keys, int]) -> bool:
        """Whether a signature was refused that we would make differently now.

        The answer told the server's time, and the credentials may have been renewed.
        """
        if answer.status not in _SIGNATURE_REFUSED:
            return False
        try:
            self._keys = self._read_keys()
        except Exception as error:  # noqa: BLE001 - half renewed, or gone: the refusal itself is the one to tell
            self._log.warning("the credentials for S3 cannot be read again: %s", error)
        return stance != (self._keys, self.clock.ahead)

    def _read_keys(self) -> Keys:
        names = (self._settings.access_key, self._settings.secret_key, self._settings.session_token)
        return Keys(*(_key(name, self._credential(name)) if name else "" for name in names))


def _key(name: str, content: bytes) -> str:
    """The key in a credential. A line break amid it would end up in a header. Raises PluginError."""
    text = content.decode("utf-8", "replace").strip()
    if not text or not text.isprintable() or "\ufffd" in text:
        raise PluginError(f"the credential `{name}` is no key of S3: write the key alone into it, as one line")
    return text


def pause(attempt: int, answer: Answer | None, random: Random) -> float:
    """Seconds to wait after an attempt: any time up to a bound that doubles, at least what Retry-After says."""
    chance = int.from_bytes(random.bytes(4), "big") / (1 << 32)
    jitter = chance * min(LONGEST_WAIT, FIRST_WAIT * (1 << attempt))
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    least = min(float(asked), LONGEST_RETRY_AFTER) if asked.isdecimal() else 0.0
    return max(jitter, least)


def reason_of(error: Exception) -> str:
    """What the library says; of a connection that was not made only the system's word."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        found = error.certificate_error
        said = found.verify_message if isinstance(found, ssl.SSLCertVerificationError) else str(found)
        return f"its certificate is not believed ({said}; see `authority`)"
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return f"it speaks no TLS that we do ({error.os_error})"
    if isinstance(error, aiohttp.ClientConnectorError):
        number = error.os_error.errno or 0
        return f"it cannot be reached ({os.strerror(number) if number > 0 else error.os_error})"
    return f"{type(error).__name__}: {error}"


async def _limited(pieces: AsyncIterable[bytes], content: bytearray) -> bytes:
    async for piece in pieces:
        content += piece
        if len(content) > MAX_ANSWER:
            raise BlobError("S3 answered with more than was asked for")
    return bytes(content)


def _need_the_span(request: Request, response: aiohttp.ClientResponse, content: _Content) -> None:
    """A part of an object must be the part that was asked for, and be continued with the same object."""
    if request.span is None:
        return
    first, etag = request.span[0] + len(content.got), response.headers.get("ETag", "")
    begins = response.headers.get("Content-Range", "").startswith(f"bytes {first}-")
    if response.status != 206 or not begins:
        raise BlobError("the S3 server does not answer with the range that was asked for")
    if content.got and etag != content.etag:
        raise BlobMissing("what was being read is gone, and something else is in its place")
    content.etag = etag
