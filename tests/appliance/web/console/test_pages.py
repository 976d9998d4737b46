# SPDX-License-Identifier: Apache-2.0
"""The pages of the console that only show something."""

import pytest

from appliance.link import messages as m
from appliance.model.words import NoticeState
from tests.appliance.web.conftest import Browser


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
    office = clerk.vault.offices[1].id
    for _ in range(60):
        clerk.vault.deliver(b"x")
    page = (await clerk.get(f"/notices?office={office}&after=")).text
    assert clerk.vault.asked[-1].message == m.ListNotices(office=office, after="", limit=50)
    assert f'value="{office}" selected' in page
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
    assert text.count("<option") == 2500 + 1 + 1 + 2
