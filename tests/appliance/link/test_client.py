# SPDX-License-Identifier: Apache-2.0
"""What an asker learns when the other side refuses, is late, goes away, comes back or talks nonsense."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from appliance.link.client import LinkClient
from appliance.link.envelope import MAX_HEAD, Asserted, Call, Reply, Visitor
from appliance.link.messages import (
    ArriveStaff,
    Download,
    DownloadNotice,
    Menu,
    OpenMenu,
    PartKept,
    PutPart,
)
from appliance.link.refusals import Refused, Why
from appliance.link.streams import StreamCut
from appliance.model.words import Role, Site
from tests.appliance.link.both_ends import NOW, Link, StartLink, bytes_of, fetched_size, refusal

WHOLE = 1_000_000
PARTS = pytest.mark.parametrize("percent", [10, 50, 90])
SIZED = pytest.mark.parametrize("sized", [True, False], ids=["sized", "unsized"])


async def broken_after(size: int) -> AsyncIterator[bytes]:
    """A stream that breaks after so many bytes."""
    for place in range(0, size, 50_000):
        yield bytes(min(50_000, size - place))
    raise OSError("the disk is gone")


# --- calls --------------------------------------------------------------------------------------------------------


async def test_everything_around_a_message_comes_through(link: Link) -> None:
    visitor = Visitor("名", "所", Role.OFFICE_ADMIN, frozenset(), NOW + 5, "form")
    calls: list[Call] = []

    async def answer(call: Call) -> Reply:
        calls.append(call)
        return Reply(Menu(1, True), NOW, visitor=visitor)

    link.answer = answer
    asserted = Asserted("192.0.2.7", "certificate")
    async with link.client() as client:
        answered = await client.ask(OpenMenu(), token="t", form="f", asserted=asserted, request="r9")
    assert (answered.reply, answered.visitor, answered.now, answered.demo) == (Menu(1, True), visitor, NOW, False)
    call = calls[0]
    assert (call.token, call.form, call.asserted, call.request) == ("t", "f", asserted, "r9")
    assert call.stream is None


@pytest.mark.parametrize("why", Why)
async def test_a_refusal_comes_through_whole(link: Link, why: Why) -> None:
    async def answer(call: Call) -> Reply:
        raise Refused(why, "some.text", {"a": "1"})

    link.answer = answer
    async with link.client() as client:
        refused = await refusal(client.ask(OpenMenu()))
    assert (refused.why, refused.text, refused.values) == (why, "some.text", {"a": "1"})


async def test_a_download_may_be_refused(link: Link) -> None:
    async def answer(call: Call) -> Reply:
        raise Refused(Why.NOT_FOUND)

    link.answer = answer
    async with link.client() as client:
        assert (await refusal(fetched_size(client))).why is Why.NOT_FOUND


async def test_an_upload_may_be_refused_before_it_is_read(link: Link) -> None:
    async def answer(call: Call) -> Reply:
        raise Refused(Why.NOT_SIGNED_IN)

    async def large() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield bytes(100_000)

    link.answer = answer
    async with link.client(Site.CONSOLE) as client:
        assert (await refusal(client.ask(PutPart("u", 0), stream=large()))).why is Why.NOT_SIGNED_IN
        refused = await refusal(client.ask(PutPart("u", 0), stream=large(), stream_size=10_000_000))
        assert refused.why is Why.NOT_SIGNED_IN


async def test_a_deadline_goes_along_and_is_kept(link: Link) -> None:
    async def hang(call: Call) -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    link.answer = hang
    async with link.client() as client:
        assert (await refusal(client.ask(OpenMenu(), timeout=0.02))).why is Why.LATE
        assert (await refusal(client.ask(OpenMenu(), timeout=0.0))).why is Why.LATE
    assert [outcome for _, outcome, _ in link.observed] == ["late", "late"]


async def test_a_message_beyond_the_limit_is_not_sent(link: Link) -> None:
    async with link.client() as client:
        refused = await refusal(client.ask(ArriveStaff("2", "x" * MAX_HEAD)))
    assert refused.why is Why.TOO_LARGE
    assert link.observed == []


# --- streams ------------------------------------------------------------------------------------------------------


@SIZED
async def test_bytes_go_up_whole(link: Link, sized: bool) -> None:
    got = bytearray()

    async def answer(call: Call) -> Reply:
        assert call.stream is not None
        async for piece in call.stream:
            got.extend(piece)
        return Reply(PartKept(len(got), b""), NOW)

    link.answer = answer
    given = [bytes([number]) * 77_777 for number in range(40)]
    async with link.client(Site.CONSOLE) as client:
        size = sum(map(len, given)) if sized else 0
        answered = await client.ask(PutPart("u", 0), stream=bytes_of(*given), stream_size=size)
    assert bytes(got) == b"".join(given)
    assert answered.reply == PartKept(len(got), b"")


@SIZED
async def test_bytes_come_down_whole(link: Link, sized: bool) -> None:
    given = [bytes([number]) * 77_777 for number in range(40)]
    size = sum(map(len, given)) if sized else 0

    async def answer(call: Call) -> Reply:
        return Reply(Download("d", "f", 1, b""), NOW, stream=bytes_of(*given), stream_size=size)

    link.answer = answer
    async with link.client() as client, client.fetch(DownloadNotice("n"), token="t") as fetched:
        assert fetched.answered.reply == Download("d", "f", 1, b"")
        assert fetched.size == size
        assert b"".join([piece async for piece in fetched.chunks()]) == b"".join(given)


@pytest.mark.parametrize("given", [[], [b""], [b"", b"x", b""]])
async def test_empty_streams_and_pieces_are_no_trouble(link: Link, given: list[bytes]) -> None:
    async def answer(call: Call) -> Reply:
        if call.stream is not None:
            return Reply(PartKept(sum([len(piece) async for piece in call.stream]), b""), NOW)
        return Reply(Download("d", "f", 0, b""), NOW, stream=bytes_of(*given))

    link.answer = answer
    async with link.client() as client:
        assert await fetched_size(client) == len(b"".join(given))
    async with link.client(Site.CONSOLE) as client:
        answered = await client.ask(PutPart("u", 0), stream=bytes_of(*given))
        assert answered.reply.size == len(b"".join(given))


@PARTS
@SIZED
async def test_a_download_cut_in_the_middle_is_never_taken_for_whole(link: Link, percent: int, sized: bool) -> None:
    async def answer(call: Call) -> Reply:
        stream = broken_after(WHOLE * percent // 100)
        return Reply(Download("d", "f", 1, b""), NOW, stream=stream, stream_size=WHOLE if sized else 0)

    link.answer = answer
    async with link.client() as client:
        assert (await refusal(fetched_size(client))).why is Why.AWAY


@PARTS
@SIZED
async def test_an_upload_cut_in_the_middle_is_never_taken_for_whole(link: Link, percent: int, sized: bool) -> None:
    ended: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()

    async def answer(call: Call) -> Reply:
        assert call.stream is not None
        try:
            async for _ in call.stream:
                pass
        except BaseException as error:
            ended.set_result(error)
            raise
        raise AssertionError("a cut upload came to its end")

    link.answer = answer
    async with link.client(Site.CONSOLE) as client:
        stream = broken_after(WHOLE * percent // 100)
        with pytest.raises(OSError, match="the disk is gone"):
            await client.ask(PutPart("u", 0), stream=stream, stream_size=WHOLE if sized else 0)
        assert isinstance(await ended, StreamCut | asyncio.CancelledError)


async def test_a_download_that_falls_silent_is_late(link: Link) -> None:
    async def silent() -> AsyncIterator[bytes]:
        yield b"first"
        await asyncio.Event().wait()

    async def answer(call: Call) -> Reply:
        return Reply(Download("d", "f", 1, b""), NOW, stream=silent())

    link.answer = answer
    async with link.client(stall=0.02) as client:
        assert (await refusal(fetched_size(client))).why is Why.LATE


async def test_an_upload_that_falls_silent_is_late(start_link: StartLink) -> None:
    async def silent() -> AsyncIterator[bytes]:
        yield b"first"
        await asyncio.Event().wait()

    link = await start_link(stall=0.02)
    async with link.client(Site.CONSOLE) as client:
        assert (await refusal(client.ask(PutPart("u", 0), stream=silent()))).why is Why.LATE


async def test_an_upload_that_nobody_reads_is_late(link: Link) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(256 * 1024)

    async def hang(call: Call) -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    link.answer = hang
    async with link.client(Site.CONSOLE, stall=0.05) as client:
        assert (await refusal(client.ask(PutPart("u", 0), stream=endless()))).why is Why.LATE


async def test_an_upload_without_a_reply_is_late(link: Link) -> None:
    async def hang(call: Call) -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    link.answer = hang
    async with link.client(Site.CONSOLE) as client:
        assert (await refusal(client.ask(PutPart("u", 0), stream=bytes_of(b"x"), timeout=-0.4))).why is Why.LATE


async def test_a_stream_of_a_wrong_size_is_the_askers_fault(link: Link) -> None:
    async with link.client(Site.CONSOLE) as client:
        with pytest.raises(ValueError, match="early"):
            await client.ask(PutPart("u", 0), stream=bytes_of(b"abc"), stream_size=4)


async def test_a_hundred_streams_do_not_starve_a_page(link: Link) -> None:
    async def waiting() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    async def answer(call: Call) -> Reply:
        if call.row.shape is OpenMenu:
            return Reply(Menu(0, False), NOW)
        return Reply(Download("d", "f", 0, b""), NOW, stream=waiting())

    link.answer = answer
    held, release = 0, asyncio.Event()

    async def hold(client: LinkClient) -> None:
        nonlocal held
        async with client.fetch(DownloadNotice("n")):
            held += 1
            await release.wait()

    async with link.client(calls=1) as client, asyncio.TaskGroup() as group:
        for _ in range(100):
            group.create_task(hold(client))
        while held < 100:
            assert (await client.ask(OpenMenu())).reply == Menu(0, False)
        release.set()
