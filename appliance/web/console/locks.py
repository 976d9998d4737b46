# SPDX-License-Identifier: Apache-2.0
"""Whose sign-in (R340, R341) or download password (A43) is locked or blocked, and how the desk (窓口) ends that."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from aiohttp.web import StreamResponse

from appliance.link.messages import CounterLock, ListLocks, LockPage, LockRow, Unlock, UnlockCounter
from appliance.link.refusals import Refused, Why
from appliance.model.words import LockState, Role
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.cursors import known_id
from appliance.web.forms import Field, Form, FormPage, Shape, Typed, empty, form_page, send
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.request import Request

# Whom it is about goes along: who is not locked any more is not in the list.
OFFICE = Field("office", "事業所", shape=Shape.FIXED)
NAME = Field("name", "利用者", shape=Shape.FIXED)
LOGIN = Field("login", "ユーザーID", shape=Shape.FIXED)
REASON = Field("reason", "理由", "履歴に残ります。例: お電話をかけ直して、ご本人と確認した", most=300)
UNLOCK = FormPage(
    "ログインの停止を解除する",
    Form("/locks/{account}/unlock", (OFFICE, NAME, LOGIN, REASON), "解除する"),
    (
        "電話でのご依頼では、登録されている番号へかけ直すなどして、ご本人であることを確かめてください。",
        "解除すると、今のパスワードですぐにログインできます。ご本人にはメールでお知らせします。",
    ),
    "locks",
    "/locks",
)
OPEN = FormPage(
    "ダウンロード画面の停止を解除する",
    Form("/offices/{office}/unlock-download", (OFFICE, REASON), "解除する"),
    (
        "電話でのご依頼では、登録されている番号へかけ直すなどして、事業所の方であることを確かめてください。",
        "解除すると、お手元のお知らせのダウンロードキーで、すぐに /download/ と /activate/ をお使いになれます。",
        "お知らせをなくされたときや、ほかの人に見られたかもしれないときは、解除せずに、お知らせを再発行します。",
    ),
    "locks",
    "/locks",
)
# What the fields of a form say of whom it is about; None for who is not in the list.
Whom = Callable[[House, LockPage, str], Mapping[str, str] | None]


@dataclass(frozen=True, slots=True)
class LockLine:
    """One person, in words. The fund's staff is unlocked here, but initialised among the staff."""

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


@dataclass(frozen=True, slots=True)
class CounterLockLine:
    """One office, in words."""

    office_id: str
    office: str
    contract_number: str
    blocked: bool
    state: str
    until: str


async def show_locks(request: Request) -> StreamResponse:
    """The two lists."""
    answered = await request.ask(ListLocks())
    locks: LockPage = answered.reply
    role = answered.visitor.role if answered.visitor else None
    return shown(
        request,
        "console/locks",
        answered,
        lines=[_line(request.house, row) for row in locks.rows],
        counters=[_counter_line(request.house, row) for row in locks.counters],
        may_act=role is Role.FUND_DESK,
        unlocked="unlocked" in request.query,
        opened="opened" in request.query,
    )


async def show_unlocking(request: Request) -> StreamResponse:
    """Who it is, and what is asked before a lock ends."""
    return await _page(request, UNLOCK, known_id(request.values["account"]), _person)


async def unlock(request: Request) -> StreamResponse:
    """End a lock before its time."""
    account = known_id(request.values["account"])
    done = await send(request, UNLOCK.form, lambda typed: Unlock(account, typed["reason"], typed.command))
    if isinstance(done, Typed):
        return await _page(request, UNLOCK, account, _person, done)
    return go_to("/locks?unlocked=1")


async def show_opening(request: Request) -> StreamResponse:
    """Which office it is, and what is asked before its lock or block ends."""
    return await _page(request, OPEN, known_id(request.values["office"]), _office)


async def open_counter(request: Request) -> StreamResponse:
    """End the lock or the block of a download password."""
    office = known_id(request.values["office"])
    done = await send(request, OPEN.form, lambda typed: UnlockCounter(office, typed["reason"], typed.command))
    if isinstance(done, Typed):
        return await _page(request, OPEN, office, _office, done)
    return go_to("/locks?opened=1")


async def _page(
    request: Request, page: FormPage, id: str, whom: Whom, typed: Typed | None = None
) -> StreamResponse:
    """The form, with what was typed; at first with whom it is about. Raises Refused CONFLICT: not locked now."""
    answered = await request.ask(ListLocks())
    if typed is None:
        known = whom(request.house, answered.reply, id)
        if known is None:
            raise Refused(Why.CONFLICT, "lock.not_locked" if page is UNLOCK else "lock.not_stopped")
        typed = empty(request, known)
    form = replace(page.form, action=page.form.action.format(account=id, office=id))
    return form_page(request, replace(page, form=form), answered, typed)


def _person(house: House, locks: LockPage, account: str) -> Mapping[str, str] | None:
    for row in locks.rows:
        if row.account == account:
            line = _line(house, row)
            return {"office": _called(line.office, line.contract_number), "name": line.name, "login": line.login}
    return None


def _office(house: House, locks: LockPage, office: str) -> Mapping[str, str] | None:
    for row in locks.counters:
        if row.office == office:
            return {"office": _called(row.office_name, row.contract_number)}
    return None


def _called(office: str, contract_number: str) -> str:
    """The fund itself has no number."""
    return _("{name}（{more}）", name=office, more=contract_number) if contract_number else office


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


def _counter_line(house: House, row: CounterLock) -> CounterLockLine:
    return CounterLockLine(
        row.office,
        row.office_name,
        row.contract_number,
        row.state is LockState.BLOCKED,
        house.texts.word("lock_state", row.state),
        japanese.moment(row.until) if row.until else "",
    )
