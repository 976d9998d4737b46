# SPDX-License-Identifier: Apache-2.0
"""The pages of the console that only show something."""

from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.model.time import MINUTE
from appliance.model.words import NoticeState, Role, Step
from appliance.web.cookies import door_form
from tests.appliance.vault.people.folk import OWN, first_staff
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Browser
from tests.appliance.web.whole import Reader, Seen


@pytest.fixture
def clerk(console: Browser) -> Browser:
    """The console, a clerk signed in."""
    console.sign_in()
    return console


async def test_the_menu_names_the_clerk_and_the_site(clerk: Browser) -> None:
    page = (await clerk.get("/")).text
    for shown in ("窓口 花子", "基金職員用", "帳票を配信する", "受信状況", "事業所", "履歴", "ログアウト"):
        assert shown in page, shown


async def test_offices_are_listed_with_their_numbers(clerk: Browser) -> None:
    page = (await clerk.get("/offices")).text
    assert "0012" in page and "有限会社 髙﨑製作所 &lt;本社&gt;" in page and "1234567-00000345" in page
    assert f'href="/notices/new?office={clerk.vault.offices[1].id}"' in page


async def test_without_offices_it_says_who_adds_them(clerk: Browser) -> None:
    clerk.vault.offices.clear()
    assert "まだ事業所が登録されていません" in (await clerk.get("/offices")).text


async def test_the_next_offices_follow_the_last_number(clerk: Browser) -> None:
    await clerk.get("/offices?after=12")
    assert clerk.vault.asked[0].message == m.ListOffices(after=12, limit=200)


async def test_notices_show_who_has_received(clerk: Browser) -> None:
    clerk.vault.deliver(b"x", state=NoticeState.RECEIVED, received_at=clerk.vault.clock.now())
    clerk.vault.deliver(b"x")
    page = (await clerk.get("/notices")).text
    assert "受信済" in page and "未受信" in page and "0012 株式会社ABC商事" in page
    assert "2026年6月9日(火) 10:00</td>" in page and '<td data-label="受信日時">―</td>' in page


async def test_one_office_can_be_chosen_and_stays_chosen(clerk: Browser) -> None:
    office = clerk.vault.offices[0].id
    for _ in range(60):
        clerk.vault.deliver(b"x")
    page = (await clerk.get(f"/notices?office={office}&after=")).text
    assert clerk.vault.asked[-1].message == m.ListNotices(office=office, after="", limit=50)
    assert 'name="find" type="search" value="0012 株式会社ABC商事"' in page
    assert f"/notices?office={office}&amp;after=50" in page


@pytest.mark.parametrize("office", ["x", "..", "A" * 26])
async def test_an_office_of_nobody_is_not_there(clerk: Browser, office: str) -> None:
    assert (await clerk.get(f"/notices?office={office}")).status == 404


async def test_an_empty_list_says_what_will_be_there(clerk: Browser) -> None:
    assert "配信した帳票はまだありません" in (await clerk.get("/notices")).text


async def test_thousands_of_offices_can_all_be_chosen(clerk: Browser) -> None:
    office = clerk.vault.offices[0]
    numbers = range(1, 2501)
    rows = [m.OfficeRow(office.id, number, office.contract_number, f"事業所{number}") for number in numbers]

    def page(message: m.ListOffices) -> m.OfficePage:
        found = rows[message.after : message.after + message.limit]
        return m.OfficePage(tuple(found), found[-1].number if found[-1].number < 2500 else 0)

    clerk.vault.instead[m.ListOffices] = page
    text = (await clerk.get("/notices/new")).text
    assert text.count("<option") == 2500 + 1 + 1 + len(clerk.website.house.types)


# --- coming in, with the real vault behind ------------------------------------------------------------------------


async def password_given(reader: Reader, person: Person, password: str = "") -> Seen:
    """The page after name and password."""
    page = await reader.see("/sign-in")
    return await reader.fill(page, "/sign-in", login=person.login, password=password or person.password)


@pytest.fixture
async def newcomer(world: World) -> Person:
    """One of the fund's staff before the first sign-in."""
    return await first_staff(world, "newcomer", Role.FUND_CLERK)


async def test_at_the_first_sign_in_the_app_is_enrolled_and_the_person_registers(
    reader: Reader, newcomer: Person
) -> None:
    page = await password_given(reader, newcomer)
    assert "認証アプリの登録" in page.text and "スマートフォンの時計" in page.text and page.page.secret
    sent = await reader.fill(page, "/sign-in/code", code=await newcomer.app_code())
    menu = await reader.follow(sent)
    assert menu.to == "/register"
    form = await reader.follow(menu)
    done = await reader.fill(form, "/register/self", name="新井 進", kana="", password=OWN, password_again=OWN)
    assert "帳票を配信する" in (await reader.follow(done)).text


async def test_until_then_every_page_leads_to_the_registration(reader: Reader, newcomer: Person) -> None:
    page = await password_given(reader, newcomer)
    await reader.fill(page, "/sign-in/code", code=await newcomer.app_code())
    for path in ("/", "/offices", "/notices", "/history"):
        assert (await reader.see(path)).to == "/register", path


async def test_a_wrong_code_can_be_typed_again_and_says_how_often(reader: Reader, desk: Person) -> None:
    page = await password_given(reader, desk)
    assert not page.page.secret
    wrong = await reader.fill(page, "/sign-in/code", code="000000")
    assert wrong.status == 422 and "あと 4 回" in wrong.text
    assert "登録の図がもう一度表示されます" in wrong.text and "000000" not in wrong.html
    right = await reader.fill(wrong, "/sign-in/code", code=await desk.app_code())
    assert (right.status, right.to) == (303, "/")


async def test_a_wrong_password_keeps_the_name_and_not_the_password(reader: Reader, desk: Person) -> None:
    page = await password_given(reader, desk, "wrong-Password1")
    assert page.status == 422 and "あと 5 回" in page.text
    assert page.page.form("/sign-in").fields["login"] == "desk" and "wrong-Password1" not in page.html


async def test_the_sixth_locks_alike_for_somebody_and_for_nobody(reader: Reader, desk: Person) -> None:
    nobody = replace(desk, login="nobody")
    pages = [[await password_given(reader, person, "wrong") for _ in range(7)] for person in (desk, nobody)]
    for known, unknown in zip(*pages, strict=True):
        assert (known.status, known.text) == (unknown.status, unknown.text)
    assert pages[0][-1].status == 429 and "60 分" in pages[0][-1].text


async def test_an_arrival_of_yesterday_begins_anew_and_says_so(reader: Reader, world: World, desk: Person) -> None:
    page = await password_given(reader, desk)
    world.clock.move(11 * MINUTE)
    late = await reader.fill(page, "/sign-in/code", code=await desk.app_code())
    assert late.status == 401 and "はじめからやり直してください" in late.text
    assert "/sign-in" in late.page.actions


@pytest.mark.parametrize(("uri", "is_there"), [("otpauth://totp/x?a=1&b=2", True), ("javascript:alert(1)", False)])
async def test_the_device_itself_may_open_its_app_and_nothing_else(
    console: Browser, uri: str, is_there: bool
) -> None:
    console.vault.instead[m.ArriveStaff] = lambda message: m.Arrived(Step.ENROL, "arrival", shown={"uri": uri})
    form = door_form(console.knock())
    page = await console.post("/sign-in", {"form": form, "login": "clerk", "password": "x"})
    assert page.status == 200
    assert ('href="otpauth://totp/x?a=1&amp;b=2"' in page.text) is is_there and "javascript" not in page.text
