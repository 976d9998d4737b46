# SPDX-License-Identifier: Apache-2.0
"""The first sign-in, through the real vault: name, code, first password, office, oneself."""

import pytest

from appliance.model.journal import Kind, Result
from appliance.model.words import AccountState, Role, Site
from tests.appliance.vault.people.folk import enter_console, first_admin, first_staff, first_user
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Opening
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
    assert (await reader.fill(page, "/register/self", **own)).to == "/?done=registered"


async def test_who_has_registered_is_led_to_the_menu(reader: Reader, admin: Person) -> None:
    assert (await reader.be(admin.token).see("/register")).to == "/"
