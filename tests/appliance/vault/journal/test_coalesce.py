# SPDX-License-Identifier: Apache-2.0
"""A flood of refusals becomes a few entries, and nothing is lost from the count."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.model.journal import Kind
from appliance.model.time import MINUTE, SECOND
from appliance.testing.clock import FakeClock
from appliance.vault.journal.coalesce import MANY, MOST_REASONS, Coalescer

REFUSED = Kind.REQUEST_REFUSED


def test_the_first_is_due_at_once_the_rest_after_a_minute() -> None:
    clock = FakeClock()
    coalescer = Coalescer(clock)
    start = clock.now()
    for _ in range(5):
        coalescer.note(REFUSED, "public", "192.0.2.1", "wrong host")
        clock.move(SECOND)
    (first,) = coalescer.due(clock.now())
    assert (first.count, first.at, first.source, first.reason) == (1, start, "192.0.2.1", "wrong host")
    assert coalescer.due(start + MINUTE - 1) == []
    (rest,) = coalescer.due(start + MINUTE)
    assert (rest.count, rest.at) == (4, start + 4 * SECOND)
    assert coalescer.due(start + 10 * MINUTE) == []


def test_a_single_refusal_is_told_once() -> None:
    clock = FakeClock()
    coalescer = Coalescer(clock)
    coalescer.note(REFUSED, "public", "192.0.2.1", "wrong host")
    assert [each.count for each in coalescer.due(clock.now())] == [1]
    assert coalescer.due(clock.now() + MINUTE) == []


def test_the_next_minute_begins_anew() -> None:
    clock = FakeClock()
    coalescer = Coalescer(clock)
    counts = []
    for _ in range(3):
        coalescer.note(REFUSED, "public", "192.0.2.1", "wrong host")
        counts += [each.count for each in coalescer.due(clock.now())]
        clock.move(MINUTE)
        counts += [each.count for each in coalescer.due(clock.now())]
    assert counts == [1, 1, 1]


def test_sources_sites_and_kinds_are_apart() -> None:
    clock = FakeClock()
    coalescer = Coalescer(clock)
    coalescer.note(REFUSED, "public", "192.0.2.1", "a")
    coalescer.note(REFUSED, "public", "192.0.2.2", "a")
    coalescer.note(REFUSED, "portal", "192.0.2.1", "a")
    coalescer.note(Kind.SIGN_IN, "portal", "192.0.2.1", "a")
    assert len(coalescer.due(clock.now())) == 4


def test_reasons_are_collected_and_few() -> None:
    clock = FakeClock()
    coalescer = Coalescer(clock)
    for number in range(50):
        coalescer.note(REFUSED, "public", "192.0.2.1", f"reason {number % 20}")
    coalescer.due(clock.now())
    (rest,) = coalescer.due(clock.now() + MINUTE)
    assert rest.count == 49
    assert rest.reason == ", ".join(f"reason {number}" for number in range(1, MOST_REASONS + 1))


def test_a_flood_from_everywhere_is_bounded() -> None:
    clock = FakeClock()
    coalescer = Coalescer(clock, most_sources=10)
    for number in range(1000):
        coalescer.note(REFUSED, "public", f"source {number}", "wrong host")
    at_once = coalescer.due(clock.now())
    assert [each.source for each in at_once] == [f"source {number}" for number in range(10)] + [MANY]
    (rest,) = coalescer.due(clock.now() + MINUTE)
    assert (rest.source, rest.count) == (MANY, 989)


def test_a_clock_that_is_set_back_keeps_nothing_for_ever() -> None:
    clock = FakeClock()
    coalescer = Coalescer(clock)
    for _ in range(3):
        coalescer.note(REFUSED, "public", "192.0.2.1", "wrong host")
    clock.step(-1000 * MINUTE)
    assert sum(each.count for each in coalescer.due(clock.now())) == 3


def test_at_the_end_everything_is_told() -> None:
    clock = FakeClock()
    coalescer = Coalescer(clock)
    for _ in range(3):
        coalescer.note(REFUSED, "public", "192.0.2.1", "wrong host")
    assert [each.count for each in coalescer.all()] == [1, 2]
    assert coalescer.all() == []


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40 * SECOND)), max_size=60))
def test_no_refusal_is_lost_or_told_twice(steps: list[tuple[int, int]]) -> None:
    clock = FakeClock()
    coalescer = Coalescer(clock, most_sources=3)
    told = 0
    for source, pause in steps:
        coalescer.note(REFUSED, "public", str(source), "wrong host")
        told += sum(each.count for each in coalescer.due(clock.now()))
        clock.move(pause)
    assert told + sum(each.count for each in coalescer.all()) == len(steps)
