# SPDX-License-Identifier: Apache-2.0
"""The history (R206, SC17): entries of the journal as lines of a table, newest first, narrowed, printed, as CSV."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from appliance.link.messages import ReadHistory
from appliance.model.topics import OF_FUND_ONLY, Topic
from appliance.model.words import Site
from appliance.web.answers import shown
from appliance.web.cursors import number
from appliance.web.history_lines import HistoryLine, line
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.narrowed import printed
from appliance.web.request import Request

ROWS = 50
_NARROWS = ("since", "until", "topic", "office", "actor", "thing")


def narrowed(request: Request) -> dict[str, Any]:
    """What the query narrows the history to; whether that makes sense, the vault says."""
    given = {name: request.query.get(name, "") for name in _NARROWS}
    return {name: value for name, value in given.items() if value}


async def show_history(request: Request) -> StreamResponse:
    """A page of the history; what belongs to it, the vault decides by the visitor."""
    asked = narrowed(request)
    message = ReadHistory(before=number(request.query, "before"), limit=ROWS)
    answered = await request.ask(replace(message, **asked))
    page = answered.reply
    lines = [line(request.house, row) for row in page.rows]
    return shown(
        request,
        "history",
        answered,
        lines=lines,
        asked={name: asked.get(name, "") for name in _NARROWS},
        is_narrowed=bool(asked),
        topics=_topics(request.house),
        conditions=_conditions(asked, lines),
        first="before" not in request.query,
        path=_path("/history", asked),
        export=_path("/history.csv", asked),
        printed=printed(request, answered),
        next=_path("/history", {**asked, "before": str(page.before)}) if page.before else "",
        went_on=bool(page.before) and len(lines) < ROWS,
    )


def _path(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _topics(house: House) -> list[tuple[str, str]]:
    """Topics to choose from; an office has no entries of the machine."""
    known = [topic for topic in Topic if house.site is Site.CONSOLE or topic not in OF_FUND_ONLY]
    return [(topic.value, house.texts.word("topic", topic.value)) for topic in known]


def _conditions(asked: dict[str, str], lines: list[HistoryLine]) -> list[str]:
    """What stands on the page, and on paper, of the people, offices and documents that it is narrowed to."""
    newest = lines[0] if lines else None
    about = next((line.document for line in lines if line.document), "")
    named = {
        "office": newest.office if newest else "",
        "actor": newest.who if newest else "",
        "thing": about,
    }
    words = {"office": _("事業所"), "actor": _("利用者"), "thing": _("書類")}
    return [f"{word}: {named[name] or _('指定されたもの')}" for name, word in words.items() if name in asked]
