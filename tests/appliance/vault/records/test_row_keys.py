# SPDX-License-Identifier: Apache-2.0
"""Keys: their bytes order as their parts do, and no part runs into the next."""

from hypothesis import given
from hypothesis import strategies as some

from appliance.vault.records.row_keys import after, end_of, join, newest_first

NUMBERS = some.integers(0, 2**64 - 1)
INSTANTS = some.integers(0, 2**62)
NAMES = some.text(some.characters(exclude_characters="\0", codec="utf-8"), max_size=8)


@given(NUMBERS, NUMBERS)
def test_numbers_order_as_numbers(one: int, other: int) -> None:
    assert (join("t", one) < join("t", other)) is (one < other)


@given(some.tuples(NAMES, NUMBERS, NAMES), some.tuples(NAMES, NUMBERS, NAMES))
def test_other_parts_make_another_key(one: tuple[str, int, str], other: tuple[str, int, str]) -> None:
    assert (join(*one) == join(*other)) is (one == other)


@given(NAMES, NAMES, NAMES)
def test_a_name_is_no_prefix_of_a_longer_one(name: str, more: str, part: str) -> None:
    if more:
        assert not join(name + more, part).startswith(join(name))


@given(INSTANTS, INSTANTS)
def test_the_newest_comes_first(one: int, other: int) -> None:
    assert (join(newest_first(one)) < join(newest_first(other))) is (one > other)


@given(some.binary(max_size=8), some.binary(max_size=8))
def test_nothing_stands_between_a_key_and_the_one_after(key: bytes, other: bytes) -> None:
    assert (other >= after(key)) is (other > key)


@given(some.binary(min_size=1, max_size=4).filter(lambda key: key.strip(b"\xff") != b""), some.binary(max_size=5))
def test_the_end_of_a_prefix_is_behind_all_that_begin_with_it(prefix: bytes, other: bytes) -> None:
    end = end_of(prefix)
    assert prefix + other < end
    if other >= prefix and not other.startswith(prefix):
        assert other >= end


def test_bytes_stand_as_they_are() -> None:
    assert join("i/t", b"\x01\x02", 1) == b"i/t\0\x01\x02" + bytes(7) + b"\x01"
