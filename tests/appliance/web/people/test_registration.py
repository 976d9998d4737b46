# SPDX-License-Identifier: Apache-2.0
"""The first sign-in, through the real vault: name, code, first password, office, oneself."""

import asyncio
import re

import pytest

from appliance.model.journal import Kind, Result
from appliance.model.words import AccountState, Role, Site
from tests.appliance.vault.people.folk import enter_console, first_admin, first_staff, first_user
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Answer, Opening
from tests.appliance.web.whole import Reader, Seen, site_of

ZIP = "abcdefg1"
OFFICE = {"short_name": "さくら", "zip_password": ZIP, "zip_password_again": ZIP}
OWN = {"name": "佐倉 花子", "kana": "サクラ ハナコ", "password": "Sakura-2026", "password_again": "Sakura-2026"}


async def arrive(reader: Reader, person: Person, code: str) -> Seen:
    """As far as the visit."""
    page = await reader.be("").see("/sign-in")
    page = await reader.fill(page, "/sign-in", contract_number=person.contract, user_id=person.login)
    page = await reader.fill(page, "/sign-in/code", code=code)
    return await reader.fill(page, "/sign-in/password", password=person.password)


async def begun(reader: Reader, world: World) -> Seen:
    """The first page of an admin who has come in with the first password."""
    person = await first_admin(world)
    sent = await arrive(reader, person, await person.request_code())
    return await reader.follow(await reader.follow(sent))


async def test_whoever_comes_with_a_first_password_sees_the_registration_and_nothing_else(
    reader: Reader, world: World
) -> None:
    page = await begun(reader, world)
    assert page.path == "/register" and "/register/office" in page.page.actions
    assert "/notices" not in page.page.links
    for path in ("/", "/notices", "/users", "/history"):
        assert (await reader.see(path)).to == "/register"


async def test_office_then_oneself_and_the_visit_goes_on_under_another_token(reader: Reader, world: World) -> None:
    page = await begun(reader, world)
    before = dict(reader.browser.cookies)
    page = await reader.follow(await reader.fill(page, "/register/office", **OFFICE))
    assert page.page.form("/register/self").fields["login"] == "Sakura01"
    menu = await reader.follow(await reader.fill(page, "/register/self", **OWN))
    assert menu.status == 200 and "登録が済みました。" in menu.text
    assert reader.browser.cookies != before
    reader.browser.cookies = before
    assert (await reader.see("/")).status == 303
    assert len(await world.journal(Kind.OFFICE_REGISTERED, Kind.ACCOUNT_REGISTERED)) == 2


@pytest.mark.parametrize(
    ("changed", "faulty"),
    [
        ({"zip_password": "", "zip_password_again": ""}, "zip_password"),
        ({"zip_password_again": "abcdefg2"}, "zip_password_again"),
        ({"zip_password": "short1", "zip_password_again": "short1"}, "zip_password"),
        ({"zip_password": "ａｂｃｄｅｆｇ１", "zip_password_again": "ａｂｃｄｅｆｇ１"}, "zip_password"),
        ({"short_name": "さ" * 21}, "short_name"),
    ],
)
async def test_what_is_wrong_about_the_office_is_said_beside_it(
    reader: Reader, world: World, changed: dict[str, str], faulty: str
) -> None:
    page = await reader.fill(await begun(reader, world), "/register/office", **{**OFFICE, **changed})
    assert page.status == 422 and f'id="{faulty}-fault"' in page.html and f'href="#{faulty}"' in page.html
    assert page.page.form("/register/office").fields["short_name"] == changed.get("short_name", "さくら")
    assert ZIP not in page.html
    assert all(entry.result is Result.REFUSED for entry in await world.journal(Kind.OFFICE_REGISTERED))


