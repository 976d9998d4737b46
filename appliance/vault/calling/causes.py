# SPDX-License-Identifier: Apache-2.0
"""Why offices call (practice §4.6(9)): each card that is read counts once, under the first of its situations.

Nothing of an office is in it, and a month has as many rows as there are situations.
"""

from appliance.link.messages.calling import CauseMonth, CausePage, CauseRow, ListCauses, Situation
from appliance.model.time import Instant, in_japan
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.reading import journal_reading
from appliance.vault.records.calling_tables import CauseCount, cause_counts
from appliance.vault.records.transaction import Snapshot, Transaction

MONTHS = 3


def count_cause(txn: Transaction, situation: Situation, now: Instant) -> None:
    """One more of this month."""
    month = f"{in_japan(now):%Y-%m}"
    before = cause_counts.get(txn, month, situation)
    cause_counts.put(txn, CauseCount(month, situation, before.count + 1 if before else 1))


async def list_causes(core: Core, caller: Caller, message: ListCauses) -> CausePage:
    """This month and those before it, the most frequent first."""
    await journal_reading(core, caller, "causes", "")
    months = _months(caller.now)
    return await core.read(lambda snapshot: CausePage(tuple(_month(snapshot, month) for month in months)))


def _months(now: Instant) -> list[str]:
    day = in_japan(now).date()
    first = day.year * 12 + day.month - 1
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first, first - MONTHS, -1)]


def _month(snapshot: Snapshot, month: str) -> CauseMonth:
    found = [(one, cause_counts.get(snapshot, month, one)) for one in Situation]
    rows = [CauseRow(situation, kept.count) for situation, kept in found if kept]
    return CauseMonth(month, tuple(sorted(rows, key=lambda row: -row.count)))
