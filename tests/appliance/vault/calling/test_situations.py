# SPDX-License-Identifier: Apache-2.0
"""Every situation follows from some card, none from one that has nothing of it; the urgent ones come first."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from appliance.link.messages.calling import (
    CallerCard,
    CallerMail,
    CallerPaper,
    CallerSeat,
    CallerUser,
    LastTunnel,
    Paper,
    Situation,
)
from appliance.link.messages.hours import HoursNow
from appliance.link.messages.own import OwnOffice
from appliance.link.messages.people import SuspensionKnown
from appliance.model.calendar import Reason
from appliance.model.devices import SeatState
from appliance.model.time import DAY, HOUR
from appliance.model.tunnels import Cause
from appliance.model.words import AccountState, LockState, MailOutcome, Role
from appliance.vault.calling.situations import next_steps
from tests.every import for_every

NOW = 1_780_963_200_000  # 2026-06-09 09:00 in Japan
S = Situation
USER = CallerUser(
    "a1",
    "Sakura01",
    "佐倉 花子",
    Role.OFFICE_ADMIN,
    AccountState.ACTIVE,
    LockState.OPEN,
    0,
    NOW - DAY,
    "h…@example.jp",
    is_mail_confirmed=True,
)
SEAT = CallerSeat(1, SeatState.ACTIVE, NOW - DAY, activated_at=NOW - DAY, has_bond=True)
WELL = CallerCard(
    office=OwnOffice(1, "123456-0000001", "さくら商事", "", 3, True),
    paper=CallerPaper(Paper.ON_PAPER, NOW - 30 * DAY),
    key=LockState.OPEN,
    key_until=0,
    seats=(SEAT, CallerSeat(2, SeatState.CLOSED, NOW - DAY)),
    users=(USER,),
    hours=HoursNow(Reason.OPEN, 0),
)


def told(**changes: Any) -> list[Situation]:
    """The situations of a card that is well but for some changes."""
    return [step.situation for step in next_steps(replace(WELL, **changes), NOW)]


def seat(state: SeatState, **changes: Any) -> tuple[CallerSeat, ...]:
    """One seat beside the active one."""
    return (SEAT, CallerSeat(2, state, NOW - DAY, **changes))


def over(cause: Cause, ago: int = HOUR, **changes: Any) -> dict[str, Any]:
    """The PC's last session ended."""
    return {"seats": (replace(SEAT, last=LastTunnel(NOW - ago, cause, was_open=True), **changes),)}


def user(**changes: Any) -> tuple[CallerUser, ...]:
    """The admin, otherwise."""
    return (replace(USER, **changes),)


def mail(outcome: MailOutcome) -> CallerMail:
    """The last one to somebody."""
    return CallerMail("one_time_code", NOW - HOUR, outcome, "550 no such mailbox")


