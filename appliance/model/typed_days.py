# SPDX-License-Identifier: Apache-2.0
"""Days as people type them: `2024/5/26`, `2024-05-26`, `2024年5月26日`, `令和6年5月26日`, `R6.5.26`."""

import datetime as dt
import re

DASH = "[-.\u2010-\u2015\u2212\u30fc]"
_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
LENIENT = re.compile(
    rf"(?P<era>令和|平成|R|H)?(?P<year>[0-9]{{1,4}}|元)(?:{DASH}|年)(?P<month>[0-9]{{1,2}})(?:{DASH}|月)"
    r"(?P<day>[0-9]{1,2})日?"
)


def day_of(text: str) -> dt.date | None:
    """The day that is meant, or None. text is half-width; a year without an era has four digits."""
    found = LENIENT.fullmatch(text)
    if found is None or (found["era"] is None and len(found["year"]) != 4):
        return None
    year = 1 if found["year"] == "元" else int(found["year"])
    return day(_ERAS.get(found["era"], 0) + year, int(found["month"]), int(found["day"]))


def day(year: int, month: int, day: int) -> dt.date | None:
    """The day of these numbers, or None where there is none."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def in_era(day: dt.date) -> str:
    """`令和6年5月26日`, as letters have it (practice §3.6). The first year is 元年."""
    era, began = ("令和", 2019) if day >= dt.date(2019, 5, 1) else ("平成", 1989)
    year = day.year - began + 1
    return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
