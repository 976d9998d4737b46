# SPDX-License-Identifier: Apache-2.0
"""How many rows there are of what, kept in the very transaction that changes them: no page ever counts rows.

1. A table says of each row in which tallies it counts; a tally is the number of those rows, whatever has happened.
2. There may be two generations: one that is shown, and one that is being counted anew (recounting.py), to which
   belongs what has a key up to where the counting has come.
3. A store in which nothing was ever counted has neither: changes leave no trace, and the first counting sees them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from appliance.model.things import Filing, Notice
from appliance.model.time import Instant, date_in_japan
from appliance.model.words import OPEN_AT_FUND, NoticeState
from appliance.vault.records.row_keys import most_first
from appliance.vault.records.table import Table
from appliance.vault.records.transaction import Counted, Snapshot, Transaction

# One more whenever rows count otherwise than before, or one of their tables has got an index.
VERSION = 2


class Series(StrEnum):
    """What is counted: by the Japanese day of the delivery, by kind of document, by state, by office."""

    FILINGS_OF_DAY = "filings_of_day"
    NOTICES_OF_DAY = "notices_of_day"
    FILINGS_OPEN = "filings_open"
    NOTICES_UNREAD = "notices_unread"
    OFFICE_UNREAD = "office_unread"


DAILY = (Series.FILINGS_OF_DAY, Series.NOTICES_OF_DAY)


@dataclass(frozen=True, slots=True)
class Tally:
    """One number of a generation; of is a day "YYYY-MM-DD", a kind, a state or an office's id."""

    generation: int
    series: str
    of: str
    count: int


@dataclass(frozen=True, slots=True)
class Counting:
    """Which generation is shown, and which is being made, 0 for none; the keys up to until are counted in it.

    version is that of the rules by which rows count; counted_at is when all rows were last counted.
    """

    version: int
    shown: int = 0
    made: int = 0
    until: bytes = b""
    counted_at: Instant = 0


tallies = Table(
    "tally",
    Tally,
    lambda t: (t.generation, t.series, t.of),
    {"most": lambda t, blind: [(t.generation, most_first(t.count))] if t.series == Series.OFFICE_UNREAD else []},
)
countings = Table("counting", Counting, lambda c: ())


def of_notice(notice: Notice) -> Iterator[Counted]:
    """In which tallies a notice counts; in none once it was taken back."""
    if notice.state is not NoticeState.CANCELLED:
        yield Series.NOTICES_OF_DAY, _day(notice.delivered_at)
    if notice.state is NoticeState.DELIVERED:
        yield Series.NOTICES_UNREAD, notice.type
        yield Series.OFFICE_UNREAD, notice.office


def of_filing(filing: Filing) -> Iterator[Counted]:
    """In which tallies a filing counts; in none before the fund has it."""
    if filing.delivered_at:
        yield Series.FILINGS_OF_DAY, _day(filing.delivered_at)
    if filing.state in OPEN_AT_FUND:
        yield Series.FILINGS_OPEN, filing.state.value


def _day(at: Instant) -> str:
    return date_in_japan(at).isoformat()


def settle(txn: Transaction) -> None:
    """Bring the tallies in step with the rows that this transaction has changed; once, at its end."""
    if not txn.counts:
        return
    counting = countings.get(txn)
    if counting is None:
        return
    if counting.shown:
        add(txn, counting.shown, _sum(txn, b""))
    if counting.made:
        add(txn, counting.made, _sum(txn, counting.until, up_to=True))


def _sum(txn: Transaction, until: bytes, *, up_to: bool = False) -> Counter[Counted]:
    changes = Counter[Counted]()
    for key, one, change in txn.counts:
        if not up_to or key <= until:
            changes[one] += change
    return changes


def add(txn: Transaction, generation: int, changes: Counter[Counted]) -> None:
    """Change these tallies. None is below 0: days long past are forgotten before their rows are."""
    for (series, of), change in changes.items():
        if not change:
            continue
        before = tallies.get(txn, generation, series, of)
        count = max(0, change + (before.count if before else 0))
        if count:
            tallies.change(txn, before, Tally(generation, series, of, count))
        elif before:
            tallies.delete(txn, generation, series, of)


def shown_generation(snapshot: Snapshot) -> int:
    """The generation that pages show, 0 while everything is counted for the first time by these rules."""
    counting = countings.get(snapshot)
    return counting.shown if counting and counting.version == VERSION else 0
