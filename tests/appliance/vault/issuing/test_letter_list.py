# SPDX-License-Identifier: Apache-2.0
"""What waits for the printer, and who needs another letter."""

import pytest

from appliance.link import messages as m
from appliance.model.journal import Kind
from appliance.model.things import Office
from appliance.model.time import DAY
from appliance.vault.issuing import letter_list
from appliance.vault.issuing.expiring import forget_letters
from appliance.vault.records.issuing_tables import LetterState, letter_states
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.issuing.new_offices import new_office
from tests.appliance.vault.people.folk import enter_console
from tests.appliance.vault.world import Person, World


async def test_the_oldest_stand_first_page_by_page(world: World, hara: Person) -> None:
    made = []
    for number in range(1, 6):
        made.append((await new_office(world, number=number))[1].id)
        world.clock.move(1)
    first = await hara.ask(m.ListLetters(limit=2))
    second = await hara.ask(m.ListLetters(first.after, 2))
    last = await hara.ask(m.ListLetters(second.after, 2))
    assert [row.letter for page in (first, second, last) for row in page.rows] == made
    assert (last.after, first.waiting, first.printed) == ("", 5, 0)
    assert len(await world.journal(Kind.LETTER_LIST_READ)) == 1


async def test_a_row_says_until_when_it_is_kept_and_never_a_secret(world: World, hara: Person) -> None:
    office, letter = await new_office(world, office_name="\U0003106c田商店")
    page = await hara.ask(m.ListLetters())
    [row] = page.rows
    assert (row.office, row.number, row.contract_number) == (office.id, 1, office.contract_number)
    assert (row.ends_at, row.prints, row.reissue) == (letter.made_at + 7 * DAY, 0, False)
    assert row.by_hand == (m.ByHand("\U0003106c田商店", "\U0003106c", ""),) and page.by_hand == 1
    assert letter.download_key not in repr(page) and letter.first_password not in repr(page)


async def test_names_that_are_printed_otherwise_are_counted_before_they_are_printed(
    world: World, hara: Person
) -> None:
    """Also those on later pages: all that wait are printed together."""
    await new_office(world, number=1, office_name="𠮷野家𠮟髙商店")
    for number in (2, 3):
        world.clock.move(1)
        await new_office(world, number=number, office_name="渡邉\U000e0115商店")
    first = await hara.ask(m.ListLetters(limit=1))
    assert (first.rows[0].by_hand, first.by_hand) == ((), 2)
    second = await hara.ask(m.ListLetters(first.after, 1))
    assert second.rows[0].by_hand == (m.ByHand("渡邉\U000e0115商店", "", "邉"),) and second.by_hand == 0


async def test_a_page_behind_a_letter_that_is_gone_begins_again(world: World, hara: Person) -> None:
    _, letter = await new_office(world)
    assert [row.letter for row in (await hara.ask(m.ListLetters("x" * 26))).rows] == [letter.id]


async def test_who_asks_and_who_was_forgotten_need_a_reissue(world: World, admin: Person, hara: Person) -> None:
    await admin.ask(m.AskReissue())
    office, _ = await new_office(world, number=2)
    world.clock.move(8 * DAY)
    await forget_letters(world.core)
    page = await (await enter_console(hara)).ask(m.ListLetters())
    assert page.rows == ()
    wanting = {row.office: (bool(row.asked_at), bool(row.forgotten_at)) for row in page.wanting}
    assert wanting[office.id] == (False, True) and wanting[admin.office][0]
    await hara.ask(m.ReissueLetter(office.id, True, True, "期限切れ"))
    assert office.id not in {row.office for row in (await hara.ask(m.ListLetters())).wanting}


async def all_wanting(hara: Person, start: str = "") -> list[list[str]]:
    """The pages of those who need a reissue."""
    pages: list[list[str]] = []
    after = start
    while after or not pages:
        page = await hara.ask(m.ListLetters(wanting_after=after))
        pages.append([row.office for row in page.wanting])
        after = page.wanting_after
        assert len(pages) < 20
    return pages


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 50])
async def test_all_who_need_a_reissue_come_page_by_page_and_once(
    world: World, hara: Person, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Of seven: four ask, five were forgotten, two of them both."""
    ids = [f"{number:026}" for number in range(7)]

    def put(txn: Transaction) -> None:
        for number, id in enumerate(ids):
            offices.put(txn, Office(id, 100 + number, f"123456-{number:07}", f"事業所{number}", 1))
            asked, forgotten = number + 1 if number < 4 else 0, number + 1 if number > 1 else 0
            letter_states.put(txn, LetterState(id, 1, asked_at=asked, forgotten_at=forgotten))

    await world.core.commit(put)
    monkeypatch.setattr(letter_list, "MOST_WANTING", most)
    pages = await all_wanting(hara)
    assert [id for page in pages for id in page] == ids
    assert max(map(len, pages)) <= most + 1
    # Behind one that has its letter by now, or never was, it begins anew.
    await world.core.commit(lambda txn: letter_states.put(txn, LetterState(ids[6], 1, confirmed_at=9)))
    for gone in (f"forgotten/{ids[6]}", f"asked/{ids[5]}", "asked/" + "x" * 26, "/", "x", "forgotten/"):
        assert [id for page in await all_wanting(hara, gone) for id in page] == ids[:6]
