# SPDX-License-Identifier: Apache-2.0
"""Coming and going, as portal and console have in common: the pages of signing in, the new visit, the end of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp.web import Response, StreamResponse
from markupsafe import Markup

from appliance.link.messages import Arrived, SignOut
from appliance.link.refusals import Refused, Why
from appliance.model.words import Step
from appliance.web.answers import go_to, shown_to_anyone
from appliance.web.cookies import DOOR_BYTES, door_cookie, door_form, ending, new_door, setting, visit_cookie
from appliance.web.refusal_pages import STATUS
from appliance.web.rendering import Top, top_of
from appliance.web.request import Request
from appliance.web.vault_side import Answered

# These say nothing about the site, only about what was typed: the page is shown again, with what was typed.
TRY_AGAIN = frozenset({Why.WRONG_SECRET, Why.LOCKED, Why.INVALID})


@dataclass(frozen=True, slots=True)
class TypedField:
    """One field of a page. The value of a secret is never given back, nor is that of a code, which is good once."""

    name: str
    label: str
    hint: str = ""
    inputmode: str = "text"
    autocomplete: str = "off"
    secret: bool = False
    once: bool = False


@dataclass(frozen=True, slots=True)
class DoorPage:
    """One step of signing in: what is typed, where it goes, what the button says. about stands above the form."""

    title: str
    action: str
    fields: tuple[TypedField, ...]
    button: str = "次へ"
    about: str = ""


PASSWORD = TypedField("password", "ログインパスワード", autocomplete="current-password", secret=True)
CODE = TypedField("code", "ワンタイムパスワード", inputmode="numeric", autocomplete="one-time-code", once=True)


def door_for(request: Request) -> str:
    """The visitor's door cookie, or a new one."""
    return request.door or new_door(request.house.random.bytes(DOOR_BYTES))


def door_page(
    request: Request,
    page: DoorPage,
    error: Refused | None = None,
    *,
    answered: Answered | None = None,
    missing: frozenset[str] = frozenset(),
) -> Response:
    """A step of signing in; with an error, what was typed stays, but for secrets."""
    door = door_for(request)
    status = STATUS[error.why] if error else 422 if missing else 200
    kept = [field.name for field in page.fields if not field.secret and not field.once]
    arrived: Arrived | None = answered.reply if answered else None
    answer = shown_to_anyone(
        request,
        "sign_in",
        status,
        nobody=top_of(answered) if answered else Top(),
        page=page,
        typed={name: request.fields.get(name, "") for name in kept},
        missing=missing,
        explanation=request.house.texts.refusal(error) if error else None,
        ended="ended" in request.query,
        arrival=arrived.arrival if arrived else request.fields.get("arrival", ""),
        enrol=_drawn(arrived.shown) if arrived else {},
        form=door_form(door),
    )
    answer.headers.add("Set-Cookie", setting(door_cookie(request.site), door))
    return answer


async def take_step(
    request: Request, page: DoorPage, message: object, pages: Mapping[Step, DoorPage], first: DoorPage
) -> StreamResponse:
    """Send what was typed on a page: on to the next of pages, or to the menu, or the page again.

    Who came too late, or does not come from the step before, begins with the first page.
    """
    missing = frozenset(field.name for field in page.fields if not request.fields.get(field.name))
    if missing:
        return door_page(request, page, missing=missing)
    try:
        answered = await request.ask(message)
    except Refused as error:
        if error.why is Why.NOT_SIGNED_IN:
            return door_page(request, first, error)
        if error.why not in TRY_AGAIN:
            raise
        return door_page(request, page, error)
    arrived: Arrived = answered.reply
    if arrived.step is Step.IN:
        return _begun(request, arrived)
    return door_page(request, pages[arrived.step], answered=answered)


def _drawn(shown: Mapping[str, str]) -> dict[str, str]:
    """The QR code is drawn into the page; it comes from our own vault."""
    return {**shown, "qr": Markup(shown.get("qr", ""))} if shown else {}  # noqa: S704


def _begun(request: Request, arrived: Arrived) -> Response:
    answer = go_to("/")
    answer.headers.add("Set-Cookie", setting(visit_cookie(request.site), arrived.token))
    answer.headers.add("Set-Cookie", ending(door_cookie(request.site)))
    return answer


async def sign_out(request: Request) -> StreamResponse:
    """End the visit; one that has already ended is as good."""
    try:
        await request.ask(SignOut())
    except Refused as error:
        if error.why is not Why.NOT_SIGNED_IN:
            raise
    answer = shown_to_anyone(request, "signed_out")
    answer.headers.add("Set-Cookie", ending(visit_cookie(request.site)))
    return answer


def typed(fields: Mapping[str, str], *names: str) -> tuple[str, ...]:
    """Fields as they were typed, "" where one is missing."""
    return tuple(fields.get(name, "") for name in names)
