# SPDX-License-Identifier: Apache-2.0
"""What the tallies say, and what they should say: every row, counted by hand."""

import dataclasses
import datetime as dt
from collections import Counter
from typing import Any

from appliance.model.things import Filing, Notice
from appliance.model.words import FilingState, NoticeState
from appliance.vault.records.tables import filings, notices
from appliance.vault.records.tallies import countings, tallies
from appliance.vault.records.transaction import Snapshot
from tests.appliance.vault.world import PERIOD, TYPE, World

Figures = dict[tuple[str, str], int]


def as_they_are(snapshot: Snapshot) -> Figures:
    """The tallies that are shown; none of them is 0."""
    counting = countings.get(snapshot)
    assert counting is not None
    return _of(snapshot, counting.shown)


def _of(snapshot: Snapshot, generation: int) -> Figures:
    found = {(one.series, one.of): one.count for one in tallies.walk(snapshot) if one.generation == generation}
    assert min(found.values(), default=1) > 0
    return found


def as_they_should_be(snapshot: Snapshot) -> Figures:
    """Every row is looked at, with words of its own for what counts."""
    counts = Counter[tuple[str, str]]()
    for notice in notices.walk(snapshot):
        counts.update(_of_notice(notice))
    for filing in filings.walk(snapshot):
        counts.update(_of_filing(filing))
    return dict(counts)


def _of_notice(notice: Notice) -> list[tuple[str, str]]:
    if notice.state is NoticeState.CANCELLED:
        return []
    unread = [("notices_unread", notice.type), ("office_unread", notice.office)]
    return [("notices_of_day", _day(notice.delivered_at)), *(unread if not notice.received_at else [])]


def _of_filing(filing: Filing) -> list[tuple[str, str]]:
    if not filing.delivered_at:
        return []
    over = filing.state in (FilingState.RETURNED, FilingState.DONE)
    arrived = ("filings_of_day", _day(filing.delivered_at))
    return [arrived] if over else [arrived, ("filings_open", filing.state.value)]


def _day(at: int) -> str:
    return str(dt.datetime.fromtimestamp(at / 1000, dt.timezone(dt.timedelta(hours=9))).date())


async def hold(world: World) -> Figures:
    """Assert that the tallies are right; what they are."""
    is_so, should_be = await world.core.read(lambda snapshot: (as_they_are(snapshot), as_they_should_be(snapshot)))
    assert is_so == should_be
    return is_so


async def put_notice(world: World, office: str, kind: str = TYPE, **changes: Any) -> str:
    """The id of a notice that nobody sent: only its row is there."""
    id, now = world.core.new_id(), world.clock.now()
    made = Notice(
        id, office, kind, PERIOD, "a.pdf", 3, bytes(32), (), b"", "2034-07", NoticeState.DELIVERED, now, "clerk"
    )
    await world.core.commit(lambda txn: notices.put(txn, dataclasses.replace(made, **changes)))
    return id
