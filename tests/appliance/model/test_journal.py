# SPDX-License-Identifier: Apache-2.0
"""The kinds of act and the entry that one leaves."""

import dataclasses
import re

import pytest

from appliance.model.journal import Entry, Kind, Result


def sign_in() -> Entry:
    """An entry with nothing but what every entry must say."""
    return Entry(
        kind=Kind.SIGN_IN,
        result=Result.DONE,
        at=1_780_966_800_000,
        site="portal",
        actor="",
        office="",
        thing="",
        reason="",
        request="r1",
        salt=bytes(16),
    )


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_is_a_thing_and_a_past_participle(kind: Kind) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)?", kind)
    assert kind.replace(".", "_") == kind.name.lower()


def test_an_entry_stands_for_one_act_that_names_nobody_unless_told() -> None:
    entry = sign_in()
    assert entry.count == 1
    assert not entry.personal
    assert entry.sha256 == ""


def test_an_entry_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        sign_in().result = Result.REFUSED  # type: ignore[misc]


def test_entries_are_equal_by_what_they_say_and_share_nothing_personal() -> None:
    one, other = sign_in(), sign_in()
    assert one == other
    assert one.personal is not other.personal


def test_an_act_is_done_or_refused() -> None:
    assert {str(result) for result in Result} == {"done", "refused"}
