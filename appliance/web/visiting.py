# SPDX-License-Identifier: Apache-2.0
"""Coming and going, as portal and console have in common: the sign-in page, the new visit, the end of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import SignedIn, SignOut
from appliance.link.refusals import Refused, Why
from appliance.web.answers import go_to, shown_to_anyone
from appliance.web.cookies import DOOR_BYTES, door_cookie, door_form, ending, new_door, setting, visit_cookie
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request

# These say nothing about the site, only about what was typed: the page is shown again, with what was typed.
TRY_AGAIN = frozenset({Why.WRONG_SECRET, Why.LOCKED, Why.INVALID})


@dataclass(frozen=True, slots=True)
class TypedField:
    """One field of a sign-in page. The password's value is never given back."""

    name: str
    label: str
    hint: str = ""
    inputmode: str = "text"
    autocomplete: str = "off"
    secret: bool = False


def door_for(request: Request) -> str:
    """The visitor's door cookie, or a new one."""
    return request.door or new_door(request.house.random.bytes(DOOR_BYTES))


def sign_in_page(
    request: Request,
    fields: tuple[TypedField, ...],
    error: Refused | None = None,
    missing: frozenset[str] = frozenset(),
) -> Response:
    """The sign-in page; with an error, what was typed stays, but for the password."""
    door = door_for(request)
    status = STATUS[error.why] if error else 422 if missing else 200
    answer = shown_to_anyone(
        request,
        "sign_in",
        status,
        fields=fields,
        typed={field.name: request.fields.get(field.name, "") for field in fields if not field.secret},
        missing=missing,
        explanation=request.house.texts.refusal(error) if error else None,
        ended="ended" in request.query,
        form=door_form(door),
    )
    answer.headers.add("Set-Cookie", setting(door_cookie(request.site), door))
    return answer


async def sign_in(request: Request, fields: tuple[TypedField, ...], message: object) -> StreamResponse:
    """Try to sign in: on to the menu, or the page again."""
    missing = frozenset(field.name for field in fields if not request.fields.get(field.name))
    if missing:
        return sign_in_page(request, fields, missing=missing)
    try:
        answered = await request.ask(message)
    except Refused as error:
        if error.why not in TRY_AGAIN:
            raise
        return sign_in_page(request, fields, error)
    return _begun(request, answered.reply)


def _begun(request: Request, signed_in: SignedIn) -> Response:
    answer = go_to("/")
    answer.headers.add("Set-Cookie", setting(visit_cookie(request.site), signed_in.token))
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
