# SPDX-License-Identifier: Apache-2.0
"""The history that people read (R206, SC17): pages of the journal, with names where they still exist.

However little of it is wanted, one page looks at no more than MAX_LOOKED entries, and then says where to go on.
"""

from appliance.link.messages import HistoryPage, HistoryRow, ReadHistory
from appliance.model.journal import TYPED, Entry, Kind, Result
from appliance.model.topics import KINDS, Topic
from appliance.model.words import SEEN_BY_FUND, THE_FUND
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.grouping.serving import named_at
from appliance.vault.history_asked import Wanted, wanted_of
from appliance.vault.journal.leaf import entry_of
from appliance.vault.journal.log import Leaf, Recorded
from appliance.vault.journal.times import span
from appliance.vault.narrowing import filters
from appliance.vault.office_list import known_office
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import accounts, filings, offices
from appliance.vault.records.transaction import Snapshot

MAX_ROWS = 200
MAX_LOOKED = 2_000
# So many in one snapshot: everybody else gets on in between.
AT_ONCE = 250
FILE_NAME = "file_name"
FILTERS = ("since", "until", "topic", "actor", "thing")
SHOWN_TO_OFFICES = (FILE_NAME,)
OF_FILINGS = frozenset(kind for kind in Kind if kind.value.startswith(("filing.", "upload.")))
# Reasons that the fund gives for its own records.
FOR_THE_FUND = frozenset({Kind.NOTICE_CANCELLED})


def office_of_history(snapshot: Snapshot, caller: Caller, message: ReadHistory) -> str:
    """The office whose history is read; at the portal always the visitor's own. Raises Refused NOT_FOUND."""
    return caller.own_office or known_office(snapshot, message.office)


async def read_history(core: Core, caller: Caller, message: ReadHistory) -> HistoryPage:
    """One page, newest first. Raises Refused INVALID or NOT_FOUND for what nobody can look for."""
    wanted = await core.read(lambda snapshot: wanted_of(snapshot, caller, message))
    office = caller.own_office or message.office
    told = filters(message, *FILTERS)
    page = "/".join((office, str(message.before), *told))
    await journal_reading(core, caller, page, office, thing=wanted.thing, reason=", ".join(told))
    limit = max(1, min(message.limit, MAX_ROWS))
    return await _Search(core, caller, wanted).page(message.before, limit)


class _Search:
    """Goes through the journal from the newest wanted entry to older ones.

    Nothing that was read can change, so that each look may have a snapshot of its own.
    """

    def __init__(self, core: Core, caller: Caller, wanted: Wanted) -> None:
        self._core = core
        self._caller = caller
        self._wanted = wanted

    async def page(self, before: int, limit: int) -> HistoryPage:
        """At most limit rows below before, and the cursor of the rest."""
        core, wanted = self._core, self._wanted
        within = await core.read(lambda snapshot: span(core.log, snapshot.view, wanted.since, wanted.until))
        below = min(before, within.stop) if before > 0 else within.stop
        rows: list[HistoryRow] = []
        looked, step = 0, limit + 1 if wanted.everything else AT_ONCE
        while len(rows) <= limit and looked < MAX_LOOKED:
            count, lowest, found = await self._look(within.first, below, step)
            rows += found
            if count < step:
                return _cut(rows, limit, 0)
            looked, below = looked + count, lowest
        return _cut(rows, limit, below)

    async def _look(self, first: int, below: int, step: int) -> tuple[int, int, list[HistoryRow]]:
        """How many entries there were, the lowest of them, and those that are wanted."""
        core, office = self._core, self._wanted.office or None

        def on(snapshot: Snapshot) -> tuple[int, int, list[HistoryRow]]:
            if below <= first:
                return 0, first, []
            found = core.log.below(snapshot.view, before=below, limit=step, office=office, first=first)
            rows = [row for leaf in found if (row := self._row(snapshot, leaf)) is not None]
            return len(found), found[-1].seq if found else first, rows

        return await core.read(on)

    def _row(self, snapshot: Snapshot, leaf: Leaf) -> HistoryRow | None:
        """The row of an entry that is wanted; only then is it worth to open what it names."""
        if not self._wanted.has(entry_of(leaf.text)):
            return None
        entry = entry_of(leaf.text, self._core.log.payload(snapshot.view, leaf.seq))
        return _row(snapshot, self._caller, Recorded(leaf.seq, entry))


def _cut(rows: list[HistoryRow], limit: int, below: int) -> HistoryPage:
    """The page of at most limit rows; below is how far was looked, 0 for everything."""
    if len(rows) > limit:
        return HistoryPage(tuple(rows[:limit]), rows[limit - 1].seq)
    return HistoryPage(tuple(rows), below)


def _row(snapshot: Snapshot, caller: Caller, recorded: Recorded) -> HistoryRow:
    """An entry as this visitor may see it."""
    entry = recorded.entry
    of_office = bool(caller.own_office)
    actor, name = _actor(snapshot, entry, of_office)
    return HistoryRow(
        seq=recorded.seq,
        at=entry.at,
        kind=entry.kind,
        result=entry.result.value,
        site=entry.site,
        actor_name=name,
        office_name=_office(snapshot, entry.office),
        thing=entry.thing,
        reason=_reason_for_office(entry, own=bool(actor)) if of_office else _reason(entry),
        count=entry.count,
        personal=_named_to_office(entry) if of_office else _named_to_fund(snapshot, entry),
        actor=actor,
        office=entry.office,
    )


def _named_to_office(entry: Entry) -> dict[str, str]:
    return {name: value for name, value in entry.personal.items() if name in SHOWN_TO_OFFICES}


def _named_to_fund(snapshot: Snapshot, entry: Entry) -> dict[str, str]:
    """All that the entry names; but what a filing is called, nobody of the fund reads before its delivery (1.U)."""
    named = {name: value for name, value in entry.personal.items() if name != TYPED}
    if FILE_NAME in named and entry.office and entry.kind in OF_FILINGS:
        filing = filings.get(snapshot, entry.thing)
        if filing is None or filing.state not in SEEN_BY_FUND:
            del named[FILE_NAME]
    return named


def _reason(entry: Entry) -> str:
    """The reason, with what somebody typed; that stands in the payload alone, which can be destroyed."""
    return ": ".join(filter(None, (entry.reason, entry.personal.get(TYPED, ""))))


def _reason_for_office(entry: Entry, *, own: bool) -> str:
    """What the fund tells an office and what its own people did; why a policy said no is for the fund."""
    told = own or entry.kind in KINDS[Topic.EXCHANGE] - FOR_THE_FUND
    return _reason(entry) if told and entry.result is Result.DONE else ""


def _actor(snapshot: Snapshot, entry: Entry, of_office: bool) -> tuple[str, str]:
    """Id and name. An office sees its own people so, and everybody of the fund as the fund, without an id.

    Who works for the office and is of another is named with the firm (R240).
    """
    account = accounts.get(snapshot, entry.actor) if entry.actor else None
    if account is None:
        return ("", "") if of_office else (entry.actor, entry.actor)
    if not account.office:
        return ("", THE_FUND) if of_office else (account.id, account.name)
    return account.id, named_at(snapshot, account, entry.office) if entry.office else account.name


def _office(snapshot: Snapshot, id: str) -> str:
    office = offices.get(snapshot, id) if id else None
    return office.name if office else ""
