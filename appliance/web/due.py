# SPDX-License-Identifier: Apache-2.0
"""A legal deadline as people see it: the day, how long it is until then in words, and how loudly it is said."""

from typing import NamedTuple

from appliance.model.time import Instant
from appliance.web import japanese

SOON = 7


class Due(NamedTuple):
    """day and words are texts; tone is a class of .state: "bad" when it has passed, "new" when it is near."""

    day: str
    words: str
    tone: str


NEVER = Due("", "", "")


def due(iso: str, now: Instant, *, is_open: bool) -> Due:
    """The deadline "YYYY-MM-DD" of something; is_open: somebody still has to do it. "" has none."""
    if not iso:
        return NEVER
    left = japanese.days_until(iso, now)
    if not is_open or left > SOON:
        return Due(japanese.day(iso), "", "")
    if left < 0:
        return Due(japanese.day(iso), f"期限を{-left}日過ぎています", "bad")
    return Due(japanese.day(iso), f"期限まであと{left}日です" if left else "今日が期限です", "new")
