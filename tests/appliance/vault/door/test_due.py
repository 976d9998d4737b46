# SPDX-License-Identifier: Apache-2.0
"""When a code is due (R103, T16), and that of a name that nobody has it says nothing."""

import datetime as dt
from dataclasses import replace

import pytest

from appliance.config.settings import Door, OtpPolicy
from appliance.model.things import Account, Secret
from appliance.model.time import JST, instant
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


def test_half_of_all_strangers_seem_due_and_stay_so_for_a_quarter() -> None:
    names = [b"%d" % number for number in range(400)]
    april = {name for name in names if seems_due(Door(), b"pepper", name, at("2026-04-01T00:00:00"))}
    june = {name for name in names if seems_due(Door(), b"pepper", name, at("2026-06-30T23:59:59"))}
    july = {name for name in names if seems_due(Door(), b"pepper", name, at("2026-07-01T00:00:00"))}
    assert april == june != july
    assert all(150 < len(found) < 250 for found in (april, july))
    assert april != {name for name in names if seems_due(Door(), b"other", name, at("2026-04-01T00:00:00"))}
