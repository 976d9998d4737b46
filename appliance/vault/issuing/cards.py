# SPDX-License-Identifier: Apache-2.0
"""What an office has been given, never a secret: ReadIssued for the fund, ReadOwnIssued for its admin (SC11)."""

from appliance.link.messages.issuing import (
    HandOverKnown,
    Issued,
    LetterKnown,
    ReadIssued,
    ReadOwnIssued,
    SeatChangeRow,
    SeatLine,
)
from appliance.link.refusals import Refused, Why
from appliance.model.time import Instant, date_in_japan
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.issuing.reissuing import admin_of_office
from appliance.vault.issuing.sealed import ends_at, letters_of
from appliance.vault.people.accounts import need_admin
from appliance.vault.people.own_data import shown_office
from appliance.vault.reading import journal_reading
from appliance.vault.records.device_tables import download_keys, seats
from appliance.vault.records.issuing_tables import hand_overs, letter_states, seat_changes
from appliance.vault.records.tables import accounts, offices, zip_passwords
from appliance.vault.records.transaction import Snapshot

MOST_CHANGES = 20


async def read_issued(core: Core, caller: Caller, message: ReadIssued) -> Issued:
    """All of it, for the fund."""
    await journal_reading(core, caller, message.office, message.office)
    return await core.read(lambda snapshot: issued_of(core, snapshot, message.office, caller.now))


async def read_own_issued(core: Core, caller: Caller, message: ReadOwnIssued) -> Issued:
    """All of it but the fund's reasons, for the admin."""
    need_admin(caller)
    await journal_reading(core, caller, "")
    office = caller.employer.id
    return await core.read(lambda snapshot: issued_of(core, snapshot, office, caller.now, of_fund=False))


def issued_of(core: Core, snapshot: Snapshot, id: str, now: Instant, *, of_fund: bool = True) -> Issued:
    """What is known of an office. of_fund: with who changed its seats, and why. Raises Refused NOT_FOUND."""
    office = offices.get(snapshot, id)
    if office is None:
        raise Refused(Why.NOT_FOUND)
    admin, key = admin_of_office(snapshot, id), download_keys.get(snapshot, id)
    zip_password, allowed = zip_passwords.get(snapshot, id), core.settings.exchange.zip_password_rotation
    may_until = zip_password.change_until if zip_password and allowed else 0
    return Issued(
        office=shown_office(office),
        login=admin.login,
        admin=admin.name,
        users=len(accounts.keys(snapshot, "office", (id,))),
        key_made_at=key.made_at if key else 0,
        letter=letter_known(snapshot, id),
        seats=_seats(snapshot, id, office.seats),
        changes=_changes(snapshot, id) if of_fund else (),
        hand_over=hand_over_known(snapshot, id, now),
        zip_change_until=may_until if may_until > now else 0,
        may_rotate=allowed,
    )


def letter_known(snapshot: Snapshot, office: str) -> LetterKnown:
    """What became of the letter of an office, for whoever answers the telephone."""
    state, waiting = letter_states.get(snapshot, office), next(iter(letters_of(snapshot, office)), None)
    if state is None:
        return LetterKnown()
    return LetterKnown(
        state.made_at,
        ends_at(waiting) if waiting else 0,
        waiting.prints if waiting else 0,
        state.confirmed_at,
        state.forgotten_at,
        state.asked_at,
        state.reissues,
    )


def hand_over_known(snapshot: Snapshot, office: str, now: Instant) -> HandOverKnown:
    """The hand-over that goes on in an office."""
    kept = hand_overs.get(snapshot, office)
    if kept is None:
        return HandOverKnown()
    return HandOverKnown(
        "confirmed" if kept.confirmed_at else "entered",
        kept.name,
        kept.kana,
        kept.mail,
        kept.on_day,
        kept.new_pc,
        kept.asked_at,
        kept.confirmed_at,
        bool(kept.confirmed_at) and kept.on_day <= date_in_japan(now).isoformat(),
    )


def _seats(snapshot: Snapshot, office: str, count: int) -> tuple[SeatLine, ...]:
    found = (seats.get(snapshot, office, number) for number in range(1, count + 1))
    return tuple(SeatLine(seat.number, seat.state, seat.since) for seat in found if seat is not None)


def _changes(snapshot: Snapshot, office: str) -> tuple[SeatChangeRow, ...]:
    rows = seat_changes.scan(snapshot, "office", (office,), limit=MOST_CHANGES)
    return tuple(
        SeatChangeRow(row.at, _name(snapshot, row.by), row.before, row.after, row.filed_on, row.reason)
        for row in rows
    )


def _name(snapshot: Snapshot, actor: str) -> str:
    account = accounts.get(snapshot, actor) if actor else None
    return account.name if account else ""
