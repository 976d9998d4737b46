# SPDX-License-Identifier: Apache-2.0
"""What a request must be before anything else looks at it."""

import asyncio

import pytest
from aiohttp.base_protocol import BaseProtocol
from aiohttp.streams import StreamReader

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.words import Site
from appliance.web import limits
from appliance.web.limits import Turned, TurnedAway
from tests.appliance.web.conftest import Browser, Opening

GET = b"GET / HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n"
POST = b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n"


def status(answer: bytes) -> int:
    """The status of a raw answer."""
    return int(answer.split(b" ", 2)[1])


def reasons(browser: Browser) -> list[str]:
    """What was reported to the vault."""
    return [asked.message.reason for asked in browser.vault.asked if isinstance(asked.message, m.ReportRefusal)]


@pytest.mark.parametrize(
    ("sent", "expected", "reason"),
    [
        (b"GET / HTTP/1.0\r\nConnection: close\r\n\r\n", 400, "host"),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400, "malformed"),
        (b"GET / HTTP/1.1\r\nHost: evil.example.jp\r\nConnection: close\r\n\r\n", 421, "host"),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 421, "host"),
        (b"GET / HTTP/1.1\r\nHost: HOST.\r\nConnection: close\r\n\r\n", 421, "host"),
        (GET + b"Content-Encoding: gzip\r\n\r\n", 415, "encoding"),
        (GET + b"Upgrade: websocket\r\n\r\n", 400, "upgrade"),
        (GET + b"Expect: something\r\n\r\n", 417, "expect"),
        (GET + b"Content-Length: 3\r\n\r\nabc", 400, "body"),
        (GET + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411, "length"),
        (GET + b"Origin: a\r\nOrigin: b\r\n\r\n", 400, "headers"),
        (GET + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 4000) for n in range(9)) + b"\r\n", 431, "headers"),
        (GET.replace(b"GET", b"DELETE") + b"\r\n", 405, "method"),
        (GET.replace(b"GET", b"HEAD") + b"\r\n", 405, "method"),
        (GET.replace(b"GET", b"PUT") + b"Content-Length: 0\r\n\r\n", 405, "method"),
        (GET.replace(b"GET /", b"GET https://127.0.0.1/") + b"\r\n", 400, "path"),
        (GET.replace(b"GET /", b"GET /?a=1&a=2") + b"\r\n", 400, "query"),
    ],
)
async def test_a_strange_head_is_refused_and_reported(
    portal: Browser, sent: bytes, expected: int, reason: str
) -> None:
    answer = await portal.talk(sent)
    assert status(answer) == expected
    assert reasons(portal) == [reason]


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: HOST\r\nX: " + b"y" * 9000 + b"\r\n\r\n",
        b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: HOST\r\n\r\n",
        GET + b"".join(b"X-%d: y\r\n" % number for number in range(100)) + b"\r\n",
        POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: -1\r\n\r\n",
        POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        GET + b"X: a\x00b\r\n\r\n",
        GET + b" folded: x\r\n\r\n",
    ],
)
async def test_what_is_no_http_gets_our_own_words_and_none_of_its_own(portal: Browser, sent: bytes) -> None:
    answer = await portal.talk(sent)
    assert status(answer) in (400, 431)
    assert b"aiohttp" not in answer and b"Python" not in answer and b"evil" not in answer
    assert b"Content-Security-Policy" in answer
    assert len(reasons(portal)) == 1


PATHS = [
    "/../etc/passwd",
    "/%2e%2e/x",
    "/.%2e/x",
    "/./x",
    "//",
    "//evil.example.jp/",
    "/a//b",
    "/a%2fb",
    "/%00",
    "/%5c",
]
PATHS += [
    "/a%0d%0aX:1",
    "/%ff",
    "/%e3%81",
    "/%252e%252e/",
    "/%zz",
    "/a%",
    "/notices/..",
    "/x/%2e",
    "/%c0%ae%c0%ae/",
]


@pytest.mark.parametrize("path", [*PATHS, "/a\\b", "/a|b", "/\u3042"])
async def test_there_is_one_spelling_of_every_path(portal: Browser, path: str) -> None:
    answer = await portal.talk(GET.replace(b"GET /", b"GET " + path.encode()) + b"\r\n")
    assert status(answer) == 400
    assert reasons(portal) in (["path"], ["malformed"])


def test_a_path_may_be_japanese_but_only_once_encoded() -> None:
    assert limits.check_path("/%E3%81%82?a=b") == ("/あ", "a=b")


@pytest.mark.parametrize(
    "query", ["a=1&a=2", "a=%ff", "a=%00", "&".join(f"a{n}=1" for n in range(21)), "%0b=1", "a=%1b"]
)
def test_a_strange_query_is_refused(query: str) -> None:
    with pytest.raises(TurnedAway) as turned:
        limits.fields_of(query, limits.MAX_QUERY_FIELDS, Turned.QUERY)
    assert turned.value.reason is Turned.QUERY


def test_line_ends_in_a_field_are_no_fault() -> None:
    assert limits.fields_of("a=1%0D%0A2&b=", 5, Turned.BODY) == {"a": "1\r\n2", "b": ""}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"Content-Type: application/x-www-form-urlencoded\r\n\r\n", 411),
        (b"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 65537\r\n\r\n", 413),
        (b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 415),
        (b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 2\r\n\r\n\xe3\x81", 400),
    ],
)
async def test_a_body_says_its_length_and_keeps_to_its_limit(portal: Browser, head: bytes, expected: int) -> None:
    cookie = b"Origin: https://HOST\r\nCookie: __Host-renkei-portal-door=dddddddddddddddddddd\r\n"
    assert status(await portal.talk(POST + cookie + head)) == expected


async def test_names_in_the_settings_are_the_only_ones(open_site: Opening) -> None:
    browser = await open_site(Site.PUBLIC, hosts=("www.example.jp", "www.example.jp:8443"))
    assert (await browser.get("/")).status == 421
    for name in ("www.example.jp", "www.example.jp:8443"):
        assert (await browser.get("/", headers={"Host": name})).status == 200


async def test_a_vault_that_is_away_neither_delays_nor_spoils_a_refusal(portal: Browser) -> None:
    portal.vault.refusal[m.ReportRefusal] = Refused(Why.AWAY)
    assert (await portal.get("/", headers={"Host": "evil.example.jp"})).status == 421
    assert (await portal.get("/sign-in")).status == 200


def reader() -> StreamReader:
    """A body without a network."""
    loop = asyncio.get_running_loop()
    protocol = BaseProtocol(loop)
    protocol.connection_made(asyncio.Transport())
    return StreamReader(protocol, 2**16, loop=loop)


async def test_a_body_that_stops_coming_is_refused() -> None:
    body = reader()
    body.feed_data(b"some")
    coming = limits.pieces(body, 0.0)
    with pytest.raises(TurnedAway) as turned:
        [piece async for piece in coming]
    assert turned.value.reason is Turned.SLOW


async def test_a_body_that_breaks_off_is_refused() -> None:
    body = reader()
    body.set_exception(ConnectionResetError("gone"))
    with pytest.raises(TurnedAway) as turned:
        [piece async for piece in limits.pieces(body)]
    assert turned.value.reason is Turned.BODY


def test_every_reason_has_a_status_of_a_refusal() -> None:
    assert set(limits.STATUS) == set(Turned)
    assert all(400 <= status < 500 for status in limits.STATUS.values())
