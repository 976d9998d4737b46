# SPDX-License-Identifier: Apache-2.0
"""The fund's staff at the console, through the real vault."""

from dataclasses import replace

import pytest

from appliance.model.journal import Kind
from appliance.model.time import HOUR
from appliance.model.words import Role
from appliance.vault.letters import LetterKind
from tests.appliance.vault.people.folk import enter_console, staff_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader, staff_accounts

HARA = {
    "login": "hara",
    "name": "原 次郎",
    "mail": "hara@fund.example.jp",
    "role": "fund_clerk",
    "reason": "四月からの増員",
}


async def test_the_list_names_everybody_with_role_and_second_factor(
    reader: Reader, world: World, hayashi: Person, desk: Person
) -> None:
    page = await reader.be(hayashi.token).see("/staff")
    for shown in ("hayashi", "システム担当", "窓口", "desk@fund.example.jp", "登録済", "利用中"):
        assert shown in page.text, shown
    assert f"/staff/{desk.account}" in page.page.links and "/staff/new" in page.page.links


async def test_an_auditor_sees_the_list_and_no_buttons(reader: Reader, world: World, hayashi: Person) -> None:
    auditor = await staff_of(world, "auditor", Role.FUND_AUDITOR)
    page = await reader.be(auditor.token).see("/staff")
    assert "hayashi" in page.text
    assert not [link for link in page.page.links if link.startswith("/staff/")]
    sent = await reader.fill(await reader.see("/staff/new"), "/staff/new", **HARA)
    assert sent.status == 403


@pytest.mark.parametrize("role", [Role.FUND_CLERK, Role.FUND_RELEASER, Role.FUND_DESK])
async def test_others_do_not_see_it(reader: Reader, world: World, role: Role) -> None:
    other = await staff_of(world, "other", role)
    for path in ("/staff", "/staff/new", "/proposals"):
        assert (await reader.be(other.token).see(path)).status == 403


async def test_adding_somebody_takes_two(reader: Reader, world: World, hayashi: Person, mori: Person) -> None:
    sent = await reader.fill(await reader.be(hayashi.token).see("/staff/new"), "/staff/new", **HARA)
    page = await reader.follow(sent)
    assert "提案しました。まだ実行されていません。" in page.text and "hara" not in await staff_accounts(world)
    page = await reader.be(mori.token).see("/proposals")
    [action] = [action for action in page.page.actions if action != "/sign-out"]
    sheet = await reader.fill(page, action, choice="yes")
    added = (await staff_accounts(world))["hara"]
    assert added.role is Role.FUND_CLERK
    for shown in ("原 次郎", "hara", "業務担当", "初期パスワード"):
        assert shown in sheet.text, shown
    hara = replace(mori, login="hara", account=added.id, password=sheet.page.secret, token="")
    assert (await enter_console(hara)).token


async def test_sent_twice_there_is_one_proposal(reader: Reader, world: World, hayashi: Person) -> None:
    form = (await reader.be(hayashi.token).see("/staff/new")).page.form("/staff/new")
    for _ in range(2):
        assert (await reader.post("/staff/new", {**form.fields, **HARA})).status == 303
    assert len(await world.journal(Kind.PROPOSAL_MADE)) == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("login", ""),
        ("login", "a"),
        ("login", "ｈａｒａ"),
        ("login", "ha ra"),
        ("login", "<b>hara"),
        ("name", ""),
        ("name", "\u200b"),
        ("name", "あ" * 51),
        ("mail", ""),
        ("mail", "hara"),
        ("mail", "原@fund.example.jp"),
        ("role", ""),
        ("role", "office_admin"),
        ("role", "emperor"),
        ("reason", ""),
        ("reason", "\u3000"),
        ("reason", "あ" * 301),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    reader: Reader, world: World, hayashi: Person, field: str, typed: str
) -> None:
    wanted = {**HARA, field: typed}
    form = (await reader.be(hayashi.token).see("/staff/new")).page.form("/staff/new")
    sent = await reader.post("/staff/new", {**form.fields, **wanted})
    assert sent.status == 422, sent.text
    assert f'id="{field}-fault"' in sent.html and f'href="#{field}"' in sent.html
    kept = sent.page.form("/staff/new").fields
    known = {name: value for name, value in wanted.items() if name != "role" or value == "fund_clerk"}
    assert {name: kept.get(name) for name in known} == known
    assert not await world.journal(Kind.PROPOSAL_MADE)


async def test_a_login_that_is_taken_is_told_when_it_would_be_done(
    reader: Reader, world: World, hayashi: Person, mori: Person
) -> None:
    typed = {**HARA, "login": "mori", "emergency": "on"}
    sent = await reader.fill(await reader.be(hayashi.token).see("/staff/new"), "/staff/new", **typed)
    assert sent.status in (409, 422) and "すでに使われています" in sent.text
    assert sent.page.form("/staff/new").fields["emergency"] == "on"


