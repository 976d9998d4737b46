# SPDX-License-Identifier: Apache-2.0
"""A proxy in front of an S3 server that does to chosen requests what networks and tired servers do."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from yarl import URL

from tests.servers.careless_s3 import refusal
from tests.servers.s3_place import S3Place

_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-encoding"})


@dataclass(frozen=True)
class Passed:
    """An answer of the server behind."""

    status: int
    headers: dict[str, str]
    body: bytes


Fault = Callable[["Gremlin", web.Request], Awaitable[web.StreamResponse]]


class Gremlin:
    """Passes requests on, host and signature as they are. plan() says to which ones something happens, and what."""

    def __init__(self, behind: S3Place) -> None:
        """behind is the true server."""
        self._behind = behind
        self._plans: list[tuple[str, list[Fault]]] = []
        self.requests: list[str] = []
        self.reached = asyncio.Event()

    def plan(self, method: str, *faults: Fault) -> None:
        """What happens to the next requests of a method to objects, one fault each; canaries are left alone."""
        self._plans.append((method, list(faults)))

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[S3Place]:
        """Its place while it runs."""
        app = web.Application(client_max_size=32 << 20)
        app.router.add_route("*", "/{rest:.*}", self._handle)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        async with aiohttp.ClientSession(auto_decompress=False) as self._session:
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                url = f"http://127.0.0.1:{runner.addresses[0][1]}"
                yield S3Place(url, self._behind.access, self._behind.secret)
            finally:
                await runner.cleanup()

    async def passed(self, request: web.Request, spoil: Callable[[bytes], bytes] | None = None) -> Passed:
        """What the server behind answers. spoil changes the body on its way there."""
        body = await request.read()
        url = URL(self._behind.endpoint + request.raw_path, encoded=True)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        body = spoil(body) if spoil else body
        async with self._session.request(
            request.method,
            url,
            data=io.BytesIO(body) if body else None,
            headers=headers,
            skip_auto_headers=("Content-Type",),
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP}
            return Passed(answer.status, kept, await answer.read())

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request.method)
        for method, faults in self._plans:
            if method == request.method and faults and "-probe" not in request.raw_path:
                self.reached.set()
                return await faults.pop(0)(self, request)
        return plain(request, await self.passed(request))


def plain(request: web.Request, passed: Passed) -> web.Response:
    """The answer as it came."""
    if request.method == "HEAD":
        return web.Response(status=passed.status, headers=passed.headers)
    headers = {name: value for name, value in passed.headers.items() if name.lower() != "content-length"}
    return web.Response(status=passed.status, headers=headers, body=passed.body)


def answers(status: int, code: str = "", **headers: str) -> Fault:
    """The request never reaches the server; it is answered so."""

    async def fault(gremlin: Gremlin, request: web.Request) -> web.StreamResponse:
        await request.read()
        return refusal(status, code, **{name.replace("_", "-"): value for name, value in headers.items()})

    return fault


async def hangs(gremlin: Gremlin, request: web.Request) -> web.StreamResponse:
    """Nothing comes, until the client goes."""
    await asyncio.Event().wait()
    raise AssertionError("not reached")


async def resets(gremlin: Gremlin, request: web.Request) -> web.StreamResponse:
    """The connection breaks in the middle of what the client sends."""
    await request.content.read(1000)
    return _broken(request)


async def loses_the_answer(gremlin: Gremlin, request: web.Request) -> web.StreamResponse:
    """The server does what was asked, and nobody hears of it."""
    await gremlin.passed(request)
    return _broken(request)


async def truncates(gremlin: Gremlin, request: web.Request) -> web.StreamResponse:
    """Half of the answer comes."""
    passed = await gremlin.passed(request)
    response = web.StreamResponse(status=passed.status, headers=passed.headers)
    await response.prepare(request)
    await response.write(passed.body[: len(passed.body) // 2])
    return _broken(request, response)


async def spoils_the_answer(gremlin: Gremlin, request: web.Request) -> web.StreamResponse:
    """A byte of the answer is another."""
    passed = await gremlin.passed(request)
    return plain(request, Passed(passed.status, passed.headers, flipped(passed.body)))


async def spoils_the_body(gremlin: Gremlin, request: web.Request) -> web.StreamResponse:
    """A byte of what the client sends is another when it arrives."""
    return plain(request, await gremlin.passed(request, flipped))


async def passes(gremlin: Gremlin, request: web.Request) -> web.StreamResponse:
    """Nothing happens to this one."""
    return plain(request, await gremlin.passed(request))


def flipped(body: bytes) -> bytes:
    """The bytes with one changed in the middle."""
    middle = len(body) // 2
    return body[:middle] + bytes((body[middle] ^ 1,)) + body[middle + 1 :] if body else body


def _broken(request: web.Request, response: web.StreamResponse | None = None) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return response or web.Response()
