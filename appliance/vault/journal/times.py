# SPDX-License-Identifier: Apache-2.0
"""Where in the journal a time lies, by a binary search: a jump to a date does not read everything since.

Entries stand nearly in the order of time. Each has the instant at which its call arrived, which is never more than
a minute before the newest one written until then, even when the machine's clock is set back (clock_watch.py); it is
written when the call is done, which takes minutes where a large part comes over a slow line. So a search may rely
on an order within OUT_OF_ORDER, but not on a single entry.
"""

from dataclasses import dataclass

from appliance.contracts.records import View
from appliance.model.time import MINUTE, Instant
from appliance.vault.journal import leaf as leaves_of
from appliance.vault.journal.log import Log

OUT_OF_ORDER = 15 * MINUTE
# The newest of so many neighbours tells how late it was: one that was long under way cannot lead astray.
NEIGHBOURS = 16


@dataclass(frozen=True, slots=True)
class Span:
    """Entries from number first to before number stop."""

    first: int
    stop: int


def span(log: Log, view: View, since: Instant, until: Instant) -> Span:
    """A span in which all entries from since to before until are, with few others; 0 stands for no bound."""
    size = log.size(view)
    first = _late(log, view, since - OUT_OF_ORDER, size) if since else 0
    stop = _late(log, view, until + OUT_OF_ORDER, size) if until else size
    return Span(first, stop)


def _late(log: Log, view: View, at: Instant, size: int) -> int:
    """The number of the entry with which it got as late as this; size if it never did."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if _how_late(log, view, middle) < at:
            low = middle + 1
        else:
            high = middle
    return low


def _how_late(log: Log, view: View, seq: int) -> Instant:
    around = log.leaves(view, max(0, seq + 1 - NEIGHBOURS), min(seq + 1, NEIGHBOURS))
    return max(leaves_of.entry_of(leaf.text).at for leaf in around)
