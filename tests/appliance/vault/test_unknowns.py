# SPDX-License-Identifier: Apache-2.0
"""Names that nobody has: counted like real ones, in bounded memory."""

from appliance.model.time import MINUTE
from appliance.vault.unknowns import BUDGET, LOCK, MAX_KEPT, Unknowns

NOW = 1_780_966_800_000


def tries(unknowns: Unknowns, count: int, now: int = NOW, name: bytes = b"name") -> list[int]:
    return [unknowns.take_try(name, now) for _ in range(count)]


def test_tries_are_numbered_up_to_the_lock() -> None:
    assert tries(Unknowns(), BUDGET + 3) == [1, 2, 3, 4, 5, 6, 0, 0, 0]


def test_a_lock_ends_at_its_very_millisecond_and_the_budget_is_whole() -> None:
    unknowns = Unknowns()
    tries(unknowns, BUDGET)
    assert tries(unknowns, 1, NOW + LOCK - 1) == [0]
    assert tries(unknowns, BUDGET + 1, NOW + LOCK) == [1, 2, 3, 4, 5, 6, 0]
    assert tries(unknowns, 1, NOW + 2 * LOCK - 1) == [0]
    assert LOCK == 60 * MINUTE


def test_tries_while_locked_lengthen_nothing() -> None:
    unknowns = Unknowns()
    tries(unknowns, BUDGET)
    tries(unknowns, 50, NOW + LOCK - 1)
    assert tries(unknowns, 1, NOW + LOCK) == [1]


def test_names_are_apart() -> None:
    unknowns = Unknowns()
    tries(unknowns, BUDGET)
    assert tries(unknowns, 1, name=b"other") == [1]
    assert tries(unknowns, 1) == [0]


def test_memory_is_bounded_and_the_oldest_is_forgotten() -> None:
    unknowns = Unknowns()
    tries(unknowns, 3, name=b"kept")
    tries(unknowns, 3, name=b"forgotten")
    tries(unknowns, 1, name=b"kept")
    for number in range(MAX_KEPT - 1):
        tries(unknowns, 1, name=b"%d" % number)
    assert tries(unknowns, 1, name=b"kept") == [5]
    assert tries(unknowns, 1, name=b"forgotten") == [1]
    assert len(unknowns._counts) == MAX_KEPT
