# SPDX-License-Identifier: Apache-2.0
"""Letters about filings: to whom they go, and that they name neither people nor documents."""

from collections.abc import Callable

import pytest

from appliance.model.things import Filing
from appliance.model.words import FilingState, Permission
from appliance.vault.filings.telling import tell_of_receipt, tell_of_refusal, tell_of_return, tell_of_waiting
from appliance.vault.letters import LetterKind
from appliance.vault.letters.texts import load_texts
from appliance.vault.records.tables import outbox
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.filings.sending import kept, put_filing
from tests.appliance.vault.world import Person, World

KINDS = (
    LetterKind.FILING_WAITING,
    LetterKind.FILING_RECEIVED,
    LetterKind.FILING_RETURNED,
    LetterKind.FILING_REFUSED,
    LetterKind.NOTICE_CANCELLED,
)


async def told(
    world: World, tell: Callable[[Transaction, Filing], None], filing: str, *people: Person
) -> list[int]:
    """How many letters each of the people has after that."""
    row = await kept(world, filing)
    await world.core.commit(lambda txn: tell(txn, row))
    letters = await world.core.read(lambda snapshot: outbox.scan(snapshot, "late"))
    mine = [letter for letter in letters if letter.kind in KINDS]
    assert all(letter.fields == {} for letter in mine)
    return [sum(letter.account == person.account for letter in mine) for person in people]


def waiting(txn: Transaction, filing: Filing) -> None:
    tell_of_waiting(txn, [filing, filing], filing.id, filing.uploaded_at)


async def test_what_waits_is_told_to_others_who_may_approve(
    world: World, sender: Person, colleague: Person, consultant: Person, stranger: Person
) -> None:
    people = (sender, colleague, consultant, stranger)
    id = await put_filing(world, sender.office, FilingState.UPLOADED, uploaded_by=consultant.account)
    assert await told(world, waiting, id, *people) == [1, 1, 0, 0]
    assert await told(world, waiting, id, *people) == [1, 1, 0, 0], "one letter, however often"


async def test_who_can_do_it_is_not_told(world: World, sender: Person, colleague: Person) -> None:
    id = await put_filing(world, sender.office, FilingState.UPLOADED, uploaded_by=sender.account)
    assert await told(world, waiting, id, sender, colleague) == [0, 0]


async def test_what_does_not_wait_is_not_told(world: World, sender: Person, consultant: Person) -> None:
    for state in (FilingState.HELD, FilingState.CANCELLED, FilingState.DELIVERED):
        id = await put_filing(world, sender.office, state, uploaded_by=consultant.account)
        assert await told(world, waiting, id, sender) == [0]


async def test_an_uploader_who_has_gone_leaves_it_to_the_others(
    world: World, sender: Person, colleague: Person
) -> None:
    id = await put_filing(world, sender.office, FilingState.UPLOADED, uploaded_by=colleague.account)
    await world.remove_account(colleague)
    assert await told(world, waiting, id, sender) == [1]


@pytest.mark.parametrize("tell", [tell_of_receipt, tell_of_refusal])
async def test_the_uploader_alone(
    world: World, sender: Person, consultant: Person, tell: Callable[[Transaction, Filing], None]
) -> None:
    id = await put_filing(world, sender.office, FilingState.RECEIVED, uploaded_by=consultant.account)
    assert await told(world, tell, id, sender, consultant) == [0, 1]


async def test_a_return_reaches_the_admin_and_the_uploader_once(
    world: World, sender: Person, colleague: Person
) -> None:
    for uploader in (sender, colleague):
        id = await put_filing(world, sender.office, FilingState.RETURNED, uploaded_by=uploader.account)
        await told(world, tell_of_return, id)
    assert await told(world, tell_of_return, id, sender, colleague) == [2, 1]


async def test_who_wants_no_mail_gets_none(world: World, sender: Person, consultant: Person) -> None:
    for person in (sender, consultant):
        await world.take_permission(person, Permission.MAIL_NOTICE)
    id = await put_filing(world, sender.office, FilingState.UPLOADED, uploaded_by=consultant.account)
    for tell in (waiting, tell_of_receipt, tell_of_return, tell_of_refusal):
        assert await told(world, tell, id, sender, consultant) == [0, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_says_that_there_is_something_and_never_what(kind: LetterKind) -> None:
    text = load_texts()[kind]
    places = {"{office}", "{name}", "{fund}", "{contact}"}
    assert set("".join(text.lines).split("{")[1:]) and all(
        "{" + part.split("}")[0] + "}" in places for part in "".join(text.lines).split("{")[1:]
    )
