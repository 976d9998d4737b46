# SPDX-License-Identifier: Apache-2.0
"""How dates, sizes and spans are written, in the language of the request; cheap enough for every row of a list."""

import datetime as dt
from functools import lru_cache

from appliance.model.time import DAY, HOUR, MINUTE, Instant
from appliance.web.language import speaks_japanese

_EPOCH = dt.date(1970, 1, 1)
_WEEKDAYS = "月火水木金土日"
_ENGLISH_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_JAPAN = 9 * HOUR


@lru_cache(maxsize=4096)
def _japanese_day(number: int) -> str:
    day = _EPOCH + dt.timedelta(days=number)
    return f"{day.year}年{day.month}月{day.day}日({_WEEKDAYS[day.weekday()]})"


@lru_cache(maxsize=4096)
def _english_day(number: int) -> str:
    day = _EPOCH + dt.timedelta(days=number)
    return f"{_ENGLISH_WEEKDAYS[day.weekday()]} {day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"


def date(at: Instant) -> str:
    """2026年6月9日(火), Tue 9 June 2026."""
    number = (at + _JAPAN) // DAY
    return _japanese_day(number) if speaks_japanese() else _english_day(number)


def clock(at: Instant) -> str:
    """10:05, in Japan."""
    minutes = (at + _JAPAN) % DAY // MINUTE
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def moment(at: Instant) -> str:
    """2026年6月9日(火) 10:05, Tue 9 June 2026, 10:05."""
    return f"{date(at)} {clock(at)}" if speaks_japanese() else f"{date(at)}, {clock(at)}"


def day(iso: str) -> str:
    """2026年6月9日(火), Tue 9 June 2026 for "2026-06-09"; anything else as it is."""
    number = _number_of(iso)
    if number is None:
        return iso
    return _japanese_day(number) if speaks_japanese() else _english_day(number)


@lru_cache(maxsize=4096)
def _number_of(iso: str) -> int | None:
    try:
        return (dt.date.fromisoformat(iso) - _EPOCH).days
    except ValueError:
        return None


def days_until(iso: str, at: Instant) -> int:
    """From the day of an instant in Japan to "2026-06-09": 0 on that day, below 0 when it has passed."""
    return (dt.date.fromisoformat(iso) - _EPOCH).days - (at + _JAPAN) // DAY


def month(period: str) -> str:
    """2026年6月, June 2026 for "2026-06"; anything else as it is."""
    return _month(period, speaks_japanese())


@lru_cache(maxsize=512)
def _month(period: str, in_japanese: bool) -> str:
    year, dash, number = period.partition("-")
    if not (dash and year.isdecimal() and number.isdecimal() and 1 <= int(number) <= 12):
        return period
    return f"{year}年{int(number)}月" if in_japanese else f"{_ENGLISH_MONTHS[int(number) - 1]} {year}"


def month_name(number: int) -> str:
    """6月, June."""
    return f"{number}月" if speaks_japanese() else _ENGLISH_MONTHS[number - 1]


def today(at: Instant) -> str:
    """ "2026-06-09", the day of an instant in Japan."""
    return (_EPOCH + dt.timedelta(days=(at + _JAPAN) // DAY)).isoformat()


def size(octets: int) -> str:
    """A size in about three digits, as Windows shows it: 532 バイト, 12.3 KB, 4.0 MB, 200 MB."""
    if octets < 1024:
        return f"{octets} バイト" if speaks_japanese() else f"{octets} bytes"
    shown, unit = (octets / 1024, "KB") if octets < 1024 * 1024 else (octets / 1024 / 1024, "MB")
    return f"{shown:.{0 if shown >= 100 else 1}f} {unit}"


def span(milliseconds: int) -> str:
    """The time that is left: 1時間29分, 45分, 1分未満; 1 h 29 min, 45 min, less than 1 min."""
    hours, minutes = divmod(max(0, milliseconds) // MINUTE, 60)
    if not speaks_japanese():
        parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
        return " ".join(filter(None, parts)) or "less than 1 min"
    return (f"{hours}時間" if hours else "") + (f"{minutes}分" if minutes else "") or "1分未満"
