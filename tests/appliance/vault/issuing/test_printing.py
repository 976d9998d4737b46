# SPDX-License-Identifier: Apache-2.0
"""Letters go to the printer and lie on paper, whatever happens in between (R187)."""

import asyncio
import re
from collections.abc import Sequence

import pytest

from appliance.contracts.records import Txn
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Entry, Kind
from appliance.model.words import Site
from appliance.vault.issuing.letter_list import MOST
from appliance.vault.issuing.printing import AT_ONCE
from appliance.vault.letters import LetterKind
from appliance.vault.records.issuing_tables import SealedLetter, letter_states, sealed_letters
from appliance.vault.records.tables import outbox
from tests.appliance.vault.issuing.new_offices import new_office
from tests.appliance.vault.world import Person, World


async def printed(world: World, person: Person, *letters: str) -> tuple[m.LettersPrinted, bytes]:
    """The reply, and the PDF behind it."""
    reply = await world.answer(Site.CONSOLE, m.PrintLetters(letters), token=person.token)
    assert reply.stream is not None
    content = b"".join([piece async for piece in reply.stream])
    assert len(content) == reply.message.size
    return reply.message, content


def pages(content: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type /Page\b(?!s)", content))


async def kept(world: World) -> list[SealedLetter]:
    """The letters that wait."""
    return await world.core.read(lambda snapshot: sealed_letters.scan(snapshot, "made"))


async def test_all_that_wait_are_one_pdf(world: World, hara: Person) -> None:
    for number in (1, 2, 3):
        await new_office(world, number=number)
    reply, content = await printed(world, hara)
    assert (reply.count, pages(content)) == (3, 3)
    assert content.startswith(b"%PDF") and reply.file_name == "お知らせ_20260609_3件.pdf"
    assert {letter.prints for letter in await kept(world)} == {1}


async def test_chosen_ones_are_printed_as_often_as_people_like(world: World, hara: Person) -> None:
    _, letter = await new_office(world, number=1)
    await new_office(world, number=2)
    _, first = await printed(world, hara, letter.id, letter.id)
    _, second = await printed(world, hara, letter.id)
    assert pages(first) == 1 and first == second
    assert {one.id: one.prints for one in await kept(world)}[letter.id] == 2
    entries = await world.journal(Kind.LETTER_PRINTED)
    assert [(entry.thing, entry.reason) for entry in entries] == [(letter.id, "print 1"), (letter.id, "print 2")]
    assert letter.download_key not in repr(entries) and letter.first_password not in repr(entries)


async def test_what_lies_on_paper_is_forgotten(world: World, hara: Person) -> None:
    office, letter = await new_office(world)
    await printed(world, hara)
    assert (await hara.ask(m.ConfirmLetters((letter.id,)))).count == 1
    assert await kept(world) == []
    state = await world.core.read(lambda snapshot: letter_states.get(snapshot, office.id))
    assert state is not None and (state.confirmed_by, state.forgotten_at) == (hara.account, 0)
    [entry] = await world.journal(Kind.LETTER_CONFIRMED)
    assert (entry.actor, entry.office, entry.thing) == (hara.account, office.id, letter.id)
    assert (await hara.refused(Why.CONFLICT, m.PrintLetters((letter.id,)))).text == "letter.gone"


async def test_the_first_letter_that_lies_on_paper_is_told_of_by_mail(world: World, hara: Person) -> None:
    """R183: once, and not for a reissue, of which another mail tells."""
    office, letter = await new_office(world)
    await printed(world, hara)
    for _ in range(2):
        await hara.ask(m.ConfirmLetters((letter.id,)))
    found = await world.core.read(lambda snapshot: outbox.scan(snapshot, "written"))
    assert [one.about for one in found if one.kind == LetterKind.REGISTRATION_DONE] == [office.id]


async def test_confirmed_twice_is_confirmed_once(world: World, hara: Person) -> None:
    _, letter = await new_office(world)
    await printed(world, hara)
    assert (await hara.ask(m.ConfirmLetters((letter.id, letter.id)))).count == 1
    assert (await hara.ask(m.ConfirmLetters((letter.id,)))).count == 0
    assert len(await world.journal(Kind.LETTER_CONFIRMED)) == 1


async def test_an_answer_that_was_lost_comes_again(world: World, hara: Person) -> None:
    _, letter = await new_office(world)
    await printed(world, hara)
    message = m.ConfirmLetters((letter.id,), command="c" * 16)
    first = await hara.ask(message)
    await world.restart()
    assert await hara.ask(message) == first == m.LettersConfirmed(1)


async def test_what_was_never_printed_cannot_be_confirmed(world: World, hara: Person) -> None:
    _, letter = await new_office(world)
    assert (await hara.refused(Why.CONFLICT, m.ConfirmLetters((letter.id,)))).text == "letter.not_printed"
    assert (await hara.ask(m.ConfirmLetters((), world.clock.now()))).count == 0
    assert len(await kept(world)) == 1


async def test_all_that_were_printed_until_then_are_confirmed(world: World, hara: Person) -> None:
    first, later = (await new_office(world, number=1))[1], (await new_office(world, number=2))[1]
    await printed(world, hara, first.id)
    seen = world.clock.now()
    world.clock.move(1)
    await printed(world, hara, later.id)
    assert (await hara.ask(m.ConfirmLetters((), seen))).count == 1
    assert [letter.id for letter in await kept(world)] == [later.id]


async def test_a_letter_that_is_reissued_while_it_is_printed_is_not_confirmed(world: World, hara: Person) -> None:
    office, letter = await new_office(world)
    await printed(world, hara)
    anew = await hara.ask(m.ReissueLetter(office.id, True, False, "届かない"))
    assert (await hara.ask(m.ConfirmLetters((letter.id,)))).count == 0
    assert [one.id for one in await kept(world)] == [anew.letter]
    assert (await hara.refused(Why.CONFLICT, m.ConfirmLetters((anew.letter,)))).text == "letter.not_printed"


async def test_whatever_comes_first_no_dead_letter_is_taken_for_the_new_one(world: World, hara: Person) -> None:
    office, letter = await new_office(world)
    _, anew = await asyncio.gather(
        world.outcome(Site.CONSOLE, m.PrintLetters((letter.id,)), token=hara.token),
        hara.ask(m.ReissueLetter(office.id, True, True, "紛失")),
    )
    assert (await hara.ask(m.ConfirmLetters((letter.id,)))).count == 0
    assert [(one.id, one.prints) for one in await kept(world)] == [(anew.letter, 0)]


async def test_without_letters_there_is_nothing_to_print(hara: Person) -> None:
    assert (await hara.refused(Why.CONFLICT, m.PrintLetters())).text == "letter.none"
    assert (await hara.refused(Why.CONFLICT, m.PrintLetters(("x" * 26,)))).text == "letter.gone"
    too_many = tuple(f"{number:026d}" for number in range(MOST + 1))
    assert (await hara.refused(Why.INVALID, m.PrintLetters(too_many))).text == "letter.too_many"
    assert (await hara.refused(Why.INVALID, m.ConfirmLetters(too_many))).text == "letter.too_many"


async def test_more_than_one_commit_holds_are_one_print(world: World, hara: Person) -> None:
    count = AT_ONCE + 5
    for number in range(1, count + 1):
        await new_office(world, number=number)
    reply, content = await printed(world, hara)
    assert (reply.count, pages(content)) == (count, count)
    assert {letter.prints for letter in await kept(world)} == {1}


async def test_no_transaction_confirms_more_than_it_has_time_for(
    world: World, hara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 at once would take about as long as the store allows any of them (design §5)."""
    append, sizes = world.core.log.append, list[int]()

    def counted(txn: Txn, entries: Sequence[Entry]) -> int:
        sizes.append(len(entries))
        return append(txn, entries)

    monkeypatch.setattr(world.core.log, "append", counted)
    count = AT_ONCE + 5
    for number in range(1, count + 1):
        await new_office(world, number=number)
    await printed(world, hara)
    assert (await hara.ask(m.ConfirmLetters((), world.clock.now()))).count == count
    assert await kept(world) == [] and max(sizes) == AT_ONCE
    assert len(await world.journal(Kind.LETTER_CONFIRMED)) == count


async def test_who_may_not_print_leaves_no_print(world: World, hara: Person) -> None:
    _, letter = await new_office(world)
    world.rights.denied.add("letter.print")
    await hara.refused(Why.NOT_ALLOWED, m.PrintLetters((letter.id,)))
    assert (await kept(world))[0].prints == 0
