# SPDX-License-Identifier: Apache-2.0
"""The history (SC17): entries of the journal as lines of a table, newest first."""

from dataclasses import dataclass

from aiohttp.web import StreamResponse

from appliance.link.messages import HistoryRow, ReadHistory
from appliance.model.journal import Result
from appliance.web import japanese
from appliance.web.answers import shown
from appliance.web.cursors import number
from appliance.web.house import House
from appliance.web.request import Request
from appliance.web.texts import Texts

# What an entry names, in the order in which it is shown. A source address is for fund IT, not for the table.
_SHOWN = ("file_name", "login", "name")


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
        _about(texts, row),
    )


def _about(texts: Texts, row: HistoryRow) -> str:
    named = [row.personal[name] for name in _SHOWN if row.personal.get(name)]
    if row.count > 1:
        named.append(f"{row.count}{texts.word('history', 'times')}")
    return "、".join(named)
