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


BODY = hashlib.shake_256(b"parts").digest(200_000)


async def part(portal: Browser, **headers: str) -> Answer:
    """What is asked for of a notice."""
    portal.sign_in()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await portal.get(f"/notices/{portal.vault.deliver(BODY)}/file", headers=named)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("0-0", 0, 0), ("0-99999", 0, 99_999), ("199999-199999", 199_999, 199_999), ("70000-70001", 70_000, 70_001)],
)
async def test_a_part_is_sent_and_says_where_it_belongs(portal: Browser, asked: str, first: int, last: int) -> None:
    answer = await part(portal, Range=f"bytes={asked}")
    assert (answer.status, answer.body) == (206, BODY[first : last + 1])
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/200000"
    assert answer.headers["Content-Length"] == str(last - first + 1)
    assert (await finished(portal)).sent == last - first + 1


@pytest.mark.parametrize("asked", ["150000-", "150000-999999"])
async def test_a_part_that_goes_beyond_the_end_ends_there(portal: Browser, asked: str) -> None:
    answer = await part(portal, Range=f"bytes={asked}")
    assert (answer.status, answer.body) == (206, BODY[150_000:])
    assert answer.headers["Content-Range"] == "bytes 150000-199999/200000"
    # One message, and so one entry in the journal.
    assert [type(asked.message) for asked in portal.vault.asked].count(DownloadNotice) == 1


@pytest.mark.parametrize("asked", ["200000-", "200000-200001", "999999999999999-"])
async def test_a_part_behind_the_end_is_none(portal: Browser, asked: str) -> None:
    answer = await part(portal, Range=f"bytes={asked}")
    assert (answer.status, answer.headers["Content-Range"], answer.body) == (416, "bytes */200000", b"")
    assert portal.vault.finished == []


@pytest.mark.parametrize("asked", ["bytes=0-", "bytes=-5", "bytes=5-4", "bytes=0-1,3-4", "nonsense"])
async def test_what_is_no_range_of_ours_is_all_of_it(portal: Browser, asked: str) -> None:
    answer = await part(portal, Range=asked)
    assert (answer.status, answer.body) == (200, BODY)
    assert answer.headers["Accept-Ranges"] == "bytes" and "Content-Range" not in answer.headers


async def test_after_a_cut_a_browser_goes_on_where_it_was(portal: Browser) -> None:
    tag = (await part(portal)).headers["ETag"]
    path = f"/notices/{portal.vault.notices[0].id}/file"
    rest = await portal.get(path, headers={"Range": "bytes=1000-", "If-Range": tag})
    assert (rest.status, rest.body) == (206, BODY[1000:])
    other = await portal.get(path, headers={"Range": "bytes=1000-", "If-Range": '"of-something-else"'})
    assert (other.status, other.body) == (200, BODY)


async def test_another_refusal_of_a_part_is_a_page(portal: Browser) -> None:
    portal.vault.refusal[DownloadNotice] = Refused(Why.NOT_ALLOWED)
    assert (await part(portal, Range="bytes=0-5")).status == 403


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


async def test_what_is_made_on_the_way_has_no_length_and_an_end_all_the_same(portal: Browser) -> None:
    portal.sign_in()
    answer = await portal.get(f"/notices/{portal.vault.deliver(BODY)}/zip")
    assert (answer.status, answer.body) == (200, BODY)
    assert answer.headers["Transfer-Encoding"] == "chunked" and "Content-Length" not in answer.headers
    assert not {"ETag", "Accept-Ranges", "Content-Range"} & set(answer.headers)
    assert (await finished(portal)).sent == len(BODY)


async def test_a_cut_of_it_is_no_clean_end_either(portal: Browser) -> None:
    portal.sign_in()
    notice = portal.vault.deliver(bytes(BIG))
    portal.vault.cut_after = BIG // 2
    with pytest.raises(aiohttp.ClientError):
        await portal.get(f"/notices/{notice}/zip")
    assert BIG // 2 <= (await finished(portal)).sent < BIG


async def test_a_part_of_what_is_made_on_the_way_cannot_be_asked_for(portal: Browser) -> None:
    portal.sign_in()
    answer = await portal.get(f"/notices/{portal.vault.deliver(BODY)}/zip", headers={"Range": "bytes=5-9"})
    assert (answer.status, answer.body) == (200, BODY)
