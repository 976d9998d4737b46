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
    """From start to before stop, MOST where the end was left open. It may go beyond the document's end."""

    start: int
    stop: int


def tag_of(id: str) -> str:
    """The entity tag of a document: its bytes never change."""
    return f'"{id}"'


def wanted_range(headers: Mapping[str, str], id: str) -> Wanted | None:
    """The range that is asked for, None for all of the document.

    With If-Range, only if that is the tag of this document: else what the browser has is of something else.
    """
    found = _ONE.fullmatch(headers.get(hdrs.RANGE, ""))
    if found is None or headers.get(hdrs.IF_RANGE, tag_of(id)) != tag_of(id):
        return None
    start, last = int(found[1]), found[2]
    if last and int(last) < start:
        return None
    if not last and start == 0:
        return None
    return Wanted(start, int(last) + 1 if last else MOST)
