# SPDX-License-Identifier: Apache-2.0
"""Random ids, and identifiers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model import ids


@given(st.binary(min_size=16, max_size=16))
def test_an_id_is_safe_everywhere(random: bytes) -> None:
    made = ids.id_from(random)
    assert ids.is_id(made)
    assert made.isascii() and made.isalnum() and made == made.lower()


@given(st.sets(st.binary(min_size=16, max_size=16), min_size=2, max_size=20))
def test_different_bytes_give_different_ids(randoms: set[bytes]) -> None:
    assert len({ids.id_from(random) for random in randoms}) == len(randoms)


@pytest.mark.parametrize("size", [0, 15, 17, 32])
def test_an_id_is_made_of_exactly_sixteen_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        ids.id_from(bytes(size))


GOOD = ids.id_from(bytes(range(16)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD[:-1],
        GOOD + "a",
        GOOD.upper(),
        GOOD + "\n",
        "../" + GOOD[3:],
        "0" * 26,
        "1" * 26,
        "é" * 26,
        "２" * 26,
    ],
)
def test_what_is_no_id(text: str) -> None:
    assert not ids.is_id(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  abc123XY ", "abc123XY"),
        ("ＡＢＣ１２３ｘｙ", "ABC123xy"),
        ("\u200babc\ufeff123\u00adxy", "abc123xy"),
        ("　tanaka　", "tanaka"),
        ("", ""),
    ],
)
def test_canonical(typed: str, meant: str) -> None:
    assert ids.canonical(typed) == meant


def test_canonical_keeps_capitals_and_small_letters_apart() -> None:
    assert ids.canonical("Tanaka01") != ids.canonical("tanaka01")  # R25, R313


@pytest.mark.parametrize("hyphen", "-‐‑‒–—―−ー－ｰ")
def test_every_hyphen_look_alike_is_a_hyphen_in_a_number(hyphen: str) -> None:
    assert ids.canonical_number(f" １２３４５６{hyphen}1234567 ") == "123456-1234567"  # A1, T4


@given(st.text(max_size=40))
def test_canonical_forms_are_their_own(typed: str) -> None:
    for form in (ids.canonical, ids.canonical_number):
        assert form(form(typed)) == form(typed)


@pytest.mark.parametrize("number", ["123456-1234567", "1234567-12345678", "123456-12345678"])
def test_contract_numbers_that_are_right(number: str) -> None:
    assert ids.CONTRACT_NUMBER.fullmatch(number)  # R22, A1


@pytest.mark.parametrize(
    "number", ["12345-1234567", "12345678-1234567", "123456-123456", "1234561234567", "١٢٣٤٥٦-1234567"]
)
def test_contract_numbers_that_are_wrong(number: str) -> None:
    assert not ids.CONTRACT_NUMBER.fullmatch(number)


@pytest.mark.parametrize(
    ("login", "right"),
    [
        ("abcdefgh", True),
        ("A1b2C3d4E5f6G7h", True),
        ("abcdefg", False),
        ("A1b2C3d4E5f6G7h8", False),
        ("abc-defgh", False),
    ],
)
def test_user_ids(login: str, right: bool) -> None:
    assert bool(ids.USER_ID.fullmatch(login)) is right  # R25


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("suzuki", True),
        ("s.suzuki-2", True),
        ("ab", False),
        (".suzuki", False),
        ("a" * 33, False),
        ("鈴木一郎", False),
    ],
)
def test_staff_names(name: str, right: bool) -> None:
    assert bool(ids.STAFF_NAME.fullmatch(name)) is right
