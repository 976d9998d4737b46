# SPDX-License-Identifier: Apache-2.0
"""Who may reach what at the public site, and which messages it sends."""

from aiohttp.web import StreamResponse

from appliance.contracts.pages import Guard
from appliance.link.messages import RequestCode
from appliance.web.addresses import ONETIME
from appliance.web.answers import shown_to_anyone
from appliance.web.favicon import show_mark
from appliance.web.help.pages import HELP_ROUTES
from appliance.web.public import onetime
from appliance.web.request import Request
from appliance.web.routes import Body, Route


async def landing(request: Request) -> StreamResponse:
    """Which site this is, and that the service is reached from inside."""
    return shown_to_anyone(request, "landing")


ROUTES = (
    Route("GET", "/", landing, Guard.ANYONE, (), False),
    Route("GET", "/onetime", onetime.with_slash, Guard.ANYONE, (), False),
    Route("GET", ONETIME, onetime.show_request, Guard.ANYONE, (), False),
    Route("POST", ONETIME, onetime.request_code, Guard.ANYONE, (RequestCode,), True, Body.FIELDS),
    *HELP_ROUTES,
    Route("GET", "/favicon.ico", show_mark, Guard.ANYONE, (), False),
)
