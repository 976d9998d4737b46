# SPDX-License-Identifier: Apache-2.0
"""Names in a ZIP of ours: each file system keeps them apart."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from appliance.vault.documents.distinct_names import distinct

NAMES = st.lists(st.sampled_from(["a.pdf", "A.PDF", "a (2).pdf", "a", "が.pdf", "か\u3099.pdf", "ß.pdf", "SS.pdf"]))


def test_the_second_of_a_name_gets_a_number() -> None:
    assert distinct(["a.pdf", "b.csv", "a.pdf", "A.pdf"]) == ["a.pdf", "b.csv", "a (2).pdf", "A (3).pdf"]


def test_a_number_that_somebody_has_already_is_left_out() -> None:
    assert distinct(["a (2).pdf", "a.pdf", "a.pdf", "a (2).pdf"]) == [
        "a (2).pdf",
        "a.pdf",
        "a (3).pdf",
        "a (2) (2).pdf",
    ]


@given(NAMES)
def test_no_two_are_the_same_to_windows_or_macos(names: list[str]) -> None:
    given_names = distinct(names)
    same = {unicodedata.normalize("NFC", name).casefold() for name in given_names}
    assert len(same) == len(names)
    assert [name for name, wanted in zip(given_names, names, strict=True) if name == wanted][:1] == names[:1]


def test_thousands_of_one_name_are_numbered_in_order() -> None:
    assert distinct(["n.pdf"] * 5_000)[-1] == "n (5000).pdf"
