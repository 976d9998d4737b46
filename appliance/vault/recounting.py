# SPDX-License-Identifier: Apache-2.0
"""All rows that count in tallies are counted anew: after an upgrade, and each week to see whether the tallies hold.

Some rows at a time, while changes go on: what has a key up to where the counting has come is kept in step by
tallies.settle(), the rest is still to be counted. A vault that ends in between goes on where it was. Afterwards
both generations must say the same; if they do not, the log names the tally, and the new ones are shown. Rows that
are older than an index get their entries on the way.
"""

import logging
from collections import Counter
from dataclasses import replace
from functools import partial

from appliance.model.time import DAY, Instant, date_in_japan
from appliance.vault.core import Core
from appliance.vault.records.row_keys import after, end_of
from appliance.vault.records.table import Table
from appliance.vault.records.tables import filings, notices
from appliance.vault.records.tallies import DAILY, VERSION, Counting, Tally, add, countings, tallies
from appliance.vault.records.transaction import Counted, Snapshot, Transaction

EVERY = 7 * DAY
KEPT = 400 * DAY
AT_ONCE = 200
# Between two pieces other changes have their turn.
PAUSE = 0.02
# In the order of their keys.
COUNTED: tuple[Table[object], ...] = (filings, notices)  # type: ignore[assignment]
log = logging.getLogger("renkei.vault")


async def keep_tallies(core: Core) -> None:
    """Forget days that are long past, and count anew what was never counted, not to its end, or not for a week."""
    counting = await core.read(countings.get)
    if _is_due(counting, core.clock.now()):
        await count_anew(core)
    await core.commit_all(partial(_forget_days, today=core.clock.now()))


def _is_due(counting: Counting | None, now: Instant) -> bool:
    if counting is None or counting.version != VERSION or counting.made:
        return True
    return not 0 <= now - counting.counted_at < EVERY


async def count_anew(core: Core) -> list[str]:
    """Count all rows, or go on where the last time has ended; the tallies that were wrong until now."""
    await core.commit(_begin, vital=True)
    await core.commit_all(_count_some, PAUSE)
    wrong = await _compare(core)
    for one in wrong:
        log.warning("the tally %s was wrong, and is right now", one)
    await core.commit(partial(_show, now=core.clock.now()), vital=True)
    await core.commit_all(_forget_generations, PAUSE)
    return wrong


def _begin(txn: Transaction) -> None:
    """A new generation, unless one of these very rules is being made. What other rules made is of no use."""
    before = countings.get(txn) or Counting(VERSION)
    if before.version != VERSION:
        countings.put(txn, Counting(VERSION, made=max(before.shown, before.made) + 1))
    elif not before.made:
        countings.put(txn, replace(before, made=before.shown + 1, until=b""))


def _count_some(txn: Transaction) -> bool:
    """Count some rows more; whether there are others behind them."""
    counting = _counting(txn)
    table = next((one for one in COUNTED if counting.until < one.end), None)
    if table is None:
        return False
    rows = table.walk(txn, after(counting.until), limit=AT_ONCE)
    changes = Counter[Counted]()
    for row in rows:
        changes.update(table.tallies_of(row))
        table.reindex(txn, row)
    add(txn, counting.made, changes)
    until = table.key_of(rows[-1]) if len(rows) == AT_ONCE else table.end
    countings.put(txn, replace(counting, until=until))
    return True


def _counting(snapshot: Snapshot) -> Counting:
    counting = countings.get(snapshot)
    assert counting is not None
    return counting


async def _compare(core: Core) -> list[str]:
    """The tallies that differ between the two generations; every change by now is in both."""
    counting = await core.read(_counting)
    if not counting.shown:
        return []
    oldest = _oldest_day(core.clock.now())
    wrong = list[str]()
    for one, other in ((counting.shown, counting.made), (counting.made, counting.shown)):
        start, stop = tallies.key(one), end_of(tallies.key(one))
        while page := await core.read(partial(_differing, start=start, stop=stop, other=other)):
            start, found = page
            wrong += [_name(tally) for tally in found if tally.series not in DAILY or tally.of >= oldest]
    return sorted(set(wrong))


def _differing(snapshot: Snapshot, start: bytes, stop: bytes, other: int) -> tuple[bytes, list[Tally]] | None:
    """Of the next tallies those that are others in another generation, and where to go on; None at the end."""
    page = tallies.walk(snapshot, start, stop, limit=AT_ONCE)
    if not page:
        return None
    theirs = [tallies.get(snapshot, other, one.series, one.of) for one in page]
    pairs = zip(page, theirs, strict=True)
    return after(tallies.key_of(page[-1])), [one for one, its in pairs if its is None or its.count != one.count]


def _name(tally: Tally) -> str:
    return f"{tally.series} of {tally.of}"


def _show(txn: Transaction, now: Instant) -> None:
    counting = _counting(txn)
    countings.put(txn, Counting(VERSION, shown=counting.made, counted_at=now))


def _forget_generations(txn: Transaction) -> int:
    """Remove what older generations have left, some at a time; how many."""
    stale = tallies.walk(txn, stop=tallies.key(_counting(txn).shown), limit=AT_ONCE)
    for one in stale:
        tallies.delete(txn, one.generation, one.series, one.of)
    return len(stale)


def _forget_days(txn: Transaction, today: Instant) -> int:
    """Remove what was counted on days more than 400 days ago, some at a time; how many."""
    generation, oldest, removed = _counting(txn).shown, _oldest_day(today), 0
    for series in DAILY:
        first, stop = tallies.key(generation, series), tallies.key(generation, series, oldest)
        for one in tallies.walk(txn, first, stop, limit=AT_ONCE):
            tallies.delete(txn, generation, series, one.of)
            removed += 1
    return removed


def _oldest_day(now: Instant) -> str:
    return date_in_japan(now - KEPT).isoformat()
