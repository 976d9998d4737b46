# SPDX-License-Identifier: Apache-2.0
"""The outbox: a letter for each person who wants mail, written with what it tells of."""

from dataclasses import replace

from appliance.contracts.records import StoreError
from appliance.link.refusals import Why
from appliance.model.things import Letter
from appliance.model.time import DAY
from appliance.model.words import MailOutcome, Permission
from appliance.vault.letters.outbox import OVERDUE, drop_overdue, states_of
from appliance.vault.records.tables import mail_states, outbox
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.world import Person, World, delivery


async def letters(world: World) -> list[Letter]:
    return await world.core.read(lambda snapshot: outbox.scan(snapshot, "due"))


async def test_everybody_of_the_office_who_wants_mail_is_told_once(
    world: World, user: Person, clerk: Person, stranger: Person
) -> None:
    quiet, other = await world.visitor(user.office, "Tanaka03"), await world.visitor(user.office, "Sato0004")
    await world.take_permission(quiet, Permission.MAIL_NOTICE)
    notice = await clerk.deliver(user.office)
    found = await letters(world)
    assert {letter.account for letter in found} == {user.account, other.account}
    now = world.clock.now()
    assert [letter for letter in found if letter.account == user.account] == [
        Letter("mail", "notice_delivered", user.account, notice, now, now + 7 * DAY, next_at=now)
    ]


async def test_no_delivery_no_letter(world: World, user: Person, clerk: Person) -> None:
    upload = await clerk.upload(user.office)
    await clerk.refused(Why.INVALID, delivery(upload, b"other"))
    world.store.fail_next(StoreError("broken"))
    await clerk.refused(Why.BROKEN, delivery(upload))
    assert await letters(world) == []
    await clerk.ask(delivery(upload))
    assert len(await letters(world)) == 1


async def test_an_office_without_people_gets_its_notice_all_the_same(
    world: World, clerk: Person, office: str
) -> None:
    assert await clerk.deliver(office)
    assert await letters(world) == []


async def test_letters_stand_in_the_order_of_their_writing(world: World, user: Person, clerk: Person) -> None:
    ids = []
    for _ in range(4):
        ids.append(await clerk.deliver(user.office))
        world.clock.move(1)
    assert [letter.about for letter in await letters(world)] == ids


async def test_a_letter_that_is_dropped_leaves_word_for_the_desk(world: World, user: Person, clerk: Person) -> None:
    await clerk.deliver(user.office)
    world.clock.move(7 * DAY)
    assert await world.core.commit(lambda txn: drop_overdue(txn, world.clock.now())) == 0
    world.clock.move(1)
    assert await world.core.commit(lambda txn: drop_overdue(txn, world.clock.now())) == 1
    assert await letters(world) == []
    (state,) = await world.core.read(lambda snapshot: states_of(snapshot, user.account))
    assert (state.kind, state.outcome, state.at) == ("notice_delivered", MailOutcome.FAILED, world.clock.now())
    assert state.said == OVERDUE


async def test_what_was_sent_meanwhile_stays_sent(world: World, user: Person, clerk: Person) -> None:
    await clerk.deliver(user.office)

    def note_sent(txn: Transaction) -> None:
        (state,) = states_of(txn, user.account)
        mail_states.put(txn, replace(state, outcome=MailOutcome.SENT))

    await world.core.commit(note_sent)
    world.clock.move(7 * DAY + 1)
    assert await world.core.commit(lambda txn: drop_overdue(txn, world.clock.now())) == 1
    (state,) = await world.core.read(lambda snapshot: states_of(snapshot, user.account))
    assert state.outcome is MailOutcome.SENT
