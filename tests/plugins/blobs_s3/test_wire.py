# SPDX-License-Identifier: Apache-2.0
"""Requests are tried again where that helps, and never for longer or more often than was said."""

import dataclasses
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.client_reqrep import ConnectionKey
from renkei_blobs_s3.documents import MAX_BYTES
from renkei_blobs_s3.wire import LONGEST_RETRY_AFTER, LONGEST_WAIT, Answer, Request, Wire, pause, reason_of
from renkei_blobs_s3.words import Unanswered

from appliance.contracts.blobs import BlobError, BlobMissing
from appliance.testing.clock import FakeRandom
from tests.plugins.blobs_s3.stores import PLAIN, services, settings
from tests.servers.careless_s3 import refusal
from tests.servers.s3_place import S3Place

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Script:
    """A server that answers as it is told, in turn; the last answer stays."""

    def __init__(self, *answers: Handler) -> None:
        self.answers = list(answers)
        self.seen: list[web.Request] = []
        self.pauses: list[float] = []

    @asynccontextmanager
    async def wire(self, **others: Any) -> AsyncIterator[Wire]:
        """A wire to it."""
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self._handle)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        place = S3Place(f"http://127.0.0.1:{runner.addresses[0][1]}")
        secrets = others.pop("secrets", None)
        wire = Wire(settings(place, PLAIN, **others), services(secrets=secrets), self._pause)
        wire.open()
        try:
            yield wire
        finally:
            await wire.close()
            await runner.cleanup()

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        await request.read()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer(request)


def says(status: int, code: str = "", **headers: str) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(headers=given, body=b"fine") if status == 200 else refusal(status, code, **given)

    return answer


def part(content: bytes, first: int, size: int, etag: str = "one", promised: int | None = None) -> Handler:
    """A range; with promised, of which less comes than was said."""

    async def answer(request: web.Request) -> web.StreamResponse:
        headers = {"Content-Range": f"bytes {first}-{first + len(content) - 1}/{size}", "ETag": etag}
        response = web.StreamResponse(status=206, headers=headers)
        response.content_length = promised or len(content)
        await response.prepare(request)
        await response.write(content)
        if promised and request.transport is not None:
            request.transport.close()
        return response

    return answer


async def test_it_stops_after_so_many_attempts_and_says_why() -> None:
    script = Script(says(503, "SlowDown"))
    async with script.wire(attempts=3) as wire:
        with pytest.raises(Unanswered, match=r"127\.0\.0\.1:[0-9]+ does not serve: it answered 503 SlowDown"):
            await wire.ask(Request("GET", "k"))
    assert len(script.seen) == 3
    assert len(script.pauses) == 2


KEY = ConnectionKey("s3.example.jp", 443, True, True, None, None, None)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            aiohttp.ClientConnectorError(KEY, OSError(111, "Call failed (2)")),
            "cannot be reached .Connection refused",
        ),
        (
            aiohttp.ClientConnectorError(KEY, OSError("Multiple: [Errno 111]")),
            "cannot be reached .Multiple: .Errno",
        ),
        (aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "No name")), "cannot be reached ..Errno -2. No name"),
        (aiohttp.ServerDisconnectedError(), "^ServerDisconnectedError: "),
        (ConnectionResetError(104, "reset"), "^ConnectionResetError: "),
    ],
)
def test_why_there_was_no_answer(error: Exception, said: str) -> None:
    assert re.search(said, reason_of(error))


@pytest.mark.parametrize("status", [301, 307, 400, 403, 404, 405, 412, 501, 507])
async def test_what_will_not_pass_is_asked_once(status: int) -> None:
    script = Script(says(status, "Code", Location="http://127.0.0.1:1/elsewhere"))
    async with script.wire() as wire:
        answer = await wire.ask(Request("GET", "k"))
    assert (answer.status, answer.code, answer.ok, len(script.seen)) == (status, "Code", False, 1)


async def test_a_secret_in_a_message_of_the_server_goes_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with Script(says(500, "InternalError")).wire() as wire:
        with pytest.raises(Unanswered) as caught:
            await wire.ask(Request("GET", "k"))
    assert "secret" not in str(caught.value) + "".join(one.message for one in caplog.records if "S3" in one.message)


async def test_credentials_are_read_again_when_they_are_refused() -> None:
    secrets = {"s3-access.key": b"old", "s3-secret.key": b"x", "s3-token": b"t"}
    script = Script(says(400, "ExpiredToken"), says(200))
    async with script.wire(secrets=secrets, session_token="s3-token") as wire:
        secrets["s3-access.key"] = b"new\n"
        assert (await wire.ask(Request("GET", "k"))).ok
    used = [request.headers["Authorization"].partition("Credential=")[2][:4] for request in script.seen]
    assert used == ["old/", "new/"]
    assert script.pauses == []
    assert script.seen[0].headers["x-amz-security-token"] == "t"


