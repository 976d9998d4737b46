# SPDX-License-Identifier: Apache-2.0
"""What people type about filings, made harmless or refused."""

import datetime as dt
import re
import unicodedata

from appliance.link.refusals import Refused, Why

MAX_REASON = 1_000
MAX_NOTE = 500
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def reason_of(typed: str) -> str:
    """Why the fund gives a filing back. Raises Refused INVALID for an empty or a long one."""
    reason = _text(typed, MAX_REASON)
    if not reason or len(reason) > MAX_REASON:
        raise Refused(Why.INVALID, "filing.reason", {"max": str(MAX_REASON)})
    return reason


def note_of(typed: str) -> str:
    """What an office adds to its filing, "" for nothing. Raises Refused INVALID for a long one."""
    note = _text(typed, MAX_NOTE)
    if len(note) > MAX_NOTE:
        raise Refused(Why.INVALID, "filing.note", {"max": str(MAX_NOTE)})
    return note


def _text(typed: str, most: int) -> str:
    """Several lines, without control and format signs, and without blanks around them."""
    lines = typed[: 4 * most].replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign == "\n" or unicodedata.category(sign)[0] != "C").strip()


def date_of(typed: str) -> dt.date | None:
    """A date "YYYY-MM-DD", None for what is none."""
    if not _DATE.fullmatch(typed):
        return None
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        return None
