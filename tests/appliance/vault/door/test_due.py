# SPDX-License-Identifier: Apache-2.0
"""When a code is due (R103, T16), and that of a name that nobody has it says nothing."""

import datetime as dt
import itertools
from dataclasses import replace

import pytest

from appliance.config.settings import Door, OtpPolicy
from appliance.model.things import Account, Secret
from appliance.model.time import DAY, HOUR, JST, instant
from appliance.model.words import AccountState, Role
from appliance.vault.door.due import is_due, seems_due


def at(text: str) -> int:
    return instant(dt.datetime.fromisoformat(text).replace(tzinfo=JST))


LAST = at("2025-03-01T12:00:00")
ACCOUNT = Account(
    "a", "o", "Yamada01", "", "", Role.OFFICE_ADMIN, frozenset(), 1, state=AccountState.ACTIVE, mail_confirmed_at=1
)
SECRET = Secret("a", "verifier", last_sign_in_at=LAST)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2025-03-01T12:00:01", False),
        ("2025-05-29T23:59:59", False),  # 89 days, whatever the hour
        ("2025-05-30T00:00:00", True),  # 90 days, though not 90 times 24 hours
        ("2026-03-01T12:00:00", True),
        ("2025-02-28T12:00:00", False),  # a clock that was set back
    ],
)
def test_ninety_days_by_the_calendar_of_japan(now: str, due: bool) -> None:
    assert is_due(Door(), ACCOUNT, SECRET, at(now)) is due


def test_the_number_of_days_is_the_funds() -> None:
    assert is_due(Door(otp_after_days=30), ACCOUNT, SECRET, at("2025-03-31T00:00:00"))
    assert not is_due(Door(otp_after_days=31), ACCOUNT, SECRET, at("2025-03-31T00:00:00"))


@pytest.mark.parametrize(
    ("change", "due"),
    [
        ({}, False),
        ({"state": AccountState.FIRST}, True),
        ({"mail_confirmed_at": 0}, True),
        ({"mail_changed_at": LAST + 1}, True),
        ({"mail_changed_at": LAST - 1}, False),
    ],
)
def test_the_first_time_and_after_a_change_of_mail(change: dict[str, object], due: bool) -> None:
    assert is_due(Door(), replace(ACCOUNT, **change), SECRET, LAST + 1000) is due  # type: ignore[arg-type]


def test_who_never_came_is_due() -> None:
    assert is_due(Door(), ACCOUNT, Secret("a", "verifier"), LAST)


def test_where_the_fund_says_always_it_always_is() -> None:
    always = Door(otp_policy=OtpPolicy.ALWAYS)
    assert is_due(always, ACCOUNT, SECRET, LAST)
    assert all(seems_due(always, b"pepper", bytes([number]), LAST) for number in range(100))


def seen(name: bytes, *, days: int = 800, pepper: bytes = b"pepper") -> list[tuple[int, bool]]:
    """When a stranger's step changes, in hours since a New Year, and whether a code is due from then on."""
    begun, changes = at("2026-01-01T00:00:00"), []
    before = seems_due(Door(), pepper, name, begun)
    for hour in range(1, days * 24):
        if (due := seems_due(Door(), pepper, name, begun + hour * HOUR)) is not before:
            changes.append((hour, due))
            before = due
    return changes


def test_a_stranger_seems_to_come_now_and_then_by_day_and_is_due_again_from_a_midnight_on() -> None:
    for number in range(4):
        changes = seen(b"%d" % number)
        assert len(changes) >= 3
        assert all(hour % 24 == 0 if due else 9 < hour % 24 <= 17 for hour, due in changes)
        rests = [later - hour for (hour, due), (later, _) in itertools.pairwise(changes) if not due]
        assert all(hours > 89 * 24 for hours in rests), "nobody is asked again sooner than the fund's days"


def test_of_strangers_no_day_changes_many_and_a_good_part_is_due() -> None:
    names = [b"%d" % number for number in range(400)]
    days = [at("2026-03-25T00:00:00") + day * DAY for day in range(14)]
    due = [{name for name in names if seems_due(Door(), b"pepper", name, day)} for day in days]
    assert all(100 < len(found) < 250 for found in due)
    assert all(len(one ^ next_one) < 20 for one, next_one in itertools.pairwise(due)), "the end of a quarter, too"
    assert due[0] != {name for name in names if seems_due(Door(), b"other", name, days[0])}
