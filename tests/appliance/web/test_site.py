# SPDX-License-Identifier: Apache-2.0
"""A site as a server."""

import asyncio
import logging

import pytest
from aiohttp.web import BaseRequest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.link.slots import Slots
from appliance.model import origin
from appliance.model.words import Site
from appliance.web import door, limits
from appliance.web import site as web_site
from tests.appliance.web.conftest import Browser, Opening


async def test_it_says_where_it_really_listens(portal: Browser) -> None:
    host, port = portal.website.address.split(":")
    assert host == "127.0.0.1" and int(port) > 0


async def test_after_stop_nobody_answers_and_stopping_twice_is_harmless(portal: Browser) -> None:
    host, port = portal.website.address.split(":")
    await portal.website.stop()
    await portal.website.stop()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(host, int(port))


async def test_stop_lets_what_is_being_answered_come_to_its_end(portal: Browser) -> None:
    portal.sign_in()
    entered, leave = asyncio.Event(), asyncio.Event()
    ask = portal.vault.ask

    async def slow(*args: object, **more: object) -> object:
        entered.set()
        await leave.wait()
        return await ask(*args, **more)  # type: ignore[arg-type]

    portal.vault.ask = slow  # type: ignore[method-assign, assignment]
    async with asyncio.TaskGroup() as group:
        answer = group.create_task(portal.get("/"))
        await entered.wait()
        stopping = group.create_task(portal.website.stop())
        leave.set()
    assert answer.result().status == 200 and stopping.done()


async def test_every_answer_is_observed_by_its_pattern_never_by_what_was_typed(portal: Browser) -> None:
    portal.sign_in()
    for path in ("/", "/notices/" + "a" * 26 + "/file", "/typed-by-somebody", "/a%2fb", "/static/mark.svg"):
        await portal.get(path)
    assert portal.seen == [("/", 200), ("/notices/{id}/file", 404), ("none", 404), ("edge", 400), ("/static", 200)]


async def test_a_fault_of_ours_is_a_page_without_a_word_of_it(
    portal: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    portal.sign_in()
    portal.vault.instead[m.OpenMenu] = lambda message: 1 / 0
    with caplog.at_level(logging.ERROR):
        answer = await portal.get("/")
    assert answer.status == 500 and "ZeroDivision" not in answer.text
    assert portal.vault.asked[0].request in answer.text and portal.vault.asked[0].request in caplog.text


async def test_what_is_logged_meanwhile_is_about_this_request(portal: Browser) -> None:
    portal.sign_in()
    seen: list[tuple[str, ...]] = []
    origins = (origin.REQUEST, origin.MESSAGE, origin.SITE)
    portal.vault.instead[m.OpenMenu] = lambda message: seen.append(tuple(one.get() for one in origins))
    await portal.get("/")
    assert seen == [(portal.vault.asked[0].request, "/", "portal")]


async def test_too_much_at_once_is_refused_not_queued(portal: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_site, "MAX_AT_ONCE", 0)
    answer = await portal.get("/sign-in")
    assert answer.status == 503 and answer.headers["Retry-After"] == "5"


async def test_one_address_that_sends_slowly_leaves_the_others_their_places(
    portal: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a limit of its own, 500 forms that never end turn everybody away."""
    slow = b"POST /sign-in HTTP/1.1\r\nHost: HOST\r\nOrigin: https://HOST\r\nContent-Length: 100\r\n"
    slow += b"Content-Type: application/x-www-form-urlencoded\r\nCookie: __Host-renkei-portal-door=" + b"d" * 24
    began = asyncio.Event()

    async def noted(raw: BaseRequest, limit: int) -> bytes:
        began.set()
        return await limits.whole(raw, limit)

    monkeypatch.setattr(door, "whole", noted)
    monkeypatch.setattr(portal.website, "_of_source", Slots(1))
    async with asyncio.TaskGroup() as group:
        held = group.create_task(portal.talk(slow + b"\r\n\r\n"))
        await began.wait()
        assert (await portal.get("/sign-in")).status == 503
        monkeypatch.setattr(BaseRequest, "remote", "192.0.2.9")
        assert (await portal.get("/sign-in")).status == 200
        held.cancel()


async def test_a_flood_of_refusals_is_no_flood_of_messages(
    portal: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_site, "MAX_REPORTS", 0)
    assert (await portal.get("/a%2fb")).status == 400
    assert portal.vault.asked == []


async def test_the_report_names_source_and_request(portal: Browser) -> None:
    await portal.get("/a%2fb")
    (asked,) = portal.vault.asked
    assert asked.message == m.ReportRefusal("path")
    assert asked.asserted.source == "127.0.0.1" and asked.request and not asked.token


async def test_a_proxy_is_never_believed(portal: Browser) -> None:
    portal.sign_in()
    forged = {"X-Forwarded-For": "192.0.2.9", "Forwarded": "for=192.0.2.9", "X-Real-IP": "192.0.2.9"}
    cookies = "; ".join(f"{name}={value}" for name, value in portal.cookies.items())
    await portal.get("/", headers={**forged, "Cookie": cookies})
    assert portal.vault.asked[0].asserted.source == "127.0.0.1"


async def test_one_connection_serves_many_requests(portal: Browser) -> None:
    answer = await portal.talk(
        b"GET /sign-in HTTP/1.1\r\nHost: HOST\r\n\r\n"
        b"GET /nothing HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"
    )
    assert answer.count(b"HTTP/1.1 ") == 2 and b"HTTP/1.1 404" in answer


async def test_many_visitors_at_once_each_see_their_own(portal: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = [portal.vault.visit() for _ in range(40)]
    names = {"Cookie": "__Host-renkei-portal="}
    async with asyncio.TaskGroup() as group:
        pages = [
            group.create_task(portal.get("/", headers={"Cookie": names["Cookie"] + token})) for token in tokens
        ]
    for token, page in zip(tokens, pages, strict=True):
        assert portal.vault.visits[token].form in page.result().text


async def test_an_away_vault_does_not_stop_what_needs_none(open_site: Opening) -> None:
    browser = await open_site(Site.CONSOLE)
    browser.vault.refusal = dict.fromkeys(m.BY_SHAPE, Refused(Why.AWAY))
    assert (await browser.get("/sign-in")).status == 200
    assert (await browser.get("/static/renkei.css")).status == 200
