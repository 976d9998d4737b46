# SPDX-License-Identifier: Apache-2.0
"""A part of a document is asked for: one range of bytes, as browsers do to go on after a cut (RFC 9110 §14).

What cannot be understood is ignored, and all of the document goes out: that is always right.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import hdrs

MOST = 2**53
# Of the last so many bytes we would need the size first; nobody who views or resumes asks like that.
_ONE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """From start to before stop; MOST where the end was left open and nobody said how long the document is."""

    start: int
    stop: int


def tag_of(id: str, size: int) -> str:
    """The entity tag of a document: its bytes never change. The size in it saves asking for it when they go on."""
    return f'"{id}-{size}"'


def wanted_range(headers: Mapping[str, str], id: str) -> Wanted | None:
    """The range that is asked for, None for all of the document.

    With If-Range, only if that is the tag of this document: else what the browser has is of something else.
    """
    found = _ONE.fullmatch(headers.get(hdrs.RANGE, ""))
    known = re.fullmatch(rf'"{re.escape(id)}-([0-9]{{1,15}})"', headers.get(hdrs.IF_RANGE, ""))
    if found is None or (hdrs.IF_RANGE in headers and known is None):
        return None
    start, last = int(found[1]), found[2]
    if last and int(last) < start:
        return None
    if not last and start == 0:
        return None
    end = int(known[1]) if known else MOST
    return Wanted(start, int(last) + 1 if last else max(end, start + 1))
