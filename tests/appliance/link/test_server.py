# SPDX-License-Identifier: Apache-2.0
"""The life of a server: listening, limits for each caller, streams down, and an orderly end."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.link import server as server_module
from appliance.link.envelope import Call, Reply
from appliance.link.messages import Download, DownloadNotice, Menu, OpenMenu, PartKept, PutPart
from appliance.link.refusals import Refused, Why
from appliance.model.words import Site
from tests.appliance.link.both_ends import NOW, Link, StartLink, bytes_of, ordinary, posted

PIECE = bytes(256 * 1024)


class Gate:
    """A tier whose calls wait until they are let go."""

    def __init__(self) -> None:
        """Closed at first."""
        self.open = asyncio.Event()
        self.waiting = 0
        self.full = asyncio.Event()

    async def answer(self, call: Call) -> Reply:
        """Wait with the others."""
        self.waiting += 1
        self.full.set()
        await self.open.wait()
        return Reply(Menu(0, False), NOW)


async def outcome(awaitable: object) -> str:
    """How a call ended."""
    try:
        await awaitable  # type: ignore[misc]
    except Refused as refused:
        return refused.why
    return "ok"


async def test_beyond_the_limit_is_busy_at_once_and_the_rest_is_served(start_link: StartLink) -> None:
    gate = Gate()
    link = await start_link(gate.answer)
    async with link.client(calls=300) as client, asyncio.TaskGroup() as group:
        calls = [group.create_task(outcome(client.ask(OpenMenu()))) for _ in range(300)]
        busy, _ = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        while len(busy) < 100:
            busy, _ = await asyncio.wait(calls, timeout=0.01)
        assert {call.result() for call in busy} == {Why.BUSY}
        assert gate.waiting == 200
        gate.open.set()
    assert sorted(call.result() for call in calls) == ["busy"] * 100 + ["ok"] * 200


async def test_a_site_that_takes_all_its_places_takes_no_one_elses(start_link: StartLink) -> None:
    gate = Gate()
    link = await start_link(gate.answer, calls=1)
    async with link.client() as hostile, link.client(Site.CONSOLE) as console, asyncio.TaskGroup() as group:
        held = group.create_task(hostile.ask(OpenMenu()))
        await gate.full.wait()
        assert await outcome(hostile.ask(OpenMenu())) == Why.BUSY
        link.answer = ordinary
        assert await outcome(console.ask(OpenMenu())) == "ok"
        gate.open.set()
    assert held.result().reply == Menu(0, False)


async def test_streams_take_no_place_of_a_page(start_link: StartLink) -> None:
    never = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"x"
        await never.wait()

    async def answer(call: Call) -> Reply:
        if call.row.shape is OpenMenu:
            return Reply(Menu(0, False), NOW)
        return Reply(Download("d", "f", 0, b""), NOW, stream=endless())

    link = await start_link(answer, calls=1, streams=2)
    async with link.client(calls=1) as client:
        first, second = client.fetch(DownloadNotice("n")), client.fetch(DownloadNotice("n"))
        async with first, second:
            assert await outcome(client.ask(OpenMenu())) == "ok"
            with pytest.raises(Refused) as refused:
                async with client.fetch(DownloadNotice("n")):
                    raise AssertionError
            assert refused.value.why is Why.BUSY


async def test_a_connection_too_many_is_hung_up(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "CONNECTIONS", 1)
    _, writer = await asyncio.open_unix_connection(link.path(Site.PORTAL))
    writer.write(b"POST ")
    while not any(front.connections for front in link.server._fronts):  # noqa: ASYNC110 - the library tells nobody
        await asyncio.sleep(0)
    reader, second = await asyncio.open_unix_connection(link.path(Site.PORTAL))
    assert await reader.read() == b""
    for each in (writer, second):
        each.close()
        await each.wait_closed()


async def test_a_slow_reader_holds_the_producer_back(link: Link) -> None:
    pulled = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal pulled
        while True:
            pulled += 1
            yield PIECE

    async def answer(call: Call) -> Reply:
        return Reply(Download("d", "f", 0, b""), NOW, stream=endless())

    link.answer = answer
    async with link.client() as client, client.fetch(DownloadNotice("n")) as fetched:
        before = -1
        while before != pulled:  # until it stands still
            before = pulled
            for _ in range(100):
                await asyncio.sleep(0)
        chunks = fetched.chunks()
        await anext(chunks)
        assert 0 < pulled * len(PIECE) < 8 * 1024 * 1024


async def test_a_slow_writer_of_records_holds_the_sender_back(link: Link) -> None:
    pulled, go_on = 0, asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        nonlocal pulled
        for _ in range(100):
            pulled += 1
            yield PIECE

    async def answer(call: Call) -> Reply:
        assert call.stream is not None
        size = len(await anext(call.stream))
        await go_on.wait()
        async for piece in call.stream:
            size += len(piece)
        return Reply(PartKept(size, b""), NOW)

    link.answer = answer
    async with link.client(Site.CONSOLE) as client, asyncio.TaskGroup() as group:
        sent = group.create_task(client.ask(PutPart("u", 0), stream=endless()))
        before = -1
        while before != pulled or pulled < 2:
            before = pulled
            for _ in range(100):
                await asyncio.sleep(0)
        assert pulled * len(PIECE) < 8 * 1024 * 1024
        go_on.set()
    assert sent.result().reply.size == 100 * len(PIECE)


async def test_a_reader_who_leaves_closes_the_source_at_once(link: Link) -> None:
    closed = asyncio.Event()

    async def waiting() -> AsyncIterator[bytes]:
        try:
            yield b"first"
            await asyncio.Event().wait()
        finally:
            closed.set()

    async def answer(call: Call) -> Reply:
        return Reply(Download("d", "f", 0, b""), NOW, stream=waiting())

    link.answer = answer
    async with link.client() as client:
        async with client.fetch(DownloadNotice("n")) as fetched:
            assert await anext(fetched.chunks()) == b"first"
        await closed.wait()
    assert link.observed[0][:2] == ("DownloadNotice", "cut")


async def test_a_reader_who_stands_still_is_cut_off(start_link: StartLink) -> None:
    closed = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield PIECE
        finally:
            closed.set()

    async def answer(call: Call) -> Reply:
        return Reply(Download("d", "f", 0, b""), NOW, stream=endless())

    link = await start_link(answer, stall=0.05)
    _, writer = await asyncio.open_unix_connection(link.path(Site.PORTAL), limit=1)
    writer.write(posted(DownloadNotice("n")))
    await closed.wait()
    writer.close()


async def test_a_caller_who_leaves_cancels_its_call(link: Link) -> None:
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def hang(call: Call) -> Reply:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        raise AssertionError

    link.answer = hang
    _, writer = await asyncio.open_unix_connection(link.path(Site.PORTAL))
    writer.write(posted(OpenMenu()))
    await started.wait()
    writer.close()
    await cancelled.wait()


@pytest.mark.parametrize(("size", "pieces"), [(5, [b"abc"]), (5, [b"abc", b"def"]), (5, [])])
async def test_a_stream_of_another_length_than_promised_is_a_cut_one(
    link: Link, size: int, pieces: list[bytes]
) -> None:
    async def answer(call: Call) -> Reply:
        return Reply(Download("d", "f", size, b""), NOW, stream=bytes_of(*pieces), stream_size=size)

    link.answer = answer
    async with link.client() as client:
        with pytest.raises(Refused) as refused:
            async with client.fetch(DownloadNotice("n")) as fetched:
                _ = [piece async for piece in fetched.chunks()]
    assert refused.value.why is Why.AWAY
    assert link.observed[0][:2] == ("DownloadNotice", "cut")


async def test_closing_lets_the_call_under_way_end(link: Link) -> None:
    gate = Gate()
    link.answer = gate.answer
    async with link.client() as client, asyncio.TaskGroup() as group:
        call = group.create_task(client.ask(OpenMenu()))
        await gate.full.wait()
        closing = group.create_task(link.server.close(drain=60.0))
        await asyncio.sleep(0)
        gate.open.set()
        await closing
    assert call.result().reply == Menu(0, False)
    assert not link.path(Site.PORTAL).exists()


async def test_closing_cuts_what_will_not_end(link: Link, caplog: pytest.LogCaptureFixture) -> None:
    gate = Gate()
    link.answer = gate.answer
    async with link.client() as client, asyncio.TaskGroup() as group:
        call = group.create_task(outcome(client.ask(OpenMenu())))
        await gate.full.wait()
        await link.server.close(drain=0.01)
    assert call.result() == Why.AWAY
    assert "under way" in caplog.text


async def test_closing_does_not_wait_for_a_reader_who_stands_still(link: Link) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield PIECE

    async def answer(call: Call) -> Reply:
        return Reply(Download("d", "f", 0, b""), NOW, stream=endless())

    link.answer = answer
    async with link.client() as client, client.fetch(DownloadNotice("n")) as fetched:
        await link.server.close(drain=0.01)
        with pytest.raises(Refused) as refused:
            _ = [piece async for piece in fetched.chunks()]
    assert refused.value.why is Why.AWAY


async def test_a_closed_server_can_be_followed_by_another_at_the_same_place(link: Link) -> None:
    await link.server.close()
    await link.start()
    async with link.client() as client:
        assert (await client.ask(OpenMenu())).reply == Menu(3, False)


async def test_a_closing_server_leaves_its_successors_socket(link: Link, tmp_path: Path) -> None:
    successor = Link(tmp_path / "next")
    await successor.start()
    successor.path(Site.PORTAL).rename(link.path(Site.PORTAL))
    await link.server.close()
    assert link.path(Site.PORTAL).exists()
    await successor.server.close()


async def test_no_refusal_hook_is_needed(start_link: StartLink, caplog: pytest.LogCaptureFixture) -> None:
    link = await start_link()
    link.server._exchange._refuse = None
    link.server._exchange._observe = None
    async with link.client(Site.ADMIN) as client:
        assert await outcome(client.ask(OpenMenu())) == Why.NOT_HERE
    assert "wrong site" in caplog.text
    assert caplog.records[0].levelno == logging.WARNING


async def test_connections_are_counted_by_caller(start_link: StartLink) -> None:
    link = await start_link(ordinary)
    assert link.server.connections(Site.PORTAL) == 0
    async with link.client() as client:
        await client.ask(OpenMenu())
        assert link.server.connections(Site.PORTAL) == 1
        assert link.server.connections(Site.CONSOLE) == 0