@pytest.mark.parametrize(
    ("changed", "faulty"),
    [
        ({"kana": "サクラハナコ"}, "kana"),
        ({"kana": "佐倉 花子"}, "kana"),
        ({"name": "\u200b"}, "name"),
        ({"password": "short", "password_again": "short"}, "password"),
        ({"password": "Sakura-2027"}, "password_again"),
        ({"password": "alllowercaseletters", "password_again": "alllowercaseletters"}, "password"),
    ],
)
async def test_what_is_wrong_about_oneself_is_said_beside_it(
    reader: Reader, world: World, changed: dict[str, str], faulty: str
) -> None:
    page = await reader.follow(await reader.fill(await begun(reader, world), "/register/office", **OFFICE))
    page = await reader.fill(page, "/register/self", **{**OWN, **changed})
    assert page.status == 422 and f'id="{faulty}-fault"' in page.html
    kept = page.page.form("/register/self").fields
    assert kept["login"] == "Sakura01" and kept["kana"] == {**OWN, **changed}["kana"]
    assert kept["password"] == kept["password_again"] == ""


async def test_a_kana_that_was_put_right_is_told(reader: Reader, world: World) -> None:
    page = await reader.follow(await reader.fill(await begun(reader, world), "/register/office", **OFFICE))
    menu = await reader.follow(await reader.fill(page, "/register/self", **{**OWN, "kana": "ｻｸﾗ ﾊﾅｺ"}))
    assert "全角カナに直して登録しました" in menu.text


async def test_the_office_is_registered_once(reader: Reader, world: World) -> None:
    page = await begun(reader, world)
    for _ in range(2):
        assert (await reader.fill(page, "/register/office", **OFFICE)).to == "/register"
    assert len(await world.journal(Kind.OFFICE_REGISTERED)) == 1


async def test_another_form_for_an_office_that_is_registered_leads_on(reader: Reader, world: World) -> None:
    page, second = await begun(reader, world), await reader.see("/register")
    await reader.fill(page, "/register/office", **OFFICE)
    answer = await reader.fill(second, "/register/office", **{**OFFICE, "short_name": "うめ"})
    assert (
        "/register/self" in answer.page.actions and answer.page.form("/register/self").fields["name"] == "佐倉 花子"
    )


async def test_a_user_registers_oneself_alone(reader: Reader, world: World, admin: Person) -> None:
    user = await first_user(admin)
    sent = await arrive(reader, user, await user.request_code())
    page = await reader.follow(await reader.follow(sent))
    assert "/register/self" in page.page.actions
    assert (await reader.fill(page, "/register/self", **OWN)).to == "/?done=registered"
    assert (await world.account(user)).state is AccountState.ACTIVE


async def test_staff_register_without_kana(open_site: Opening, world: World) -> None:
    reader = await site_of(open_site, world, Site.CONSOLE)
    desk = await enter_console(await first_staff(world, "desk", Role.FUND_DESK))
    page = await reader.be(desk.token).see("/register")
    own = {name: typed for name, typed in OWN.items() if name != "kana"}
    assert "職員ID" in page.text and "ユーザーID" not in page.text
    menu = await reader.follow(await reader.fill(page, "/register/self", **own))
    assert menu.path == "/?done=registered" and "登録が済みました。" in menu.text


async def test_who_has_registered_is_led_to_the_menu(reader: Reader, admin: Person) -> None:
    assert (await reader.be(admin.token).see("/register")).to == "/"


# --- sent twice ---------------------------------------------------------------------------------------------------


async def both(reader: Reader, page: Seen, action: str, **typed: str) -> list[Answer]:
    """The same form sent by two clicks, as a browser without scripts does; cookies of the first are lost."""
    fields = {**page.page.form(action).fields, **typed}
    return list(await asyncio.gather(*(reader.browser.post(action, fields) for _ in range(2))))


async def test_a_second_click_on_register_gets_the_same_visit(reader: Reader, world: World) -> None:
    page = await begun(reader, world)
    page = await reader.follow(await reader.fill(page, "/register/office", **OFFICE))
    first, second = await both(reader, page, "/register/self", **OWN)
    assert first.status == second.status == 303
    assert first.headers["Set-Cookie"] == second.headers["Set-Cookie"]
    reader.browser.cookies.update([second.headers["Set-Cookie"].split(";")[0].split("=", 1)])
    assert "メニュー" in (await reader.see("/")).text
    assert len(await world.journal(Kind.ACCOUNT_REGISTERED)) == 1


