# SPDX-License-Identifier: Apache-2.0
"""Delivering with the plain form: one request, the file passed on in parts."""

import hashlib
import re

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.problems import Problem, Rule
from appliance.model.things import Office
from appliance.web.problems import troubles
from appliance.web.texts import Texts
from tests.appliance.web.conftest import Answer, Browser
from tests.story.page import Page

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
    chosen = (
        f'<option value="{office.id}" selected data-number="345">0345 有限会社 髙﨑製作所 &lt;本社&gt;</option>'
    )
    assert chosen in page
    assert '<option value="payment_notice" data-accept=".pdf">納入告知額通知書（PDF）</option>' in page
    assert ' data-accept=".csv">仮想個人勘定残高データ（CSV）</option>' in page
    assert "加入者資格取得届" not in page and "加入者のしおり" not in page
    assert 'value="2026-06"' in page
    assert re.search(r'name="command" value="[a-z2-7]{26}"', page)
    assert page.index('name="form"') < page.index('name="file"')


async def test_a_notice_arrives_byte_for_byte(clerk: Browser) -> None:
    answer = await deliver(clerk, fields(clerk), PDF)
    assert (answer.status, answer.headers["Location"]) == (303, "/notices?delivered=1")
    (notice,) = clerk.vault.notices
    assert (notice.type, notice.period, notice.file_name) == ("payment_notice", "2026-05", "通知書.pdf")
    assert clerk.vault.documents[notice.id] == PDF
    assert clerk.vault.kinds() == ["ListOffices", "BeginUpload", "PutPart", "DeliverNotice"]
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
        ({"to": "several"}, "numbers"),
        ({"to": "several", "numbers": "12, 13"}, "numbers"),
        ({"to": "several", "numbers": "<b>"}, "numbers"),
        ({"type": "<b>"}, "type"),
        ({"type": "acquisition"}, "type"),
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
    assert "<b>" not in answer.text.replace("<b>配信できませんでした", "").replace('<b class="tag">', "")
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


# --- several offices ----------------------------------------------------------------------------------------------


def more_offices(clerk: Browser, count: int) -> list[str]:
    """The fund has so many; their ids."""
    made = [
        Office(clerk.vault.new_id(), 1000 + number, f"1234567-{number:08d}", f"事業所{number}", 0)
        for number in range(count)
    ]
    clerk.vault.offices = made
    return [office.id for office in made]


def copying(clerk: Browser, has_it: frozenset[str] = frozenset()) -> list[m.DeliverCopies]:
    """The vault makes copies, but for offices that have it already; what it was asked."""
    asked: list[m.DeliverCopies] = []

    def copy(message: m.DeliverCopies) -> m.CopiesDelivered:
        asked.append(message)
        return m.CopiesDelivered(len(set(message.offices) - has_it))

    clerk.vault.instead[m.DeliverCopies] = copy
    return asked


async def test_all_offices_get_it_in_groups_of_a_hundred(clerk: Browser) -> None:
    ids, asked = more_offices(clerk, 250), copying(clerk)
    answer = await deliver(clerk, fields(clerk, to="all", office=""), PDF)
    assert answer.headers["Location"] == "/notices?delivered=250"
    assert [len(message.offices) for message in asked] == [100, 100, 49]
    assert [office for message in asked for office in message.offices] == ids[1:]
    assert len({message.command for message in asked}) == 3
    (begun,) = (one.message for one in clerk.vault.asked if isinstance(one.message, m.BeginUpload))
    assert begun.office == ids[0]
    assert "250 件の事業所に届きました" in (await clerk.get("/notices?delivered=250")).text


async def test_those_whose_numbers_were_typed_get_it_and_nobody_else(clerk: Browser) -> None:
    ids, asked = more_offices(clerk, 20), copying(clerk)
    answer = await deliver(clerk, fields(clerk, to="several", numbers="1002\r\n1005-1006"), PDF)
    assert answer.headers["Location"] == "/notices?delivered=3"
    assert [message.offices for message in asked] == [(ids[5], ids[6])]


async def test_who_has_it_already_is_counted_apart(clerk: Browser) -> None:
    ids = more_offices(clerk, 5)
    copying(clerk, frozenset(ids[2:4]))
    answer = await deliver(clerk, fields(clerk, to="all"), PDF)
    assert answer.headers["Location"] == "/notices?delivered=3&had=2"
    said = (await clerk.get("/notices?delivered=3&had=2")).text
    assert "3 件の事業所に配信しました" in said and "2 件の事業所は、同じ内容の帳票をすでに受け取っていた" in said


async def test_where_the_first_has_it_already_the_others_get_theirs(clerk: Browser) -> None:
    ids, asked = more_offices(clerk, 5), copying(clerk)
    has_it = clerk.vault.deliver(PDF)
    clerk.vault.instead[m.DeliverNotice] = lambda message: m.NoticeDelivered(has_it, had=True)
    answer = await deliver(clerk, fields(clerk, to="all"), PDF)
    assert answer.headers["Location"] == "/notices?delivered=4&had=1"
    assert [(message.notice, message.offices) for message in asked] == [(has_it, tuple(ids[1:]))]


