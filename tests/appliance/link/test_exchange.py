# SPDX-License-Identifier: Apache-2.0
"""The checks on the way in: who may send what, whole and in time; and what leaves when something is wrong."""

import asyncio
import logging
from collections.abc import AsyncIterator

import msgspec
import pytest

from appliance.link.envelope import LENGTH_BYTES, MAX_HEAD, Ask, Call, Reply, frame, raw
from appliance.link.messages import (
    MESSAGES,
    VERSION,
    Download,
    DownloadNotice,
    ListNotices,
    Menu,
    Message,
    OpenMenu,
    PutPart,
)
from appliance.link.refusals import Refused, Why
from appliance.model import origin
from appliance.model.words import Site
from tests.appliance.link.both_ends import NOW, Link, StartLink, answered, bytes_of, ordinary, posted
from tests.appliance.link.messages.test_table import example
from tests.every import for_every

WRONG = [(row, site) for row in MESSAGES for site in Site if site not in row.sites]
RIGHT = [(row, site) for row in MESSAGES for site in Site if site in row.sites]


def packed(**fields: object) -> bytes:
    """A framed envelope of these fields."""
    head = msgspec.msgpack.encode({"request": "r", "version": VERSION, "body": {}, **fields})
    return len(head).to_bytes(LENGTH_BYTES, "big") + head


async def refusal_of(link: Link, data: bytes, site: Site = Site.PORTAL, *, end: bool = False) -> tuple[int, Why]:
    """Status and reason that a raw request earns."""
    status, answer = answered(await link.bare(data, site, end=end))
    assert answer.refusal is not None
    assert (answer.now, answer.demo, answer.visitor) == (NOW, True, None)
    return status, answer.refusal.why


@for_every("row, site", WRONG, lambda given: getattr(given, "name", str(given)))
async def test_a_message_from_a_wrong_site_is_refused_and_reported(link: Link, row: Message, site: Site) -> None:
    link.answer = never
    link.refused.clear()
    assert await refusal_of(link, posted(example(row.shape)), site) == (403, Why.NOT_HERE)
    assert link.refused == [(site, row.name, "wrong site")]


@for_every("row, site", RIGHT, lambda given: getattr(given, "name", str(given)))
async def test_a_message_from_its_site_arrives_as_it_was_sent(link: Link, row: Message, site: Site) -> None:
    calls: list[Call] = []

    async def listen(call: Call) -> Reply:
        calls.append(call)
        raise Refused(Why.NOT_FOUND)

    link.answer = listen
    assert await refusal_of(link, posted(example(row.shape)), site) == (404, Why.NOT_FOUND)
    assert [(call.site, call.row, call.message) for call in calls] == [(site, row, example(row.shape))]
    assert link.refused == []


async def never(call: Call) -> Reply:
    """For messages that must not arrive."""
    raise AssertionError(f"{call.row.name} arrived")


async def test_a_wrong_site_is_refused_before_its_body_is_looked_at(link: Link) -> None:
    data = posted(OpenMenu(), head=b"\xff\xff\xff\xffgarbage")
    assert await refusal_of(link, data, Site.ADMIN) == (403, Why.NOT_HERE)
    assert link.refused == [(Site.ADMIN, "OpenMenu", "wrong site")]


@pytest.mark.parametrize(
    "start",
    [b"GET /link/OpenMenu", b"POST /", b"POST /OpenMenu", b"PUT /link/OpenMenu", b"POST /Link/OpenMenu"],
)
async def test_only_post_below_link_is_a_message(link: Link, start: bytes) -> None:
    data = posted(OpenMenu()).replace(b"POST /link/OpenMenu", start)
    assert await refusal_of(link, data) == (400, Why.INVALID)


@pytest.mark.parametrize("name", ["Nonsense", "openmenu", "OpenMenu/", "../OpenMenu", "Answer", "%4fpenMenu%00"])
async def test_what_is_not_in_the_table_does_not_exist(link: Link, name: str) -> None:
    link.answer = never
    assert await refusal_of(link, posted(OpenMenu(), name=name)) == (400, Why.INVALID)
    assert [(seen[0], seen[1]) for seen in link.observed] == [("unknown", Why.INVALID)]


