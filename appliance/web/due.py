# SPDX-License-Identifier: Apache-2.0
"""A legal deadline as people see it: the day, how long it is until then in words, and how loudly it is said."""

from typing import NamedTuple

from appliance.model.time import Instant
from appliance.web import japanese
from appliance.web.language import _

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
        return Due(japanese.day(iso), _("期限を{days}日過ぎています", days=-left), "bad")
    return Due(japanese.day(iso), _("期限まであと{days}日です", days=left) if left else _("今日が期限です"), "new")


def countdown(iso: str, now: Instant) -> Due:
    """The deadline "YYYY-MM-DD" of something that somebody still has to do, with the days that are left."""
    left = japanese.days_until(iso, now)
    if left < 0:
        return Due(japanese.day(iso), _("期限を{days}日過ぎています", days=-left), "bad")
    words = _("あと{days}日", days=left) if left else _("今日が期限です")
    return Due(japanese.day(iso), words, "new" if left <= SOON else "")
