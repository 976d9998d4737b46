# SPDX-License-Identifier: Apache-2.0
"""The door of a site: who may come in, and whether a change was really meant.

1. A route for visitors is closed without a visit token; whether the token is worth anything, the vault says.
2. A change needs three proofs, and the lack of any stops it: `Origin` is this very site; the SameSite=Strict cookie
   is there; the form token is there and belongs to the cookie. Before sign-in the door cookie stands for the
   visit's, and its form token is compared here; a visit's form token is compared by the vault.
3. The proofs are looked at in this order, and before any byte of a file is taken. Without a visit, a form without a
   file is read only to be given back.
"""

from collections.abc import AsyncIterator

import msgspec
from aiohttp import hdrs
from aiohttp.web import BaseRequest

from appliance.contracts.pages import Guard
from appliance.link.messages import PART_SIZE
from appliance.link.refusals import Refused, Why
from appliance.web.cookies import is_door_form
from appliance.web.limits import (
    KIB,
    MAX_FORM,
    MAX_FORM_FIELDS,
    MAX_SMALL_FILES,
    MOST_SMALL_FILES,
    Turned,
    TurnedAway,
    announced,
    fields_of,
    pieces,
    unique,
    whole,
)
from appliance.web.multipart import MultipartReader, boundary_of, small_form
from appliance.web.request import Request
from appliance.web.routes import Body, Route

FORM_HEADER = "X-Renkei-Form"
FORM_FIELD = "form"
MAX_JSON = 16 * KIB
_JSON_FIELDS = msgspec.json.Decoder(dict[str, str])


async def come_in(request: Request, route: Route) -> None:
    """Judge a request by its route and read its fields. Raises TurnedAway, or Refused NOT_SIGNED_IN."""
    request.sends = route.sends
    if route.guard is Guard.VISITOR and not request.token and not route.changes:
        raise Refused(Why.NOT_SIGNED_IN)
    if not route.changes:
        return
    _need_origin(request.raw)
    if route.guard is Guard.VISITOR and not request.token and route.body in (Body.FIELDS, Body.SMALL_FILES):
        # Signed out in another tab, perhaps: what was typed is not lost.
        await _read(request, route)
        raise Refused(Why.NOT_SIGNED_IN)
    _need_cookie(request, route)
    await _read(request, route)
    _need_form_token(request, route)


def _need_origin(raw: BaseRequest) -> None:
    """Origin says where the form stood (RFC 6454 §7); browsers send it with every POST and PUT."""
    if raw.headers.get(hdrs.ORIGIN) != f"https://{raw.headers[hdrs.HOST]}":
        raise TurnedAway(Turned.ORIGIN)
    if raw.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise TurnedAway(Turned.ORIGIN)


def _need_cookie(request: Request, route: Route) -> None:
    if not (request.token if route.guard is Guard.VISITOR else request.door):
        raise TurnedAway(Turned.COOKIE)


def _need_form_token(request: Request, route: Route) -> None:
    if not request.form:
        raise TurnedAway(Turned.FORM)
    if route.guard is Guard.ANYONE and not is_door_form(request.door, request.form):
        raise TurnedAway(Turned.FORM)


async def _read(request: Request, route: Route) -> None:
    """Read what stands before any stream; the form token is taken out of it."""
    raw = request.raw
    if raw.headers.get(hdrs.EXPECT):
        await raw.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        # aiohttp counts these bytes as the beginning of the answer, unless told otherwise.
        raw.writer.output_size = 0
    fields: dict[str, str] = {}
    if route.body is Body.FIELDS:
        fields = await _small_form(raw)
    elif route.body is Body.FIELDS_THEN_FILE:
        fields = await _form_with_file(request)
    elif route.body is Body.SMALL_FILES:
        fields = await _small_files(request)
    elif route.body is Body.JSON:
        fields = await _object(raw)
    else:
        request.stream = _raw_stream(raw)
    in_fields = fields.pop(FORM_FIELD, "")
    request.form = _ascii(raw.headers.get(FORM_HEADER, "")) if route.body.for_programs else in_fields
    request.fields = fields


def _ascii(token: str) -> str:
    """A token as it came; "" for one with bytes that are no text, and cannot be sent on as such."""
    return token if token.isascii() else ""


def _is_small(raw: BaseRequest) -> bool:
    return raw.headers.get(hdrs.CONTENT_TYPE, "").partition(";")[0].strip() == "application/x-www-form-urlencoded"


async def _small_form(raw: BaseRequest) -> dict[str, str]:
    if not _is_small(raw):
        raise TurnedAway(Turned.MEDIA_TYPE)
    body = await whole(raw, MAX_FORM)
    if not body.isascii():
        raise TurnedAway(Turned.BODY)
    return fields_of(body.decode("ascii"), MAX_FORM_FIELDS, Turned.BODY)


async def _form_with_file(request: Request) -> dict[str, str]:
    """The fields before the file; or those that were given back when a visit had ended, without any file."""
    raw = request.raw
    if _is_small(raw):
        return await _small_form(raw)
    boundary = boundary_of(raw.headers.get(hdrs.CONTENT_TYPE, ""))
    length = announced(raw, request.house.largest_upload + MAX_FORM)
    form = await MultipartReader(pieces(raw.content), boundary, length).form()
    request.file = form.file
    return form.fields


async def _small_files(request: Request) -> dict[str, str]:
    """Fields and files of a form; or the fields alone, as from a page that gives back what was typed."""
    raw = request.raw
    if _is_small(raw):
        return await _small_form(raw)
    boundary = boundary_of(raw.headers.get(hdrs.CONTENT_TYPE, ""))
    form = small_form(await whole(raw, MAX_SMALL_FILES), boundary, MOST_SMALL_FILES)
    request.files = form.files
    return form.fields


async def _object(raw: BaseRequest) -> dict[str, str]:
    if raw.headers.get(hdrs.CONTENT_TYPE) != "application/json":
        raise TurnedAway(Turned.MEDIA_TYPE)
    try:
        fields = _JSON_FIELDS.decode(await whole(raw, MAX_JSON))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise TurnedAway(Turned.BODY) from None
    return unique(list(fields.items()), Turned.BODY)


def _raw_stream(raw: BaseRequest) -> AsyncIterator[bytes]:
    announced(raw, PART_SIZE)
    return pieces(raw.content)