@pytest.mark.parametrize(
    ("version", "accepted"), [(VERSION - 2, False), (VERSION - 1, True), (VERSION, True), (VERSION + 1, False)]
)
async def test_this_version_and_the_one_before_are_spoken(link: Link, version: int, accepted: bool) -> None:
    status, answer = answered(await link.bare(posted(OpenMenu(), head=packed(version=version))))
    assert (status == 200) is accepted
    assert accepted or (answer.refusal is not None and answer.refusal.why is Why.VERSION)


async def test_another_version_is_known_as_such_even_when_nothing_else_is(link: Link) -> None:
    data = posted(OpenMenu(), head=packed(version=VERSION + 1, request=["another", "shape"]), name="FromTomorrow")
    assert await refusal_of(link, data) == (505, Why.VERSION)


@pytest.mark.parametrize(
    "head",
    [
        b"\x00\x00\x00\x00",
        b"\x00\x00\x00\x07garbage",
        b"\x00\x00\x00\x01\xc1",
        packed(within="soon"),
        packed(body={"limit": "many"}),
        packed(body=[1]),
        packed(request=None),
    ],
)
async def test_garbage_is_refused(link: Link, head: bytes) -> None:
    link.answer = never
    assert await refusal_of(link, posted(ListNotices(), head=head)) == (400, Why.INVALID)


async def test_a_missing_field_is_refused_and_an_extra_one_passed_over(link: Link) -> None:
    link.answer = never
    data = posted(DownloadNotice("n"), head=packed(body={}))
    assert await refusal_of(link, data) == (400, Why.INVALID)

    async def reply(call: Call) -> Reply:
        return Reply(Menu(0, False), NOW)

    link.answer = reply
    data = posted(OpenMenu(), head=packed(body={"from_tomorrow": 1}, also=2))
    assert answered(await link.bare(data))[0] == 200


@pytest.mark.parametrize("cut", [0, 1, 3, 4, 10])
async def test_a_head_shorter_than_it_says_is_refused(link: Link, cut: int) -> None:
    link.answer = never
    head = frame(Ask("r1", raw(OpenMenu())))[:cut]
    assert await refusal_of(link, posted(OpenMenu(), head=head)) == (400, Why.INVALID)


@pytest.mark.parametrize("extra", [b"x", b"x" * 100_000])
async def test_nothing_may_follow_a_message_that_carries_nothing(link: Link, extra: bytes) -> None:
    link.answer = never
    assert await refusal_of(link, posted(OpenMenu(), extra=extra)) == (400, Why.INVALID)


async def test_a_message_without_a_length_is_refused_where_nothing_may_follow(link: Link) -> None:
    link.answer = never
    head = frame(Ask("r1", raw(OpenMenu())))
    data = b"POST /link/OpenMenu HTTP/1.1\r\nHost: link\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert await refusal_of(link, b"%s%x\r\n%s\r\n0\r\n\r\n" % (data, len(head), head)) == (400, Why.INVALID)


async def test_a_head_beyond_the_limit_is_refused_unread(link: Link) -> None:
    link.answer = never
    length = (MAX_HEAD + 1).to_bytes(LENGTH_BYTES, "big")
    data = posted(PutPart("u", 0), head=length + b"x" * 100)
    assert await refusal_of(link, data, Site.CONSOLE) == (413, Why.TOO_LARGE)


async def test_a_head_of_exactly_the_limit_is_read(link: Link) -> None:
    def padded(count: int) -> bytes:
        return packed(body=raw({"from_tomorrow": "x" * count}))

    most = 1_000_000
    data = posted(OpenMenu(), head=padded(most + MAX_HEAD + LENGTH_BYTES - len(padded(most))))
    assert answered(await link.bare(data))[0] == 200


async def test_a_head_that_never_comes_ends_late(start_link: StartLink) -> None:
    link = await start_link(never, stall=0.02)
    data = posted(OpenMenu(), head=packed()[:-1], length=1000)
    assert await refusal_of(link, data) == (504, Why.LATE)


async def test_a_caller_who_hangs_up_in_the_middle_of_a_head_harms_nobody(link: Link) -> None:
    link.answer = never
    assert await link.bare(posted(OpenMenu(), head=packed()[:-1], length=1000), end=True) == b""
    link.answer = ordinary
    async with link.client() as client:
        assert (await client.ask(OpenMenu())).reply == Menu(3, False)


