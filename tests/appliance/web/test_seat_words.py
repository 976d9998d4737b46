# SPDX-License-Identifier: Apache-2.0
"""Seats and requests in words: every state, every finding, every end has its own."""

from enum import StrEnum

import pytest

from appliance.link.messages import SeatRow
from appliance.model.devices import Ended, Finding, RequestState, SeatState
from appliance.web.seat_words import seat_line, seat_name
from appliance.web.texts import Texts
from tests.appliance.web.conftest import Browser


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("seat_state", SeatState),
        ("seat_next", SeatState),
        ("request_state", RequestState),
        ("ended", Ended),
        ("finding", Finding),
        ("finding_next", Finding),
    ],
)
def test_every_word_has_its_text(table: str, words: type[StrEnum]) -> None:
    texts = Texts.load()
    assert [word for word in words if texts.word(table, word) == word] == []


@pytest.mark.parametrize("state", list(SeatState))
def test_what_cannot_be_done_with_a_seat_says_why(state: SeatState) -> None:
    texts = Texts.load()
    assert texts.has(f"seat.now_{state}") and (texts.has(f"user.seat_{state}") or state is SeatState.ACTIVE)


def test_the_first_is_the_admins() -> None:
    assert (seat_name(1), seat_name(2)) == ("1台目（管理者用）", "2台目")


@pytest.mark.parametrize(
    ("state", "step"),
    [(SeatState.READY, 0), (SeatState.DOWNLOADED, 1), (SeatState.REQUESTED, 2), (SeatState.ACTIVE, -1)],
)
def test_how_far_it_is(portal: Browser, state: SeatState, step: int) -> None:
    line = seat_line(portal.website.house, SeatRow(1, state, 1_780_966_800_000, told="お知らせ"))
    assert (line.step, line.told, line.bonds) == (step, "お知らせ", ())
