# SPDX-License-Identifier: Apache-2.0
"""What the fund sees of an office when somebody calls."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.things import MailState
from appliance.model.time import MINUTE
from appliance.model.words import LockState, MailOutcome, Role
from appliance.vault.records.tables import mail_states
from tests.appliance.vault.people.folk import first_user, staff_of
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def desk(world: World) -> Person:
    """Somebody at the desk (窓口)."""
    return await staff_of(world, "desk", Role.FUND_DESK)


async def test_the_office_and_everybody_in_it(world: World, admin: Person, desk: Person) -> None:
    world.clock.move(MINUTE)
    user = await first_user(admin)
    card = await desk.ask(m.ReadOffice(admin.office))
    assert (card.office.contract_number, card.office.short_name) == ("123456-0000001", "さくら")
    assert [(row.login, row.role, row.state) for row in card.rows] == [
        ("Sakura01", Role.OFFICE_ADMIN, "active"),
        ("Tanaka02", Role.OFFICE_STAFF, "first"),
    ]
    assert [row.account for row in card.rows] == [admin.account, user.account]


async def test_what_stops_somebody_is_there(world: World, admin: Person, desk: Person) -> None:
    for _ in range(6):
        await world.outcome(admin.site, admin.typing("wrong"))
    [row] = (await desk.ask(m.ReadOffice(admin.office))).rows
    assert row.lock is LockState.LOCKED


async def test_why_no_mail_came_is_there(world: World, admin: Person, desk: Person) -> None:
    user = await first_user(admin)
    sent = MailState(user.account, "one_time_code", "a" * 26, 5, MailOutcome.RETURNED, "550 no such user")
    newer = MailState(user.account, "password_reset", "b" * 26, 7, MailOutcome.SENT, "250 ok")
    for state in (sent, newer):
        await world.core.commit(lambda txn, state=state: mail_states.put(txn, state))  # type: ignore[misc]
    mails = [mail for mail in (await desk.ask(m.ReadOffice(admin.office))).mails if mail.account == user.account]
    assert [(mail.kind, mail.at, mail.outcome, mail.said) for mail in mails] == [
        ("password_reset", 7, MailOutcome.SENT, "250 ok"),
        ("one_time_code", 5, MailOutcome.RETURNED, "550 no such user"),
    ]
    assert "550" not in repr(mails)


async def test_it_is_journaled_for_the_office_once_in_a_while(world: World, admin: Person, desk: Person) -> None:
    for wait in (0, MINUTE, 10 * MINUTE):
        world.clock.move(wait)
        await desk.ask(m.ReadOffice(admin.office))
    entries = [entry for entry in await world.journal(Kind.ACCOUNT_LIST_READ) if entry.actor == desk.account]
    assert [entry.office for entry in entries] == [admin.office] * 2


async def test_two_offices_are_two_readings(world: World, admin: Person, desk: Person) -> None:
    for office in (admin.office, await world.office(2), admin.office):
        await desk.ask(m.ReadOffice(office))
    assert len(await world.journal(Kind.ACCOUNT_LIST_READ)) == 2


@pytest.mark.parametrize("office", ["", "x", "a" * 26])
async def test_an_office_of_nobody(world: World, desk: Person, office: str) -> None:
    await desk.refused(Why.NOT_FOUND, m.ReadOffice(office))
    assert not [e for e in await world.journal(Kind.ACCOUNT_LIST_READ) if e.result == "done"]
