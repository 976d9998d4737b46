# SPDX-License-Identifier: Apache-2.0
"""No case is passed over, and none that fails is lost."""

import pytest

from tests.every import every


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
