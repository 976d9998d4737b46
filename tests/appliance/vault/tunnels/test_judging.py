# SPDX-License-Identifier: Apache-2.0
"""The verdict on a session, fact by fact, and the clock of one that comes back (A14, A15, A44)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from appliance.model.time import MINUTE, SECOND
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.vault.tunnels.judging import Facts, Hours, Start, Until, judged, start_of

NOW = 1_780_966_800_000
OPEN = Hours(True, True)
NEW = Facts(NOW, NOW, True, OPEN, 90)
LIMIT = Until(NOW + 90 * MINUTE, Cause.LIMIT)


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, LIMIT),
        ({"kept_out": Cause.BLOCKED}, Cause.BLOCKED),
        ({"hours": Hours(False, False)}, Cause.CLOSED),
        ({"hours": Hours(False, True)}, Cause.CLOSED),
        ({"hours": Hours(False, True), "is_new": False}, LIMIT),
        ({"hours": Hours(True, False), "is_new": False}, Cause.CLOSED),
        ({"hours": Hours(True, True, NOW + MINUTE)}, Until(NOW + MINUTE, Cause.CLOSED)),
        ({"hours": Hours(True, True, NOW)}, Cause.CLOSED),
        ({"certificate_ends": NOW + 1}, Until(NOW + 1, Cause.CERTIFICATE)),
        ({"certificate_ends": NOW}, Cause.CERTIFICATE),
        ({"comes_from": NOW + 1}, Cause.LIMIT),
        ({"comes_from": NOW}, LIMIT),
        ({"comes_from": NOW + 1, "is_new": False}, LIMIT),
        ({"began_at": NOW - 90 * MINUTE}, Cause.LIMIT),
        ({"began_at": NOW - 90 * MINUTE + 1}, Until(NOW + 1, Cause.LIMIT)),
        ({"kept_out": Cause.SEAT, "hours": Hours(False, False)}, Cause.SEAT),
    ],
)
def test_each_fact_counts(changed: dict[str, object], verdict: Until | Cause) -> None:
    assert judged(replace(NEW, **changed)) == verdict  # type: ignore[arg-type]


some_time = some.integers(NOW - 200 * MINUTE, NOW + 200 * MINUTE)


@given(some_time, some_time, some.none() | some_time, some.booleans())
def test_no_verdict_reaches_beyond_any_deadline(began: int, ends: int, until: int | None, is_new: bool) -> None:
    facts = replace(NEW, began_at=began, certificate_ends=ends, hours=Hours(True, True, until), is_new=is_new)
    verdict = judged(facts)
    deadlines = [began + 90 * MINUTE, ends] + ([until] if until is not None else [])
    if isinstance(verdict, Until):
        assert NOW < verdict.at == min(deadlines)
    else:
        assert min(deadlines) <= NOW


def before(
    cause: Cause | None, ended_at: int, began_at: int = NOW - 30 * MINUTE, bond: str = "bond"
) -> TunnelSession:
    """The last session of a seat."""
    return TunnelSession(
        "id", "o", 1, bond, "e", "s", "a", "", SessionState.ENDED, began_at, began_at, NOW, ended_at, cause
    )


def start(last: TunnelSession | None, cooldown: int = 0) -> Start:
    """That of a session which appears now."""
    return start_of(last, "bond", NOW, minutes=90, back=5, cooldown=cooldown)


def test_a_line_that_breaks_and_comes_back_within_five_minutes_keeps_its_clock() -> None:
    for cause in (Cause.GONE, Cause.REPLACED, None):
        assert start(before(cause, NOW - 5 * MINUTE)) == Start(NOW - 30 * MINUTE)
        assert start(before(cause, NOW - 5 * MINUTE - 1)) == Start(NOW)


@pytest.mark.parametrize("cause", [Cause.LIMIT, Cause.SIGNED_OUT, Cause.DESK, Cause.CLOSED, Cause.BLOCKED])
def test_after_any_other_end_a_new_clock_begins_once_the_seat_has_cooled_down(cause: Cause) -> None:
    last = before(cause, NOW - 10 * SECOND)
    assert start(last) == Start(NOW, NOW - 10 * SECOND)
    assert start(last, cooldown=60) == Start(NOW, NOW + 50 * SECOND)


def test_what_came_back_after_its_time_was_over_begins_anew() -> None:
    last = before(Cause.GONE, NOW - MINUTE, began_at=NOW - 91 * MINUTE)
    assert start(last) == Start(NOW, NOW - MINUTE)
    assert start(last, cooldown=120) == Start(NOW, NOW + MINUTE)


def test_another_pc_has_a_clock_of_its_own() -> None:
    assert start(None) == Start(NOW)
    assert start(before(Cause.GONE, NOW, bond="other")) == Start(NOW)
