# SPDX-License-Identifier: Apache-2.0
"""Entries of the journal in words: who did what, when, where, with which result."""

from dataclasses import dataclass

from appliance.link.messages import HistoryRow
from appliance.model.ids import is_id
from appliance.model.journal import Kind, Result
from appliance.model.time import Instant
from appliance.model.topics import KINDS, Topic
from appliance.model.words import Site
from appliance.web import japanese
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.texts import Texts, person

# What an entry names, in the order in which it is shown. A source address is for fund IT, not for the table.
_SHOWN = ("file_name", "login", "name")
# Reasons that one of the staff typed for offices, and for the staff; those of all other kinds are for fund IT.
_TYPED = frozenset({Kind.FILING_RETURNED})
_TYPED_FOR_STAFF = _TYPED | {Kind.ACCOUNT_UNLOCKED, Kind.ACCOUNT_INITIALISED, Kind.NOTICE_CANCELLED}
_OF_TWO = frozenset({Kind.PROPOSAL_MADE, Kind.TWO_PERSON_EMERGENCY})
_OF_DOCUMENTS = (KINDS[Topic.EXCHANGE] | {Kind.FILING_READ}) - {Kind.FILING_TAKEN_OUT}
EXPORTED = "exported"
_LISTS = frozenset({Kind.HISTORY_READ, Kind.NOTICE_LIST_READ, Kind.FILING_LIST_READ, Kind.OFFICE_LIST_READ})


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry, in words. number is its place in the journal.

    document is the name of the document that it is about, actor, office_id and thing are ids to look for, or "".
    """

    number: int
    instant: Instant
    at: str
    kind: str
    done: bool
    result: str
    who: str
    office: str
    where: str
    document: str
    about: str
    actor: str
    office_id: str
    thing: str


def line(house: House, row: HistoryRow) -> HistoryLine:
    """The line of an entry."""
    texts = house.texts
    return HistoryLine(
        number=row.seq + 1,
        instant=row.at,
        at=japanese.moment(row.at),
        kind=texts.word("kind", row.kind.value),
        done=row.result == Result.DONE,
        result=texts.word("result", row.result),
        who=person(row.actor_name) or texts.word("history", "nobody"),
        office=row.office_name,
        where=texts.word("site", row.site),
        document=row.personal.get("file_name", ""),
        about=_about(house, row),
        actor=row.actor,
        office_id=row.office,
        thing=row.thing if row.kind in _OF_DOCUMENTS and is_id(row.thing) else "",
    )


def _about(house: House, row: HistoryRow) -> str:
    named = [row.personal[name] for name in _SHOWN if row.personal.get(name)]
    if reason := _reason(house, row):
        named.append(reason)
    if row.count > 1:
        named.append(f"{row.count}{house.texts.word('history', 'times')}")
    return _("、").join(named)


def _reason(house: House, row: HistoryRow) -> str:
    """Why it was done, if somebody said so for whoever reads it here."""
    if row.result != Result.DONE:
        return ""
    if row.kind in _LISTS:
        return house.texts.word("history", EXPORTED) if row.reason.startswith(EXPORTED) else ""
    if house.site is not Site.CONSOLE:
        return row.reason if row.kind in _TYPED else ""
    return _reason_for_staff(house.texts, row)


def _reason_for_staff(texts: Texts, row: HistoryRow) -> str:
    """Of an act of two, which one it is, or how it was decided."""
    if row.kind in _OF_TWO:
        act, _colon, typed = row.reason.partition(": ")
        return _("{name}（{more}）", name=texts.word("act_of_two", act), more=typed)
    if row.kind is Kind.PROPOSAL_DECIDED:
        return texts.word("decided", row.reason.partition(",")[0])
    return row.reason if row.kind in _TYPED_FOR_STAFF else ""
