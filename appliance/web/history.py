# SPDX-License-Identifier: Apache-2.0
"""The history (SC17): entries of the journal as lines of a table, newest first."""

from dataclasses import dataclass

from aiohttp.web import StreamResponse

from appliance.link.messages import HistoryRow, ReadHistory
from appliance.model.journal import Kind, Result
from appliance.model.words import Site
from appliance.web import japanese
from appliance.web.answers import shown
from appliance.web.cursors import number
from appliance.web.house import House
from appliance.web.request import Request
from appliance.web.texts import Texts

# What an entry names, in the order in which it is shown. A source address is for fund IT, not for the table.
_SHOWN = ("file_name", "login", "name")
# Reasons that one of the staff typed for the staff; those of all other kinds are for fund IT.
_TYPED = frozenset({Kind.ACCOUNT_UNLOCKED, Kind.ACCOUNT_INITIALISED})
_OF_TWO = frozenset({Kind.PROPOSAL_MADE, Kind.TWO_PERSON_EMERGENCY})


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry, in words. number is its place in the journal."""

    number: int
    at: str
    kind: str
    done: bool
    result: str
    who: str
    office: str
    about: str


async def show_history(request: Request) -> StreamResponse:
    """A page of the history; what belongs to it, the vault decides by the visitor."""
    answered = await request.ask(ReadHistory(before=number(request.query, "before")))
    lines = [_line(request.house, row) for row in answered.reply.rows]
    return shown(request, "history", answered, lines=lines, before=answered.reply.before)


def _line(house: House, row: HistoryRow) -> HistoryLine:
    texts = house.texts
    done = row.result == Result.DONE
    return HistoryLine(
        row.seq + 1,
        japanese.moment(row.at),
        texts.word("kind", row.kind.value),
        done,
        texts.word("result", row.result),
        row.actor_name or texts.word("history", "nobody"),
        row.office_name,
        _about(house, row),
    )


def _about(house: House, row: HistoryRow) -> str:
    named = [row.personal[name] for name in _SHOWN if row.personal.get(name)]
    if house.site is Site.CONSOLE and (reason := _reason(house.texts, row)):
        named.append(reason)
    if row.count > 1:
        named.append(f"{row.count}{house.texts.word('history', 'times')}")
    return "、".join(named)


def _reason(texts: Texts, row: HistoryRow) -> str:
    """Why it was done, if somebody said so; of an act of two, which one it is, or how it was decided."""
    if row.result != Result.DONE:
        return ""
    if row.kind in _OF_TWO:
        act, _, typed = row.reason.partition(": ")
        return f"{texts.word('act_of_two', act)}（{typed}）"
    if row.kind is Kind.PROPOSAL_DECIDED:
        return texts.word("decided", row.reason.partition(",")[0])
    return row.reason if row.kind in _TYPED else ""
