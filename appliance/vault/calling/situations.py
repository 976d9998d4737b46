# SPDX-License-Identifier: Apache-2.0
"""What an office that calls is in, from what its card holds: pure, and always something (practice §4.6(1))."""

from collections.abc import Iterator, Mapping

from appliance.link.messages.calling import (
    CallerCard,
    CallerMail,
    CallerSeat,
    CallerUser,
    NextStep,
    Paper,
    Situation,
)
from appliance.model.calendar import Reason
from appliance.model.devices import SeatState
from appliance.model.time import DAY, HOUR, Instant, date_in_japan
from appliance.model.tunnels import Cause
from appliance.model.words import AccountState, LockState, MailOutcome, Role

S = Situation
ORDER = {situation: place for place, situation in enumerate(Situation)}
_PAPERS = {Paper.FORGOTTEN: S.PAPER_FORGOTTEN, Paper.WAITING: S.PAPER_WAITING, Paper.PRINTED: S.PAPER_PRINTED}
_MAILS = {
    MailOutcome.RETURNED: S.MAIL_RETURNED,
    MailOutcome.FAILED: S.MAIL_FAILED,
    MailOutcome.LATER: S.MAIL_LATER,
}
_SEATS: Mapping[SeatState, Situation] = {
    SeatState.READY: S.SEAT_READY,
    SeatState.DOWNLOADED: S.SEAT_DOWNLOADED,
    SeatState.FAILED: S.SEAT_FAILED,
    SeatState.OVERRIDDEN: S.SEAT_OVERRIDDEN,
    SeatState.REVOKED: S.SEAT_REVOKED,
}

_ENDS: Mapping[Cause, Situation] = {
    Cause.LIMIT: S.TUNNEL_LIMIT,
    Cause.CLOSED: S.TUNNEL_CLOSED,
    Cause.GONE: S.TUNNEL_GONE,
    Cause.REPLACED: S.TUNNEL_REPLACED,
    Cause.DESK: S.TUNNEL_DESK,
    Cause.SEAT: S.TUNNEL_SEAT,
    Cause.CERTIFICATE: S.TUNNEL_CERTIFICATE,
}
# For so long nobody who calls means anything else; what stays refused is said for longer.
ENDED_OF_LATE = 12 * HOUR
REFUSED_OF_LATE = 7 * DAY


def next_steps(card: CallerCard, now: Instant) -> tuple[NextStep, ...]:
    """All situations of the card, the most urgent first; WELL where there is no other."""
    found = [*_of_office(card), *_of_paper(card), *_of_key(card, now)]
    found += [*_of_seats(card, now), *_of_users(card, now), *_of_hours(card)]
    found.sort(key=lambda step: (ORDER[step.situation], step.seat))
    return tuple(found) or (NextStep(S.WELL),)


def _of_office(card: CallerCard) -> Iterator[NextStep]:
    """Why, the card says to the fund; who calls is not told."""
    if card.suspended is not None:
        yield NextStep(S.OFFICE_SUSPENDED, until=card.suspended.since)


def _of_paper(card: CallerCard) -> Iterator[NextStep]:
    """An old letter that lies on paper says nothing about a caller any more; one that is asked for anew does."""
    if card.paper.asked:
        yield NextStep(S.PAPER_ASKED)
    if card.paper.state is Paper.PRINTED and _came_in_since(card, card.paper.at):
        yield NextStep(S.PAPER_ARRIVED)
    elif card.paper.state in _PAPERS:
        yield NextStep(_PAPERS[card.paper.state], until=card.paper.ends_at)


def _came_in_since(card: CallerCard, printed_at: Instant) -> bool:
    """Whether the admin has the letter, to all appearances."""
    return any(user.role is Role.OFFICE_ADMIN and user.last_sign_in_at > printed_at for user in card.users)


