# SPDX-License-Identifier: Apache-2.0
"""Time and chance that a test holds in its hand."""

from appliance.contracts.plugin import Clock, Random
from appliance.model import time
from appliance.testing.clock import FakeClock, FakeRandom


def test_they_are_what_the_contracts_ask_for() -> None:
    clock: Clock = FakeClock()
    random: Random = FakeRandom()
    assert clock.now() and random.bytes(1)


def test_the_clock_starts_on_a_tuesday_morning_in_japan_and_stands_still() -> None:
    clock = FakeClock()
    start = time.in_japan(clock.now())
    assert f"{start:%A %Y-%m-%d %H:%M}" == "Tuesday 2026-06-09 10:00"
    assert clock.now() == FakeClock().now()
    assert clock.monotonic() == FakeClock().monotonic()


def test_moving_moves_both_times() -> None:
    clock = FakeClock(5)
    before = clock.monotonic()
    clock.move(1_500)
    assert clock.now() == 1_505
    assert clock.monotonic() - before == 1.5


def test_a_step_moves_the_wall_clock_only() -> None:
    clock = FakeClock(10_000)
    before = clock.monotonic()
    clock.step(-4_000)
    assert clock.now() == 6_000
    assert clock.monotonic() == before


def test_random_is_the_same_in_every_run_and_different_at_every_call() -> None:
    first, second = FakeRandom("a"), FakeRandom("a")
    drawn = [first.bytes(16) for _ in range(100)]
    assert drawn == [second.bytes(16) for _ in range(100)]
    assert len(set(drawn)) == 100


def test_seeds_are_apart() -> None:
    assert FakeRandom("a").bytes(16) != FakeRandom("b").bytes(16)
    assert FakeRandom("").bytes(16) != FakeRandom("a").bytes(16)


def test_as_many_bytes_as_asked_for() -> None:
    assert [len(FakeRandom().bytes(count)) for count in (0, 1, 16, 1000)] == [0, 1, 16, 1000]
