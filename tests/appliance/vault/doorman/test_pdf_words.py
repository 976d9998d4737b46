# SPDX-License-Identifier: Apache-2.0
"""Dictionaries are read with everything that may stand in them."""

import pytest

from appliance.vault.doorman.pdf_words import LONGEST, NotReadable, dictionary_at


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"<<>>", {}),
        (b"<</A 1>>", {b"A": b"1"}),
        (b"<< /A/B /C 1 0 R /D 2 >>", {b"A": b"/B", b"C": b"1", b"D": b"2"}),
        (b"<< /A << /Encrypt 1 >> /B [1 /Encrypt (x)] >>", {b"A": b"", b"B": b""}),
        (b"<< /A (>> \\) (nested) /Encrypt) /B <414243> >>", {b"A": b"", b"B": b"<414243>"}),
        (b"<<%comment /X 1\r/A true%\n>>", {b"A": b"true"}),
        (b"<</A#20B null/#41 -1.5>>", {b"A B": b"null", b"A": b"-1.5"}),
    ],
)
def test_dictionaries_are_read(text: bytes, found: dict[bytes, bytes]) -> None:
    words, end = dictionary_at(b"before " + text + b" after", 7)
    assert (dict(words), end) == (found, 7 + len(text))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"x",
        b"[/A 1]",
        b"/A 1",
        b"<< /A 1",
        b"<< /A >>",
        b"<< 1 /A >>",
        b"<< /A 1 /A 2 >>",
        b"<< /A 1 /#41 2 >>",
        b"<< /A (open >>",
        b"<< /A [1 >",
        b"<< /A <xyz> >>",
        b"<< /A {1} >>",
        b"<< /A 1 (text) >>",
        b"<< /A 1 ] >>",
        b"<< /A " + b"[" * 1000 + b">>",
        b"<< /A 1 %" + b"x" * LONGEST + b"\n>>",
    ],
)
def test_what_is_none_is_not_readable(text: bytes) -> None:
    with pytest.raises(NotReadable):
        dictionary_at(text, 0)
