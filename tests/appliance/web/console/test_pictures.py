# SPDX-License-Identifier: Apache-2.0
"""Pictures: every shape stands inside, is as tall as its number says, and none of them is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from appliance.web.console.pictures import COLUMN, FULL, bars, columns

COUNTS = some.lists(some.integers(0, 10**7), min_size=1, max_size=40)


def days(*counts: int, rest: int = -1) -> list[tuple[str, int, bool]]:
    return [(f"6/{number}", count, number == rest) for number, count in enumerate(counts)]


@given(COUNTS)
def test_every_column_stands_on_the_floor_and_none_is_higher_than_the_greatest(counts: list[int]) -> None:
    picture = columns(days(*counts))
    for one, count in zip(picture.columns, counts, strict=True):
        assert one.amount == count and one.top + one.height == pytest.approx(picture.floor)
        assert one.top >= picture.ceiling and (one.height > 0) is (count > 0)
        assert picture.left <= one.bar and one.bar + COLUMN <= picture.width
    assert (picture.most, picture.total) == (max(counts), sum(counts))


@given(COUNTS)
def test_more_is_never_lower(counts: list[int]) -> None:
    heights = [one.height for one in sorted(columns(days(*counts)).columns, key=lambda one: one.amount)]
    assert heights == sorted(heights)


def test_twice_as_many_are_twice_as_high() -> None:
    one, two, most = columns(days(10, 20, 40)).columns
    assert two.height == pytest.approx(2 * one.height, rel=0.02)
    assert most.height == pytest.approx(4 * one.height, rel=0.02)


def test_what_is_very_little_is_still_seen() -> None:
    assert columns(days(1, 1_000_000)).columns[0].height >= 1
    assert bars([("a", 1_000_000, ""), ("b", 1, "")])[1].length >= 1


def test_a_day_of_rest_is_marked_as_one() -> None:
    assert [one.rest for one in columns(days(1, 0, 3, rest=1)).columns] == [False, True, False]


def test_the_last_day_is_named_and_every_seventh_before_it() -> None:
    picture = columns(days(*range(30)))
    assert [word.text for word in picture.words] == ["6/1", "6/8", "6/15", "6/22", "6/29"]
    assert all(0 < word.x < picture.width for word in picture.words)


def test_nothing_at_all_is_an_empty_picture() -> None:
    assert (columns([]).most, columns([]).total, columns([]).columns) == (0, 0, ())
    picture = columns(days(0, 0))
    assert (picture.most, picture.total) == (0, 0) and {one.height for one in picture.columns} == {0}
    assert bars([]) == () and bars([("a", 0, "")])[0].length == 0


def test_the_longest_bar_is_all_of_the_room() -> None:
    assert [bar.length for bar in bars([("a", 7, ""), ("b", 14, "/b")])] == [FULL / 2, FULL]
