# SPDX-License-Identifier: Apache-2.0
"""登録届の取込 at the console, through the real vault: a file is dropped, the list, and all at once."""

import json

import pytest

from appliance.model.journal import Kind
from appliance.model.time import DAY
from appliance.model.words import Role
from appliance.web.console import intake
from tests.appliance.vault.doorman.books import book_of
from tests.appliance.vault.doorman.making import PASSWORD
from tests.appliance.vault.intake.forms import form, name_of, packed, row_of, took
from tests.appliance.vault.people.folk import staff_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader, Seen

PLACE = "/registrations"


@pytest.fixture
async def clerk(world: World) -> Person:
    """Somebody who takes registrations in."""
    return await staff_of(world, "suzuki", Role.FUND_CLERK)


async def drop(reader: Reader, content: bytes | None, name: str = "", password: str = "", to: str = PLACE) -> Seen:
    """Send a file by the form of the page."""
    fields = (await reader.see(PLACE)).page.form(PLACE).fields
    return await reader.send(to, {**fields, "password": password}, content, name or name_of())


async def test_nothing_waits_and_the_page_says_what_would_be_there(reader: Reader, clerk: Person) -> None:
    page = await reader.be(clerk.token).see(PLACE)
    assert page.status == 200 and "確認を待っている届出はありません" in page.text
    assert PLACE in page.page.actions


async def test_a_zip_leads_to_its_preview(world: World, reader: Reader, clerk: Person) -> None:
    sent = await drop(reader.be(clerk.token), packed(), "mail.zip", PASSWORD)
    page = await reader.follow(sent)
    assert "登録届の確認" in page.text and "基金 太郎" in page.html
    assert await world.journal(Kind.CONTRACT_ADDED) == []
    assert PASSWORD not in page.html


async def test_the_same_again_says_so(reader: Reader, clerk: Person) -> None:
    await drop(reader.be(clerk.token), form())
    page = await reader.follow(await drop(reader, form()))
    assert "前に読み込んだものと同じです" in page.text


@pytest.mark.parametrize(
    ("content", "name", "password", "said"),
    [
        (packed(), "mail.zip", "wrong", "別のメールで届いたパスワードを確かめて"),
        (b"x", "form.xls", "", "「Excel ブック（*.xlsx）」として保存し直して"),
        (book_of([("a", "b"), row_of()]), "", "", "8 つの項目名がそろっていません"),
        (None, "", "", "ファイルが選ばれていません"),
        (b"x" * (6 * 1024 * 1024), "", "", "5"),
    ],
)
async def test_what_cannot_be_read_is_told_on_the_page(
    reader: Reader, clerk: Person, content: bytes | None, name: str, password: str, said: str
) -> None:
    page = await drop(reader.be(clerk.token), content, name, password)
    assert page.status in (413, 422, 400) and said in page.text
    assert PLACE in page.page.actions, "the form is there again"


async def test_a_script_is_told_in_short_what_came_of_each(reader: Reader, clerk: Person) -> None:
    reader.be(clerk.token)
    told = []
    for content, name in ((form(), ""), (form(), ""), (form(5, mail="x"), name_of(5)), (b"x", "a.xlsx")):
        told.append(json.loads((await drop(reader, content, name, to="/registrations/files")).html))
    assert [one["state"] for one in told] == ["new", "known", "faults", "failed"]
    assert told[3]["said"][0]["what"] and not told[3]["id"]
    refused = await drop(reader, None, to="/registrations/files")
    assert (refused.status, json.loads(refused.html)["state"]) == (422, "failed")


async def test_the_list_says_since_when_and_until_when(world: World, reader: Reader, clerk: Person) -> None:
    await took(clerk)
    page = await reader.be(clerk.token).see(PLACE)
    assert "000123" in page.text and "あと 21 日" in page.text and "確認待ち" in page.text
    world.clock.move(22 * DAY)
    await clerk.sign_in()
    assert "期限を過ぎています" in (await reader.be(clerk.token).see(PLACE)).text