async def test_a_second_click_after_the_first_was_done_gets_the_same_visit(reader: Reader, world: World) -> None:
    page = await begun(reader, world)
    page = await reader.follow(await reader.fill(page, "/register/office", **OFFICE))
    old = dict(reader.browser.cookies)
    done = await reader.fill(page, "/register/self", **OWN)
    new = dict(reader.browser.cookies)
    reader.browser.cookies = old
    again = await reader.fill(page, "/register/self", **OWN)
    assert again.to == done.to and reader.browser.cookies == new


async def test_the_form_that_comes_back_under_the_new_visit_says_that_it_is_done(
    reader: Reader, world: World
) -> None:
    page = await begun(reader, world)
    page = await reader.follow(await reader.fill(page, "/register/office", **OFFICE))
    await reader.fill(page, "/register/self", **OWN)
    again = await reader.fill(page, "/register/self", **OWN)
    assert "登録が済みました。" in (await reader.follow(again)).text


async def test_the_page_after_a_code_can_be_loaded_again(reader: Reader, world: World) -> None:
    person = await first_admin(world)
    code = await person.request_code()
    page = await reader.be("").see("/sign-in")
    page = await reader.fill(page, "/sign-in", contract_number=person.contract, user_id=person.login)
    first, second = await both(reader, page, "/sign-in/code", code=code)
    assert first.status == second.status == 200
    again = await reader.fill(page, "/sign-in/code", code=code)
    done = await reader.fill(again, "/sign-in/password", password=person.password)
    assert done.to == "/"
    assert not [entry for entry in await world.journal(Kind.SIGN_IN) if entry.result is Result.REFUSED]


async def test_a_code_from_another_page_is_still_good_only_once(reader: Reader, world: World) -> None:
    person = await first_admin(world)
    code = await person.request_code()
    answers = []
    for _ in range(2):
        page = await reader.be("").see("/sign-in")
        page = await reader.fill(page, "/sign-in", contract_number=person.contract, user_id=person.login)
        answers.append((await reader.fill(page, "/sign-in/code", code=code)).status)
    assert answers == [200, 422]


async def test_a_wrong_code_counts_each_time_it_is_sent(reader: Reader, world: World) -> None:
    person = await first_admin(world)
    await person.request_code()
    page = await reader.be("").see("/sign-in")
    page = await reader.fill(page, "/sign-in", contract_number=person.contract, user_id=person.login)
    said = [(await reader.fill(page, "/sign-in/code", code="1111-2222")).text for _ in range(2)]
    assert "あと 4 回" in said[0] and "あと 3 回" in said[1]


async def test_a_sign_in_that_begins_anew_asks_the_vault_anew(open_site: Opening, world: World) -> None:
    console = await site_of(open_site, world, Site.CONSOLE)
    person = await first_staff(world, "hayashi", Role.FUND_SYSTEM)
    typed = {"login": person.login, "password": person.password}
    first = await console.fill(await console.see("/sign-in"), "/sign-in", **typed)
    second = await console.fill(await console.see("/sign-in"), "/sign-in", **typed)
    arrivals = [page.page.form("/sign-in/code").fields["arrival"] for page in (first, second)]
    assert arrivals[0] != arrivals[1]


# --- by keyboard --------------------------------------------------------------------------------------------------


def focused(page: Seen) -> list[str]:
    """The fields in which somebody can type at once."""
    return re.findall(r'<input id="(\w+)"[^>]* autofocus', page.html)


async def test_each_step_begins_in_its_first_empty_field(reader: Reader, world: World) -> None:
    person = await first_admin(world)
    code = await person.request_code()
    page = await reader.be("").see("/sign-in")
    assert focused(page) == ["contract_number"]
    page = await reader.fill(page, "/sign-in", contract_number=person.contract, user_id=person.login)
    assert focused(page) == ["code"] and "/sign-in" in page.page.links
    wrong = await reader.fill(page, "/sign-in/code", code="1111-2222")
    assert focused(wrong) == [] and 'tabindex="-1" autofocus' in wrong.html
    page = await reader.fill(page, "/sign-in/code", code=code)
    assert focused(page) == ["password"]
