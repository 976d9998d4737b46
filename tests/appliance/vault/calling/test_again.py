# SPDX-License-Identifier: Apache-2.0
"""The desk sends mails to the registered address alone, not too often, and nothing that was said only once."""

from collections.abc import Mapping

import pytest

from appliance.link.messages.calling import SendAgain, SendTestMail
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.things import MailState
from appliance.model.words import MailOutcome, Role, Site
from appliance.vault.calling.again import PAUSE, SAFE, is_safe_again
from appliance.vault.letters import LetterKind
from appliance.vault.letters.kinds import TRAITS
from appliance.vault.records.tables import mail_states
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def desk(world: World) -> Person:
    """One of the desk, signed in."""
    return await (await world.staff("desk", Role.FUND_DESK)).sign_in()


async def last(world: World, person: Person, kind: LetterKind, outcome: MailOutcome) -> None:
    """The last letter of a kind, an hour ago."""
    state = MailState(person.account, kind, "letter", world.clock.now() - PAUSE, outcome)
    await world.core.commit(lambda txn: mail_states.put(txn, state))


async def test_a_test_mail_goes_to_the_registered_address(world: World, desk: Person, user: Person) -> None:
    await desk.ask(SendTestMail(user.account, "command1" * 2))
    [letter] = await world.letters(user.account, LetterKind.TEST_MAIL)
    assert (letter.to, letter.fields, letter.urgent) == ("", {}, True)
    [entry] = await world.journal(Kind.MAIL_TESTED)
    assert (entry.actor, entry.office, entry.thing) == (desk.account, user.office, user.account)


async def test_twice_in_ten_minutes_is_too_often(world: World, desk: Person, user: Person) -> None:
    await desk.ask(SendTestMail(user.account, "command1" * 2))
    await desk.ask(SendTestMail(user.account, "command1" * 2))
    assert len(await world.letters(user.account, LetterKind.TEST_MAIL)) == 1, "the same command is done once"
    refused = await world.refused(
        Why.CONFLICT, Site.CONSOLE, SendTestMail(user.account, "command2" * 2), token=desk.token
    )
    assert refused.text == "calling.too_soon"


async def test_a_letter_that_came_back_goes_once_more(world: World, desk: Person, user: Person) -> None:
    await last(world, user, LetterKind.NOTICE_DELIVERED, MailOutcome.RETURNED)
    await desk.ask(SendAgain(user.account, "notice_delivered", "command1" * 2))
    assert len(await world.letters(user.account, LetterKind.NOTICE_DELIVERED)) == 1
    [entry] = await world.journal(Kind.LETTER_SENT_AGAIN)
    assert (entry.reason, entry.thing) == ("notice_delivered", user.account)


@pytest.mark.parametrize("kind", ["one_time_code", "password_reset", "nonsense", ""])
async def test_what_was_said_only_once_is_not_said_again(
    world: World, desk: Person, user: Person, kind: str
) -> None:
    refused = await world.refused(
        Why.CONFLICT, Site.CONSOLE, SendAgain(user.account, kind, "command1" * 2), token=desk.token
    )
    assert refused.text == "calling.not_again"


@pytest.mark.parametrize("outcome", [MailOutcome.WAITING, MailOutcome.LATER, None])
async def test_what_is_on_its_way_or_never_went_is_not_sent_again(
    world: World, desk: Person, user: Person, outcome: MailOutcome | None
) -> None:
    if outcome:
        await last(world, user, LetterKind.FILING_WAITING, outcome)
    message = SendAgain(user.account, "filing_waiting", "command1" * 2)
    await world.refused(Why.CONFLICT, Site.CONSOLE, message, token=desk.token)


async def test_the_funds_own_people_and_strangers_get_none(world: World, desk: Person) -> None:
    for account in (desk.account, "f" * 32, ""):
        await world.refused(Why.NOT_FOUND, Site.CONSOLE, SendTestMail(account, "command3" * 2), token=desk.token)


def test_only_kinds_without_a_word_of_their_own_are_safe() -> None:
    given: Mapping[LetterKind, frozenset[str]] = {kind: TRAITS[kind].given for kind in SAFE}
    assert not any(given.values())
    assert not is_safe_again(MailState("a", "one_time_code", "l", 0, MailOutcome.SENT))
