# SPDX-License-Identifier: Apache-2.0
"""How many connections a site bears, in all and from one address."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest
from aiohttp.web import BaseRequest, Response, StreamResponse

from appliance.web import connections
from tests.appliance.web.conftest import Browser


@asynccontextmanager
async def connected(site: Browser) -> AsyncIterator[asyncio.StreamReader]:
    """A connection on which nothing is said."""
    host, port = site.website.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port), ssl=site.tls)
    try:
        yield reader
    finally:
        writer.transport.abort()


async def ended(reader: asyncio.StreamReader) -> bool:
    """Whether the site ends the connection without a word."""
    try:
        async with asyncio.timeout(10):
            return await reader.read() == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("limit", ["MAX_CONNECTIONS", "MAX_OF_SOURCE"])
async def test_one_too_many_is_ended_and_the_others_stay(
    portal: Browser, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(connections, limit, 2)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(connected(portal))
        for _ in range(3):
            async with connected(portal) as reader:
                assert await ended(reader)
        monkeypatch.undo()
        assert (await portal.get("/sign-in")).status == 200


async def test_nothing_is_kept_of_a_connection_that_has_gone(
    portal: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MAX_OF_SOURCE", 2)
    for _ in range(8):
        answer = await portal.talk(b"GET /sign-in HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 ")


async def test_a_connection_on_which_nothing_comes_is_ended(
    portal: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.05)
    async with connected(portal) as reader:
        assert await ended(reader)
    beginning = b"GET /sign-in HTTP/1.1\r\nHost: HOST\r\nX-Never: "
    assert await portal.talk(beginning) == b"", "nor may a head take longer"


async def test_who_leaves_amid_an_answer_has_sent_nothing_malformed() -> None:
    over, turned_away = asyncio.Event(), []

    async def answer(raw: BaseRequest) -> StreamResponse:
        stream = StreamResponse()
        await stream.prepare(raw)
        assert raw.transport is not None
        raw.transport.close()
        try:
            await stream.write(b"more")
        finally:
            asyncio.get_running_loop().call_later(0, over.set)
        return stream

    def malformed(raw: BaseRequest) -> Response:
        turned_away.append(raw)
        return Response(status=400)

    server = connections.Connections(answer, malformed)
    listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    async with listener:
        reader, writer = await asyncio.open_connection(*listener.sockets[0].getsockname())
        writer.write(b"GET /live HTTP/1.1\r\nHost: portal\r\n\r\n")
        assert b" 200 OK" in await reader.read()
        await over.wait()
        await server.shutdown(1)
        writer.close()
        assert turned_away == []


async def test_the_next_site_at_the_same_listener_takes_over_and_no_request_is_lost(
    portal: Browser,
) -> None:
    """As under systemd, which keeps the listener."""
    await portal.website.stop()
    statuses: set[int] = set()
    answers = asyncio.Semaphore(0)
    over = asyncio.Event()

    async def visit() -> None:
        connector = aiohttp.TCPConnector(ssl=portal.tls, force_close=True)
        async with aiohttp.ClientSession(connector=connector) as http:
            while not over.is_set():
                async with http.get(f"{portal.origin}/sign-in") as answer:
                    await answer.read()
                    statuses.add(answer.status)
                    answers.release()

    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        await portal.website.start(listener.dup())
        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(visit())
            for _ in range(2):
                for _ in range(40):
                    await answers.acquire()
                await portal.website.stop()
                await portal.website.start(listener.dup())
            over.set()
    assert statuses == {200}
