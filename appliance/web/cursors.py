# SPDX-License-Identifier: Apache-2.0
"""Where a page of a list begins, as it stands in the query."""

import re
from collections.abc import Mapping

from appliance.link.refusals import Refused, Why
from appliance.model.ids import is_id

_CURSOR = re.compile(r"[A-Za-z0-9._~+/=|:-]{0,500}")
_NUMBER = re.compile(r"[0-9]{1,18}")


def cursor(query: Mapping[str, str], name: str = "after") -> str:
    """An opaque cursor, "" for the first page. Raises Refused INVALID for what we never gave out."""
    value = query.get(name, "")
    if _CURSOR.fullmatch(value) is None:
        raise Refused(Why.INVALID)
    return value


def number(query: Mapping[str, str], name: str) -> int:
    """A number, 0 for the first page. Raises Refused INVALID."""
    value = query.get(name, "0")
    if _NUMBER.fullmatch(value) is None:
        raise Refused(Why.INVALID)
    return int(value)


def known_id(value: str) -> str:
    """An id from a path or a query. Raises Refused NOT_FOUND for what is no id at all, as for one of nobody."""
    if not is_id(value):
        raise Refused(Why.NOT_FOUND)
    return value
