# SPDX-License-Identifier: Apache-2.0
"""The pages of the help: the same for everybody at a site, so that they are there before anybody signs in."""

from aiohttp.web import Response, StreamResponse

from appliance.contracts.pages import Guard
from appliance.web.answers import shown_to_anyone
from appliance.web.help import answers, drawing
from appliance.web.help.chapters import CHAPTERS
from appliance.web.help.sections import SECTIONS, Section, limits_of, those_of
from appliance.web.language import _
from appliance.web.request import Request
from appliance.web.routes import Route

HELP, MANUAL = "/help", "/manual"


async def show_help(request: Request) -> StreamResponse:
    """How the service is used, section by section."""
    texts = request.house.texts
    return _sections_page(
        request,
        "help/help",
        SECTIONS,
        filing_states=drawing.FILING.drawn(lambda state: texts.word("filing_state", state)),
        notice_states=drawing.NOTICE.drawn(lambda state: texts.word("state", state)),
    )


async def show_answers(request: Request) -> StreamResponse:
    """Symptoms and answers; q is what somebody searches for."""
    typed = request.query.get("q", "").strip()[: answers.MOST_TYPED]
    found = answers.shipped().found(request.site, typed, _)
    return shown_to_anyone(request, "help/answers", typed=typed, answers=found)


async def show_manual(request: Request) -> StreamResponse:
    """The operation manual of this site, which prints as one document."""
    return _sections_page(request, "manual/manual", CHAPTERS)


def _sections_page(request: Request, name: str, sections: tuple[Section, ...], **values: object) -> Response:
    house = request.house
    own = those_of(sections, house.site, filings=house.settings.exchange.filings_enabled)
    limits = limits_of(house.settings, house.site)
    return shown_to_anyone(request, name, 200, sections=own, limits=limits, **values)


HELP_ROUTES = (
    Route("GET", HELP, show_help, Guard.ANYONE, (), False),
    Route("GET", answers.PLACE, show_answers, Guard.ANYONE, (), False),
)
MANUAL_ROUTES = (*HELP_ROUTES, Route("GET", MANUAL, show_manual, Guard.ANYONE, (), False))
