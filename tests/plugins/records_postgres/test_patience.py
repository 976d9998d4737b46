# SPDX-License-Identifier: Apache-2.0
"""How long the pauses between tries are, and when there are no more."""

from renkei_records_postgres.patience import LONGEST_PAUSE, Patience

from appliance.testing.clock import FakeClock, FakeRandom


def test_pauses_grow_and_stay_bounded_and_differ() -> None:
    pauses: list[float] = []
    trial = Patience(20, FakeClock().monotonic, pauses.append, FakeRandom()).begin()
    for _ in range(12):
        trial.wait()
    assert len(pauses) == 11, "the second try follows at once"
    assert pauses[0] <= 0.05
    assert pauses[:4] == sorted(pauses[:4])
    assert all(LONGEST_PAUSE / 2 <= pause <= LONGEST_PAUSE for pause in pauses[-5:])
    assert len(set(pauses[-5:])) == 5


def test_the_time_of_a_call_begins_with_it() -> None:
    clock = FakeClock()
    patience = Patience(20, clock.monotonic, lambda seconds: None, FakeRandom())
    clock.move(60_000)
    trial = patience.begin()
    assert trial.deadline == clock.monotonic() + 20
    clock.move(19_999)
    assert not trial.over
    clock.move(1)
    assert trial.over
