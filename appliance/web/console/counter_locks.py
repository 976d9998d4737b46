# SPDX-License-Identifier: Apache-2.0
"""Whose download password is locked or blocked (A43), and how the desk (窓口) ends a lock."""

from dataclasses import dataclass, replace

from aiohttp.web import StreamResponse

from appliance.link.messages import CounterLock, ListLocks, UnlockCounter
from appliance.link.refusals import Refused, Why
from appliance.model.words import LockState
from appliance.web import japanese
from appliance.web.answers import go_to
from appliance.web.cursors import known_id
from appliance.web.forms import Field, Form, FormPage, Shape, Typed, empty, form_page, send
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.request import Request

UNLOCK = FormPage(
    "ダウンロード画面の停止を解除する",
    Form(
        "/offices/{office}/unlock-download",
        (
            Field("office", "事業所", shape=Shape.FIXED),
            Field("reason", "理由", "履歴に残ります。例: お電話をかけ直して、ご本人と確認した", most=300),
        ),
        "解除する",
    ),
    (
        "電話でのご依頼では、登録されている番号へかけ直すなどして、事業所の方であることを確かめてください。",
        "解除すると、お手元のお知らせのダウンロードキーで、すぐに /download/ と /activate/ をお使いになれます。",
    ),
    "locks",
    "/locks",
)


@dataclass(frozen=True, slots=True)
class CounterLockLine:
    """One office, in words."""

    office_id: str
    office: str
    contract_number: str
    blocked: bool
    state: str
    until: str


def counter_line(house: House, row: CounterLock) -> CounterLockLine:
    """A row of the vault for people."""
    return CounterLockLine(
        row.office,
        row.office_name,
        row.contract_number,
        row.state is LockState.BLOCKED,
        house.texts.word("lock_state", row.state),
        japanese.moment(row.until) if row.until else "",
    )


async def show_unlocking(request: Request) -> StreamResponse:
    """Which office it is, and what is asked before a lock ends."""
    return await _page(request)


async def unlock(request: Request) -> StreamResponse:
    """End a lock before its time."""
    office = known_id(request.values["office"])
    done = await send(request, UNLOCK.form, lambda typed: UnlockCounter(office, typed["reason"], typed.command))
    if isinstance(done, Typed):
        return await _page(request, done)
    return go_to("/locks?opened=1")


async def _page(request: Request, typed: Typed | None = None) -> StreamResponse:
    """The form, with what was typed; at first with whom it is about. Raises Refused CONFLICT: not locked now."""
    office = known_id(request.values["office"])
    answered = await request.ask(ListLocks())
    if typed is None:
        rows = [row for row in answered.reply.counters if row.office == office]
        if not rows:
            raise Refused(Why.CONFLICT, "lock.not_locked")
        line = counter_line(request.house, rows[0])
        typed = empty(request, {"office": _("{name}（{more}）", name=line.office, more=line.contract_number)})
    form = replace(UNLOCK.form, action=UNLOCK.form.action.format(office=office))
    return form_page(request, replace(UNLOCK, form=form), answered, typed)
