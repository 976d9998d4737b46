# SPDX-License-Identifier: Apache-2.0
"""The card holds what is known of an office that calls, and nothing of a document; each look at it is journaled."""

import dataclasses

import pytest

from appliance.link import messages as m
from appliance.link.messages.calling import CallerCard, Paper, ReadCaller, Situation
from appliance.link.refusals import Why
from appliance.model.delegations import Delegation
from appliance.model.devices import Seat, SeatState
from appliance.model.journal import Kind
from appliance.model.things import MailState
from appliance.model.time import HOUR
from appliance.model.words import LockState, MailOutcome, Role, Site
from appliance.vault.calling.cards import MOST_DELEGATIONS, masked
from appliance.vault.issuing.sealed import KEEP, seal_letter
from appliance.vault.letters import LetterKind
from appliance.vault.records.device_tables import DownloadKey, download_keys, seats
from appliance.vault.records.grouping_tables import delegations
from appliance.vault.records.issuing_tables import LetterState, SealedLetter, letter_states
from appliance.vault.records.tables import mail_states
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def desk(world: World) -> Person:
    """One of the desk, signed in."""
    return await (await world.staff("desk", Role.FUND_DESK)).sign_in()


async def card(desk: Person, office: str) -> CallerCard:
    """What the desk sees."""
    found = await desk.ask(ReadCaller(office))
    assert isinstance(found, CallerCard)
    return found


async def test_who_calls_is_shown_with_the_next_step(world: World, desk: Person, user: Person) -> None:
    found = await card(desk, user.office)
    assert found.office.contract_number == "123456-0000001"
    [one] = found.users
    assert (one.account, one.login, one.visits, one.lock) == (user.account, user.login, 1, LockState.OPEN)
    assert found.steps and found.steps[0].situation in Situation
    assert found.key is None and found.paper.state is Paper.NONE


async def test_each_look_is_an_entry_with_whom_and_by_whom(world: World, desk: Person, office: str) -> None:
    await card(desk, office)
    [entry] = await world.journal(Kind.CALLER_READ)
    assert (entry.actor, entry.office, entry.thing) == (desk.account, office, office)


@pytest.mark.parametrize("serves", [True, False])
async def test_those_that_ended_hide_none_that_is_in_force(
    world: World, desk: Person, user: Person, *, serves: bool
) -> None:
    """Who works for an office, or for whom it works, is a matter of today, however often it changed."""
    other = await world.office(77)
    person = user if not serves else await world.user(other, "Sharo077")
    office = user.office if serves else other

    def entered(number: int) -> Delegation:
        ended = 0 if number == 0 else number + 1
        return Delegation(
            f"{number:026d}",
            person.account,
            person.office,
            office,
            Role.SHAROSHI,
            frozenset(),
            since=0,
            until=1 << 60,
            reason="",
            entered_at=number,
            entered_by="",
            ended_at=ended,
        )

    def write(txn: Transaction) -> None:
        for number in range(MOST_DELEGATIONS + 5):
            delegations.put(txn, entered(number))

    await world.core.commit(write)
    found = await card(desk, user.office)
    assert [(one.office, one.serves) for one in found.delegations] == [(other, serves)]


async def test_an_office_that_there_is_not_is_not_found(world: World, desk: Person) -> None:
    for office in ("", "f" * 32):
        await world.refused(Why.NOT_FOUND, Site.CONSOLE, ReadCaller(office), token=desk.token)


def test_nobody_of_an_office_can_ask_for_it() -> None:
    assert m.BY_SHAPE[ReadCaller].sites == {Site.CONSOLE}


async def test_seats_and_their_states(world: World, desk: Person, office: str) -> None:
    now = world.clock.now()

    def work(txn: Transaction) -> None:
        seats.put(txn, Seat(office, 1, SeatState.ACTIVE, now, "x", bond="b", activated_at=now))
        seats.put(txn, Seat(office, 2, SeatState.REQUESTED, now, "x", promised_on="2026-06-11"))

    await world.core.commit(work)
    found = await card(desk, office)
    assert [(one.number, one.state, one.has_bond) for one in found.seats] == [
        (1, SeatState.ACTIVE, True),
        (2, SeatState.REQUESTED, False),
    ]


