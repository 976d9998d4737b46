# SPDX-License-Identifier: Apache-2.0
"""The real clock and chance, and the demo's clock."""

import time

import pytest

from appliance.host.system import DemoClock, SystemClock, SystemRandom
from appliance.testing.clock import FakeClock


def test_the_system_clock_is_that_of_the_machine() -> None:
    clock = SystemClock()
    before, now, after = time.time_ns() // 1_000_000, clock.now(), time.time_ns() // 1_000_000
    assert before <= now <= after
    assert clock.monotonic() <= clock.monotonic()


def test_chance_has_the_length_asked_for_and_does_not_repeat() -> None:
    random = SystemRandom()
    assert [len(random.bytes(count)) for count in (0, 1, 32)] == [0, 1, 32]
    assert random.bytes(32) != random.bytes(32)


def test_the_demo_begins_at_its_instant_and_runs_on() -> None:
    real = FakeClock()
    demo = DemoClock(real, 1_000_000)
    assert demo.now() == 1_000_000
    real.move(1_500)
    assert demo.now() == 1_001_500
    assert demo.monotonic() == real.monotonic()


def test_the_demo_does_not_follow_a_wall_clock_that_is_set() -> None:
    real = FakeClock()
    demo = DemoClock(real, 1_000_000)
    real.step(3_600_000)
    assert demo.now() == 1_000_000


def test_the_demo_can_be_moved_forward_only() -> None:
    demo = DemoClock(FakeClock(), 1_000_000)
    assert demo.move(60_000) == demo.now() == 1_060_000
    with pytest.raises(ValueError, match="only goes forward"):
        demo.move(-1)
