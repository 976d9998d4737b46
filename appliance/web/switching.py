# SPDX-License-Identifier: Apache-2.0
"""The way to the other language, at the foot of every page: a cookie is set, and the same page comes again."""

from aiohttp.web import StreamResponse

from appliance.contracts.pages import Guard
from appliance.link.refusals import Refused, Why
from appliance.web.answers import go_to
from appliance.web.cookies import language_setting
from appliance.web.language import Language
from appliance.web.request import Request
from appliance.web.routes import Route
from appliance.web.way_back import same_place


async def switch(request: Request) -> StreamResponse:
    """Choose a language; a GET, for it must work before sign-in and on refusals, and changes nothing but words."""
    try:
        language = Language(request.values["language"])
    except ValueError:
        raise Refused(Why.NOT_FOUND) from None
    answer = go_to(same_place(request.query.get("to", "")))
    answer.headers.add("Set-Cookie", language_setting(language))
    return answer


ROUTES = (Route("GET", "/language/{language}", switch, Guard.ANYONE, (), False),)
