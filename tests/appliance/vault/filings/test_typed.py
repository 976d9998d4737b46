# SPDX-License-Identifier: Apache-2.0
"""Notes, reasons and dates: several lines of harmless text, or refused."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from appliance.link.refusals import Refused, Why
from appliance.vault.filings.typed import MAX_NOTE, MAX_REASON, date_of, note_of, reason_of


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("記入もれ", "記入もれ"),
        ("  a\r\nb\rc\n ", "a\nb\nc"),
        ("a\x00\x1b[31m\u202eb\u200b\ufeff\ud800", "a[31mb"),
        ("<script>", "<script>"),
        ("x" * MAX_REASON, "x" * MAX_REASON),
    ],
)
def test_what_is_seen_stays(typed: str, kept: str) -> None:
    assert reason_of(typed) == kept


@pytest.mark.parametrize("typed", ["", " \r\n\u3000", "\x00\u200b", "x" * (MAX_REASON + 1), "\x00" * 5_000_000])
def test_a_reason_says_something_and_has_an_end(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        reason_of(typed)
    assert (caught.value.why, caught.value.text) == (Why.INVALID, "filing.reason")


def test_a_note_may_be_empty_and_has_an_end() -> None:
    assert (note_of(""), note_of(" \n"), note_of("x" * MAX_NOTE)) == ("", "", "x" * MAX_NOTE)
    with pytest.raises(Refused) as caught:
        note_of("x" * (MAX_NOTE + 1))
    assert caught.value.values == {"max": "500"}


@given(some.text())
def test_nothing_that_cannot_be_seen_is_kept(typed: str) -> None:
    note = note_of(typed[:MAX_NOTE])
    assert all(sign == "\n" or sign.isprintable() or sign.isspace() for sign in note)
    assert note_of(note) == note


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        ("2026-06-09", dt.date(2026, 6, 9)),
        ("2024-02-29", dt.date(2024, 2, 29)),
        ("2026-02-29", None),
        ("0000-01-01", None),
        ("20260609", None),
        ("2026-W24-2", None),
        ("2026-06-09 ", None),
        ("２０２６-06-09", None),
        ("", None),
        ("x" * 100_000, None),
    ],
)
def test_a_date_is_one_or_none(typed: str, date: dt.date | None) -> None:
    assert date_of(typed) == date
