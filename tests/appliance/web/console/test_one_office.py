# SPDX-License-Identifier: Apache-2.0
"""Finding the office of a list: by what somebody types, or by a link; and saying so when it is not clear."""

import pytest

from appliance.link import messages as m
from tests.appliance.vault.filings.sending import LOSS, delivered
from tests.appliance.vault.world import Person, World
from tests.appliance.web.console.exchange import clerk, stranger, user
from tests.appliance.web.whole import Reader, Seen

__all__ = ["clerk", "stranger", "user"]


@pytest.fixture
async def made(world: World, user: Person, stranger: Person, clerk: Person) -> dict[str, str]:
    """A notice and a filing of each of two offices, by file name and office."""
    await clerk.deliver(user.office)
    await clerk.deliver(stranger.office)
    return {
        "first": await delivered(world, user, LOSS),
        "second": await delivered(world, stranger, LOSS[:9] + "0002" + LOSS[13:]),
    }


def offices(seen: Seen) -> list[str]:
    """Of which offices there are lines."""
    cells = seen.html.split("<td><bdi>")[1:]
    return sorted({cell.partition("</bdi>")[0] for cell in cells})


@pytest.mark.parametrize("path", ["/notices", "/filings"])
@pytest.mark.parametrize("typed", ["2", "0002", "０００２", "事業所2", "0002 事業所2", " ２ 事業所 "])
async def test_one_office_is_found(
    reader: Reader, clerk: Person, stranger: Person, made: dict[str, str], path: str, typed: str
) -> None:
    seen = await reader.be(clerk.token).see(f"{path}?find={typed}")
    assert offices(seen) == ["0002 事業所2"] and "条件 事業所: 0002 事業所2" in seen.text
    assert 'value="0002 事業所2"' in seen.html
    assert f"{path}.csv?office={stranger.office}" in seen.page.links


@pytest.mark.parametrize("path", ["/notices", "/filings"])
async def test_several_are_to_choose_from(
    reader: Reader, clerk: Person, stranger: Person, made: dict[str, str], path: str
) -> None:
    seen = await reader.be(clerk.token).see(f"{path}?find=事業所&order=old")
    assert "「事業所」に当てはまる事業所が 2 件あります" in seen.text and offices(seen) == []
    choice = f"{path}?office={stranger.office}&order=old"
    assert choice in seen.page.links
    assert offices(await reader.see(choice)) == ["0002 事業所2"]


@pytest.mark.parametrize("path", ["/notices", "/filings"])
async def test_none_is_said(reader: Reader, clerk: Person, made: dict[str, str], path: str) -> None:
    seen = await reader.be(clerk.token).see(f"{path}?find=<b>ない")
    assert "「<b>ない」に当てはまる事業所はありません" in seen.text and "<b>ない" not in seen.html
    assert offices(seen) == [] and path in seen.page.links


async def test_too_many_are_cut(reader: Reader, world: World, clerk: Person) -> None:
    for number in range(10, 40):
        await world.office(number)
    seen = await reader.be(clerk.token).see("/notices?find=事業所")
    assert len([link for link in seen.page.links if "office=" in link]) == 20 and "ほかにもあります" in seen.text


async def test_a_link_names_its_office(reader: Reader, clerk: Person, user: Person, made: dict[str, str]) -> None:
    seen = await reader.be(clerk.token).see(f"/notices?office={user.office}")
    assert offices(seen) == ["0001 事業所1"] and 'value="0001 事業所1"' in seen.html
    assert (await reader.see(f"/notices?office={'a' * 26}")).status == 404


async def test_what_is_typed_goes_before_the_link(
    reader: Reader, clerk: Person, user: Person, made: dict[str, str]
) -> None:
    seen = await reader.be(clerk.token).see(f"/notices?office={user.office}&find=2")
    assert offices(seen) == ["0002 事業所2"]


async def test_receiving_goes_on_at_the_same_office(
    reader: Reader, clerk: Person, stranger: Person, made: dict[str, str]
) -> None:
    seen = await reader.be(clerk.token).see("/filings?find=2&state=delivered")
    fields = {**seen.page.form("/filings/receive").fields, f"mark.{made['second']}": "x"}
    done = await reader.post("/filings/receive", fields)
    assert done.to == f"/filings?office={stranger.office}&state=delivered&received=1"


async def test_taking_back_comes_back_to_the_same_place(
    reader: Reader, clerk: Person, user: Person, made: dict[str, str]
) -> None:
    seen = await reader.be(clerk.token).see("/notices?find=1&state=unread&order=old")
    [cancel] = [link for link in seen.page.links if "/cancel" in link]
    assert cancel.endswith(f"/cancel?office={user.office}&state=unread&order=old")
    form = await reader.see(cancel)
    assert f"/notices?office={user.office}&state=unread&order=old" in form.page.links


async def test_the_page_does_not_grow_with_the_offices(reader: Reader, world: World, clerk: Person) -> None:
    few = len((await reader.be(clerk.token).see("/filings")).html)
    for number in range(10, 60):
        await world.office(number)
    assert abs(len((await reader.see("/filings")).html) - few) < 50
    assert m.BY_SHAPE[m.ListOffices].action == "office.list"
