# SPDX-License-Identifier: Apache-2.0
"""「複数事業所管理届」 in front of the real vault: nothing is entered before the names were seen."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.link import messages as m
from appliance.model.words import Role, Site
from tests.appliance.vault.grouping.hand import clerk_of, delegated
from tests.appliance.vault.world import Person, World, opened
from tests.appliance.web.conftest import Opening
from tests.appliance.web.whole import Reader, Seen, site_of

PAPER = {
    "clients": "2\n３、0003",
    "since": "2026-06-09",
    "until": "2027-03-31",
    "reason": "6 月 9 日付の複数事業所管理届",
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A vault with three offices: a firm and two clients."""
    async with opened(World.new(tmp_path / "shreds")) as made:
        yield made


@pytest.fixture
async def reader(open_site: Opening, world: World) -> Reader:
    """Somebody in front of the console."""
    return await site_of(open_site, world, Site.CONSOLE)


@pytest.fixture
async def clerk(world: World) -> Person:
    """One who enters what was filed."""
    return await clerk_of(world)


@pytest.fixture
async def firm(world: World) -> Person:
    """A 社労士 with an office of the own; two other offices are there."""
    person = await world.user(await world.office(9), "Sharo009")
    await world.office(2)
    await world.office(3)
    return person


async def paper(reader: Reader, firm: Person) -> Seen:
    """The page on which the paper is typed."""
    return await reader.see(f"/delegations/new?office={firm.office}")


async def entered(clerk: Person) -> int:
    """How many delegations there are."""
    return len((await clerk.ask(m.ListDelegations())).rows)


async def test_from_the_paper_to_the_entry(reader: Reader, world: World, clerk: Person, firm: Person) -> None:
    page = await reader.be(clerk.token).see("/delegations")
    assert "登録はありません" in page.text and "/delegations/new" in page.page.links
    page = await reader.see("/delegations/new?find=9")
    assert "0009 事業所9" in page.text and "利用者Sharo009" in page.text
    sure = await reader.fill(page, "/delegations/new", account=firm.account, **PAPER)
    assert "まだ登録されていません" in sure.text
    assert "0002 事業所2" in sure.text and "0003 事業所3" in sure.text and "（2）" in sure.text
    assert await entered(clerk) == 0
    done = await reader.fill(sure, "/delegations/new/add")
    page = await reader.follow(done)
    assert "複数事業所管理届を登録しました" in page.text
    assert "0003 事業所3" in page.text and "6 月 9 日付の複数事業所管理届" in page.text
    assert await entered(clerk) == 2


async def test_the_same_form_twice_is_one_entry(reader: Reader, world: World, clerk: Person, firm: Person) -> None:
    page = await paper(reader.be(clerk.token), firm)
    sure = await reader.fill(page, "/delegations/new", account=firm.account, **PAPER)
    for _ in range(2):
        assert (await reader.fill(sure, "/delegations/new/add")).status == 303
    assert await entered(clerk) == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"clients": "2 77"}, "登録されていない事業所番号"),
        ({"clients": "あ"}, "登録されていない事業所番号"),
        ({"clients": "0"}, "登録されていない事業所番号"),
        ({"clients": " , "}, "事業所の数"),
        ({"clients": ""}, "手続きをする事業所の番号を入力"),
        ({"account": "a" * 26}, "担当を選んで"),
        ({"reason": ""}, "届出を入力"),
    ],
)
async def test_what_is_wrong_is_said_before_anything_is_asked(
    reader: Reader, world: World, clerk: Person, firm: Person, changed: dict[str, str], said: str
) -> None:
    page = await paper(reader.be(clerk.token), firm)
    typed = {"account": firm.account, **PAPER, **changed}
    again = await reader.fill(page, "/delegations/new", **typed)
    assert again.status == 422 and said in again.text
    assert await entered(clerk) == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"until": "2026-06-08"}, "終了日を確かめて"),
        ({"until": "2040-06-08"}, "5 年まで"),
        ({"clients": "9"}, "ご自身の事業所は登録できません"),
    ],
)
async def test_what_the_vault_says_stands_on_the_paper_again(
    reader: Reader, world: World, clerk: Person, firm: Person, changed: dict[str, str], said: str
) -> None:
    page = await paper(reader.be(clerk.token), firm)
    sure = await reader.fill(page, "/delegations/new", account=firm.account, **{**PAPER, **changed})
    again = await reader.fill(sure, "/delegations/new/add")
    assert again.status == 422 and said in again.text
    assert PAPER["reason"] in again.html, "what was typed stays"


async def test_narrowed_to_one_office(reader: Reader, world: World, clerk: Person, firm: Person) -> None:
    second = await world.office(22)
    await delegated(world, firm, second)
    page = await reader.be(clerk.token).see("/delegations?find=22")
    assert "0022 事業所22" in page.text
    assert "登録はありません" in (await reader.see("/delegations?find=3")).text
    assert "当てはまる事業所はありません" in (await reader.see("/delegations?find=nobody")).text
    several = await reader.see("/delegations?find=事業所")
    assert "0009 事業所9" in several.text and "ほかの事業所" not in several.text


async def test_ending_one(reader: Reader, world: World, clerk: Person, firm: Person) -> None:
    office = await world.office(22)
    [id] = await delegated(world, firm, office)
    page = await reader.be(clerk.token).see(f"/delegations/{id}/end")
    done = await reader.fill(page, f"/delegations/{id}/end")
    assert "委任を終了しました" in (await reader.follow(done)).text
    assert (await reader.see(f"/delegations/{id}/end")).status == 409


async def test_others_look_and_do_nothing(reader: Reader, world: World, firm: Person) -> None:
    [id] = await delegated(world, firm, await world.office(22))
    desk = await (await world.staff("desk01", Role.FUND_DESK)).sign_in()
    page = await reader.be(desk.token).see("/delegations")
    assert "0022 事業所22" in page.text
    assert "/delegations/new" not in page.page.links and f"/delegations/{id}/end" not in page.page.links


async def test_a_managing_office_is_found_by_what_is_typed(reader: Reader, clerk: Person, firm: Person) -> None:
    page = await reader.be(clerk.token).see("/delegations/new")
    assert "管理事業所" in page.text
    page = await reader.see("/delegations/new?find=事業所")
    assert "ほか" in page.text or "0009 事業所9" in page.text
    assert "当てはまる事業所はありません" in (await reader.see("/delegations/new?find=zzz")).text
