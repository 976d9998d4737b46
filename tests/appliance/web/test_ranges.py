# SPDX-License-Identifier: Apache-2.0
"""One range of bytes, as it is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.web.ranges import MOST, Wanted, tag_of, wanted_range

ID = "a" * 26


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("bytes=0-99", Wanted(0, 100)),
        ("bytes=5-5", Wanted(5, 6)),
        ("BYTES=7-", Wanted(7, MOST)),
    ],
)
def test_one_range_is_understood(asked: str, wanted: Wanted) -> None:
    assert wanted_range({"Range": asked}, ID) == wanted


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes=0-",
        "bytes=-5",
        "bytes=5-4",
        "bytes=0-1,3-4",
        "bytes = 0-1",
        "lines=0-1",
        "bytes=-",
        "bytes=1-2x",
        "bytes=٣-٤",
        "bytes=1-" + "9" * 16,
    ],
)
def test_anything_else_is_all_of_it(asked: str) -> None:
    assert wanted_range({"Range": asked}, ID) is None


def test_who_goes_on_with_the_same_document_gets_the_rest() -> None:
    headers = {"Range": "bytes=7-", "If-Range": tag_of(ID)}
    assert wanted_range(headers, ID) == Wanted(7, MOST)


@pytest.mark.parametrize(
    "condition", ['"other"', tag_of("b" * 26), f"W/{tag_of(ID)}", "Tue, 09 Jun 2026 01:00:00 GMT", ""]
)
def test_who_has_a_part_of_something_else_gets_all_of_it(condition: str) -> None:
    assert wanted_range({"Range": "bytes=7-9", "If-Range": condition}, ID) is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_asked_the_range_has_a_byte_in_it(asked: str, condition: str) -> None:
    wanted = wanted_range({"Range": asked, "If-Range": condition}, ID)
    assert wanted is None or 0 <= wanted.start < wanted.stop


@given(st.integers(0, 10**15 - 1), st.integers(0, 10**15 - 1))
def test_a_range_of_numbers_is_never_empty(start: int, last: int) -> None:
    for asked in (f"bytes={start}-{last}", f"bytes={start}-"):
        wanted = wanted_range({"Range": asked, "If-Range": tag_of(ID)}, ID)
        assert wanted is None or 0 <= wanted.start < wanted.stop
