# SPDX-License-Identifier: Apache-2.0
"""Another mail address counts once its code came back (T24)."""

from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.time import HOUR
from appliance.model.words import Note, Site, Step
from appliance.vault.letters import LetterKind
from tests.appliance.vault.people.folk import a_minute_later, first_admin, user_of
from tests.appliance.vault.world import Person, World

NEW, TYPO = "taro@example.jp", "taro@mistyped.example.jp"


@pytest.fixture(autouse=True)
async def rested(world: World, admin: Person) -> None:
    """The code of the sign-in was asked for a while ago."""
    a_minute_later(world)


async def codes(world: World, person: Person) -> list[Any]:
    """The letters with codes to new addresses."""
    return await world.letters(person.account, LetterKind.MAIL_CHANGE_CONFIRM)


async def test_the_code_goes_to_the_new_address_and_a_notice_to_the_old(world: World, admin: Person) -> None:
    await admin.ask(m.ChangeMail(NEW))
    [code] = await codes(world, admin)
    [notice] = await world.letters(admin.account, LetterKind.MAIL_CHANGE_NOTICE)
    assert (code.to, notice.to) == (NEW, "hana@example.jp")
    assert not notice.fields
    own = await admin.ask(m.ReadOwn())
    assert (own.mail, own.wanted_mail) == ("hana@example.jp", NEW)


async def test_the_right_code_puts_it_in_force(world: World, admin: Person) -> None:
    await admin.ask(m.ChangeMail(NEW))
    [letter] = await codes(world, admin)
    await admin.ask(m.ConfirmMail(f" {letter.fields['code']}\u3000"))
    own = await admin.ask(m.ReadOwn())
    assert (own.mail, own.wanted_mail, own.is_mail_confirmed) == (NEW, "", True)
    assert len(await world.journal(Kind.MAIL_CHANGED)) == 1
    assert (await admin.refused(Why.CONFLICT, m.ConfirmMail(letter.fields["code"]))).text == "mail.nothing_waits"


async def test_the_next_sign_in_needs_a_code_from_the_new_address(world: World, admin: Person) -> None:
    assert (await admin.arrive()).step is Step.PASSWORD
    await admin.ask(m.ChangeMail(NEW))
    [letter] = await codes(world, admin)
    await admin.ask(m.ConfirmMail(letter.fields["code"]))
    arrived = await admin.arrive()
    assert arrived.step is Step.CODE


async def test_a_code_that_went_to_the_old_address_is_void(world: World, admin: Person) -> None:
    old = await admin.request_code()
    a_minute_later(world)
    await admin.ask(m.ChangeMail(NEW))
    [letter] = await codes(world, admin)
    await admin.ask(m.ConfirmMail(letter.fields["code"]))
    arrived = await admin.arrive()
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GiveCode(arrived.arrival, old))


async def test_a_code_is_good_for_one_address_only(world: World, admin: Person) -> None:
    await admin.ask(m.ChangeMail(TYPO))
    [stray] = await codes(world, admin)
    a_minute_later(world)
    await admin.ask(m.ChangeMail(NEW))
    await admin.refused(Why.WRONG_SECRET, m.ConfirmMail(stray.fields["code"]))
    right = (await codes(world, admin))[-1]
    assert right.to == NEW
    await admin.ask(m.ConfirmMail(right.fields["code"]))
    assert (await admin.ask(m.ReadOwn())).mail == NEW


async def test_asking_again_sends_the_code_that_is_still_valid(world: World, admin: Person) -> None:
    await admin.ask(m.ChangeMail(NEW))
    [first] = await codes(world, admin)
    refused = await admin.refused(Why.CONFLICT, m.ChangeMail(NEW))
    assert refused.text == "code.too_often"
    a_minute_later(world)
    await admin.ask(m.ChangeMail(NEW))
    assert {letter.fields["code"] for letter in await codes(world, admin)} == {first.fields["code"]}


async def test_strangers_who_ask_for_codes_take_nobodys_own_away(world: World, admin: Person) -> None:
    for number in range(30):
        a_minute_later(world)
        asking = m.RequestCode(admin.contract, admin.login)
        await world.ask(Site.PUBLIC, asking, source=f"198.51.100.{number}")
    await admin.ask(m.ChangeMail(NEW))
    refused = await admin.refused(Why.CONFLICT, m.AskZipPassword())
    assert refused.text == "code.too_often", "their own are limited, too, whatever they are for"
    a_minute_later(world)
    await admin.ask(m.AskZipPassword())


async def test_changing_the_address_gives_no_further_tries_within_a_minute(world: World, admin: Person) -> None:
    await admin.ask(m.ChangeMail(NEW))
    for _ in range(5):
        await world.outcome(Site.PORTAL, m.ConfirmMail("00000000"), token=admin.token)
    await admin.refused(Why.CONFLICT, m.ChangeMail(TYPO))
    [letter] = await codes(world, admin)
    refused = await admin.refused(Why.LOCKED, m.ConfirmMail(letter.fields["code"]))
    assert refused.text == "door.code_void"


async def test_its_tries_are_apart_from_those_of_the_sign_in(world: World, admin: Person) -> None:
    await admin.ask(m.ChangeMail(NEW))
    for _ in range(4):
        await admin.refused(Why.WRONG_SECRET, m.ConfirmMail("00000000"))
    assert (await world.factor(admin)).tries == 0 and (await world.secret(admin)).lock.failures == 0


async def test_a_code_ends(world: World, admin: Person) -> None:
    await admin.ask(m.ChangeMail(NEW))
    [letter] = await codes(world, admin)
    world.clock.move(HOUR)
    await admin.sign_in()
    await admin.refused(Why.WRONG_SECRET, m.ConfirmMail(letter.fields["code"]))


async def test_a_shared_mailbox_is_allowed_and_said(world: World, admin: Person) -> None:
    await user_of(admin, mail="Shared@Example.jp")
    noted = await admin.ask(m.ChangeMail("shared@example.jp"))
    assert noted.notes == (Note.MAIL_SHARED,)


async def test_nobody_hears_of_mailboxes_in_another_office(world: World, admin: Person) -> None:
    other = await first_admin(world, number=2, contract_number="123456-0000002", mail=NEW)
    assert (await world.account(other)).mail == NEW
    assert (await admin.ask(m.ChangeMail(NEW))).notes == ()


@pytest.mark.parametrize("typed", ["", "taro", "taro@", "a b@example.jp", "太郎@example.jp", "x" * 400 + "@a.jp"])
async def test_what_is_no_address(admin: Person, typed: str) -> None:
    assert (await admin.refused(Why.INVALID, m.ChangeMail(typed))).text == "mail.form"


async def test_the_present_address_is_no_change(admin: Person) -> None:
    assert (await admin.refused(Why.INVALID, m.ChangeMail("hana@example.jp"))).text == "mail.is_present"


async def test_a_factor_that_is_broken_changes_nothing(world: World, admin: Person) -> None:
    world.mailed.broken = "out of order"
    assert (await admin.refused(Why.NOT_ALLOWED, m.ChangeMail(NEW))).text == "door.no_factor"
    assert await codes(world, admin) == []
    assert (await admin.ask(m.ReadOwn())).mail == "hana@example.jp"


async def test_a_repeated_command_sends_one_letter(world: World, admin: Person) -> None:
    message = m.ChangeMail(NEW, command="m" * 16)
    assert await admin.ask(message) == await admin.ask(message)
    assert len(await codes(world, admin)) == 1
