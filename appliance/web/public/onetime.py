# SPDX-License-Identifier: Apache-2.0
"""One-time passwords by mail (SC4, SC5): asked for on the Internet, before the VPN cuts it off (R89).

The page that follows is the same for everybody: it tells neither whether there is such a user, nor whether a mail
was sent.
"""

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import RequestCode
from appliance.model.words import Site
from appliance.web import japanese
from appliance.web.answers import go_to, shown, shown_to_anyone
from appliance.web.cookies import door_cookie, door_form, setting
from appliance.web.forms import Field, Form, Typed, send
from appliance.web.house import House
from appliance.web.request import Request
from appliance.web.visiting import door_for

ONETIME = "/onetime/"
FORM = Form(
    ONETIME,
    (
        Field(
            "contract_number",
            "契約番号",
            "例: 123456-0012345",
            inputmode="numeric",
            autocomplete="organization",
            most=40,
        ),
        Field("user_id", "ユーザID", "大文字と小文字を区別します。", autocomplete="username", most=40),
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
    return shown(request, "code_requested", sent, at=japanese.clock(sent.now), portal=portal_of(request.house))


async def with_slash(request: Request) -> StreamResponse:
    """People leave the last sign out."""
    return go_to(ONETIME)


def portal_of(house: House) -> str:
    """Where the sign-in of the portal is, as its name is set; it opens only inside the VPN."""
    own = house.settings.sites.of(Site.PORTAL)
    host = own.hosts[0] if own.hosts else own.address if own.port == 443 else f"{own.address}:{own.port}"
    return f"https://{host}/sign-in"


def _form_page(request: Request, typed: Typed) -> Response:
    door = door_for(request)
    answer = shown_to_anyone(request, "onetime", typed.status, asked=FORM, typed=typed, door=door_form(door))
    answer.headers.add("Set-Cookie", setting(door_cookie(request.site), door))
    return answer
