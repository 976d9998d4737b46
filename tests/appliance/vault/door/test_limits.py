# SPDX-License-Identifier: Apache-2.0
"""Limits of requests (A31, A47) and of failing: at their edges, with a clock set back, in bounded memory."""

import pytest

from appliance.model.time import DAY, HOUR, MINUTE
from appliance.vault.door import limits as module
from appliance.vault.door.limits import (
    OF_ACCOUNT,
    OF_SOURCE,
    FailedNames,
    ManyNames,
    Sources,
    may_ask,
    with_request,
)

NOW = 1_780_966_800_000


def asked(gaps: list[int]) -> list[bool]:
    """Whether each request is within the limits of an account, each so long after the one before."""
    times: tuple[int, ...] = ()
    now, answers = NOW, []
    for gap in gaps:
        now += gap
        answers.append(may_ask(times, now, OF_ACCOUNT))
        if answers[-1]:
            times = with_request(times, now, OF_ACCOUNT)
    return answers


def test_one_a_minute() -> None:
    assert asked([0, MINUTE - 1, 1, MINUTE]) == [True, False, True, True]


def test_five_an_hour() -> None:
    assert asked([0, *[MINUTE] * 5, HOUR - 5 * MINUTE]) == [True] * 5 + [False, True]


def test_twenty_a_day() -> None:
    quarter = 15 * MINUTE
    answers = asked([0, *[quarter] * 20, DAY - 20 * quarter])
    assert answers == [True] * 20 + [False, True]


def test_a_clock_that_was_set_back_gives_nothing_away() -> None:
    times = with_request((), NOW, OF_ACCOUNT)
    assert not may_ask(times, NOW - 2 * HOUR, OF_ACCOUNT)


def test_no_more_is_kept_than_the_limits_look_at() -> None:
    times: tuple[int, ...] = ()
    for number in range(100):
        times = with_request(times, NOW + number, OF_ACCOUNT)
    assert len(times) == 20 and times[-1] == NOW + 99
    assert with_request(times, NOW + 2 * DAY, OF_ACCOUNT) == (NOW + 2 * DAY,)


def test_thirty_a_minute_and_two_hundred_an_hour_of_one_source() -> None:
    sources = Sources()
    assert [sources.take("192.0.2.1", NOW) for _ in range(31)] == [True] * 30 + [False]
    assert sources.take("192.0.2.2", NOW)
    taken = sum(sources.take("192.0.2.1", NOW + MINUTE + number * 2_100) for number in range(300))
    assert taken == dict(OF_SOURCE)[HOUR] - 30


def test_what_is_refused_does_not_count() -> None:
    sources = Sources()
    for _ in range(1_000):
        sources.take("192.0.2.1", NOW)
    assert sources.take("192.0.2.1", NOW + MINUTE)


def test_the_quietest_source_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SOURCES", 2)
    sources = Sources()
    for _ in range(30):
        sources.take("first", NOW)
    sources.take("second", NOW)
    assert not sources.take("first", NOW)
    sources.take("third", NOW)
    assert not sources.take("first", NOW), "it was not quiet"
    assert len(sources._times) == 2


def test_a_subscriber_of_ipv6_is_one_source_however_many_addresses() -> None:
    sources = Sources()
    taken = [sources.take(f"2001:db8:0:1::{number:x}", NOW) for number in range(1, 100)]
    assert taken.count(True) == 30 and len(sources._times) == 1
    assert sources.take("2001:db8:0:2::1", NOW)


def may_try(failed: FailedNames, source: str, name: str, now: int = NOW) -> bool:
    try:
        failed.need_room(source, name, now)
    except ManyNames:
        return False
    return True


def test_so_many_names_and_no_other_until_an_hour_later() -> None:
    failed = FailedNames(3)
    for number in range(3):
        assert may_try(failed, "192.0.2.1", f"{number}")
        failed.note("192.0.2.1", f"{number}", NOW + number)
    assert not may_try(failed, "192.0.2.1", "other", NOW + HOUR - 1)
    assert all(may_try(failed, "192.0.2.1", f"{number}") for number in range(3)), "their budgets are their own"
    assert may_try(failed, "192.0.2.2", "other"), "another source is not concerned"
    assert not may_try(failed, "192.0.2.1", "other", NOW - 2 * HOUR), "nor does a clock that was set back help"
    assert may_try(failed, "192.0.2.1", "other", NOW + HOUR)


def test_the_same_name_over_and_over_is_one() -> None:
    failed = FailedNames(2)
    for number in range(100):
        failed.note("2001:db8::1", "name", NOW + number)
    assert may_try(failed, "2001:db8::2", "other")
    failed.note("2001:db8::3", "other", NOW)
    assert not may_try(failed, "2001:db8::4", "a third")


def test_no_limit_where_the_fund_sets_none() -> None:
    failed = FailedNames(0)
    for number in range(1_000):
        failed.note("192.0.2.1", f"{number}", NOW)
    assert may_try(failed, "192.0.2.1", "other")


def test_of_failing_sources_the_quietest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FAILING", 2)
    failed = FailedNames(1)
    for source in ("first", "second", "first", "third"):
        failed.note(source, "name", NOW)
    assert [may_try(failed, source, "other") for source in ("first", "second", "third")] == [False, True, False]
