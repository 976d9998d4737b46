# SPDX-License-Identifier: Apache-2.0
"""Connections that break at any point, both ways: an upload goes on where it was, a download has not happened."""

from collections import Counter

import pytest

from appliance.link.messages import PART_SIZE
from appliance.model.journal import Kind
from appliance.model.words import Site
from tests.journeys.afterwards import journal
from tests.journeys.courier import Courier, Document, delivered
from tests.journeys.installation import Installation
from tests.journeys.waiting import until
from tests.journeys.wire import Wire, wire
from tests.story.story import sign_in

SHARES = (0.1, 0.5, 0.9)
LARGE = 96 * 1024 * 1024
THREE_PARTS = Document.of(3, 2 * PART_SIZE + 5_000_000)


async def put_and_cut(line: Wire, courier: Courier, upload: str, number: int, share: float) -> None:
    """Send so much of a part, then hang up."""
    part = THREE_PARTS.content[number * PART_SIZE : (number + 1) * PART_SIZE]
    lines = (
        f"PUT /uploads/{upload}/{number} HTTP/1.1",
        f"Host: {line.host}",
        f"Origin: https://{line.host}",
        f"Cookie: {courier.visitor.cookies}",
        f"X-Renkei-Form: {courier.form}",
        "Content-Type: application/octet-stream",
        f"Content-Length: {len(part)}",
    )
    await line.send("\r\n".join((*lines, "", "")).encode())
    await line.send(part[: int(len(part) * share)])
    line.cut()


@pytest.mark.lab  # `test_filing_cuts.py` has one for every day
async def test_an_upload_that_was_cut_goes_on_with_its_part_and_delivers_once(fund: Installation) -> None:
    """Each part is cut at another place."""
    fund.start()
    async with fund.visitor(Site.CONSOLE) as staff:
        courier = await Courier.at(fund, staff)
        upload, size = await courier.begin(THREE_PARTS, "command-that-is-cut")
        for number, share in enumerate(SHARES):
            async with wire(fund, Site.CONSOLE) as line:
                await put_and_cut(line, courier, upload, number, share)
            await courier.put(upload, number, THREE_PARTS.content, size)
        assert await courier.carry(THREE_PARTS, "command-that-is-cut") == upload
    async with fund.visitor(Site.PORTAL) as user:
        await sign_in(user, fund.user)
        assert (await user.ask("GET", f"/notices/{upload}/file")).body == THREE_PARTS.content
        assert (await user.get("/notices")).page.text.count(THREE_PARTS.name) == 1
    fund.end()
    kinds = Counter(entry.kind for entry in await journal(fund) if not entry.reason)
    assert (kinds[Kind.UPLOAD_BEGUN], kinds[Kind.UPLOAD_PART], kinds[Kind.NOTICE_DELIVERED]) == (1, 3, 1)


@pytest.mark.lab
async def test_a_form_that_was_cut_delivers_nothing_and_sent_again_delivers_once(fund: Installation) -> None:
    fund.start()
    async with fund.visitor(Site.CONSOLE) as staff, fund.visitor(Site.PORTAL) as user:
        courier = await Courier.at(fund, staff)
        await sign_in(user, fund.user)
        form = (await staff.get("/notices/new")).page.form("/notices/new")
        typed = {**form.fields, "office": courier.office, "type": courier.type, "period": "2026-06"}
        body = multipart(typed, THREE_PARTS)
        for share in SHARES:
            async with wire(fund, Site.CONSOLE) as line:
                await line.send(head_of_form(line, staff.cookies, len(body)))
                await line.send(body[: int(len(body) * share)])
                line.cut()
            assert THREE_PARTS.name not in (await user.get("/notices")).page.text
        for _ in range(2):
            async with wire(fund, Site.CONSOLE) as line:
                await line.send(head_of_form(line, staff.cookies, len(body)) + body)
                assert (await line.head())[":status"] == "303"
        assert (await user.get("/notices")).page.text.count(THREE_PARTS.name) == 1


def head_of_form(line: Wire, cookies: str, length: int) -> bytes:
    """The head of a delivery form without scripts."""
    lines = (
        "POST /notices/new HTTP/1.1",
        f"Host: {line.host}",
        f"Origin: https://{line.host}",
        f"Cookie: {cookies}",
        "Content-Type: multipart/form-data; boundary=the-end",
        f"Content-Length: {length}",
    )
    return "\r\n".join((*lines, "", "")).encode()


def multipart(fields: dict[str, str], document: Document) -> bytes:
    """A form with fields and a file (RFC 7578)."""
    parts = [
        f'--the-end\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
        if name != "file"
    ]
    named = f'--the-end\r\nContent-Disposition: form-data; name="file"; filename="{document.name}"\r\n'
    return b"".join((*parts, named.encode(), b"\r\n", document.content, b"\r\n--the-end--\r\n"))


async def test_a_download_that_was_cut_has_not_been_received_and_the_history_says_so(fund: Installation) -> None:
    fund.start()
    document = Document.of(1, LARGE)
    notice = await delivered(fund, document)
    async with fund.visitor(Site.PORTAL) as user:
        await sign_in(user, fund.user)
        for cuts, share in enumerate(SHARES, 1):
            async with wire(fund, Site.PORTAL) as line:
                await line.get(f"/notices/{notice}/file", user.cookies)
                await line.reader.readexactly(int(LARGE * share))
                line.cut()

            async def noticed(cuts: int = cuts) -> bool:
                return (await user.get("/history")).page.text.count("ダウンロードの中断") == cuts

            await until(noticed)
            assert "未受信" in (await user.get("/notices")).page.text
        assert (await user.ask("GET", f"/notices/{notice}/file")).body == document.content
        assert "受信済" in (await user.get("/notices")).page.text
