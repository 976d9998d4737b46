# SPDX-License-Identifier: Apache-2.0
"""The server's API: JSON-RPC over a connection that stays open, to a server that is known by its certificate.

1. The password goes to nobody but the holder of the key of that one certificate.
2. An answer is the one to our question, in time, or there is none: EngineAway, with a sentence for the log.
3. A connection that broke is opened again once; every call of ours may be made twice.
"""

import hashlib
import itertools
import json
import socket
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import AddrInfoType

from appliance.contracts.plugin import Services
from appliance.contracts.tunnel import EngineAway

PASSWORD = "X-VPNADMIN-PASSWORD"  # noqa: S105 - the name of a header
# One for what is asked all the time, and one for what takes long.
LINES = 2
LONG_SECONDS = 60.0
# What ten thousand users take, several times.
MOST_BYTES = 64 * 1024 * 1024
Sockets = Callable[[AddrInfoType], socket.socket]
Fields = dict[str, Any]


class Said(EngineAway):
    """The server answered with an error; code is its own number."""

    def __init__(self, method: str, code: int, text: str) -> None:
        """As the server says it."""
        super().__init__(f"SoftEther refuses {method}: {text}")
        self.code = code


class Code:
    """The server's numbers of errors that mean something to us."""

    NO_HUB = 8
    NOT_FOUND = 29
    UNSUPPORTED = 33
    HUB_EXISTS = 57
    USER_EXISTS = 66


class Rpc:
    """The line to the server."""

    def __init__(self, url: str, seconds: float, services: Services, sockets: Sockets | None = None) -> None:
        """Nothing is opened yet. seconds is how long one call may take; sockets makes them elsewhere, for tests."""
        self._url = url
        self._seconds = seconds
        self._services = services
        self._sockets = sockets
        self._ids = itertools.count(1)
        self._session: aiohttp.ClientSession | None = None
        # How often a connection was made: after the server was started anew it is another one.
        self.connections = 0

    def open(self, password: str, certificate: bytes) -> None:
        """Be ready to call; certificate is the server's, DER. It must be closed."""
        # What rises is seen alone where it was there before.
        for name in ("calls_total", "call_errors_total", "call_seconds_total"):
            self._services.metrics.count(name, 0)
        connector = aiohttp.TCPConnector(
            ssl=aiohttp.Fingerprint(hashlib.sha256(certificate).digest()),
            limit=LINES,
            keepalive_timeout=300,
            socket_factory=self._sockets,
        )
        trace = aiohttp.TraceConfig()
        trace.on_connection_create_end.append(self._connected)
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers={PASSWORD: password},
            trace_configs=[trace],
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Hang up."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def __call__(self, method: str, seconds: float = 0, /, **fields: Any) -> Fields:
        """The result. seconds is for a call that may take longer than others. Raises Said, EngineAway."""
        began = self._services.clock.monotonic()
        try:
            return await self._asked(method, fields, seconds or self._seconds)
        except EngineAway:
            self._services.metrics.count("call_errors_total")
            raise
        finally:
            self._services.metrics.count("calls_total")
            self._services.metrics.count("call_seconds_total", self._services.clock.monotonic() - began)

    async def _asked(self, method: str, fields: Fields, seconds: float) -> Fields:
        question = json.dumps({"jsonrpc": "2.0", "id": str(next(self._ids)), "method": method, "params": fields})
        try:
            try:
                return _result(method, *await self._post(question, seconds))
            except (aiohttp.ServerDisconnectedError, ConnectionResetError):
                return _result(method, *await self._post(question, seconds))
        except aiohttp.ServerFingerprintMismatch as error:
            raise EngineAway(f"{self._url} is not our SoftEther: its certificate is another one") from error
        except TimeoutError as error:
            raise EngineAway(f"SoftEther did not answer {method} within {seconds:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise EngineAway(f"SoftEther at {self._url} is not there: {error}") from error

    async def _post(self, question: str, seconds: float) -> tuple[int, bytes]:
        if self._session is None:
            raise EngineAway("the line to SoftEther is not open")
        timeout = aiohttp.ClientTimeout(total=seconds)
        post = self._session.post(self._url, data=question.encode(), allow_redirects=False, timeout=timeout)
        async with post as answer:
            body = bytearray()
            async for piece in answer.content.iter_any():
                body += piece
                if len(body) > MOST_BYTES:
                    raise EngineAway("SoftEther answers without end")
            return answer.status, bytes(body)

    async def _connected(self, *_: object) -> None:
        self.connections += 1


def _result(method: str, status: int, body: bytes) -> Fields:
    if status == 401:
        raise EngineAway("SoftEther refuses us: not its password, or `adminip.txt` does not name this host")
    if status != 200:
        raise EngineAway(f"SoftEther answers {method} with HTTP {status}")
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise EngineAway(f"SoftEther answers {method} with no JSON") from error
    if isinstance(answer, dict):
        if isinstance(told := answer.get("error"), dict) and isinstance(told.get("code"), int):
            raise Said(method, told["code"], str(told.get("message"))[:200])
        if isinstance(result := answer.get("result"), dict):
            return result
    raise EngineAway(f"SoftEther answers {method} with nonsense: {body[:80]!r}")
