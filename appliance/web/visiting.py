# SPDX-License-Identifier: Apache-2.0
"""Coming and going, as portal and console have in common: the pages of signing in, the new visit, the end of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import Arrived, SignOut
from appliance.link.refusals import Refused, Why
from appliance.model.words import Step
from appliance.web.answers import go_to, shown_to_anyone
from appliance.web.cookies import DOOR_BYTES, door_cookie, door_form, ending, new_door, setting, visit_cookie
from appliance.web.forms import Field, Form, Shape, Typed, refused, send
from appliance.web.refusal_pages import STATUS
from appliance.web.rendering import Top, top_of
from appliance.web.repeats import PAGE_SECONDS, TOKEN_SECONDS
from appliance.web.request import Request
from appliance.web.vault_side import Answered
from appliance.web.way_back import way_back

FIRST = "/sign-in"
SERVED = "/served"
# What goes from step to step besides what is typed.
CARRIED = ("arrival", "user_id", "to")
PASSWORD = Field("password", "ログインパスワード", shape=Shape.SECRET, autocomplete="current-password")
CODE = Field(
    "code",
    "ワンタイムパスワード",
    "全角でも、空白やハイフンが入っていても構いません。",
    Shape.CODE,
    inputmode="numeric",
    autocomplete="one-time-code",
    most=40,
)


@dataclass(frozen=True, slots=True)
class DoorPage:
    """One step of signing in. about stands above the form, hints below."""

    title: str
    form: Form
    about: str
    hints: tuple[str, ...] = ()


def door_for(request: Request) -> str:
    """The visitor's door cookie, or a new one."""
    return request.door or new_door(request.house.random.bytes(DOOR_BYTES))


def door_page(
    request: Request, page: DoorPage, typed: Typed | None = None, *, answered: Answered | None = None
) -> Response:
    """A step of signing in; answered is the vault's answer to the step before, if it was right."""
    door = door_for(request)
    typed = typed or Typed(request.fields, request.house.new_id())
    arrived: Arrived | None = answered.reply if answered else None
    names = {one.name for one in page.form.fields}
    hidden = {name: request.fields[name] for name in CARRIED if name in request.fields and name not in names}
    if arrived:
        hidden["arrival"] = arrived.arrival
    if page.form.action == FIRST:
        hidden = {"to": way_back(request.query.get("to", "") or request.fields.get("to", ""))}
    answer = shown_to_anyone(
        request,
        "sign_in",
        typed.status,
        nobody=top_of(answered) if answered else Top(),
        page=page,
        typed=typed,
        first=_first(page.form, typed),
        hidden=hidden,
        is_shut=typed.status == STATUS[Why.LOCKED],
        ended="ended" in request.query,
        enrol=arrived.shown if arrived else {},
        door=door_form(door),
    )
    answer.headers.add("Set-Cookie", setting(door_cookie(request.site), door))
    return answer


def _first(form: Form, typed: Typed) -> str:
    """The field to begin with: nobody has to reach for the mouse."""
    free = (one.name for one in form.fields if one.shape is not Shape.FIXED)
    return next((name for name in free if not typed[name]), "")


async def take_step(
    request: Request,
    page: DoorPage,
    make: Callable[[Typed], object],
    pages: Mapping[Step, DoorPage],
    first: DoorPage,
) -> StreamResponse:
    """Send what was typed on a page: on to the next of pages, or in, or the page again.

    Who came too late, or does not come from the step before, begins with the first page.
    """
    try:
        sent = await send(request, page.form, make, ask=_once(request, page.form))
    except Refused as error:
        if error.why is not Why.NOT_SIGNED_IN:
            raise
        return door_page(
            request, first, refused(request, first.form, Typed(request.fields, request.house.new_id()), error)
        )
    if isinstance(sent, Typed):
        return door_page(request, page, sent)
    arrived: Arrived = sent.reply
    if arrived.step is Step.IN:
        return _begun(request, arrived)
    return door_page(request, pages[arrived.step], answered=sent)


def _once(request: Request, form: Form) -> Callable[[object], Awaitable[Answered]] | None:
    """What is proven is proven once: a code is good for no second try, and an app is enrolled with one drawing."""
    if not any(one.shape in (Shape.SECRET, Shape.CODE) for one in form.fields):
        return None
    return lambda message: request.ask_once(message, _seconds)


def _seconds(answered: Answered) -> float:
    return TOKEN_SECONDS if answered.reply.step is Step.IN else PAGE_SECONDS


def _begun(request: Request, arrived: Arrived) -> Response:
    # Where somebody was may be a page of another office: first of all an office is chosen (SC13).
    answer = go_to(SERVED if arrived.serves else way_back(request.fields.get("to", "")))
    answer.headers.add("Set-Cookie", setting(visit_cookie(request.site), arrived.token))
    answer.headers.add("Set-Cookie", ending(door_cookie(request.site)))
    return answer


async def sign_out(request: Request) -> StreamResponse:
    """End the visit; one that has already ended is as good."""
    cuts = False
    try:
        cuts = (await request.ask(SignOut())).reply.cuts
    except Refused as error:
        if error.why is not Why.NOT_SIGNED_IN:
            raise
    answer = shown_to_anyone(request, "signed_out", cuts=cuts)
    answer.headers.add("Set-Cookie", ending(visit_cookie(request.site)))
    return answer
