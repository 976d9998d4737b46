# SPDX-License-Identifier: Apache-2.0
"""The list of offices: in the order of their numbers, for the fund alone."""

import pytest

from appliance.link import messages as m
from appliance.link.envelope import Call
from appliance.link.messages.calling import ReadCaller
from appliance.link.messages.issuing import ChangeSeats
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.words import Site
from appliance.vault.caller import Caller
from appliance.vault.desks import DESKS
from appliance.vault.office_list import known_office, named_office
from tests.appliance.vault.world import Person, World

NUMBERS = [7, 1, 300, 12, 999_999]


@pytest.fixture
async def offices(world: World) -> dict[int, str]:
    return {number: await world.office(number) for number in NUMBERS}


async def numbers(clerk: Person, limit: int) -> list[int]:
    found: list[int] = []
    after = 0
    while True:
        page = await clerk.ask(m.ListOffices(after, limit))
        found += [row.number for row in page.rows]
        after = page.after
        if not after:
            return found


@pytest.mark.parametrize("limit", [1, 2, 5, 6, 1000])
async def test_pages_in_the_order_of_the_numbers(clerk: Person, offices: dict[int, str], limit: int) -> None:
    assert await numbers(clerk, limit) == sorted(NUMBERS)


async def test_a_row_says_what_the_fund_knows(clerk: Person, offices: dict[int, str]) -> None:
    (row,) = (await clerk.ask(m.ListOffices(after=7, limit=1))).rows
    assert row == m.OfficeRow(offices[12], 12, "123456-0000012", "事業所12")


@pytest.mark.parametrize("after", [-1, -(2**63), 2, 2**64 - 1])
async def test_a_cursor_that_there_is_not_begins_anew(clerk: Person, offices: dict[int, str], after: int) -> None:
    assert (await clerk.ask(m.ListOffices(after, 1))).rows[0].number == 1


@pytest.mark.parametrize(("limit", "rows"), [(-5, 1), (0, 1), (2**62, 5)])
async def test_a_limit_that_makes_no_sense(clerk: Person, offices: dict[int, str], limit: int, rows: int) -> None:
    assert len((await clerk.ask(m.ListOffices(limit=limit))).rows) == rows


# --- looked for ---------------------------------------------------------------------------------------------------


async def found(clerk: Person, search: str, limit: int = 2) -> list[int]:
    """The numbers of all offices that are found, page by page."""
    numbers: list[int] = []
    after = 0
    while True:
        page = await clerk.ask(m.ListOffices(after, limit, search))
        numbers += [row.number for row in page.rows]
        after = page.after
        if not after:
            return numbers


@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        ("事業所", [1, 7, 12, 300, 999_999]),
        ("300", [300]),
        ("０００７", [7]),
        ("0012 事業所", [12]),
        ("1", [1, 12]),
        ("999", [999_999]),
        ("123456-0000012", [12]),
        ("１２３４５６－００００３００", [300]),
        ("123456-0000013", []),
        ("２", [12]),
        ("9" * 40, []),
        ("ない", []),
        ("", [1, 7, 12, 300, 999_999]),
    ],
)
async def test_an_office_is_found(clerk: Person, offices: dict[int, str], search: str, numbers: list[int]) -> None:
    assert sorted(await found(clerk, search)) == numbers
    assert sorted(await found(clerk, search, 1_000)) == numbers


async def test_just_this_number_comes_first_and_once(clerk: Person, offices: dict[int, str]) -> None:
    assert await found(clerk, "12", 1) == [12]
    assert await found(clerk, "1", 1) == [1, 12]
    assert (await found(clerk, "7", 1))[0] == 7


async def test_a_search_looks_at_a_bounded_number(
    clerk: Person, offices: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.vault.narrowing.MAX_LOOKED", 2)
    page = await clerk.ask(m.ListOffices(search="999999 事業所"))
    assert (page.rows, page.after) == ((), 7)
    assert await found(clerk, "999999 事業所") == [999_999]


async def test_a_search_that_is_too_long(clerk: Person) -> None:
    assert (await clerk.refused(Why.INVALID, m.ListOffices(search="x" * 101))).text == "list.search"


async def test_the_list_is_journaled_once_a_page(world: World, clerk: Person, offices: dict[int, str]) -> None:
    for after in (0, 0, 7, 7):
        await clerk.ask(m.ListOffices(after))
    assert len(await world.journal(Kind.OFFICE_LIST_READ)) == 2


async def test_no_offices_are_an_empty_page(clerk: Person) -> None:
    assert await clerk.ask(m.ListOffices()) == m.OfficePage((), 0)


def test_the_portal_has_no_such_list() -> None:
    assert m.BY_SHAPE[m.ListOffices].sites == {Site.CONSOLE}


async def test_an_office_is_known_or_not_found(world: World, office: str) -> None:
    assert await world.core.read(lambda snapshot: known_office(snapshot, office)) == office
    assert await world.core.read(lambda snapshot: known_office(snapshot, "")) == ""
    with pytest.raises(Refused, match=Why.NOT_FOUND):
        await world.core.read(lambda snapshot: known_office(snapshot, "a" * 26))


async def test_what_names_an_office_names_one_that_there_is(world: World, offices: dict[int, str]) -> None:
    """One function for every desk of the fund that is about one office: no office at all is none of them."""
    naming = [shape for shape, desk in DESKS.items() if desk.office_of is named_office]
    assert {m.ListSeats, ChangeSeats, ReadCaller, m.UnlockCounter} <= set(naming)
    caller = Caller(Call(Site.CONSOLE, m.BY_SHAPE[m.ListSeats], m.ListSeats(""), "r"), 0, bytes(32))
    core, known = world.core, offices[7]
    assert await core.read(lambda snapshot: named_office(snapshot, caller, m.ListSeats(known))) == known
    for wrong in ("", "a" * 26):
        with pytest.raises(Refused) as caught:
            await core.read(lambda snapshot, wrong=wrong: named_office(snapshot, caller, m.ListSeats(wrong)))  # type: ignore[misc]
        assert caught.value.why is Why.NOT_FOUND
