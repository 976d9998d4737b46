# SPDX-License-Identifier: Apache-2.0
"""What the script of 「届書を送る」 is told before it sends, with the real vault behind it."""

import json
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.model.journal import Kind
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader

RIGHT = "20260609_0001_加入者資格取得届.pdf"


async def check(reader: Reader, person: Person, **fields: str) -> tuple[int, Any]:
    """What the server answers."""
    seen = await reader.be(person.token).see("/filings/new")
    token = seen.page.form("/filings/new").fields["form"]
    headers = {"X-Renkei-Form": token, "Content-Type": "application/json", "Origin": reader.browser.origin}
    answer = await reader.browser.send("POST", "/filings/check", headers, data=json.dumps(fields))
    return answer.status, json.loads(answer.body)


async def told(reader: Reader, person: Person, **fields: str) -> list[dict[str, str]]:
    """The problems."""
    status, said = await check(reader, person, **fields)
    assert status == 200
    return list(said["problems"])


async def test_right_names_have_no_problem(reader: Reader, admin: Person) -> None:
    assert await told(reader, admin, names=RIGHT) == []
    assert await told(reader, admin, names=f"{RIGHT}\n20260609_0001_中断者届.pdf") == []


async def test_what_the_page_saw_is_told_in_the_same_sentences(reader: Reader, admin: Person) -> None:
    old, none = await told(reader, admin, names=RIGHT, found=f"zip.zipcrypto\t\npdf.none\t{RIGHT}")
    assert "暗号化方式が古い" in old["what"] and old["entry"] == ""
    assert "PDF として読み取れません" in none["what"] and none["entry"] == RIGHT
    (locked,) = await told(reader, admin, names=RIGHT, found="password\t")
    assert "圧縮パスワードで開けません" in locked["what"]


async def test_what_is_no_document_by_its_ending_is_told_also_where_the_type_was_chosen(
    reader: Reader, admin: Person
) -> None:
    (problem,) = await told(reader, admin, names="資格取得.docx", type="acquisition")
    assert "終わりが正しくありません" in problem["what"] and "PDF にして" in problem["next"]
    (inside,) = await told(reader, admin, names=f"{RIGHT}\n資格取得.docx")
    assert inside["entry"] == "資格取得.docx" and not inside["suggestion"]
    assert await told(reader, admin, names="スキャン.PDF", type="acquisition") == []


async def test_one_alone_gets_its_name_where_the_type_was_chosen(reader: Reader, admin: Person) -> None:
    problem, *_ = await told(reader, admin, names="スキャン.pdf")
    assert "決まりと違います" in problem["what"] and problem["entry"] == ""
    assert await told(reader, admin, names="スキャン.pdf", type="acquisition") == []


async def test_of_several_each_needs_its_name_and_is_told_a_better_one(reader: Reader, admin: Person) -> None:
    names = f"{RIGHT}\n2026-06-09_0001_中断者届.pdf"
    (problem,) = await told(reader, admin, names=names, type="acquisition")
    assert problem["entry"] == "2026-06-09_0001_中断者届.pdf"
    assert problem["suggestion"] == "20260609_0001_中断者届.pdf"


@pytest.mark.parametrize("type", ["", "acquisition"])
async def test_another_office_and_what_goes_by_post_are_told_whatever_was_chosen(
    reader: Reader, admin: Person, type: str
) -> None:
    (other,) = await told(reader, admin, names="20260609_0009_中断者届.pdf", type=type)
    assert "別の事業所の番号" in other["what"]
    (paper,) = await told(reader, admin, names="20260609_0001_年金資産額等依頼書.pdf", type=type)
    assert "郵送" in paper["next"]


async def test_what_is_no_pdf_is_judged_without_its_ending(reader: Reader, admin: Person) -> None:
    (problem,) = await told(reader, admin, names="2026-06-09_0001_中断者届.csv")
    assert problem["suggestion"] == "20260609_0001_中断者届.csv"


@pytest.mark.parametrize("found", ["scan.infected\t", "nonsense", "\tx", "zip"])
async def test_no_page_can_have_seen_that(reader: Reader, admin: Person, found: str) -> None:
    status, said = await check(reader, admin, found=found)
    assert status == 422 and "what" in said


async def test_a_name_hides_nothing_and_is_cut(reader: Reader, admin: Person) -> None:
    (problem,) = await told(reader, admin, found="damaged\t" + "x\u202e" * 300)
    assert "\u202e" not in problem["entry"] and len(problem["entry"]) == 201


async def test_nobody_else_is_answered(reader: Reader, world: World, admin: Person) -> None:
    reader.be(admin.token)
    headers = {"X-Renkei-Form": "x", "Content-Type": "application/json", "Origin": reader.browser.origin}
    assert (await reader.browser.send("POST", "/filings/check", headers, data=b"{}")).status == 403
    headers["Origin"] = "https://other.example"
    assert (await reader.browser.send("POST", "/filings/check", headers, data=b"{}")).status == 403
    first = (await world.journal(Kind.REQUEST_REFUSED))[0]
    assert first.reason == "form token", "the vault is asked nothing here that it would refuse itself"
    headers["Origin"] = reader.browser.origin
    await admin.ask(m.SignOut())
    assert (await reader.browser.send("POST", "/filings/check", headers, data=b"{}")).status == 401