async def test_in_an_emergency_one_is_enough_and_it_is_loud(
    reader: Reader, world: World, hayashi: Person, mori: Person
) -> None:
    form = await reader.be(hayashi.token).see("/staff/new")
    assert "全員にメールで知らせ" in form.text
    sheet = await reader.fill(form, "/staff/new", **HARA, emergency="on")
    assert sheet.status == 200 and sheet.page.secret and "hara" in sheet.text
    assert len(await world.journal(Kind.TWO_PERSON_EMERGENCY)) == 1
    assert await world.letters(mori.account, LetterKind.TWO_PERSON_EMERGENCY)


async def test_the_form_of_one_of_them_holds_what_is_known(
    reader: Reader, world: World, hayashi: Person, desk: Person
) -> None:
    page = await reader.be(hayashi.token).see(f"/staff/{desk.account}")
    fields = page.page.form(f"/staff/{desk.account}").fields
    assert (fields["login"], fields["mail"]) == ("desk", "desk@fund.example.jp")
    assert fields["role"] == "fund_desk" and "emergency" not in fields
    assert {f"/staff/{desk.account}/reset", f"/staff/{desk.account}/remove"} <= set(page.page.links)


async def test_another_role_takes_two_and_the_other_sees_what_changes(
    reader: Reader, world: World, hayashi: Person, mori: Person, desk: Person
) -> None:
    action = f"/staff/{desk.account}"
    form = await reader.be(hayashi.token).see(action)
    await reader.fill(form, action, role="fund_clerk", reason="異動")
    page = await reader.be(mori.token).see("/proposals")
    assert "役割 窓口 → 業務担当" in page.text and "職員ID desk" in page.text
    assert "メールアドレス desk@fund.example.jp 役割" in page.text


@pytest.mark.parametrize("word", ["reset", "remove"])
async def test_the_way_to_one_of_them_shows_whom_it_is_about(
    reader: Reader, hayashi: Person, desk: Person, word: str
) -> None:
    action = f"/staff/{desk.account}/{word}"
    page = await reader.be(hayashi.token).see(action)
    assert page.page.form(action).fields["login"] == "desk"
    sent = await reader.fill(page, action, reason="")
    assert sent.status == 422 and sent.page.form(action).fields["login"] == "desk"


async def test_the_last_of_a_role_stays_and_the_page_says_why(
    reader: Reader, world: World, hayashi: Person, desk: Person
) -> None:
    action = f"/staff/{desk.account}/remove"
    form = await reader.be(hayashi.token).see(action)
    sent = await reader.fill(form, action, reason="退職", emergency="on")
    assert sent.status == 409 and "その役割で業務ができる最後の一人です" in sent.text
    assert "desk" in await staff_accounts(world)


async def test_a_reset_in_an_emergency_shows_the_password_and_asks_for_a_new_app(
    reader: Reader, world: World, hayashi: Person, desk: Person
) -> None:
    action = f"/staff/{desk.account}/reset"
    sheet = await reader.fill(
        await reader.be(hayashi.token).see(action), action, reason="機器の紛失", emergency="on"
    )
    assert sheet.page.secret and "desk" in sheet.text
    assert "未登録" in (await reader.see("/staff")).text
    assert (await reader.be(desk.token).see("/")).to.startswith("/sign-in")


@pytest.mark.parametrize("account", ["x", "A" * 26, "a" * 26])
async def test_nobody_has_no_page(reader: Reader, hayashi: Person, account: str) -> None:
    for path in (f"/staff/{account}", f"/staff/{account}/reset", f"/staff/{account}/remove"):
        assert (await reader.be(hayashi.token).see(path)).status == 404


async def test_somebody_of_an_office_is_none_of_them(reader: Reader, world: World, hayashi: Person) -> None:
    user = await world.visitor(await world.office(1))
    assert (await reader.be(hayashi.token).see(f"/staff/{user.account}")).status == 404


async def test_a_visit_that_ends_while_somebody_types_costs_nothing_but_a_click(
    reader: Reader, world: World, hayashi: Person
) -> None:
    form = await reader.be(hayashi.token).see("/staff/new")
    world.clock.move(9 * HOUR)
    late = await reader.fill(form, "/staff/new", **HARA)
    assert late.status == 401 and "入力した内容で続ける" in late.text
    await hayashi.sign_in()
    again = await reader.be(hayashi.token).fill(late, "/staff/new")
    assert again.status == 403 and not await world.journal(Kind.PROPOSAL_MADE)
    fields = again.page.form("/staff/new").fields
    assert {name: fields[name] for name in HARA} == HARA
    done = await reader.fill(again, "/staff/new")
    assert done.to == "/proposals?made=1"


@pytest.mark.parametrize("word", ["reset", "remove"])
async def test_who_comes_too_late_for_a_page_is_led_back_to_it(
    reader: Reader, world: World, hayashi: Person, desk: Person, word: str
) -> None:
    world.clock.move(9 * HOUR)
    path = f"/staff/{desk.account}/{word}"
    ended = await reader.be(hayashi.token).see(path)
    page = await reader.follow(ended)
    code = await reader.fill(page, "/sign-in", login="hayashi", password=hayashi.password)
    sent = await reader.fill(code, "/sign-in/code", code=await hayashi.app_code())
    assert sent.to == path and "desk" in (await reader.follow(sent)).html
