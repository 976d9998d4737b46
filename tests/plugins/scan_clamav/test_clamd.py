# SPDX-License-Identifier: Apache-2.0
"""Questions to a clamd that answers, answers badly, hangs, hangs up, or is not there."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from renkei_scan_clamav.clamd import MAX_PIECE, MAX_REPLY, TOO_LARGE, Clamd, Place, Reply

from appliance.contracts.scanner import ScannerAway
from tests.plugins.scan_clamav.fake_clamd import LIMIT, MARK, VERSION, FakeClamd, Play, hangs, says

SOON = 0.05


async def chunks(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def asking(place: Place, seconds: float = 10) -> Clamd:
    return Clamd(place, seconds)


# --- as it should be ----------------------------------------------------------------------------------------------


async def test_its_version(fake: FakeClamd) -> None:
    assert await asking(str(fake.path)).version() == VERSION
    await fake.all_left()


@pytest.mark.parametrize(
    "pieces",
    [(b"%PDF " + MARK,), (b"", b"%PDF ", b"", MARK[:5], MARK[5:], b""), (bytes(MAX_PIECE - 3) + MARK + bytes(5),)],
)
async def test_a_document_arrives_whole(fake: FakeClamd, pieces: tuple[bytes, ...]) -> None:
    reply = await asking(str(fake.path)).scan(chunks(*pieces))
    assert reply == Reply("stream: Renkei.Own.UNOFFICIAL FOUND", True)


@pytest.mark.parametrize("pieces", [(), (b"",), (b"%PDF",), (bytes(3 * MAX_PIECE + 1),)])
async def test_a_clean_one(fake: FakeClamd, pieces: tuple[bytes, ...]) -> None:
    assert await asking(str(fake.path)).scan(chunks(*pieces)) == Reply("stream: OK", True)


@pytest.mark.parametrize(("size", "taken"), [(1, True), (LIMIT, True), (LIMIT + 1, False), (2**30, False)])
async def test_which_sizes_it_takes(fake: FakeClamd, size: int, taken: bool) -> None:
    assert await asking(str(fake.path)).takes(size) is taken
    await fake.all_left()


async def test_what_it_says_before_it_hangs_up_is_heard(fake: FakeClamd) -> None:
    """It refuses in the middle, and the rest of the document finds nobody."""
    reply = await asking(str(fake.path)).scan(chunks(*[bytes(MAX_PIECE)] * (LIMIT // MAX_PIECE + 40)))
    assert reply == Reply(TOO_LARGE, False)


async def test_over_a_network() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\0")
        writer.write(b"ClamAV 1.0\0")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        assert await asking((host, port)).version() == "ClamAV 1.0"
        assert str(asking((host, port))) == f"clamd at 127.0.0.1:{port}"


# --- as it should not be ------------------------------------------------------------------------------------------


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hang up."""


async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"ClamAV")


async def two(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"ClamAV 1.0\0stream: OK\0")


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x" * MAX_REPLY)
        await writer.drain()


async def long(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"x" * MAX_REPLY + b"\0")


@pytest.mark.parametrize(
    ("play", "said"),
    [
        (silence, "hung up without an answer"),
        (half, "answered nonsense: b'ClamAV'"),
        (two, "answered nonsense"),
        (endless, "answered nonsense"),
        (long, "answered nonsense"),
        (hangs, "did not answer within 0.05 s"),
    ],
)
async def test_no_answer_is_away(fake: FakeClamd, play: Play, said: str) -> None:
    fake.plays = {"VERSION": play, "INSTREAM": play}
    clamd = asking(str(fake.path), SOON if play is hangs else 10)
    for question in (clamd.version(), clamd.scan(chunks(b"%PDF"))):
        with pytest.raises(ScannerAway, match=said):
            await question


async def test_bytes_that_are_no_text_are_shown_as_such(fake: FakeClamd) -> None:
    fake.plays["INSTREAM"] = says(b"stream: \xff\0")
    assert (await asking(str(fake.path)).scan(chunks(b"%PDF"))).text == "stream: \ufffd"


async def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(ScannerAway, match="is not there: No such file"):
        await asking(str(tmp_path / "none")).version()
    with pytest.raises(ScannerAway, match="is not there: AF_UNIX path too long"):
        await asking("/" + "x" * 200).version()


async def test_a_socket_that_a_killed_one_left_behind(fake: FakeClamd) -> None:
    await fake.stop()
    assert fake.path.exists()
    with pytest.raises(ScannerAway, match="is not there: Connection refused"):
        await asking(str(fake.path)).version()


async def test_a_host_that_is_none() -> None:
    with pytest.raises(ScannerAway, match="is nowhere"):
        await asking(("", 0x1_0000)).version()


async def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(ScannerAway, match="is not there"):
            await asking(free.getsockname()).version()


# --- whose fault --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [ValueError("torn"), OSError("torn"), ConnectionError("torn"), TimeoutError("torn")]
)
async def test_a_document_that_cannot_be_read_raises_its_own_error(fake: FakeClamd, error: Exception) -> None:
    async def torn() -> AsyncIterator[bytes]:
        yield b"%PDF"
        raise error

    with pytest.raises(type(error), match="torn"):
        await asking(str(fake.path)).scan(torn())
    await fake.all_left()


@pytest.mark.parametrize("play", [None, hangs])
async def test_who_gives_up_leaves_no_connection(fake: FakeClamd, play: Play | None) -> None:
    """In the middle of the document, and while the answer is awaited."""

    async def slow() -> AsyncIterator[bytes]:
        yield b"%PDF"
        if play is None:
            await asyncio.Event().wait()

    if play is not None:
        fake.plays["INSTREAM"] = play
    for _ in range(5):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SOON):
                await asking(str(fake.path)).scan(slow())
    if play is None:
        await fake.all_left()
    else:
        await fake.stop()


async def test_one_that_takes_nothing_is_not_waited_for(fake: FakeClamd) -> None:
    """Stopped, with its socket open: what is sent fills the buffers."""

    async def asleep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    fake.plays["INSTREAM"] = asleep
    with pytest.raises(ScannerAway, match="did not answer"):
        await asking(str(fake.path), SOON).scan(chunks(*[bytes(MAX_PIECE)] * 40))
