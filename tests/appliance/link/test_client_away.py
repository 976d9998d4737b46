# SPDX-License-Identifier: Apache-2.0
"""What an asker learns when the other side is not there, goes away, comes back or talks nonsense."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from appliance.link.client import LinkClient
from appliance.link.dialling import UnixTarget
from appliance.link.envelope import NO_BODY, Answer, Call, Reply, frame, raw
from appliance.link.messages import (
    ArriveStaff,
    BeginUpload,
    Download,
    DownloadNotice,
    Menu,
    OpenMenu,
    PutPart,
    SignOut,
    UploadBegun,
)
from appliance.link.refusals import Refused, Why
from tests.appliance.link.both_ends import NOW, Link, bytes_of, fetched_size, refusal

WHOLE = 1_000_000


async def test_nobody_there_is_away(tmp_path: Path) -> None:
    client = LinkClient(UnixTarget(tmp_path / "no.sock"))
    assert (await refusal(client.ask(OpenMenu()))).why is Why.AWAY
    assert (await refusal(client.ask(PutPart("u", 0), stream=bytes_of(b"x")))).why is Why.AWAY
    assert (await refusal(fetched_size(client))).why is Why.AWAY
    await client.close()


async def test_a_restart_between_calls_goes_unnoticed(link: Link) -> None:
    async with link.client() as client:
        for _ in range(3):
            assert (await client.ask(OpenMenu())).reply == Menu(3, False)
            await link.server.close()
            assert (await refusal(client.ask(OpenMenu()))).why is Why.AWAY
            await link.start()
        assert await fetched_size(client) == 10


async def test_a_restart_in_the_middle_of_a_stream_is_a_cut(link: Link) -> None:
    async def waiting() -> AsyncIterator[bytes]:
        yield b"first"
        await asyncio.Event().wait()

    async def answer(call: Call) -> Reply:
        return Reply(Download("d", "f", 0, b""), NOW, stream=waiting())

    link.answer = answer
    async with link.client() as client, client.fetch(DownloadNotice("n")) as fetched:
        chunks = fetched.chunks()
        assert await anext(chunks) == b"first"
        await link.server.close(drain=0.01)
        assert (await refusal(anext(chunks))).why is Why.AWAY


Scripted = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def playing(path: Path, *scripts: Scripted) -> AsyncIterator[list[int]]:
    """A server whose connections play these scripts one after another; the list counts them."""
    count: list[int] = []

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        count.append(len(count))
        try:
            await scripts[count[-1]](reader, writer)
        finally:
            writer.close()

    async with await asyncio.start_unix_server(play, path):
        yield count


def http(body: bytes, head: str = "HTTP/1.1 200 OK", length: int | None = None) -> bytes:
    """The bytes of an HTTP response."""
    return f"{head}\r\nContent-Length: {len(body) if length is None else length}\r\n\r\n".encode() + body


MENU = http(frame(Answer(NOW, raw(Menu(5, False)))))


def says(*responses: bytes) -> Scripted:
    """Answers the first requests of a connection, and hangs up at the next one without a word."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for response in responses:
            await reader.read(65536)
            writer.write(response)
        await reader.read(65536)

    return script


async def kept_then_dead(path: Path, message: object, again: bytes) -> tuple[object, int]:
    """Send a message over a kept connection that dies under it; what comes of it, over how many connections."""
    async with playing(path, says(MENU), says(again)) as connections:
        client = LinkClient(UnixTarget(path))
        await client.ask(OpenMenu())
        try:
            outcome: object = (await client.ask(message)).reply
        except Refused as refused:
            outcome = refused.why
        await client.close()
        return outcome, len(connections)


async def test_reading_is_asked_again_when_a_kept_connection_was_dead(tmp_path: Path) -> None:
    assert await kept_then_dead(tmp_path / "s", OpenMenu(), MENU) == (Menu(5, False), 2)


async def test_a_command_with_an_id_is_asked_again(tmp_path: Path) -> None:
    begun = http(frame(Answer(NOW, raw(UploadBegun("u", 8)))))
    message = BeginUpload("o", "f", 1, command="c1")
    assert await kept_then_dead(tmp_path / "s", message, begun) == (UploadBegun("u", 8), 2)


@pytest.mark.parametrize("message", [ArriveStaff("2", "3"), SignOut(), BeginUpload("o", "f", 1, command="")])
async def test_what_might_happen_twice_is_not_asked_again(tmp_path: Path, message: object) -> None:
    assert await kept_then_dead(tmp_path / "s", message, MENU) == (Why.AWAY, 1)


async def test_it_is_asked_again_only_once(tmp_path: Path) -> None:
    async with playing(tmp_path / "s", says(), says(), says()) as connections:
        client = LinkClient(UnixTarget(tmp_path / "s"))
        assert (await refusal(client.ask(OpenMenu()))).why is Why.AWAY
        assert len(connections) == 2
        await client.close()


NONSENSE = [
    b"",
    b"\x00\x01\x02 no http at all\r\n\r\n",
    http(b""),
    http(b"\x00\x00\x00\x05garba"),
    http(b"\x00\x00\x00\x05gar"),
    http(b"\xff\xff\xff\xff"),
    http(frame({"now": "yesterday"})),
    http(frame(Answer(NOW, NO_BODY))),
    http(frame(Answer(NOW, raw({"unread": "many"})))),
    http(b"not found", "HTTP/1.1 404 Not Found"),
    http(b"", "HTTP/1.1 302 Found\r\nLocation: http://elsewhere/"),
    http(frame(Answer(NOW, raw(Menu(5, False))))[:-2], length=500),
    b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + frame(Answer(NOW, raw(Menu(5, False)))),
]


@pytest.mark.parametrize("response", NONSENSE)
async def test_nonsense_is_away(tmp_path: Path, response: bytes) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(response)

    async with playing(tmp_path / "s", script, script):
        client = LinkClient(UnixTarget(tmp_path / "s"))
        assert (await refusal(client.ask(OpenMenu()))).why is Why.AWAY
        await client.close()


async def test_a_stream_shorter_than_its_answer_says_is_a_cut_one(tmp_path: Path) -> None:
    answer = frame(Answer(NOW, raw(Download("d", "f", 9, b"")), stream_size=9))
    async with playing(tmp_path / "s", says(http(answer + b"only 5"))):
        client = LinkClient(UnixTarget(tmp_path / "s"))
        assert (await refusal(fetched_size(client))).why is Why.AWAY
        await client.close()


async def test_an_other_side_that_accepts_and_says_nothing_is_late(tmp_path: Path) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with playing(tmp_path / "s", script):
        client = LinkClient(UnixTarget(tmp_path / "s"))
        assert (await refusal(client.ask(OpenMenu(), timeout=-0.45))).why is Why.LATE
        await client.close()