async def test_the_seats_of_another_office_are_not_on_it(world: World, desk: Person, office: str) -> None:
    other = await world.office(2)
    await world.core.commit(lambda txn: seats.put(txn, Seat(other, 1, SeatState.READY, 1, "x")))
    assert (await card(desk, office)).seats == ()


async def test_where_the_letter_is(world: World, desk: Person, office: str) -> None:
    now = world.clock.now()
    await world.core.commit(
        lambda txn: seal_letter(txn, SealedLetter("l1", office, "a", now, "x", "2026-06-01", "key", "first"))
    )
    found = (await card(desk, office)).paper
    assert (found.state, found.ends_at) == (Paper.WAITING, now + KEEP)


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        ({"confirmed_at": 5}, Paper.ON_PAPER),
        ({"forgotten_at": 5}, Paper.FORGOTTEN),
        ({"confirmed_at": 9, "forgotten_at": 5}, Paper.ON_PAPER),
        ({}, Paper.NONE),
    ],
)
async def test_what_became_of_it(
    world: World, desk: Person, office: str, state: dict[str, int], wanted: Paper
) -> None:
    kept = dataclasses.replace(LetterState(office, 1), **state)  # type: ignore[arg-type]
    await world.core.commit(lambda txn: letter_states.put(txn, kept))
    assert (await card(desk, office)).paper.state is wanted


async def test_no_secret_is_on_it(world: World, desk: Person, office: str) -> None:
    now = world.clock.now()

    def work(txn: Transaction) -> None:
        seal_letter(txn, SealedLetter("l1", office, "a", now, "x", "2026-06-01", "KeyKeyKey", "FirstFirst"))
        download_keys.put(txn, DownloadKey(office, "Verifier", now, 8))

    await world.core.commit(work)
    await world.user(office)
    text = repr(dataclasses.asdict(await card(desk, office)))
    assert not any(secret in text for secret in ("KeyKeyKey", "FirstFirst", "Verifier"))


async def test_the_last_mail_says_what_the_server_said(world: World, desk: Person, user: Person) -> None:
    now = world.clock.now()

    def work(txn: Transaction) -> None:
        for number, kind in enumerate((LetterKind.NOTICE_DELIVERED, LetterKind.ONE_TIME_CODE)):
            outcome = (MailOutcome.SENT, MailOutcome.RETURNED)[number]
            mail_states.put(txn, MailState(user.account, kind, kind, now + 1 + number, outcome, f"said {number}"))

    await world.core.commit(work)
    [one] = (await card(desk, user.office)).users
    assert one.last is not None
    assert (one.last.kind, one.last.outcome, one.last.said) == ("one_time_code", MailOutcome.RETURNED, "said 1")
    assert not one.last.again
    assert (await card(desk, user.office)).steps[0].situation is not Situation.WELL


async def test_a_locked_user_is_told_until_when_and_not_longer(world: World, desk: Person, office: str) -> None:
    person = await world.locked(office)
    found = await card(desk, office)
    [one] = [user for user in found.users if user.account == person.account]
    assert one.lock is LockState.LOCKED and found.steps[0].situation is Situation.USER_LOCKED
    assert found.steps[0].until == one.locked_until > world.clock.now()
    world.clock.move(one.locked_until - world.clock.now())
    assert (await card(desk, office)).users[0].lock is LockState.OPEN


async def test_outside_of_hours_it_is_said_when_they_begin(world: World, desk: Person, office: str) -> None:
    seen = set()
    for _ in range(24):
        opening = world.core.calendar.opening(world.clock.now())
        told = [step for step in (await card(desk, office)).steps if step.situation is Situation.HOURS_CLOSED]
        assert [step.until for step in told] == ([] if opening.is_open else [opening.next_open])
        seen.add(opening.is_open)
        world.clock.move(HOUR)
        desk = await desk.sign_in()
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("mail", "wanted"), [("hana@example.jp", "h…@example.jp"), ("@x", "…@x"), ("nonsense", ""), ("", "")]
)
def test_addresses_are_masked(mail: str, wanted: str) -> None:
    assert masked(mail) == wanted
