# SPDX-License-Identifier: Apache-2.0
"""「委任」: who of other offices works for this one, what they may do, and how the admin ends it (R229, R241)."""

from collections.abc import Callable
from dataclasses import replace

from aiohttp.web import StreamResponse

from appliance.link.messages import EndDelegation, ListDelegations, NarrowDelegation
from appliance.link.refusals import Refused, Why
from appliance.model.words import Permission
from appliance.web.answers import go_to, shown
from appliance.web.cursors import cursor, known_id
from appliance.web.delegation_lines import DelegationLine, line
from appliance.web.forms import Field, Form, FormPage, Shape, Typed, boxes, empty, form_page, send
from appliance.web.language import _
from appliance.web.portal.users import PERMISSIONS
from appliance.web.request import Request
from appliance.web.said import said, with_word
from appliance.web.vault_side import Answered

PLACE = "/delegations"
ROWS = 50
PERSON = Field("person", "担当", shape=Shape.FIXED)
OFFICE = Field("client", "事業所", shape=Shape.FIXED)
LAST = Field("last", "委任の最後の日", shape=Shape.FIXED)
ENDING = FormPage(
    "委任を終了する",
    Form(PLACE + "/{delegation}/end", (PERSON, OFFICE, LAST), "委任を終了する"),
    (
        "押した時から、担当の方はこの事業所を開けません。開いている画面も、その時から使えなくなります。",
        "これまでに行われたことの記録は、この事業所の「履歴」に残ります。元に戻すには、基金への届出が必要です。",
    ),
    "delegations",
    PLACE,
)
NARROWING = FormPage(
    "委任の権限を減らす",
    Form(PLACE + "/{delegation}/permissions", (PERSON, OFFICE, LAST, PERMISSIONS), "変更する"),
    ("外した権限は、すぐに使えなくなります。ここで増やすことはできません。",),
    "delegations",
    PLACE,
)


async def show_delegations(request: Request) -> StreamResponse:
    """Given and taken, the newest first."""
    after = cursor(request.query)
    answered = await request.ask(ListDelegations(after=after, limit=ROWS))
    lines = [line(request.house, row) for row in answered.reply.rows]
    return shown(
        request,
        "portal/delegations",
        answered,
        given=[one for one in lines if one.row.is_given],
        taken=[one for one in lines if not one.row.is_given],
        first=not after,
        following=f"{PLACE}?after={answered.reply.after}" if answered.reply.after else "",
        said=said(request),
    )


async def show_ending(request: Request) -> StreamResponse:
    """Whether it is really meant."""
    answered, found = await _found(request)
    return _page(request, ENDING, answered, found, empty(request, _known(found)))


async def end(request: Request) -> StreamResponse:
    """It opens nothing any more."""
    return await _sent(request, ENDING, "delegation_ended", lambda id, typed: EndDelegation(id, typed.command))


async def show_narrowing(request: Request) -> StreamResponse:
    """The permissions as they are."""
    answered, found = await _found(request)
    if not found.row.is_given:
        raise Refused(Why.NOT_FOUND)
    values = {**_known(found), **boxes(PERMISSIONS.name, frozenset(found.row.permissions))}
    return _page(request, NARROWING, answered, found, empty(request, values))


async def narrow(request: Request) -> StreamResponse:
    """Fewer of them."""
    return await _sent(
        request,
        NARROWING,
        "delegation_narrowed",
        lambda id, typed: NarrowDelegation(id, _permissions(typed), typed.command),
    )


def _permissions(typed: Typed) -> frozenset[Permission]:
    ticked = typed.ticked(PERMISSIONS.name)
    return frozenset(one for one in Permission if one.value in ticked)


async def _found(request: Request) -> tuple[Answered, DelegationLine]:
    """The delegation in the path, which is not over yet. Raises Refused."""
    answered = await request.ask(ListDelegations(only=known_id(request.values["delegation"])))
    [row] = answered.reply.rows
    found = line(request.house, row)
    if not found.is_open:
        raise Refused(Why.CONFLICT, "delegation.over")
    return answered, found


def _known(found: DelegationLine) -> dict[str, str]:
    """What is shown and not changed."""
    person = _("{name}（{more}）", name=found.person, more=found.managing)
    return {"person": person, "client": found.office, "last": found.last}


def _page(
    request: Request, page: FormPage, answered: Answered, found: DelegationLine, typed: Typed
) -> StreamResponse:
    action = page.form.action.format(delegation=found.row.id)
    return form_page(request, replace(page, form=replace(page.form, action=action)), answered, typed)


async def _sent(
    request: Request, page: FormPage, done: str, make: Callable[[str, Typed], object]
) -> StreamResponse:
    """Do it; or the page again, as it is now and with what stood in the way."""
    id = known_id(request.values["delegation"])
    sent = await send(request, page.form, lambda typed: make(id, typed))
    if not isinstance(sent, Typed):
        return go_to(with_word(PLACE, done))
    answered, found = await _found(request)
    return _page(request, page, answered, found, replace(sent, values={**sent.values, **_known(found)}))