CARDS: dict[Situation, dict[str, Any]] = {
    S.OFFICE_SUSPENDED: {"suspended": SuspensionKnown(NOW - DAY, "佐倉 花子", "代表者からのご依頼")},
    S.SEAT_BLOCKED: {"seats": (replace(SEAT, blocked="紛失の届け出"),)},
    S.SEAT_PAUSED: {"seats": (replace(SEAT, paused_until=NOW + 1),)},
    S.USER_BLOCKED: {"users": user(lock=LockState.BLOCKED)},
    S.USER_LOCKED: {"users": user(lock=LockState.LOCKED, locked_until=NOW + 1)},
    S.KEY_BLOCKED: {"key": LockState.BLOCKED},
    S.KEY_LOCKED: {"key": LockState.LOCKED, "key_until": NOW + 1},
    S.PAPER_FORGOTTEN: {"paper": CallerPaper(Paper.FORGOTTEN, NOW - DAY)},
    S.PAPER_ASKED: {"paper": CallerPaper(Paper.ON_PAPER, NOW - DAY, asked=True)},
    S.PAPER_WAITING: {"paper": CallerPaper(Paper.WAITING, NOW, NOW + 7 * DAY)},
    S.PAPER_PRINTED: {"paper": CallerPaper(Paper.PRINTED, NOW, NOW + 7 * DAY)},
    S.KEY_NONE: {"key": None, "seats": (CallerSeat(1, SeatState.ACTIVE, NOW),)},
    S.ADMIN_NONE: {"users": user(role=Role.OFFICE_STAFF)},
    S.SEAT_FAILED: {"seats": seat(SeatState.FAILED, told="別の端末です")},
    S.SEAT_LATE: {"seats": seat(SeatState.REQUESTED, promised_on="2026-06-08")},
    S.SEAT_OVERRIDDEN: {"seats": seat(SeatState.OVERRIDDEN)},
    S.TUNNEL_SEAT: over(Cause.SEAT),
    S.TUNNEL_CERTIFICATE: over(Cause.CERTIFICATE),
    S.MAIL_RETURNED: {"users": user(last=mail(MailOutcome.RETURNED))},
    S.MAIL_FAILED: {"users": user(last=mail(MailOutcome.FAILED))},
    S.MAIL_LATER: {"users": user(last=mail(MailOutcome.LATER))},
    S.HOURS_CLOSED: {"hours": HoursNow(Reason.AFTER_HOURS, NOW + HOUR)},
    S.TUNNEL_CLOSED: over(Cause.CLOSED),
    S.TUNNEL_DESK: over(Cause.DESK),
    S.TUNNEL_REPLACED: over(Cause.REPLACED),
    S.TUNNEL_LIMIT: over(Cause.LIMIT),
    S.TUNNEL_GONE: over(Cause.GONE),
    S.SEAT_REQUESTED: {"seats": seat(SeatState.REQUESTED, promised_on="2026-06-09")},
    S.SEAT_REFUSED: {"seats": (replace(SEAT, told="届出と違う端末です"),)},
    S.SEAT_DOWNLOADED: {"seats": seat(SeatState.DOWNLOADED)},
    S.SEAT_READY: {"seats": seat(SeatState.READY)},
    S.SEAT_REVOKED: {"seats": seat(SeatState.REVOKED)},
    S.SEAT_NONE: {"seats": (CallerSeat(1, SeatState.CLOSED, NOW),)},
    S.FIRST_ADMIN: {"users": user(state=AccountState.FIRST)},
    S.FIRST_USER: {"users": (USER, replace(USER, account="a2", role=Role.OFFICE_STAFF, state=AccountState.FIRST))},
    S.PAPER_ARRIVED: {"paper": CallerPaper(Paper.PRINTED, NOW - 2 * DAY, NOW + DAY)},
    S.SEAT_CONNECTED: {"seats": (replace(SEAT, connected_until=NOW + 1),)},
    S.WELL: {},
}


def test_every_situation_has_a_card() -> None:
    assert list(CARDS) == list(Situation)


@pytest.mark.parametrize("situation", Situation)
def test_it_follows_from_its_card_and_alone(situation: Situation) -> None:
    assert told(**CARDS[situation]) == [situation]


@for_every("first, second", product(Situation, Situation))
def test_of_two_the_more_urgent_comes_first(first: Situation, second: Situation) -> None:
    one, other = CARDS[first], CARDS[second]
    if one.keys() & other.keys() or S.WELL in (first, second):
        return
    found = told(**one, **other)
    order = list(Situation)
    assert found == sorted(found, key=order.index)
    # Whose PC is not active yet is not told to sign in for the first time.
    gone = {S.FIRST_ADMIN, S.FIRST_USER} if {S.KEY_NONE, S.SEAT_NONE} & {first, second} else set()
    # Without an admin nobody has signed in since the letter was printed.
    gone |= {S.PAPER_ARRIVED} if S.ADMIN_NONE in (first, second) else set()
    assert set(found) >= {first, second} - gone


