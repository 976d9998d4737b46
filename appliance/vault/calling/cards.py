# SPDX-License-Identifier: Apache-2.0
"""The card of an office that calls: ReadCaller. It is read in one snapshot, and names no document."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from appliance.link.messages.calling import (
    CallerCard,
    CallerDelegation,
    CallerMail,
    CallerPaper,
    CallerSeat,
    CallerUser,
    LastTunnel,
    Paper,
    ReadCaller,
)
from appliance.link.messages.hours import HoursNow
from appliance.link.refusals import Refused, Why
from appliance.model.calendar import Reason
from appliance.model.things import Account, Lock, MailState
from appliance.model.time import SECOND, Instant
from appliance.model.tunnels import TunnelSession
from appliance.model.words import LockState
from appliance.vault.caller import Caller
from appliance.vault.calling.again import is_safe_again
from appliance.vault.calling.causes import count_cause
from appliance.vault.calling.situations import next_steps
from appliance.vault.core import Core
from appliance.vault.devices.seat_list import seats_of
from appliance.vault.grouping.serving import served_by, serving
from appliance.vault.issuing.sealed import ends_at, letters_of
from appliance.vault.people.own_data import shown_office
from appliance.vault.people.suspending import suspension_known
from appliance.vault.reading import journal_reading
from appliance.vault.records.device_tables import download_keys
from appliance.vault.records.issuing_tables import letter_states
from appliance.vault.records.tables import accounts, mail_states, offices, secrets, visits
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.tunnels.at_seats import at_seats, last_over
from appliance.vault.tunnels.seats import names_of

MOST_DELEGATIONS = 20


async def read_caller(core: Core, caller: Caller, message: ReadCaller) -> CallerCard:
    """The card, with every situation that the office is in."""
    office, hours = message.office, _hours(core, caller.now)
    found = await core.read(lambda snapshot: _card(snapshot, office, hours, caller.now))
    card = replace(found, seats=await _paused(core, office, found.seats, caller.now))
    steps = next_steps(card, caller.now)
    first = steps[0].situation

    def count(txn: Transaction) -> None:
        count_cause(txn, first, caller.now)

    await journal_reading(core, caller, office, office, thing=office, reason=first, also=count)
    return replace(card, steps=steps)


async def _paused(core: Core, office: str, seats: tuple[CallerSeat, ...], now: Instant) -> tuple[CallerSeat, ...]:
    """The seats, with those whose PC stays out for a while, as it has connected too often."""
    pauses, monotonic = core.tunnels.pauses, core.clock.monotonic()
    if not pauses:
        return seats
    names = await core.read(lambda snapshot: names_of(snapshot, office))
    left = {number: pauses.left(name, monotonic) for number, name in names.items()}
    return tuple(
        replace(seat, paused_until=now + round(left[seat.number] * SECOND)) if left.get(seat.number) else seat
        for seat in seats
    )


def _hours(core: Core, now: Instant) -> HoursNow:
    """What the calendar says; a policy may know exceptions for some."""
    opening = core.calendar.opening(now)
    reason = Reason.OPEN if opening.is_open else opening.reason
    return HoursNow(reason, opening.next_open)


def _card(snapshot: Snapshot, id: str, hours: HoursNow, now: Instant) -> CallerCard:
    office = offices.get(snapshot, id)
    if office is None:
        raise Refused(Why.NOT_FOUND)
    key = download_keys.get(snapshot, id)
    return CallerCard(
        office=shown_office(office),
        paper=_paper(snapshot, id),
        key=_standing(key.lock, now) if key else None,
        key_until=key.lock.locked_until if key else 0,
        seats=tuple(_seats(snapshot, id)),
        users=tuple(_users(snapshot, id, now)),
        hours=hours,
        delegations=tuple(_delegations(snapshot, id, now)),
        suspended=suspension_known(snapshot, office),
    )


def _standing(lock: Lock, now: Instant) -> LockState:
    """A lock whose time is over is none for whoever calls."""
    return LockState.OPEN if lock.state is LockState.LOCKED and lock.locked_until <= now else lock.state


def _paper(snapshot: Snapshot, office: str) -> CallerPaper:
    state = letter_states.get(snapshot, office)
    asked = bool(state and state.asked_at)
    for letter in letters_of(snapshot, office):
        where = Paper.PRINTED if letter.prints else Paper.WAITING
        return CallerPaper(where, letter.printed_at or letter.made_at, ends_at(letter), asked)
    if state is None:
        return CallerPaper(Paper.NONE)
    if state.forgotten_at > state.confirmed_at:
        return CallerPaper(Paper.FORGOTTEN, state.forgotten_at, asked=asked)
    return CallerPaper(Paper.ON_PAPER if state.confirmed_at else Paper.NONE, state.confirmed_at, asked=asked)


def _seats(snapshot: Snapshot, office: str) -> Iterator[CallerSeat]:
    now, found = at_seats(snapshot, office), seats_of(snapshot, office)
    over = last_over(snapshot, office, [seat.number for seat in found])
    for seat in found:
        yield CallerSeat(
            seat.number,
            seat.state,
            seat.since,
            seat.promised_on,
            seat.downloaded_at,
            seat.activated_at,
            bool(seat.bond),
            seat.told,
            now[seat.number].connected_until,
            now[seat.number].blocked,
            last=_last(over.get(seat.number)),
        )


def _last(session: TunnelSession | None) -> LastTunnel | None:
    if session is None or session.cause is None:
        return None
    return LastTunnel(session.ended_at or session.appeared_at, session.cause, bool(session.ends_at))


def _users(snapshot: Snapshot, office: str, now: Instant) -> Iterator[CallerUser]:
    people = accounts.scan(snapshot, "office", (office,))
    for person in sorted(people, key=lambda one: (one.created_at, one.id)):
        yield _user(snapshot, person, now)


def _user(snapshot: Snapshot, person: Account, now: Instant) -> CallerUser:
    secret = secrets.get(snapshot, person.id)
    last = mail_states.first(snapshot, "account", person.id)
    going_on = [visit for visit in visits.scan(snapshot, "account", (person.id,)) if visit.ends_at > now]
    return CallerUser(
        account=person.id,
        login=person.login,
        name=person.name,
        role=person.role,
        state=person.state,
        lock=_standing(secret.lock, now) if secret else LockState.OPEN,
        locked_until=secret.lock.locked_until if secret else 0,
        last_sign_in_at=secret.last_sign_in_at if secret else 0,
        mail=masked(person.mail),
        is_mail_confirmed=bool(person.mail_confirmed_at),
        visits=len(going_on),
        last=_mail(last) if last else None,
    )


def _mail(state: MailState) -> CallerMail:
    return CallerMail(state.kind, state.at, state.outcome, state.said, is_safe_again(state))


def masked(mail: str) -> str:
    """Enough of an address to ask whether it is this one: its first sign and its domain."""
    name, at, domain = mail.rpartition("@")
    return f"{name[:1]}…@{domain}" if at else ""


def _delegations(snapshot: Snapshot, office: str, now: Instant) -> Iterator[CallerDelegation]:
    """Who works for this office now, and for whom its people work: of each as many as a card holds."""
    served = (one for _, one in serving(snapshot, office, now))
    people = accounts.scan(snapshot, "office", (office,))
    serves = (one for person in people for one in served_by(snapshot, person.id, now))
    for found, is_served in ((served, True), (serves, False)):
        for one in islice(found, MOST_DELEGATIONS):
            if other := offices.get(snapshot, one.managing if is_served else one.office):
                yield CallerDelegation(other.id, other.name, one.until, is_served)
