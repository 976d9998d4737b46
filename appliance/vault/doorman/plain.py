# SPDX-License-Identifier: Apache-2.0
"""A table in text (CSV): UTF-8 or cp932 throughout, and nothing but text."""

import re

from appliance.model.problems import Rule

# Tab and line ends are all that text needs of control signs; the last ones are bytes that cp932 leaves undefined.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\uf8f0-\uf8f3]")


def fault_of_csv(content: bytes) -> Rule | None:
    """What is wrong with it."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return Rule.CSV_NONE if not text.strip() or _CONTROL.search(text) else None
    return Rule.CSV_NONE
