# SPDX-License-Identifier: Apache-2.0
"""The table of holidays: the shipped one against two libraries, others as funds may bring them, and its end."""

import datetime as dt
from pathlib import Path

import holidays
import jpholiday
import pytest

from appliance.config.decode import ConfigError
from appliance.config.load import parse
from appliance.config.opening import calendar_of, ending, parsed, shipped
from appliance.config.settings import CalendarSettings
from appliance.model.calendar import Calendar, Hours, YearEnd

HEADING = "国民の祝日・休日月日,国民の祝日・休日名称\n"
ROWS = HEADING + "2030/1/1,元日\n2030/11/23,勤労感謝の日\n2031/1/1,元日\n2031/11/23,勤労感謝の日\n"
FILE = Path("config.toml")


def of_library(year: int) -> set[dt.date]:
    """The holidays of a year as two libraries have them, which must agree."""
    one = set(holidays.country_holidays("JP", years=year))
    assert one == {day for day, _ in jpholiday.year_holidays(year)}
    return one


def test_the_shipped_table_is_that_of_the_libraries_year_by_year() -> None:
    table = shipped()
    assert (table.first, table.last) == (2019, 2027)
    for year in range(table.first, table.last + 1):
        assert {day for day in table.days if day.year == year} == of_library(year), year


def test_a_fund_that_sets_nothing_has_the_defaults() -> None:
    assert calendar_of(CalendarSettings()) == Calendar(shipped())


def test_a_fund_may_set_everything(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(ROWS)
    text = (
        '[calendar]\nopen = "09:30"\nclose = "24:00"\ngrace_minutes = 0\nyear_end = "12-31..01-03"\n'
        f'closed_days = [2030-08-13]\nopen_days = [2030-08-17]\nholidays = "{tmp_path}/own.csv"\n'
    )
    made = calendar_of(parse(text, FILE).calendar)
    assert (made.hours, made.year_end) == (Hours(570, 1440, 0), YearEnd((12, 31), (1, 3)))
    assert made.closed_days == frozenset({dt.date(2030, 8, 13)})
    assert made.open_days == frozenset({dt.date(2030, 8, 17)})
    assert (made.holidays.first, made.holidays.last, len(made.holidays.days)) == (2030, 2031, 4)


def test_a_fund_may_rest_at_no_year_end() -> None:
    assert calendar_of(CalendarSettings(year_end="")).year_end is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('open = "8:00"', "`open`: '8:00' is no time of day"),
        ("open = 08:00:00", "`open` must be a text"),
        ('close = "late"', "`close`: 'late' is no time of day"),
        ('close = "08:00"', "`close`: the service opens before it closes"),
        ("grace_minutes = 241", "`close`: the grace is over by midnight"),
        ("grace_minutes = -1", "`close`: the grace is over by midnight"),
        ('year_end = "12/29-1/3"', "`year_end`: '12/29-1/3' has not the form"),
        ('year_end = "01-01..12-31"', "`year_end`: a year end has at most 31 days"),
        ('closed_days = ["2026-08-13"]', "`closed_days` must be a date"),
        ("closed_days = [2026-08-13T00:00:00]", "`closed_days` must be a date"),
        ("closed_days = [2026-08-13]\nopen_days = [2026-08-13]", "both name 2026-08-13"),
        ("closed = []", "unknown key `closed`"),
    ],
)
def test_what_cannot_be_is_refused_by_its_key(line: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(f"[calendar]\n{line}\n", FILE)
    assert str(caught.value).startswith("config.toml: [calendar]: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "octets",
    [
        ROWS.encode(),
        b"\xef\xbb\xbf" + ROWS.encode(),
        ROWS.encode("cp932"),
        ROWS.replace("\n", "\r\n").encode("cp932") + b",\r\n\r\n",
    ],
)
def test_the_table_of_the_cabinet_office_is_taken_as_it_is(octets: bytes, tmp_path: Path) -> None:
    (tmp_path / "syukujitsu.csv").write_bytes(octets)
    made = calendar_of(CalendarSettings(holidays=str(tmp_path / "syukujitsu.csv")))
    assert made.holidays == parsed(ROWS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no holiday"),
        (HEADING, "no holiday"),
        (ROWS + "2031/2/30,誰かの日\n", "line 6 "),
        (ROWS + "2031-02-11,建国記念の日\n", "line 6 "),
        (ROWS + "2031/2/11\n", "line 6 "),
        (ROWS + "2031/2/11, \n", "line 6 "),
        (ROWS + "<html>\n", "line 6 "),
        (ROWS + "2031/2/11/1,日\n", "line 6 "),
        (ROWS + "2032/1/1,元日\n", "the year 2032 is not whole: 11/23"),
        (ROWS + "2033/1/1,元日\n2033/11/23,勤労感謝の日\n", "the year 2032 is not whole: 1/1"),
    ],
)
def test_a_table_that_is_none_is_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(text)
    with pytest.raises(ConfigError, match=r"^calendar\.holidays: ") as caught:
        calendar_of(CalendarSettings(holidays=str(tmp_path / "own.csv")))
    assert said in str(caught.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(ConfigError, match="Cabinet Office"):
        calendar_of(CalendarSettings(holidays=str(tmp_path / "own.csv")))


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^calendar\.holidays: .*missing\.csv cannot be read"):
        calendar_of(CalendarSettings(holidays=str(tmp_path / "missing.csv")))


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (dt.date(2018, 12, 31), "covers 2019 to 2027, not 2018-12-31"),
        (dt.date(2019, 1, 1), ""),
        (dt.date(2027, 11, 1), ""),
        (dt.date(2027, 11, 2), "ends in 59 days, with the year 2027"),
        (dt.date(2027, 12, 31), "ends in 0 days"),
        (dt.date(2028, 1, 1), "covers 2019 to 2027, not 2028-01-01"),
    ],
)
def test_the_end_of_the_table_is_told_sixty_days_before(today: dt.date, said: str) -> None:
    told = list(ending(Calendar(shipped()), today))
    assert len(told) == bool(said)
    assert all(said in text and "calendar.holidays" in text for text in told)
