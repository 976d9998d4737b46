# SPDX-License-Identifier: Apache-2.0
"""A table in text (CSV): UTF-8 or cp932 throughout, and nothing but text."""

import codecs
import re

from appliance.model.problems import Rule
from appliance.vault.doorman.asked import MIB

# Tab and line ends are all that text needs of control signs; the last ones are bytes that cp932 leaves undefined.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\uf8f0-\uf8f3]")
_PIECE = MIB


def fault_of_csv(content: bytes) -> Rule | None:
    """What is wrong with it."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return None if _is_text(content, encoding) else Rule.CSV_NONE
        except UnicodeDecodeError:
            continue
    return Rule.CSV_NONE


def _is_text(content: bytes, encoding: str) -> bool:
    """Whether something stands in it, and no control signs. In pieces: as text it may be four times as large."""
    decoder = codecs.getincrementaldecoder(encoding)()
    has_words = has_control = False
    for at in range(0, len(content), _PIECE):
        text = decoder.decode(content[at : at + _PIECE], at + _PIECE >= len(content))
        has_words = has_words or bool(text.strip())
        has_control = has_control or bool(_CONTROL.search(text))
    return has_words and not has_control
