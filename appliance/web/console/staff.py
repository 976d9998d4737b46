# SPDX-License-Identifier: Apache-2.0
"""The fund's staff (A46): who there is, and what is proposed about them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from aiohttp.web import StreamResponse

from appliance.link.messages import (
    AddStaff,
    ChangeStaff,
    ListStaff,
    RemoveStaff,
    ResetStaff,
    StaffRow,
    TwoPersonReply,
)
from appliance.link.refusals import Refused, Why
from appliance.model.words import AccountState, LockState, Role
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.console.first_password import Sheet, show_first_password
from appliance.web.console.staff_forms import ADD, CHANGE, REMOVE, RESET
from appliance.web.cursors import known_id
from appliance.web.forms import FormPage, Typed, empty, form_page, send
from appliance.web.house import House
from appliance.web.request import Request
from appliance.web.vault_side import Answered

Make = Callable[[str, Typed], object]


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One of them, in words. is_well: signs in as usual."""

    account: str
    login: str
    name: str
    mail: str
    role: str
    is_well: bool
    state: str
    factor: str
    last: str


async def show_staff(request: Request) -> StreamResponse:
    """The list, in the order in which they came."""
    answered = await request.ask(ListStaff())
    lines = [_line(request.house, row) for row in answered.reply.rows]
    may_act = answered.visitor is not None and answered.visitor.role is Role.FUND_SYSTEM
    return shown(request, "console/staff", answered, lines=lines, may_act=may_act, done="done" in request.query)


async def show_adding(request: Request) -> StreamResponse:
    """The form for a new member."""
    return form_page(request, ADD, await request.ask(ListStaff()), empty(request))


async def add(request: Request) -> StreamResponse:
    """Propose a new member."""
    done = await send(request, ADD.form, _adding)
    if isinstance(done, Typed):
        return form_page(request, ADD, await request.ask(ListStaff()), done)
    return await after_act(request, done)


async def show_changing(request: Request) -> StreamResponse:
    """The form for one of them, with the ways to the other two."""
    return await _page(request, CHANGE)


async def change(request: Request) -> StreamResponse:
    """Propose another name, address or role."""
    return await _act(request, CHANGE, _changing)


async def show_resetting(request: Request) -> StreamResponse:
    """What a reset means, and the reason for it."""
    return await _page(request, RESET)


async def reset(request: Request) -> StreamResponse:
    """Propose a new first password and a new second factor."""
    return await _act(request, RESET, _resetting)


async def show_removing(request: Request) -> StreamResponse:
    """What it means to remove somebody, and the reason for it."""
    return await _page(request, REMOVE)


async def remove(request: Request) -> StreamResponse:
    """Propose that somebody is one of them no more."""
    return await _act(request, REMOVE, _removing)


def _adding(typed: Typed) -> AddStaff:
    who = typed["login"], typed["name"], typed["mail"], Role(typed["role"])
    return AddStaff(*who, typed["reason"], typed.is_ticked("emergency"), typed.command)


def _changing(account: str, typed: Typed) -> ChangeStaff:
    what = typed["name"], typed["mail"], Role(typed["role"])
    return ChangeStaff(account, *what, typed["reason"], typed.is_ticked("emergency"), typed.command)


def _resetting(account: str, typed: Typed) -> ResetStaff:
    return ResetStaff(account, typed["reason"], typed.is_ticked("emergency"), typed.command)


def _removing(account: str, typed: Typed) -> RemoveStaff:
    return RemoveStaff(account, typed["reason"], typed.is_ticked("emergency"), typed.command)


async def _act(request: Request, page: FormPage, make: Make) -> StreamResponse:
    account = known_id(request.values["account"])
    done = await send(request, page.form, lambda typed: make(account, typed))
    if isinstance(done, Typed):
        return await _page(request, page, done)
    return await after_act(request, done)


async def after_act(request: Request, done: Answered) -> StreamResponse:
    """Where it goes on: it waits for another person; or it is done, perhaps with a first password to hand over."""
    reply: TwoPersonReply = done.reply
    if reply.proposal:
        return go_to("/proposals?made=1")
    if not reply.password:
        return go_to("/staff?done=1")
    answered = await request.ask(ListStaff())
    row = _row(answered, reply.account)
    role = request.house.texts.word("role", row.role)
    about = (("氏名", row.name), ("職員ID", row.login), ("役割", role))
    return show_first_password(request, answered, Sheet("staff", "/staff", about, reply.password, of_staff=True))


async def _page(request: Request, page: FormPage, typed: Typed | None = None) -> StreamResponse:
    """The form, with what was typed; at first with what is known of the person."""
    account = known_id(request.values["account"])
    answered = await request.ask(ListStaff())
    row = _row(answered, account)
    page = replace(page, form=replace(page.form, action=page.form.action.format(account=account)))
    values = {"login": row.login, "name": row.name, "mail": row.mail, "role": row.role.value}
    typed = typed or empty(request, values)
    if page.form.action != f"/staff/{account}":
        return form_page(request, page, answered, typed)
    return shown(request, "console/staff_member", answered, typed.status, page=page, typed=typed, account=account)


def _row(answered: Answered, account: str) -> StaffRow:
    """One of them. Raises Refused NOT_FOUND."""
    for row in answered.reply.rows:
        if row.account == account:
            found: StaffRow = row
            return found
    raise Refused(Why.NOT_FOUND)


def _line(house: House, row: StaffRow) -> StaffLine:
    words = house.texts
    state = words.word("account_state", row.state)
    if row.lock is not LockState.OPEN:
        state = words.word("lock_state", row.lock)
    return StaffLine(
        row.account,
        row.login,
        row.name,
        row.mail,
        words.word("role", row.role),
        row.state is AccountState.ACTIVE and row.lock is LockState.OPEN,
        state,
        words.word("factor", "enrolled" if row.has_factor else "none"),
        japanese.moment(row.last_sign_in_at) if row.last_sign_in_at else "―",
    )
