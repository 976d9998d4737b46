# SPDX-License-Identifier: Apache-2.0
"""A document goes out, counted to the last byte."""

import asyncio
import hashlib

import aiohttp
import pytest

from appliance.link.messages import DownloadFinished, DownloadNotice
from appliance.link.refusals import Refused, Why
from tests.appliance.web.conftest import Answer, Browser

BIG = 6 * 1024 * 1024


async def finished(portal: Browser) -> DownloadFinished:
    """The report, when it has come: after the answer."""
    async with asyncio.timeout(10):
        await portal.vault.has_finished.wait()
    return portal.vault.finished[0]


async def test_it_comes_byte_for_byte_and_is_reported_whole(portal: Browser) -> None:
    portal.sign_in()
    body = hashlib.shake_256(b"notice").digest(300_001)
    answer = await portal.get(f"/notices/{portal.vault.deliver(body)}/file")
    assert (answer.status, answer.body) == (200, body)
    assert answer.headers["Content-Length"] == str(len(body))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "filename*=UTF-8''%E7%B4%8D" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert (await finished(portal)).sent == len(body)
    assert portal.vault.kinds() == ["DownloadNotice", "DownloadFinished"]


async def test_an_empty_document_is_whole_too(portal: Browser) -> None:
    portal.sign_in()
    answer = await portal.get(f"/notices/{portal.vault.deliver(b'')}/file")
    assert (answer.status, answer.body) == (200, b"")
    assert (await finished(portal)).sent == 0


def without_number(page: Answer) -> str:
    """A page but for the one thing that differs each time."""
    return page.text.split("お問い合わせ番号")[0]


@pytest.mark.parametrize("unknown", ["a" * 26, "x", "%E3%81%82", "A" * 26])
async def test_one_of_another_office_is_as_unknown_as_none(portal: Browser, unknown: str) -> None:
    portal.sign_in()
    known_to_others = await portal.get(f"/notices/{unknown}/file")
    nothing = await portal.get("/no-such-page")
    assert known_to_others.status == nothing.status == 404
    assert without_number(known_to_others) == without_number(nothing)
    assert portal.vault.finished == []


@pytest.mark.parametrize("percent", [10, 50, 90])
async def test_what_the_vault_cuts_is_no_clean_end(portal: Browser, percent: int) -> None:
    portal.sign_in()
    notice = portal.vault.deliver(bytes(BIG))
    portal.vault.cut_after = BIG * percent // 100
    with pytest.raises(aiohttp.ClientError):
        await portal.get(f"/notices/{notice}/file")
    assert portal.vault.cut_after <= (await finished(portal)).sent < BIG


async def test_a_visitor_who_hangs_up_is_reported_with_what_went_out(portal: Browser) -> None:
    portal.sign_in()
    notice = portal.vault.deliver(bytes(4 * BIG))
    host, port = portal.website.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port), ssl=portal.tls, limit=2**16)
    cookies = "; ".join(f"{name}={value}" for name, value in portal.cookies.items())
    head = f"GET /notices/{notice}/file HTTP/1.1\r\nHost: {portal.website.address}\r\nCookie: {cookies}\r\n\r\n"
    writer.write(head.encode())
    await reader.readexactly(100_000)
    writer.transport.abort()
    assert 0 < (await finished(portal)).sent < 4 * BIG


async def test_a_refusal_before_the_first_byte_is_a_page(portal: Browser) -> None:
    portal.sign_in()
    notice = portal.vault.deliver(b"x")
    portal.vault.refusal[DownloadNotice] = Refused(Why.NOT_ALLOWED)
    answer = await portal.get(f"/notices/{notice}/file")
    assert answer.status == 403 and "権限がありません" in answer.text


async def test_a_report_that_is_not_taken_spoils_nothing(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.refusal[DownloadFinished] = Refused(Why.AWAY)
    answer = await portal.get(f"/notices/{portal.vault.deliver(b'content')}/file")
    assert answer.body == b"content"
    assert (await portal.get("/notices")).status == 200
