# SPDX-License-Identifier: Apache-2.0
"""`renkei calendar` answers people and programs, with and without a configuration, and takes no nonsense."""

import datetime as dt
import os
from pathlib import Path

import pytest

from appliance.cli import calendar, places
from appliance.model.time import JST, instant
from tests.appliance.cli.command import renkei

KEYS = ["open", "reason", "next_open", "closes"]


@pytest.fixture(autouse=True)
def no_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The machine has no configuration."""
    monkeypatch.setattr(places, "DEFAULT_CONFIG", tmp_path / "config.toml")


@pytest.mark.parametrize(
    ("time", "code", "reason", "next_open", "closes"),
    [
        ("2026-06-08T07:59", 1, "before_hours", "2026-06-08T08:00:00+09:00", None),
        ("2026-06-08T07:59:59.999999", 1, "before_hours", "2026-06-08T08:00:00+09:00", None),
        ("2026-06-08T08:00", 0, "open", "2026-06-09T08:00:00+09:00", "2026-06-08T20:00:00+09:00"),
        ("2026-06-07T23:00Z", 0, "open", "2026-06-09T08:00:00+09:00", "2026-06-08T20:00:00+09:00"),
        ("2026-06-08T20:00", 1, "after_hours", "2026-06-09T08:00:00+09:00", None),
        ("2026-05-06", 1, "holiday", "2026-05-07T08:00:00+09:00", None),
        ("2026-09-22T12:00", 1, "holiday", "2026-09-24T08:00:00+09:00", None),
        ("2026-12-31T12:00", 1, "year_end", "2027-01-04T08:00:00+09:00", None),
        ("2024-02-29T12:00", 0, "open", "2024-03-01T08:00:00+09:00", "2024-02-29T20:00:00+09:00"),
        ("2026-06-08T22:00+14:00", 0, "open", "2026-06-09T08:00:00+09:00", "2026-06-08T20:00:00+09:00"),
        ("2026-06-08T10:30-12:00", 1, "before_hours", "2026-06-09T08:00:00+09:00", None),
    ],
)
def test_programs_are_told_when(time: str, code: int, reason: str, next_open: str, closes: str | None) -> None:
    ran = renkei("calendar", time, "--json")
    assert (ran.code, ran.err) == (code, "")
    assert list(ran.json) == KEYS
    assert ran.json == {"open": code == 0, "reason": reason, "next_open": next_open, "closes": closes}


@pytest.mark.parametrize(
    "time",
    [
        "",
        "now",
        "2026-02-29",
        "2026-06-31T10:00",
        "2026-06-09T25:00",
        "2026-06-09T10:60",
        "2026-06-09T10:00+25:00",
        "10:00",
        "２０２６-06-09T10:00",
        "0000-01-01T00:00",
        "10000-01-01T00:00",
        "0001-01-01T00:00+14:00",
        "9999-12-31T10:00",
        "9999-12-31T23:59-12:00",
    ],
)
def test_what_is_no_time_is_neither_open_nor_closed(time: str) -> None:
    ran = renkei("calendar", time, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.said


@pytest.mark.parametrize("time", ["0001-01-04T00:00", "2028-01-01T10:00", "9998-12-31T10:00"])
def test_beyond_the_table_the_answer_comes_with_a_warning(time: str) -> None:
    ran = renkei("calendar", time, "--json")
    assert ran.code == 1 and list(ran.json) == KEYS
    assert ran.err.startswith("warning: calendar: the table of holidays covers 2019 to 2027")


def test_people_are_told_in_words() -> None:
    assert renkei("calendar", "2026-06-09T10:00").out == "open until 2026-06-09 20:00 in Japan\n"
    assert renkei("calendar", "2026-12-31T10:00").out == "closed (year end), opens 2027-01-04 08:00 in Japan\n"


@pytest.mark.parametrize(("hour", "code"), [(7, 1), (10, 0)])
def test_without_a_time_it_is_now(hour: int, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "now", lambda: instant(dt.datetime(2026, 6, 9, hour, tzinfo=JST)))
    assert renkei("calendar").code == code


def test_the_clock_is_that_of_the_machine() -> None:
    before, now, after = dt.datetime.now(JST), calendar.now(), dt.datetime.now(JST)
    assert instant(before) - 1 <= now <= instant(after) + 1  # each is rounded for itself


@pytest.mark.parametrize("how", ["word", "environment", "system"])
def test_the_calendar_of_a_fund_holds(how: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[calendar]\nclosed_days = [2026-06-09]\n")
    words = ["--config", path] if how == "word" else []
    if how == "environment":
        monkeypatch.setenv("RENKEI_CONFIG", str(path))
    ran = renkei("calendar", "2026-06-09T10:00", "--json", *words)
    assert (ran.code, ran.json["reason"]) == (1, "fund_closed")


@pytest.mark.parametrize("text", [None, "[calendar]\nopen = 8\n", "[calendar]\nholidays = '/nowhere.csv'\n", "["])
def test_a_configuration_that_cannot_be_used_is_not_closed(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    if text is not None:
        path.write_text(text)
    ran = renkei("calendar", "2026-06-09T10:00", "--config", path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.said


def test_a_configuration_of_the_system_that_may_not_be_read_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert renkei("calendar", "2026-06-09T10:00").code == 0
