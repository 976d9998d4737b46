# SPDX-License-Identifier: Apache-2.0
"""Delivering with the plain form: one request, the file passed on in parts."""

import hashlib
import re

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from tests.appliance.web.conftest import Answer, Browser

PDF = b"%PDF-1.7\n" + hashlib.shake_256(b"pdf").digest(200_000)


def fields(console: Browser, **changed: str) -> dict[str, str]:
    """What a clerk fills in."""
    filled = {
        "form": console.form,
        "command": "c" * 26,
        "office": console.vault.offices[0].id,
        "type": "payment_notice",
        "period": "2026-05",
    }
    return {**filled, **changed}


def multipart(filled: dict[str, str], body: bytes | None, name: str) -> bytes:
    """The form as a browser writes it."""
    head = 'Content-Disposition: form-data; name="'
    texts = [f'--b\r\n{head}{key}"\r\n\r\n{value}\r\n' for key, value in filled.items()]
    if body is None:
        return "".join(texts).encode() + b"--b--\r\n"
    file = f'--b\r\n{head}file"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
    return "".join([*texts, file]).encode() + body + b"\r\n--b--\r\n"


async def deliver(console: Browser, filled: dict[str, str], body: bytes | None, name: str = "通知書.pdf") -> Answer:
    """Send the form as a browser does."""
    headers = {"Origin": console.origin, "Content-Type": "multipart/form-data; boundary=b"}
    return await console.send("POST", "/notices/new", headers, data=multipart(filled, body, name))


@pytest.fixture
def clerk(console: Browser) -> Browser:
    """The console, a clerk signed in."""
    console.sign_in()
    return console


async def test_the_form_offers_offices_types_and_this_month(clerk: Browser) -> None:
    office = clerk.vault.offices[1]
    page = (await clerk.get(f"/notices/new?office={office.id}")).text
    assert f'<option value="{office.id}" selected>0345 有限会社 髙﨑製作所 &lt;本社&gt;</option>' in page
    assert '<option value="payment_notice">納入告知額通知書</option>' in page
    assert 'value="2026-06"' in page
    assert re.search(r'name="command" value="[a-z2-7]{26}"', page)
    assert page.index('name="form"') < page.index('name="file"')


async def test_a_notice_arrives_byte_for_byte(clerk: Browser) -> None:
    answer = await deliver(clerk, fields(clerk), PDF)
    assert (answer.status, answer.headers["Location"]) == (303, "/notices?delivered=1")
    (notice,) = clerk.vault.notices
    assert (notice.type, notice.period, notice.file_name) == ("payment_notice", "2026-05", "通知書.pdf")
    assert clerk.vault.documents[notice.id] == PDF
    assert clerk.vault.kinds() == ["BeginUpload", "PutPart", "DeliverNotice"]
    assert "配信しました" in (await clerk.get("/notices?delivered=1")).text


@pytest.mark.parametrize("size", [m.PART_SIZE - 1, m.PART_SIZE, m.PART_SIZE + 1, 2 * m.PART_SIZE + 5])
async def test_a_large_file_goes_on_in_parts_of_eight_mebibytes(clerk: Browser, size: int) -> None:
    body = b"%PDF" + bytes(size - 4)
    assert (await deliver(clerk, fields(clerk), body)).status == 303
    assert clerk.vault.kinds().count("PutPart") == -(-size // m.PART_SIZE)
    assert clerk.vault.documents[clerk.vault.notices[0].id] == body


async def test_a_double_click_delivers_once(clerk: Browser) -> None:
    first = await deliver(clerk, fields(clerk), PDF)
    second = await deliver(clerk, fields(clerk), PDF)
    assert (first.status, second.status) == (303, 303)
    assert len(clerk.vault.notices) == 1
    commands = [asked.message.command for asked in clerk.vault.asked if isinstance(asked.message, m.DeliverNotice)]
    assert commands == ["c" * 26 + "-deliver"] * 2


async def test_an_upload_that_is_gone_and_was_not_delivered_is_refused(clerk: Browser) -> None:
    clerk.vault.refusal[m.PutPart] = Refused(Why.NOT_FOUND)
    clerk.vault.refusal[m.DeliverNotice] = Refused(Why.INVALID)
    assert (await deliver(clerk, fields(clerk), PDF)).status == 404
    assert clerk.vault.notices == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"office": ""}, "office"),
        ({"office": "x"}, "office"),
        ({"type": "<b>"}, "type"),
        ({"period": "2026-13"}, "period"),
    ],
)
async def test_a_fault_stands_beside_its_field_and_the_rest_is_kept(
    clerk: Browser, changed: dict[str, str], fault: str
) -> None:
    answer = await deliver(clerk, fields(clerk, **changed), PDF)
    assert answer.status == 422
    assert re.findall(r'id="(\w+)-fault"', answer.text) == [fault]
    assert f'aria-describedby="{fault}-fault"' in answer.text
    kept = {
        "office": f'"{clerk.vault.offices[0].id}" selected',
        "type": '"payment_notice" selected',
        "period": '"2026-05"',
    }
    assert all(text in answer.text for name, text in kept.items() if name != fault)
    assert "BeginUpload" not in clerk.vault.kinds()


@pytest.mark.parametrize(("body", "name"), [(None, ""), (b"", "x.pdf"), (b"", ""), (PDF, "..")])
async def test_no_file_is_a_fault_of_the_file_field(clerk: Browser, body: bytes | None, name: str) -> None:
    answer = await deliver(clerk, fields(clerk), body, name)
    assert answer.status == 422
    assert re.findall(r'id="(\w+)-fault"', answer.text) == ["file"]


async def test_what_the_vault_refuses_is_said_beside_the_file(clerk: Browser) -> None:
    clerk.vault.refusal[m.BeginUpload] = Refused(Why.INVALID, "upload.not_pdf")
    answer = await deliver(clerk, fields(clerk), b"not a pdf")
    assert answer.status == 422
    assert 'id="file-fault">PDF ファイルではありません。' in answer.text
    assert f'value="{"c" * 26}"' not in answer.text


async def test_a_full_disk_is_said_in_japanese(clerk: Browser) -> None:
    clerk.vault.refusal[m.BeginUpload] = Refused(Why.FULL)
    answer = await deliver(clerk, fields(clerk), PDF)
    assert answer.status == 507 and "空きが少なく" in answer.text


async def test_too_large_is_refused_before_a_byte_is_taken(clerk: Browser) -> None:
    answer = await clerk.talk(
        b"POST /notices/new HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\nOrigin: https://HOST\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 999999999\r\n"
        + f"Cookie: __Host-renkei-console={next(iter(clerk.vault.visits))}\r\n\r\n".encode()
    )
    assert b" 413 " in answer.split(b"\r\n")[0]
    assert clerk.vault.kinds() == ["ReportRefusal"]


@pytest.mark.parametrize("command", ["", "short", "x" * 49, "c" * 20 + "/"])
async def test_a_command_without_form_is_refused(clerk: Browser, command: str) -> None:
    assert (await deliver(clerk, fields(clerk, command=command), PDF)).status == 400
    assert "BeginUpload" not in clerk.vault.kinds()


async def test_a_form_that_breaks_off_delivers_nothing(clerk: Browser) -> None:
    body = multipart(fields(clerk), b"%PDF" + bytes(1000), "a.pdf").removesuffix(b"\r\n--b--\r\n")
    headers = {"Origin": clerk.origin, "Content-Type": "multipart/form-data; boundary=b"}
    answer = await clerk.send("POST", "/notices/new", headers, data=body)
    assert answer.status == 400
    assert clerk.vault.notices == []