async def test_bytes_that_are_no_http_are_turned_away(link: Link, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    response = await link.bare(b"\x16\x03\x01 hello?\r\n\r\n")
    assert b" 400 " in response.split(b"\r\n", 1)[0]


async def test_a_late_reply_is_cancelled_and_refused(link: Link) -> None:
    cancelled = asyncio.Event()

    async def hang(call: Call) -> Reply:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        raise AssertionError

    link.answer = hang
    assert await refusal_of(link, posted(OpenMenu(), head=packed(within=10))) == (504, Why.LATE)
    assert cancelled.is_set()
    assert link.observed[0][:2] == ("OpenMenu", Why.LATE)


@pytest.mark.parametrize("within", [0, -5])
async def test_no_time_left_is_late_at_once(link: Link, within: int) -> None:
    async def hang(call: Call) -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    link.answer = hang
    assert await refusal_of(link, posted(OpenMenu(), head=packed(within=within))) == (504, Why.LATE)


@pytest.mark.parametrize("fault", [RuntimeError("secret detail"), TimeoutError("of a plugin"), KeyError("山田")])
async def test_a_fault_leaks_nothing_but_its_request_id(
    link: Link, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(call: Call) -> Reply:
        raise fault

    link.answer = fail
    response = await link.bare(posted(OpenMenu()))
    status, answer = answered(response)
    assert answer.refusal is not None
    assert (status, answer.refusal.why, answer.refusal.values) == (500, Why.BROKEN, {"request": "r1"})
    assert b"secret" not in response
    assert "r1" in caplog.text and type(fault).__name__ in caplog.text


async def test_what_is_logged_meanwhile_is_about_this_message(link: Link) -> None:
    seen: list[tuple[str, ...]] = []

    async def look(call: Call) -> Reply:
        seen.append((origin.REQUEST.get(), origin.MESSAGE.get(), origin.SITE.get()))
        raise Refused(Why.BUSY)

    link.answer = look
    for request in ("r1", "r2"):
        await link.bare(posted(OpenMenu(), head=packed(request=request)))
    assert seen == [("r1", "OpenMenu", "portal"), ("r2", "OpenMenu", "portal")]
    assert origin.REQUEST.get() == ""


async def test_a_request_id_cannot_forge_a_line_of_the_log(link: Link, caplog: pytest.LogCaptureFixture) -> None:
    async def fail(call: Call) -> Reply:
        raise RuntimeError

    link.answer = fail
    await link.bare(posted(OpenMenu(), head=packed(request="x\nERROR all is lost")))
    assert "\nERROR all is lost" not in caplog.text


async def test_a_reply_that_does_not_suit_its_row_is_our_fault(link: Link) -> None:
    closed = asyncio.Event()

    async def stream() -> AsyncIterator[bytes]:
        try:
            yield b"x"
        finally:
            closed.set()

    source = stream()
    await anext(source)

    async def reply(call: Call) -> Reply:
        return Reply(Menu(0, False), NOW, stream=source)

    link.answer = reply
    assert await refusal_of(link, posted(OpenMenu())) == (500, Why.BROKEN)
    assert closed.is_set()

    async def bare(call: Call) -> Reply:
        return Reply(Download("d", "f", 1, b""), NOW)

    link.answer = bare
    assert await refusal_of(link, posted(DownloadNotice("n"))) == (500, Why.BROKEN)


async def test_every_call_is_observed_with_its_outcome(link: Link) -> None:
    async with link.client() as client:
        await client.ask(OpenMenu())
    await link.bare(posted(OpenMenu()), Site.ADMIN)
    assert [(name, outcome) for name, outcome, _ in link.observed] == [
        ("OpenMenu", "done"),
        ("OpenMenu", Why.NOT_HERE),
    ]
    assert all(0 <= seconds < 60 for *_, seconds in link.observed)


async def test_the_visitor_and_the_answers_clock_come_through(link: Link) -> None:
    async with link.client() as client:
        answered_ = await client.ask(OpenMenu())
    assert (answered_.now, answered_.demo, answered_.visitor) == (NOW, True, None)


async def test_a_download_is_head_then_bytes(link: Link) -> None:
    async def reply(call: Call) -> Reply:
        return Reply(Download("d", "f", 5, b""), NOW, stream=bytes_of(b"ab", b"cde"), stream_size=5)

    link.answer = reply
    response = await link.bare(posted(DownloadNotice("n")))
    assert response.endswith(b"abcde")
    assert b"Content-Length" in response