def _of_key(card: CallerCard, now: Instant) -> Iterator[NextStep]:
    """Without a key nobody gets a kit; with active seats nobody needs one."""
    if card.key is None and not any(seat.has_bond for seat in card.seats):
        yield NextStep(S.KEY_NONE)
    elif card.key is LockState.BLOCKED:
        yield NextStep(S.KEY_BLOCKED)
    elif card.key is LockState.LOCKED and card.key_until > now:
        yield NextStep(S.KEY_LOCKED, until=card.key_until)


def _of_seats(card: CallerCard, now: Instant) -> Iterator[NextStep]:
    open_seats = [seat for seat in card.seats if seat.state is not SeatState.CLOSED]
    if not open_seats:
        yield NextStep(S.SEAT_NONE)
    for seat in open_seats:
        yield from _of_seat(seat, now)


def _of_seat(seat: CallerSeat, now: Instant) -> Iterator[NextStep]:
    if seat.blocked:
        yield NextStep(S.SEAT_BLOCKED, seat.number, said=seat.blocked)
    elif seat.connected_until > now:
        yield NextStep(S.SEAT_CONNECTED, seat.number, until=seat.connected_until)
    elif seat.last is not None and now - seat.last.at < _of_late(seat.last.cause) and seat.last.cause in _ENDS:
        yield NextStep(_ENDS[seat.last.cause], seat.number, until=seat.last.at)
    if seat.paused_until > now:
        yield NextStep(S.SEAT_PAUSED, seat.number, until=seat.paused_until)
    if seat.state is SeatState.REQUESTED:
        is_late = bool(seat.promised_on) and date_in_japan(now).isoformat() > seat.promised_on
        yield NextStep(S.SEAT_LATE if is_late else S.SEAT_REQUESTED, seat.number, day=seat.promised_on)
    elif seat.state is SeatState.ACTIVE and seat.told:
        # Its PC goes on, and a later request was refused.
        yield NextStep(S.SEAT_REFUSED, seat.number, said=seat.told)
    elif seat.state in _SEATS:
        yield NextStep(_SEATS[seat.state], seat.number, said=seat.told)


def _of_late(cause: Cause) -> int:
    """For how long an end of this cause may be why somebody calls, in milliseconds."""
    return REFUSED_OF_LATE if cause in (Cause.SEAT, Cause.CERTIFICATE) else ENDED_OF_LATE


def _of_users(card: CallerCard, now: Instant) -> Iterator[NextStep]:
    if not any(user.role is Role.OFFICE_ADMIN and _works(user) for user in card.users):
        yield NextStep(S.ADMIN_NONE)
    has_pc = any(seat.has_bond for seat in card.seats)
    for user in card.users:
        yield from _of_user(user, now, has_pc=has_pc)


def _works(user: CallerUser) -> bool:
    return user.state in (AccountState.FIRST, AccountState.ACTIVE)


def _of_user(user: CallerUser, now: Instant, *, has_pc: bool) -> Iterator[NextStep]:
    if user.lock is LockState.BLOCKED:
        yield _about(S.USER_BLOCKED, user)
    elif user.lock is LockState.LOCKED and user.locked_until > now:
        yield _about(S.USER_LOCKED, user, until=user.locked_until)
    if user.last is not None and user.last.outcome in _MAILS:
        yield _about(_MAILS[user.last.outcome], user, mail=user.last)
    if user.state is AccountState.FIRST and has_pc:
        yield _about(S.FIRST_ADMIN if user.role is Role.OFFICE_ADMIN else S.FIRST_USER, user)


def _about(
    situation: Situation, user: CallerUser, *, until: Instant = 0, mail: CallerMail | None = None
) -> NextStep:
    said = mail.said if mail else ""
    return NextStep(situation, account=user.account, name=user.name or user.login, until=until, said=said)


def _of_hours(card: CallerCard) -> Iterator[NextStep]:
    if card.hours.reason is not Reason.OPEN:
        yield NextStep(S.HOURS_CLOSED, until=card.hours.next_open)
