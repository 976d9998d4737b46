# SPDX-License-Identifier: Apache-2.0
"""The registration form on the Internet, through the real vault: looked through, sent, the same for everybody."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.config.office_settings import RegistrationSettings
from appliance.config.settings import Door
from appliance.link import messages as m
from appliance.model.intake import IntakeSource
from appliance.model.words import PasswordProfile, Site
from tests.appliance.vault.intake.forms import CHOSEN, as_rokin, confirm, listed, typed, with_web_form
from tests.appliance.vault.world import Person, World, opened
from tests.appliance.web.conftest import Opening
from tests.appliance.web.whole import DirectLink, Reader, Seen

PLACE = "/register/"
OFFERED = RegistrationSettings(web_form=True)
TYPED = {name.value: text for name, text in typed().items() if name != "entered_on"}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A vault that takes forms of the public site."""
    async with opened(World.new(tmp_path / "shreds")) as made:
        await with_web_form(made)
        yield made


@pytest.fixture
async def clerk(world: World) -> Person:
    """Who looks at what was sent."""
    return await world.clerk()


@pytest.fixture
async def reader(open_site: Opening, world: World) -> Reader:
    """Somebody on the Internet."""
    link = DirectLink(world, Site.PUBLIC)
    return Reader(await open_site(Site.PUBLIC, link=link, registration=OFFERED), Site.PUBLIC)


async def fill(reader: Reader, **changed: str) -> Seen:
    """Fill the form in."""
    return await reader.fill(await reader.see(PLACE), PLACE, **{**TYPED, **changed})


async def test_nothing_is_offered_unless_the_fund_says_so(open_site: Opening, world: World) -> None:
    reader = Reader(await open_site(Site.PUBLIC, link=DirectLink(world, Site.PUBLIC)), Site.PUBLIC)
    assert (await reader.see(PLACE)).status == 404
    assert PLACE not in (await reader.see("/")).html


async def test_the_landing_page_leads_there_where_it_is(reader: Reader) -> None:
    assert f'href="{PLACE}"' in (await reader.see("/")).html
    assert (await reader.see("/register")).to == PLACE


async def test_it_is_looked_through_before_it_is_sent(reader: Reader, clerk: Person) -> None:
    sure = await fill(reader, name_kana="ｷｷﾝ ﾀﾛｳ", office_number="１２３")
    assert sure.status == 200 and "まだ送信されていません" in sure.text
    assert "キキン　タロウ" in sure.html and "000123" in sure.text
    assert await listed(clerk) == []
    done = await reader.fill(sure, PLACE, sure="yes")
    assert "届出を受け付けました" in done.text
    (row,) = await listed(clerk)
    assert (row.source, row.office_number, row.faults) == (IntakeSource.WEB, 123, 0)


async def test_who_wants_to_mend_something_finds_what_was_typed(reader: Reader) -> None:
    form = await reader.fill(await fill(reader), PLACE, sure="no")
    assert form.page.form(PLACE).fields["mail"] == TYPED["mail"] and "登録届" in form.text


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("mail", "taro", "メールアドレスの形ではありません"),
        ("seats", "4", "3 台までで届け出てください"),
        ("seats", "0", "1 から 3 まで"),
        ("name_kana", "キキンタロウ", "姓と名の間に"),
        ("user_id", "ｋｉｋｉｎT001", "kikinT001"),
        ("office_number", " ", "事業所番号を入力してください"),
    ],
)
async def test_what_is_wrong_stands_at_its_field(
    reader: Reader, clerk: Person, field: str, text: str, said: str
) -> None:
    page = await fill(reader, **{field: text, "sure": "yes"})
    assert page.status == 422 and said in page.text and f'id="{field}-fault"' in page.html
    assert await listed(clerk) == []


async def test_whether_an_office_is_known_shows_nowhere(reader: Reader, clerk: Person) -> None:
    pages = []
    for _ in range(2):
        sure = await fill(reader)
        pages.append((await reader.fill(sure, PLACE, sure="yes")).html)
        await confirm(clerk, *[row.id for row in await listed(clerk)])
    assert pages[0] == pages[1]


async def test_a_source_may_not_send_without_end(reader: Reader, clerk: Person) -> None:
    for number in range(1, 31):
        await fill(reader, office_number=str(number), sure="yes")
    page = await fill(reader, office_number="31", sure="yes")
    assert page.status == 409 and "今は受け付けられません" in page.text
    assert len(await listed(clerk)) == 30


async def test_a_chosen_password_never_comes_back(open_site: Opening, world: World, clerk: Person) -> None:
    await as_rokin(world)
    door = Door(password_profile=PasswordProfile.ROKIN)
    browser = await open_site(Site.PUBLIC, link=DirectLink(world, Site.PUBLIC), registration=OFFERED, door=door)
    reader = Reader(browser, Site.PUBLIC)
    wrong = await fill(reader, first_password=CHOSEN, again_password="another")
    assert wrong.status == 422 and CHOSEN not in wrong.html
    weak = await fill(reader, first_password="weak", again_password="weak")
    assert weak.status == 422 and "初期パスワードは半角 8 文字" in weak.text
    done = await fill(reader, first_password=CHOSEN, again_password=CHOSEN)
    assert "届出を受け付けました" in done.text
    (row,) = (await clerk.ask(m.ListRegistrations())).rows
    assert (await clerk.ask(m.ReadRegistration(row.id))).first_password == 8