def test_who_has_signed_in_has_the_letter_and_what_waits_comes_first() -> None:
    printed = CallerPaper(Paper.PRINTED, NOW - HOUR, NOW + DAY)
    waits = {"seats": seat(SeatState.REQUESTED), "paper": printed}
    assert told(**waits) == [S.PAPER_PRINTED, S.SEAT_REQUESTED]
    assert told(**waits, users=user(last_sign_in_at=NOW)) == [S.SEAT_REQUESTED, S.PAPER_ARRIVED]
    other = replace(USER, account="a2", role=Role.OFFICE_STAFF, last_sign_in_at=NOW)
    assert told(**waits, users=(USER, other)) == [S.PAPER_PRINTED, S.SEAT_REQUESTED], "the letter is the admin's"


def test_a_lock_whose_time_is_over_is_none() -> None:
    assert told(users=user(lock=LockState.LOCKED, locked_until=NOW)) == [S.WELL]
    assert told(key=LockState.LOCKED, key_until=NOW) == [S.WELL]


def test_a_promise_is_kept_until_the_end_of_its_day() -> None:
    [step] = next_steps(replace(WELL, **CARDS[S.SEAT_LATE]), NOW)
    assert (step.seat, step.day) == (2, "2026-06-08")
    assert told(seats=seat(SeatState.REQUESTED)) == [S.SEAT_REQUESTED]


@pytest.mark.parametrize("outcome", [MailOutcome.SENT, MailOutcome.WAITING])
def test_a_mail_that_went_is_no_matter(outcome: MailOutcome) -> None:
    assert told(users=user(last=mail(outcome))) == [S.WELL]


def test_nobody_signs_in_for_the_first_time_before_a_pc_is_active() -> None:
    assert told(users=user(state=AccountState.FIRST), seats=(CallerSeat(1, SeatState.READY, NOW),)) == [
        S.SEAT_READY
    ]


def test_an_office_without_users_or_seats_is_told_so() -> None:
    assert told(users=(), seats=(), key=None) == [S.KEY_NONE, S.ADMIN_NONE, S.SEAT_NONE]


def test_steps_say_whose_they_are() -> None:
    both = replace(USER, account="a2", name="", lock=LockState.LOCKED, locked_until=NOW + HOUR)
    steps = next_steps(replace(WELL, users=(USER, both), seats=(SEAT, *seat(SeatState.FAILED, told="x")[1:])), NOW)
    assert [(step.situation, step.account, step.seat) for step in steps] == [
        (S.USER_LOCKED, "a2", 0),
        (S.SEAT_FAILED, "", 2),
    ]
    assert (steps[0].name, steps[0].until, steps[1].said) == ("Sakura01", NOW + HOUR, "x")


def test_seats_of_one_situation_stand_in_their_order() -> None:
    seats = tuple(CallerSeat(number, SeatState.READY, NOW) for number in (3, 1, 2))
    assert [step.seat for step in next_steps(replace(WELL, seats=seats), NOW)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("cause", "ago", "said"),
    [
        (Cause.LIMIT, 12 * HOUR - 1, True),
        (Cause.LIMIT, 12 * HOUR, False),
        (Cause.SEAT, 7 * DAY - 1, True),
        (Cause.SEAT, 7 * DAY, False),
        *((cause, HOUR, False) for cause in (Cause.SIGNED_OUT, Cause.BLOCKED, Cause.SUSPENDED, Cause.OFTEN)),
    ],
)
def test_an_end_is_said_as_long_as_somebody_may_call_because_of_it(cause: Cause, ago: int, *, said: bool) -> None:
    assert (told(**over(cause, ago)) != [S.WELL]) == said


def test_whoever_is_connected_again_or_kept_out_hears_of_that() -> None:
    assert told(**over(Cause.GONE, connected_until=NOW + 1)) == [S.SEAT_CONNECTED]
    assert told(**over(Cause.BLOCKED, blocked="紛失")) == [S.SEAT_BLOCKED]
