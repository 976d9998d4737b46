# SPDX-License-Identifier: Apache-2.0
"""ダウンロードパスワード: the month of today in Japan, and the key of the letter behind it (R42, R43, A2, A22)."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from appliance.model.ids import canonical
from appliance.model.time import Instant, date_in_japan

KEY_LENGTH = 8
MONTH_LENGTH = 6
LONGEST = 64
# Letters and digits that no key of ours has, as they are taken for one another (A3).
UNUSED = frozenset("0Oo1lI")


class Month(StrEnum):
    """The month that somebody has typed, as seen from today."""

    NOW = "now"
    LAST = "last"
    NEXT = "next"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Typed:
    """The two parts of what was typed. The key is looked at whatever the month is: time tells nobody anything."""

    month: Month
    key: str = field(repr=False)

    @property
    def has_unused(self) -> bool:
        """Whether there is a sign in it that is in no key of ours, which is worth a hint (A3)."""
        return bool(UNUSED & set(self.key))


def length_of(typed: str) -> int:
    """How many signs were meant: blanks within, as in groups on paper, are none (T3)."""
    return len(_signs(typed))


def parted(typed: str, now: Instant) -> Typed:
    """Month and key. There is no grace at the turn of a month: only the hint differs (T1, T2, A22)."""
    signs = _signs(typed)
    return Typed(_month(signs[:MONTH_LENGTH], date_in_japan(now)), signs[MONTH_LENGTH:])


def _signs(typed: str) -> str:
    return "".join(canonical(typed[:LONGEST]).split())


def _month(text: str, today: dt.date) -> Month:
    first = today.replace(day=1)
    months = {
        f"{first:%Y%m}": Month.NOW,
        f"{first - dt.timedelta(days=1):%Y%m}": Month.LAST,
        f"{first + dt.timedelta(days=31):%Y%m}": Month.NEXT,
    }
    return months.get(text, Month.OTHER)
