# SPDX-License-Identifier: Apache-2.0
"""No case is passed over, and none that fails is lost."""

from pathlib import Path

import pytest

from tests.every import every, for_every


def test_all_are_played_and_each_failure_is_told_by_its_name() -> None:
    played = []
    with pytest.raises(ExceptionGroup, match="2 cases") as caught, every() as case:
        for number in range(4):
            with case("number", number):
                played.append(number)
                assert number % 2 == 0, f"{number} is odd"
    assert played == [0, 1, 2, 3]
    assert [error.__notes__[-1] for error in caught.value.exceptions] == [
        "in the case of number 1",
        "in the case of number 3",
    ]


def test_nothing_is_told_where_none_fails() -> None:
    with every() as case, case("good"):
        pass


def test_what_breaks_outside_of_a_case_comes_out_as_it_is() -> None:
    with pytest.raises(LookupError), every() as case:
        with case("bad"):
            raise ValueError
        raise LookupError


def test_a_skip_is_no_failure() -> None:
    with pytest.raises(pytest.skip.Exception), every() as case, case("not here"):
        pytest.skip("not here")


PLAYED: list[object] = []


@for_every("number, word", [(1, "one"), (2, "two")])
def test_a_test_is_played_with_each(number: int, word: str, tmp_path: Path) -> None:
    assert tmp_path.is_dir()
    PLAYED.append((number, word))
    assert PLAYED.index((number, word)) == number - 1


@for_every("number", [1, 2, 3], "number {}".format)
async def later(number: int) -> None:
    """No test."""
    assert number == 2


async def test_one_that_waits_is_played_with_each() -> None:
    with pytest.raises(ExceptionGroup, match="2 cases") as caught:
        await later()
    assert [error.__notes__[-1] for error in caught.value.exceptions] == [
        "in the case of number 1",
        "in the case of number 3",
    ]
    assert (later.__name__, later.__doc__) == ("later", "No test.")
