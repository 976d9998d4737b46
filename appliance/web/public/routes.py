# SPDX-License-Identifier: Apache-2.0
"""Who may reach what at the public site, and which messages it sends."""

from aiohttp.web import StreamResponse

from appliance.contracts.pages import Guard
from appliance.link.messages import (
    FetchFinished,
    FetchKit,
    FetchManual,
    Follow,
    LeaveCounter,
    OpenCounter,
    ReadCounter,
    RequestCode,
    SendCodes,
    SendRegistration,
)
from appliance.web.addresses import ACTIVATE, DOWNLOAD, ONETIME
from appliance.web.answers import shown_to_anyone
from appliance.web.favicon import show_mark
from appliance.web.help.pages import HELP_ROUTES
from appliance.web.listening import PLACE, listen
from appliance.web.public import activate, download, onetime, registration
from appliance.web.request import Request
from appliance.web.routes import Body, Route, does, shows


async def landing(request: Request) -> StreamResponse:
    """Which site this is, and that the service is reached from inside."""
    takes_forms = request.house.settings.registration.web_form
    return shown_to_anyone(request, "landing", takes_forms=takes_forms)


_KIT, _MANUAL = (FetchKit, FetchFinished), (FetchManual, FetchFinished)
_SEND = (SendCodes, ReadCounter)
_OPEN_AND_SEND = (OpenCounter, *_SEND)

ROUTES = (
    Route("GET", "/", landing, Guard.ANYONE, (), False),
    Route("GET", "/onetime", onetime.with_slash, Guard.ANYONE, (), False),
    Route("GET", ONETIME, onetime.show_request, Guard.ANYONE, (), False),
    Route("POST", ONETIME, onetime.request_code, Guard.ANYONE, (RequestCode,), True, Body.FIELDS),
    Route("GET", "/download", download.with_slash, Guard.ANYONE, (), False),
    Route("GET", DOWNLOAD, download.show_form, Guard.ANYONE, (), False),
    Route("POST", DOWNLOAD, download.open_counter, Guard.ANYONE, (OpenCounter,), True, Body.FIELDS),
    shows(download.LIST, download.show_list, ReadCounter),
    shows("/download/kits/{seat}/{platform}/file", download.fetch_kit, *_KIT),
    shows("/download/manuals/{id}/file", download.fetch_manual, *_MANUAL),
    does("/download/leave", download.leave, LeaveCounter),
    Route("GET", "/activate", activate.with_slash, Guard.ANYONE, (), False),
    Route("GET", ACTIVATE, activate.show_form, Guard.ANYONE, (), False),
    Route("POST", ACTIVATE, activate.open_and_send, Guard.ANYONE, _OPEN_AND_SEND, True, Body.SMALL_FILES),
    shows(activate.SEND, activate.show_files, ReadCounter),
    does(activate.SEND, activate.send_codes, *_SEND, body=Body.SMALL_FILES),
    shows("/activate/status", activate.show_status, ReadCounter),
    Route("GET", "/register", registration.with_slash, Guard.ANYONE, (), False),
    Route("GET", registration.REGISTER, registration.show_form, Guard.ANYONE, (), False),
    Route(
        "POST", registration.REGISTER, registration.send_form, Guard.ANYONE, (SendRegistration,), True, Body.FIELDS
    ),
    shows(PLACE, listen, Follow),
    *HELP_ROUTES,
    Route("GET", "/favicon.ico", show_mark, Guard.ANYONE, (), False),
)
