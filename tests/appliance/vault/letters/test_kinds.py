# SPDX-License-Identifier: Apache-2.0
"""Kinds of letters and what each is told."""

import pytest

from appliance.vault.letters.kinds import EVERYWHERE, TRAITS, LetterKind


def test_every_kind_has_its_traits() -> None:
    assert set(TRAITS) == set(LetterKind)


@pytest.mark.parametrize("kind", LetterKind)
def test_what_is_given_is_neither_the_instant_nor_what_every_letter_knows(kind: LetterKind) -> None:
    assert not TRAITS[kind].given & (EVERYWHERE | {"until"})


def test_letters_for_which_somebody_waits_are_urgent_and_carry_a_code() -> None:
    urgent = {kind for kind, traits in TRAITS.items() if traits.urgent}
    codes = {LetterKind.ONE_TIME_CODE, LetterKind.MAIL_CHANGE_CONFIRM, LetterKind.HAND_OVER_CODE}
    assert urgent == codes | {LetterKind.OWN_CODE, LetterKind.TEST_MAIL}
    assert all(TRAITS[kind].given == {"code"} for kind in codes)
    assert TRAITS[LetterKind.OWN_CODE].given == {"code", "what"}
