# SPDX-License-Identifier: Apache-2.0
"""Where a page of a list begins."""

import pytest

from appliance.link.refusals import Refused, Why
from appliance.web import cursors


def test_no_cursor_is_the_first_page() -> None:
    assert cursors.cursor({}) == ""
    assert cursors.number({}, "before") == 0


@pytest.mark.parametrize("value", ["abc|1:2", "a" * 500, "AbC-_=+/~."])
def test_a_cursor_goes_on_as_it_is(value: str) -> None:
    assert cursors.cursor({"after": value}) == value


@pytest.mark.parametrize("value", ["a" * 501, "a b", "<", "あ", "\x00"])
def test_a_strange_cursor_is_refused(value: str) -> None:
    with pytest.raises(Refused) as refused:
        cursors.cursor({"after": value})
    assert refused.value.why is Why.INVALID


@pytest.mark.parametrize("value", ["-1", "1.5", "", "９", "1" * 19, "0x1"])
def test_a_strange_number_is_refused(value: str) -> None:
    with pytest.raises(Refused) as refused:
        cursors.number({"before": value}, "before")
    assert refused.value.why is Why.INVALID


@pytest.mark.parametrize("value", ["", "x", "A" * 26, "../" + "a" * 23])
def test_what_is_no_id_is_as_unknown_as_an_id_of_nobody(value: str) -> None:
    with pytest.raises(Refused) as refused:
        cursors.known_id(value)
    assert refused.value.why is Why.NOT_FOUND
    assert cursors.known_id("a" * 26) == "a" * 26
