# SPDX-License-Identifier: Apache-2.0
"""Limits of requests (A31, A47): at their edges, after a clock that was set back, and in bounded memory."""

import pytest

from appliance.model.time import DAY, HOUR, MINUTE
from appliance.vault.door import limits as module
from appliance.vault.door.limits import OF_ACCOUNT, OF_SOURCE, Sources, may_ask, with_request

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
