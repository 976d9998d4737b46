# SPDX-License-Identifier: Apache-2.0
"""Whose sign-in is locked or blocked (R340, R341), and what the desk (窓口) does about it."""

from dataclasses import dataclass, replace

from aiohttp.web import StreamResponse

from appliance.link.messages import ListLocks, LockRow, Unlock
from appliance.link.refusals import Refused, Why
from appliance.model.words import LockState, Role
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.console.counter_locks import counter_line
from appliance.web.cursors import known_id
from appliance.web.forms import Field, Form, FormPage, Shape, Typed, empty, form_page, send
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.request import Request

# Whom it is about goes along: who is not locked any more is not in the list.
WHOM = (
    Field("office", "事業所", shape=Shape.FIXED),
    Field("name", "利用者", shape=Shape.FIXED),
    Field("login", "ユーザーID", shape=Shape.FIXED),
)
REASON = Field("reason", "理由", "履歴に残ります。例: お電話をかけ直して、ご本人と確認した", most=300)
UNLOCK = FormPage(
    "ログインの停止を解除する",
    Form("/locks/{account}/unlock", (*WHOM, REASON), "解除する"),
    (
        "電話でのご依頼では、登録されている番号へかけ直すなどして、ご本人であることを確かめてください。",
        "解除すると、今のパスワードですぐにログインできます。ご本人にはメールでお知らせします。",
    ),
    "locks",
    "/locks",
)


@dataclass(frozen=True, slots=True)
class LockLine:
    """One of them, in words. The fund's staff is unlocked here, but initialised among the staff."""

    account: str
    office_id: str
    office: str
    contract_number: str
    login: str
    name: str
    role: str
    blocked: bool
    state: str
    until: str
    of_fund: bool


async def show_locks(request: Request) -> StreamResponse:
    """The list."""
    answered = await request.ask(ListLocks())
    lines = [_line(request.house, row) for row in answered.reply.rows]
    may_act = answered.visitor is not None and answered.visitor.role is Role.FUND_DESK
    return shown(
        request,
        "console/locks",
        answered,
        lines=lines,
        counters=[counter_line(request.house, row) for row in answered.reply.counters],
        may_act=may_act,
        unlocked="unlocked" in request.query,
        opened="opened" in request.query,
    )


async def show_unlocking(request: Request) -> StreamResponse:
    """Who it is, and what is asked before a lock ends."""
    return await _page(request)


async def unlock(request: Request) -> StreamResponse:
    """End a lock before its time."""
    account = known_id(request.values["account"])
    done = await send(request, UNLOCK.form, lambda typed: Unlock(account, typed["reason"], typed.command))
    if isinstance(done, Typed):
        return await _page(request, done)
    return go_to("/locks?unlocked=1")


async def _page(request: Request, typed: Typed | None = None) -> StreamResponse:
    """The form, with what was typed; at first with whom it is about. Raises Refused CONFLICT: not locked now."""
    account = known_id(request.values["account"])
    answered = await request.ask(ListLocks())
    if typed is None:
        rows = [row for row in answered.reply.rows if row.account == account]
        if not rows:
            raise Refused(Why.CONFLICT, "lock.not_locked")
        typed = empty(request, _whom(_line(request.house, rows[0])))
    form = replace(UNLOCK.form, action=UNLOCK.form.action.format(account=account))
    return form_page(request, replace(UNLOCK, form=form), answered, typed)


def _whom(line: LockLine) -> dict[str, str]:
    office = (
        _("{name}（{more}）", name=line.office, more=line.contract_number) if line.contract_number else line.office
    )
    return {"office": office, "name": line.name, "login": line.login}


def _line(house: House, row: LockRow) -> LockLine:
    """A row of the vault for people."""
    return LockLine(
        row.account,
        row.office,
        row.office_name or house.fund.name,
        row.contract_number,
        row.login,
        row.name,
        house.texts.word("role", row.role),
        row.state is LockState.BLOCKED,
        house.texts.word("lock_state", row.state),
        japanese.moment(row.until) if row.until else "",
        row.role.of_fund,
    )
