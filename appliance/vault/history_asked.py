# SPDX-License-Identifier: Apache-2.0
"""What somebody looks for in the history: filters that are checked once and then cost little for each entry."""

import datetime as dt
import re
from dataclasses import dataclass

from appliance.link.messages import ReadHistory
from appliance.link.refusals import Refused, Why
from appliance.model.ids import is_id
from appliance.model.journal import Entry, Kind
from appliance.model.things import Account
from appliance.model.time import DAY, JST, Instant, instant
from appliance.model.topics import kinds_of
from appliance.model.words import COUNTER
from appliance.vault.caller import ADMIN, Caller
from appliance.vault.grouping.serving import has_served
from appliance.vault.office_list import known_office
from appliance.vault.records.tables import accounts, filings, notices
from appliance.vault.records.transaction import Snapshot

YEARS = range(2000, 2200)
# An upload may go on for a day, and is of the document that comes of it.
BEFORE_IT_WAS = 2 * DAY
# What is looked for stands in the journal, too: no other text comes in that way.
PLUGIN = re.compile(r"plugin:[a-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Entries of an office ("": of all), from since to before until (0: no bound), of kinds, by actor, on thing."""

    office: str
    since: Instant
    until: Instant
    kinds: frozenset[Kind]
    actor: str
    thing: str

    @property
    def everything(self) -> bool:
        """Whether each entry of the office in that time is wanted."""
        return not (self.actor or self.thing) and len(self.kinds) == len(Kind)

    def has(self, entry: Entry) -> bool:
        """Whether this one is wanted."""
        return (
            (not self.thing or entry.thing == self.thing)
            and (not self.actor or entry.actor == self.actor)
            and entry.kind in self.kinds
            and self.since <= entry.at
            and (not self.until or entry.at < self.until)
        )


def wanted_of(snapshot: Snapshot, caller: Caller, asked: ReadHistory) -> Wanted:
    """What is asked for, as far as this visitor may know it. Raises Refused NOT_FOUND or INVALID."""
    since, until = _midnight(asked.since), _midnight(asked.until)
    thing, actor = _thing(asked.thing), asked.actor
    office = caller.own_office or known_office(snapshot, asked.office)
    office = _office_of_actor(snapshot, caller, actor, office) if actor else office
    if thing:
        found, begun = _origin(snapshot, thing)
        if office in ("", found):  # of another's, whoever asks learns not even that there is one
            office, since = found, max(since, begun)
    try:
        kinds = kinds_of(asked.topic)
    except ValueError as error:
        raise Refused(Why.INVALID, "history.topic") from error
    return Wanted(office, since, until + DAY if until else 0, kinds, actor, thing)


def _midnight(day: str) -> Instant:
    """The beginning of a Japanese day, 0 for "". Raises Refused INVALID."""
    if not day:
        return 0
    try:
        parsed = dt.date.fromisoformat(day)
    except ValueError as error:
        raise Refused(Why.INVALID, "history.date") from error
    if parsed.year not in YEARS or parsed.isoformat() != day:
        raise Refused(Why.INVALID, "history.date")
    return instant(dt.datetime.combine(parsed, dt.time(), JST))


def _thing(thing: str) -> str:
    """An id, or "". Raises Refused NOT_FOUND."""
    if thing and not is_id(thing):
        raise Refused(Why.NOT_FOUND)
    return thing


def _office_of_actor(snapshot: Snapshot, caller: Caller, actor: str, office: str) -> str:
    """Where to look for what somebody did. An office knows nobody but its own people: Refused NOT_FOUND."""
    account = accounts.get(snapshot, actor) if is_id(actor) else None
    if caller.own_office:
        if account is None or not _worked_here(snapshot, account, caller.own_office):
            raise Refused(Why.NOT_FOUND)
        return office
    if account is None and actor not in (ADMIN, COUNTER) and PLUGIN.fullmatch(actor) is None:
        raise Refused(Why.NOT_FOUND)
    return office or (account.office if account else "")


def _worked_here(snapshot: Snapshot, account: Account, office: str) -> bool:
    """Whether it is one of the office's own people, or of those who work or worked for it."""
    return account.office == office or bool(account.office and has_served(snapshot, account.id, office))


def _origin(snapshot: Snapshot, thing: str) -> tuple[str, Instant]:
    """Whose document it is, and since when there can be entries about it; nothing is known of other things."""
    notice, filing = notices.get(snapshot, thing), filings.get(snapshot, thing)
    if notice is not None:
        return notice.office, notice.delivered_at - BEFORE_IT_WAS
    return (filing.office, filing.uploaded_at - BEFORE_IT_WAS) if filing is not None else ("", 0)