@pytest.mark.parametrize("renewed", [None, b"", b"half\nkey"])
async def test_a_renewal_that_cannot_be_read_leaves_the_refusal_as_it_is(
    renewed: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = {"s3-access.key": b"old", "s3-secret.key": b"x"}
    script = Script(says(400, "ExpiredToken"))
    async with script.wire(secrets=secrets) as wire:
        secrets.update({"s3-access.key": renewed} if renewed is not None else {})
        if renewed is None:
            del secrets["s3-secret.key"]
        assert (await wire.ask(Request("GET", "k"))).code == "ExpiredToken"
        secrets |= {"s3-access.key": b"new", "s3-secret.key": b"x"}
        await wire.ask(Request("GET", "k"))
    assert "the credentials for S3 cannot be read again" in caplog.text and "half" not in caplog.text
    assert script.seen[-1].headers["Authorization"].partition("Credential=")[2].startswith("new/")


async def test_time_is_learned_from_a_refusal() -> None:
    date = "Tue, 09 Jun 2015 01:00:00 GMT"
    script = Script(says(403, "RequestTimeTooSkewed", Date=date), says(200, Date=date))
    async with script.wire() as wire:
        assert (await wire.ask(Request("GET", "k"))).ok
    assert [request.headers["x-amz-date"][:8] for request in script.seen][1] == "20150609"


async def test_healing_has_an_end() -> None:
    numbers = iter(range(100))
    script = Script(says(403, "InvalidAccessKeyId"))
    async with script.wire() as wire:
        wire._credential = lambda name: b"%d" % next(numbers)
        assert (await wire.ask(Request("GET", "k"))).status == 403
    assert len(script.seen) == 3


async def test_a_body_that_breaks_off_is_continued_where_it_stopped() -> None:
    script = Script(part(b"012", 5, 15, promised=10), says(503, "SlowDown"), part(b"3456789", 8, 15))
    async with script.wire() as wire:
        answer = await wire.ask(Request("GET", "k", span=(5, 15)))
    assert answer.content == b"0123456789"
    assert [request.headers["Range"] for request in script.seen] == ["bytes=5-14", "bytes=8-14", "bytes=8-14"]


async def test_it_is_not_continued_with_another_object() -> None:
    script = Script(part(b"012", 0, 10, promised=10), part(b"3456789", 3, 10, etag="two"))
    async with script.wire() as wire:
        with pytest.raises(BlobMissing, match="something else is in its place"):
            await wire.ask(Request("GET", "k", span=(0, 10)))


@pytest.mark.parametrize("answer", [says(200), part(b"x", 3, 9)])
async def test_another_range_than_was_asked_for_is_refused(answer: Handler) -> None:
    async with Script(answer).wire() as wire:
        with pytest.raises(BlobError, match="does not answer with the range"):
            await wire.ask(Request("GET", "k", span=(0, 1)))


async def test_a_whole_body_that_breaks_off_begins_again() -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = 8
        await response.prepare(request)
        await response.write(b"fi")
        assert request.transport is not None
        request.transport.close()
        return response

    async with Script(half, says(200)).wire() as wire:
        assert (await wire.ask(Request("GET"))).content == b"fine"


async def test_an_answer_without_end_is_cut() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(MAX_BYTES // 65536 + 2):
            await response.write(bytes(65536))
        return response

    async with Script(endless).wire() as wire:
        with pytest.raises(BlobError, match="more than was asked for"):
            await wire.ask(Request("GET"))


async def test_closed_is_closed() -> None:
    async with Script(says(200)).wire() as wire:
        await wire.close()
        with pytest.raises(BlobError, match="closed"):
            await wire.ask(Request("GET"))


@pytest.mark.parametrize("attempt", range(1, 12))
def test_a_pause_is_random_and_bounded(attempt: int) -> None:
    random = FakeRandom()
    found = [pause(attempt, None, random) for _ in range(200)]
    bound = min(LONGEST_WAIT, 0.1 * 2**attempt)
    assert 0 <= min(found) < bound * 0.1
    assert bound * 0.9 < max(found) <= bound


@pytest.mark.parametrize(
    ("said", "least"), [("2", 2), ("100000", LONGEST_RETRY_AFTER), ("soon", 0), ("-5", 0), ("", 0), ("٣", 0)]
)
def test_retry_after_is_kept_within_reason(said: str, least: float) -> None:
    found = pause(1, Answer(503, {"Retry-After": said}), FakeRandom())
    assert least <= found <= max(least, LONGEST_WAIT)


def test_a_request_does_not_show_what_is_signed_with() -> None:
    assert "secret" not in repr(dataclasses.replace(Request("GET"), key="k"))
