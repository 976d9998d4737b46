# SPDX-License-Identifier: Apache-2.0
"""One-time passwords by mail (SC4, SC5): asked for on the Internet, before the VPN cuts it off (R89).

The page that follows is the same for everybody: it tells neither whether there is such a user, nor whether a mail
was sent.
"""

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import RequestCode
from appliance.web import japanese
from appliance.web.addresses import ONETIME
from appliance.web.answers import go_to, shown, shown_to_anyone
from appliance.web.cookies import door_cookie, door_form, setting
from appliance.web.forms import Field, Form, Typed, send
from appliance.web.request import Request
from appliance.web.visiting import door_for

FORM = Form(
    ONETIME,
    (
        Field(
            "contract_number",
            "契約番号",
            "例: 123456-0012345",
            autocomplete="organization",
            most=40,
        ),
        Field("user_id", "ユーザーID", "大文字と小文字を区別します。", autocomplete="username", most=40),
    ),
    "送信",
)


async def show_request(request: Request) -> StreamResponse:
    """The form."""
    return _form_page(request, Typed({}))


async def request_code(request: Request) -> StreamResponse:
    """Both go on as typed."""
    sent = await send(request, FORM, lambda typed: RequestCode(typed["contract_number"], typed["user_id"]))
    if isinstance(sent, Typed):
        return _form_page(request, sent)
    return shown(request, "code_requested", sent, at=japanese.clock(sent.now))


async def with_slash(request: Request) -> StreamResponse:
    """People leave the last sign out."""
    return go_to(ONETIME)


def _form_page(request: Request, typed: Typed) -> Response:
    door = door_for(request)
    answer = shown_to_anyone(request, "onetime", typed.status, asked=FORM, typed=typed, door=door_form(door))
    answer.headers.add("Set-Cookie", setting(door_cookie(request.site), door))
    return answer
