# SPDX-License-Identifier: Apache-2.0
"""The text of the 確認コード and its short code: every wrong symbol is noticed, what Notepad adds is forgiven."""

import string
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model.confirmation import (
    ALPHABET,
    NotALine,
    canonical_bytes,
    file_name,
    parted,
    short_code_of,
    signed_part,
    typed_short_code,
    whole,
)

LINES = [("renkei-confirmation", "1"), ("contract", "916237-0000021"), ("trait.mac.1", "00ff")]
SIGNED = b"renkei-confirmation: 1\ncontract: 916237-0000021\ntrait.mac.1: 00ff\n"


def test_lines_become_text_and_come_back() -> None:
    assert signed_part(LINES) == SIGNED
    assert parted(SIGNED) == LINES
    assert whole(SIGNED, "AAAA") == SIGNED + b"signature: AAAA\n"


@pytest.mark.parametrize(
    "line",
    [
        ("", "x"),
        ("Contract", "x"),
        ("a b", "x"),
        ("名前", "x"),
        ("a" * 42, "x"),
        ("a", ""),
        ("a", "x\ny"),
        ("a", "\t"),
        ("a", "é"),
        ("a", "x" * 8193),
        ("1a", "x"),
        ("a:", "x"),
    ],
)
def test_what_is_no_line_is_refused_both_ways(line: tuple[str, str]) -> None:
    with pytest.raises(NotALine):
        signed_part([line])
    with pytest.raises(NotALine):
        parted(f"{line[0]}: {line[1]}\n".encode())


@pytest.mark.parametrize("text", [b"a:b\n", b"a : b\n", b"\n", b"a: b\n\nc: d\n", b" a: b\n", b"a: b\r\nc: d\n"])
def test_lines_have_one_form_alone(text: bytes) -> None:
    with pytest.raises(NotALine):
        parted(text)


@pytest.mark.parametrize(
    "content",
    [
        SIGNED,
        SIGNED.rstrip(b"\n"),
        b"\xef\xbb\xbf" + SIGNED,
        SIGNED.replace(b"\n", b"\r\n"),
        SIGNED + b"\n\n\r\n",
        b"\xef\xbb\xbf" + SIGNED.replace(b"\n", b"\r\n") + b"\r\n\r\n",
    ],
)
def test_what_an_editor_puts_around_it_is_forgiven(content: bytes) -> None:
    assert canonical_bytes(content) == SIGNED


@pytest.mark.parametrize("content", [b" " + SIGNED, SIGNED + b" ", SIGNED.replace(b"\n", b"\r"), b"\n" + SIGNED])
def test_anything_else_is_another_text(content: bytes) -> None:
    assert canonical_bytes(content) != SIGNED


# --- the short code -----------------------------------------------------------------------------------------------


def test_a_short_code_that_other_programs_must_make_too() -> None:
    """The SHA-256 of b"" begins with e3b0c44298fc: 11100 01110 11000 01100 01000 10000 10100 11000 11111."""
    values = [0b11100, 0b01110, 0b11000, 0b01100, 0b01000, 0b10000, 0b10100, 0b11000, 0b11111]
    assert short_code_of(b"").replace("-", "")[:9] == "".join(ALPHABET[value] for value in values)


def test_the_alphabet_has_no_look_alikes() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("01OI") & set(ALPHABET)
    assert set(ALPHABET) <= set(string.ascii_uppercase + string.digits)


@given(st.binary(max_size=40))
def test_a_short_code_has_its_form_and_is_its_own_spelling(signed: bytes) -> None:
    code = short_code_of(signed)
    assert [len(group) for group in code.split("-")] == [3, 3, 3, 1]
    assert typed_short_code(code) == code
    assert typed_short_code(f" {code.lower().replace('-', ' ')}\n") == code
    assert typed_short_code(code.replace("-", "")) == code


@given(st.binary(max_size=40), st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_noticed(signed: bytes, place: int, other: str) -> None:
    symbols = short_code_of(signed).replace("-", "")
    wrong = symbols[:place] + other + symbols[place + 1 :]
    assert (typed_short_code(wrong) is None) is (wrong != symbols)


@given(st.binary(max_size=40))
def test_two_symbols_that_changed_places_are_noticed(signed: bytes) -> None:
    symbols = short_code_of(signed).replace("-", "")
    for one, other in combinations(range(10), 2):
        swapped = list(symbols)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        assert (typed_short_code("".join(swapped)) is None) is (symbols[one] != symbols[other])


@pytest.mark.parametrize("typed", ["", "-", "222-222-222", "222-222-222-22", "O22-222-222-2", "あ" * 10, "1" * 10])
def test_what_is_no_short_code(typed: str) -> None:
    assert typed_short_code(typed) is None


def test_one_bit_more_is_another_code() -> None:
    codes = {short_code_of(number.to_bytes(4, "big")) for number in range(20_000)}
    assert len(codes) == 20_000


def test_the_file_is_called_after_the_short_code() -> None:
    assert file_name("ABC-DEF-GHJ-K") == "確認コード(ABCDEF).txt"
