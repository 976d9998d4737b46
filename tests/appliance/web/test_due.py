# SPDX-License-Identifier: Apache-2.0
"""Deadlines are said in words, not by colour alone."""

import pytest

from appliance.model.time import DAY
from appliance.web.due import NEVER, countdown, due

NOW = 1_780_966_800_000  # Tuesday, 2026-06-09 10:00 in Japan


@pytest.mark.parametrize(
    ("iso", "words", "tone"),
    [
        ("2026-06-06", "期限を3日過ぎています", "bad"),
        ("2026-06-08", "期限を1日過ぎています", "bad"),
        ("2026-06-09", "今日が期限です", "new"),
        ("2026-06-10", "期限まであと1日です", "new"),
        ("2026-06-16", "期限まであと7日です", "new"),
        ("2026-06-17", "", ""),
    ],
)
def test_what_is_said(iso: str, words: str, tone: str) -> None:
    assert due(iso, NOW, is_open=True)[1:] == (words, tone)


def test_the_day_turns_in_japan() -> None:
    assert due("2026-06-09", NOW + 14 * 3_600_000, is_open=True).tone == "bad"
    assert due("2026-06-09", NOW + 14 * 3_600_000 - 1, is_open=True).tone == "new"


def test_what_is_done_is_late_no_more() -> None:
    assert due("2026-06-06", NOW + 400 * DAY, is_open=False) == ("2026年6月6日(土)", "", "")


def test_without_a_deadline_nothing_is_said() -> None:
    assert due("", NOW, is_open=True) == NEVER


@pytest.mark.parametrize(
    ("iso", "words", "tone"),
    [
        ("2026-06-08", "期限を1日過ぎています", "bad"),
        ("2026-06-09", "今日が期限です", "new"),
        ("2026-06-16", "あと7日", "new"),
        ("2026-06-18", "あと9日", ""),
        ("2027-06-09", "あと365日", ""),
    ],
)
def test_a_countdown_always_says_the_days(iso: str, words: str, tone: str) -> None:
    assert countdown(iso, NOW)[1:] == (words, tone)
