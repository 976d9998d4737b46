# SPDX-License-Identifier: Apache-2.0
"""How dates, sizes and spans are written for Japanese readers; cheap enough for every row of a list."""

import datetime as dt
from functools import lru_cache

from appliance.model.time import DAY, HOUR, MINUTE, Instant

_EPOCH = dt.date(1970, 1, 1)
_WEEKDAYS = "月火水木金土日"
_JAPAN = 9 * HOUR


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    day = _EPOCH + dt.timedelta(days=number)
    return f"{day.year}年{day.month}月{day.day}日({_WEEKDAYS[day.weekday()]})"


def date(at: Instant) -> str:
    """2026年6月9日(火)."""
    return _day((at + _JAPAN) // DAY)


def clock(at: Instant) -> str:
    """10:05, in Japan."""
    minutes = (at + _JAPAN) % DAY // MINUTE
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def moment(at: Instant) -> str:
    """2026年6月9日(火) 10:05."""
    return f"{date(at)} {clock(at)}"


@lru_cache(maxsize=4096)
def day(iso: str) -> str:
    """2026年6月9日(火) for "2026-06-09"; anything else as it is."""
    try:
        return _day((dt.date.fromisoformat(iso) - _EPOCH).days)
    except ValueError:
        return iso


def days_until(iso: str, at: Instant) -> int:
    """From the day of an instant in Japan to "2026-06-09": 0 on that day, below 0 when it has passed."""
    return (dt.date.fromisoformat(iso) - _EPOCH).days - (at + _JAPAN) // DAY


@lru_cache(maxsize=512)
def month(period: str) -> str:
    """2026年6月 for "2026-06"; anything else as it is."""
    year, dash, number = period.partition("-")
    if not (dash and year.isdecimal() and number.isdecimal()):
        return period
    return f"{year}年{int(number)}月"


def this_month(at: Instant) -> str:
    """ "2026-06", the month of an instant in Japan."""
    return today(at)[:7]


def today(at: Instant) -> str:
    """ "2026-06-09", the day of an instant in Japan."""
    return (_EPOCH + dt.timedelta(days=(at + _JAPAN) // DAY)).isoformat()


def size(octets: int) -> str:
    """A size in about three digits, as Windows shows it: 532 バイト, 12.3 KB, 4.0 MB, 200 MB."""
    if octets < 1024:
        return f"{octets} バイト"
    shown, unit = (octets / 1024, "KB") if octets < 1024 * 1024 else (octets / 1024 / 1024, "MB")
    return f"{shown:.{0 if shown >= 100 else 1}f} {unit}"


def span(milliseconds: int) -> str:
    """The time that is left: 1時間29分, 45分, 1分未満."""
    minutes = max(0, milliseconds) // MINUTE
    if minutes == 0:
        return "1分未満"
    hours, minutes = divmod(minutes, 60)
    return (f"{hours}時間" if hours else "") + (f"{minutes}分" if minutes or not hours else "")