async def test_faults_and_known_numbers_stand_in_the_list(reader: Reader, clerk: Person) -> None:
    await took(clerk, 1, mail="x", seats=4)
    page = await reader.be(clerk.token).see(PLACE)
    assert "直すところ 2 件" in page.text


async def test_all_without_faults_are_shown_before_they_are_confirmed(
    world: World, reader: Reader, clerk: Person
) -> None:
    for number in (1, 2, 3):
        await took(clerk, number)
    await took(clerk, 4, mail="x")
    page = await reader.be(clerk.token).see("/registrations/confirm")
    assert "3 件を登録します" in page.text and "ほかに 1 件" in page.text
    world.clock.move(1_000)
    await took(clerk, 5)
    done = await reader.follow(await reader.fill(page, "/registrations/confirm"))
    assert "3 件を登録しました" in done.text, "what came after the page was shown is not confirmed with it"
    assert len(await world.journal(Kind.CONTRACT_ADDED)) == 3
    registered = await reader.see(f"{PLACE}?state=registered")
    assert all(f"00000{number}" in registered.text for number in (1, 2, 3))


async def test_of_many_the_page_shows_the_first_and_confirms_all(
    world: World, reader: Reader, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "SHOWN", 2)
    monkeypatch.setattr(intake, "GROUP", 2)
    for number in range(1, 6):
        await took(clerk, number)
    page = await reader.be(clerk.token).see("/registrations/confirm")
    assert "5 件を登録します" in page.text and "初めの 2 件を表示しています" in page.text
    done = await reader.follow(await reader.fill(page, "/registrations/confirm"))
    assert "5 件を登録しました" in done.text
    assert len(await world.journal(Kind.CONTRACT_ADDED)) == 5


async def test_where_one_fails_the_rest_goes_on(world: World, reader: Reader, clerk: Person) -> None:
    await took(clerk, 1)
    await took(clerk, 1, office_name="別の名前")
    await took(clerk, 2)
    page = await reader.be(clerk.token).see("/registrations/confirm")
    done = await reader.follow(await reader.fill(page, "/registrations/confirm"))
    assert "2 件を登録しました" in done.text and "1 件は登録できませんでした" in done.text


async def test_with_nothing_to_confirm_the_page_says_so(reader: Reader, clerk: Person) -> None:
    page = await reader.be(clerk.token).see("/registrations/confirm")
    assert "まとめて登録できる届出はありません" in page.text
    fields = {"form": (await reader.see(PLACE)).page.form(PLACE).fields["form"], "newest": "0", "command": "c" * 26}
    assert (await reader.post("/registrations/confirm", fields)).status == 422


async def test_who_only_looks_has_no_form(world: World, reader: Reader, clerk: Person) -> None:
    registration = await took(clerk)
    desk = await staff_of(world, "desk", Role.FUND_DESK)
    page = await reader.be(desk.token).see(PLACE)
    assert PLACE not in page.page.actions and "000123" in page.text
    one = await reader.see(f"{PLACE}/{registration}")
    assert one.status == 200 and f"{PLACE}/{registration}/confirm" not in one.page.actions


@pytest.mark.parametrize("path", ["?state=nothing", "/" + "a" * 26, "/nothing", f"/{'a' * 26}/reject"])
async def test_what_there_is_not_is_not_found(reader: Reader, clerk: Person, path: str) -> None:
    assert (await reader.be(clerk.token).see(PLACE + path)).status == 404


async def test_a_list_of_many_has_pages(world: World, reader: Reader, clerk: Person) -> None:
    for number in range(1, 53):
        await took(clerk, number)
        world.clock.move(1)
    first = await reader.be(clerk.token).see(PLACE)
    assert "000050" in first.text and "000051" not in first.text
    assert "/registrations?state=waiting&amp;after=" in first.html
