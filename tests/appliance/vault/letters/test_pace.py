# SPDX-License-Identifier: Apache-2.0
"""The rate, the way that closes and opens, and when a letter is tried again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model.things import Letter
from appliance.model.time import HOUR, MINUTE, SECOND
from appliance.testing.clock import FakeClock
from appliance.vault.letters.pace import Rate, Way, next_try
from appliance.vault.letters.post import Post

NOW = 1_780_966_800_000


def letter(tries: int, urgent: bool = False) -> Letter:
    return Letter("mail", "kind", "a", "b", NOW, NOW, urgent=urgent, tries=tries)


def test_without_a_rate_nobody_waits() -> None:
    rate = Rate(0, FakeClock())
    assert [rate.place() for _ in range(100)] == [0.0] * 100


def test_places_are_even_and_unused_ones_are_lost() -> None:
    clock = FakeClock()
    rate = Rate(120, clock)
    assert [rate.place() for _ in range(3)] == [0.0, 0.5, 1.0]
    clock.move(500)
    assert rate.place() == 1.0
    clock.move(HOUR)
    assert [rate.place() for _ in range(2)] == [0.0, 0.5]


def test_a_way_closes_for_longer_each_time_and_opens_at_once() -> None:
    clock, post = FakeClock(), Post()
    way = Way(clock, post)
    pauses = []
    for _ in range(8):
        assert way.is_open
        way.found_closed()
        pause = 0
        while not way.is_open:
            clock.move(SECOND)
            pause += 1
        pauses.append(pause)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    way.found_closed()
    way.found_open()
    assert way.is_open and post.away_since is None


def test_those_that_were_on_the_way_do_not_close_it_for_longer() -> None:
    clock, post = FakeClock(), Post()
    way = Way(clock, post)
    for _ in range(8):
        way.found_closed()
    clock.move(SECOND)
    assert way.is_open
    assert post.away_since == clock.monotonic() - 1


@given(st.integers(0, 10_000), st.booleans(), st.binary(min_size=1, max_size=1))
def test_a_try_is_never_sooner_than_a_minute_or_later_than_an_hour_by_more_than_a_fifth(
    tries: int, urgent: bool, chance: bytes
) -> None:
    wait = next_try(letter(tries, urgent), NOW, chance) - NOW
    most = 5 * MINUTE if urgent else HOUR
    planned = min(MINUTE * 2 ** min(tries, 20), most)
    assert planned * 8 // 10 <= wait <= planned * 12 // 10


@pytest.mark.parametrize(("chance", "wait"), [(b"\0", 48), (b"\xff", 72)])
def test_chance_parts_those_that_failed_together(chance: bytes, wait: int) -> None:
    assert next_try(letter(0), NOW, chance) == NOW + wait * SECOND
