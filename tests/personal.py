# SPDX-License-Identifier: Apache-2.0
"""What must not stand in any log: whatever people are called by, and whatever they typed."""

import re
from collections.abc import Iterable

# Mail addresses, numbers of contracts, addresses of PCs (a site's own are 127.0.0.11 to .13).
SHAPES = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"\b\d{6,7}-\d{7}\b"),
    re.compile(r"\b127\.0\.0\.1\b"),
)
# Where our own servers are is nobody's secret, the fund's own address is no person's, and units have an @ as well.
NOT_PERSONAL = re.compile(
    r"server 127\.0\.0\.1:\d+|to 127\.0\.0\.1 on port \d+|renkei@fund\.example\.jp|renkei-[\w-]+@\w+\.\w+"
)
# Shorter words stand by chance in longer ones.
SHORTEST = 4


def quoted(log: str, words: Iterable[str]) -> list[str]:
    """What of the words stands in a log, in any case of letters, and what else looks like somebody's."""
    rest = NOT_PERSONAL.sub("", log)
    folded = rest.casefold()
    found = [word for word in words if len(word) >= SHORTEST and word.casefold() in folded]
    return found + [match[0] for shape in SHAPES for match in shape.finditer(rest)]