async def test_what_an_office_has_already_is_said(clerk: Browser) -> None:
    clerk.vault.instead[m.DeliverNotice] = lambda message: m.NoticeDelivered("a" * 26, had=True)
    answer = await deliver(clerk, fields(clerk), PDF)
    assert answer.headers["Location"] == "/notices?delivered=0&had=1"
    said = (await clerk.get("/notices?delivered=0&had=1")).text
    assert "もう一度は配信しませんでした" in said and "1 件の事業所は、同じ内容の帳票をすでに受け取っていた" in said


async def test_copies_that_stop_half_way_are_told_and_go_on(clerk: Browser) -> None:
    more_offices(clerk, 250)
    asked = copying(clerk)
    copy = clerk.vault.instead[m.DeliverCopies]

    def away(message: m.DeliverCopies) -> m.CopiesDelivered:
        if asked:
            raise Refused(Why.BUSY)
        return copy(message)  # type: ignore[no-any-return]

    clerk.vault.instead[m.DeliverCopies] = away
    stopped = await deliver(clerk, fields(clerk, to="all"), PDF)
    assert stopped.status == 503
    assert "101 件の事業所には届きました" in stopped.text and "残りの 149 件の事業所" in stopped.text
    assert "混み合っています" in stopped.text
    form = Page(stopped.text).form(f"/notices/{clerk.vault.notices[0].id}/rest")
    assert form.fields["numbers"] == "1101-1249"
    clerk.vault.instead[m.DeliverCopies] = copy
    done = await clerk.post(form.action, form.fields)
    assert (done.status, done.headers["Location"]) == (303, "/notices?delivered=149")
    assert sum(len(message.offices) for message in asked) == 249


@pytest.mark.parametrize("numbers", ["", "x", "1, x", "999999"])
async def test_the_rest_of_nobody_is_refused(clerk: Browser, numbers: str) -> None:
    asked = copying(clerk)
    filled = {"form": clerk.form, "command": "c" * 26, "numbers": numbers}
    assert (await clerk.post(f"/notices/{'a' * 26}/rest", filled)).status == 422
    assert asked == []


async def test_copies_without_the_right_are_a_page_of_their_own(clerk: Browser) -> None:
    more_offices(clerk, 2)
    clerk.vault.refusal[m.DeliverCopies] = Refused(Why.NOT_ALLOWED)
    assert (await deliver(clerk, fields(clerk, to="all"), PDF)).status == 403


# --- the wrong office ---------------------------------------------------------------------------------------------


async def test_the_number_of_another_office_stops_it_with_a_question(clerk: Browser) -> None:
    asked = await deliver(clerk, fields(clerk), PDF, "20260610_0345_納入告知.pdf")
    assert asked.status == 409
    assert "まだ配信していません" in asked.text and "事業所番号 0345 があります" in asked.text
    assert "選ばれた届け先は「0012 株式会社ABC商事」です" in asked.text
    assert 'name="sure" value="0345"' in asked.text and "data-doubt>" in asked.text
    assert f'"{clerk.vault.offices[0].id}" selected' in asked.text
    assert "BeginUpload" not in clerk.vault.kinds()


@pytest.mark.parametrize(("sure", "status"), [("0345", 303), ("0012", 409), ("on", 409), ("", 409)])
async def test_who_has_looked_again_may_go_on_with_this_number_only(clerk: Browser, sure: str, status: int) -> None:
    answer = await deliver(clerk, fields(clerk, sure=sure), PDF, "20260610_0345_納入告知.pdf")
    assert answer.status == status
    assert len(clerk.vault.notices) == (status == 303)


async def test_the_own_number_raises_no_question(clerk: Browser) -> None:
    assert (await deliver(clerk, fields(clerk), PDF, "20260610_0012_納入告知.pdf")).status == 303
    assert "data-doubt hidden" in (await clerk.get("/notices/new")).text


# --- what is wrong with a document --------------------------------------------------------------------------------


async def test_every_problem_of_the_document_is_told_and_the_form_keeps_what_was_chosen(clerk: Browser) -> None:
    problems = (Problem(Rule.PDF_TRAILING), Problem(Rule.INFECTED, "<b>.pdf", {"name": "Eicar"}))
    clerk.vault.instead[m.DeliverNotice] = lambda message: m.NoticeDelivered("", problems)
    copies = copying(clerk)
    answer = await deliver(clerk, fields(clerk, to="all"), PDF)
    assert answer.status == 422 and "まだ配信していません" in answer.text
    for trouble in troubles(Texts.load(), problems):
        assert all(part in answer.text for part in (trouble.what, trouble.why, trouble.next))
    assert "&lt;b&gt;.pdf" in answer.text
    assert 'value="all" checked' in answer.text and '"payment_notice" selected' in answer.text
    assert copies == []
