# SPDX-License-Identifier: Apache-2.0
"""A server that stops: what has come is answered, what comes is left for the next one."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from appliance.link.client import LinkClient
from appliance.link.dialling import UnixTarget
from appliance.link.draining import DrainingServer
from appliance.link.messages import OpenMenu
from appliance.link.server import LinkServer
from appliance.model.words import Site
from tests.appliance.link.both_ends import NOW, ordinary

ASK = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LONG = 3_600.0


async def fine(request: web.BaseRequest) -> web.StreamResponse:
    """The answer to everything."""
    return web.Response(text="fine")


@asynccontextmanager
async def connected(
    server: DrainingServer, path: Path
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection that was answered once; whatever is left of it goes at the end."""
    listener = await asyncio.get_running_loop().create_unix_server(server, str(path))
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        writer.write(ASK)
        assert b"close" not in (await answer_on(reader)).lower(), "before it drains a connection is kept"
        yield reader, writer
    finally:
        listener.close()
        server.pre_shutdown()
        await server.shutdown(0.1)
        writer.close()


async def answer_on(reader: asyncio.StreamReader) -> bytes:
    """The head of the next answer, its body read."""
    head = await reader.readuntil(b"\r\n\r\n")
    assert await reader.readexactly(4) == b"fine"
    return head


async def test_a_request_that_comes_while_it_drains_is_answered_and_is_the_last_one(tmp_path: Path) -> None:
    server = DrainingServer(fine)
    async with connected(server, tmp_path / "s") as (reader, writer), asyncio.TaskGroup() as group:
        draining = group.create_task(server.drain(LONG))
        await asyncio.sleep(0)
        writer.write(ASK)
        assert b"connection: close" in (await answer_on(reader)).lower()
        assert await reader.read() == b""
        draining.cancel()


async def test_where_nobody_can_be_about_to_ask_nothing_is_waited_for() -> None:
    async with asyncio.timeout(10):
        await DrainingServer(fine).drain(LONG)


async def test_who_was_accepted_just_now_is_waited_for() -> None:
    server = DrainingServer(fine)
    server()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await server.drain(LONG)


async def test_a_connection_that_is_made_after_its_end_is_ended() -> None:
    server = DrainingServer(fine)
    handler = server()
    server.pre_shutdown()
    ours, theirs = socket.socketpair()
    with ours:
        ours.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.connect_accepted_socket(lambda: handler, theirs)
        async with asyncio.timeout(10):
            assert await loop.sock_recv(ours, 1) == b""
    await server.shutdown(0.1)


async def test_the_next_server_takes_over_and_no_call_is_lost(tmp_path: Path) -> None:
    path, answers = tmp_path / "portal.sock", asyncio.Semaphore(0)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))
        bound.listen(512)
        client, over = LinkClient(UnixTarget(path)), asyncio.Event()

        async def ask() -> None:
            while not over.is_set():
                await client.ask(OpenMenu())
                answers.release()

        async with asyncio.TaskGroup() as group:
            for _ in range(8):
                group.create_task(ask())
            for is_last in (False, False, True):
                server = LinkServer(ordinary, now=lambda: NOW)
                await server.serve_unix(bound.dup(), Site.PORTAL)
                for _ in range(100):
                    await answers.acquire()
                if is_last:
                    over.set()
                await server.close()
        await client.close()
