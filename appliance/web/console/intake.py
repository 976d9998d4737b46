# SPDX-License-Identifier: Apache-2.0
"""登録届の取込 (SC19): a ZIP is dropped, or a folder; what waits, and until when it should be done (A26)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import (
    ConfirmRegistrations,
    ListRegistrations,
    RegistrationRow,
    RegistrationTaken,
    TakeInRegistration,
)
from appliance.link.refusals import Refused, Why
from appliance.model.intake import IntakeState
from appliance.model.time import DAY, Instant
from appliance.model.words import Role
from appliance.web import japanese
from appliance.web.answers import as_json, go_to, shown
from appliance.web.cursors import cursor, number
from appliance.web.disposition import base_name
from appliance.web.forms import SHOWN_AGAIN
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.problems import Trouble, form_troubles
from appliance.web.refusal_pages import STATUS
from appliance.web.registration_words import finding_words, standing_words
from appliance.web.request import Request
from appliance.web.said import said
from appliance.web.texts import Explanation
from appliance.web.uploading import END_SECONDS, form_file
from appliance.web.vault_side import Answered

PLACE = "/registrations"
ROWS = 50
# So many a message, and so many at all; of these so many stand on the page, and all in the list.
GROUP, MOST, SHOWN = 50, 1_000, 100


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """One registration, in words. tone colours the state."""

    id: str
    state: str
    tone: str
    number: str
    name: str
    file_name: str
    source: str
    received: str
    due: str
    left: str
    is_late: bool
    note: str


@dataclass(frozen=True, slots=True)
class Told:
    """What is said above the list."""

    summary: Explanation | None = None
    problems: Sequence[Trouble] = ()
    findings: Sequence[str] = ()
    status: int = 200


@dataclass(frozen=True, slots=True)
class Clean:
    """What can be confirmed at once: the rows, and how many wait that cannot."""

    rows: list[RegistrationRow] = field(default_factory=list)
    others: int = 0
    is_all: bool = True


async def show_registrations(request: Request) -> StreamResponse:
    """The form for files, and the list."""
    return await _page(request, Told())


async def take_in(request: Request) -> StreamResponse:
    """One file without a script: to what came of it, or the page again with what is wrong."""
    try:
        taken: RegistrationTaken | None = await _taken(request)
    except Refused as refused:
        if refused.why not in {*SHOWN_AGAIN, Why.TOO_LARGE}:
            raise
        return await _page(request, Told(request.house.texts.refusal(refused), status=STATUS[refused.why]))
    if taken is None:
        return await _page(request, Told(request.house.texts.explain("intake.no_file"), status=STATUS[Why.INVALID]))
    if not taken.registration:
        return await _page(request, _unreadable(request.house, taken))
    return go_to(f"{PLACE}/{taken.registration}" + ("" if taken.is_new else "?done=registration_known"))


async def take_in_one(request: Request) -> StreamResponse:
    """The same for a script that sends a folder: {file, id, state, said}, whatever came of it."""
    try:
        taken = await _taken(request)
    except Refused as refused:
        explained = request.house.texts.refusal(refused)
        return as_json({"id": "", "state": "failed", "said": [asdict(explained)]}, STATUS[refused.why])
    if taken is None:
        return as_json({"id": "", "state": "failed", "said": []}, STATUS[Why.INVALID])
    return as_json(_in_short(request.house, taken))


def _in_short(house: House, taken: RegistrationTaken) -> dict[str, object]:
    if not taken.registration:
        told = _unreadable(house, taken)
        what = [asdict(one) for one in told.problems]
        what += [{"what": one, "why": "", "next": ""} for one in told.findings]
        return {"id": "", "state": "failed", "said": what}
    state = "new" if taken.is_new else "known"
    if taken.faults:
        state = "faults"
    elif taken.state is IntakeState.REGISTERED:
        state = "registered"
    return {"id": taken.registration, "state": state, "said": []}


async def _taken(request: Request) -> RegistrationTaken | None:
    """What came of the file of a form, None where nobody chose one. Raises Refused."""
    file = form_file(request)
    if file is None:
        return None
    message = TakeInRegistration(base_name(file.name), file.size, request.fields.get("password", ""))
    answered = await request.ask(message, stream=file.pieces, stream_size=file.size, timeout=END_SECONDS)
    taken: RegistrationTaken = answered.reply
    return taken


def _unreadable(house: House, taken: RegistrationTaken) -> Told:
    """Why there is nothing to look at."""
    findings = [finding_words(house.texts, one) for one in taken.findings]
    summary = house.texts.explain("intake.unreadable")
    return Told(summary, form_troubles(house.texts, taken.problems), findings, STATUS[Why.INVALID])


async def _page(request: Request, told: Told) -> Response:
    house = request.house
    state = _state(request.query.get("state", IntakeState.WAITING.value))
    answered = await request.ask(ListRegistrations(state, cursor(request.query), ROWS))
    page = answered.reply
    return shown(
        request,
        "console/intake",
        answered,
        told.status,
        lines=[line(house, row, answered.now) for row in page.rows],
        is_first=not request.query.get("after"),
        next=f"{PLACE}?state={state}&after={page.next}" if page.next else "",
        state=state,
        states=[(one, house.texts.word("intake_state", one)) for one in IntakeState],
        outcome=told,
        said=said(request),
        confirmed=number(request.query, "confirmed"),
        failed=number(request.query, "failed"),
        may_act=may_act(answered),
        command=house.new_id(),
    )


def _state(value: str) -> IntakeState:
    """Raises Refused NOT_FOUND for what no link of ours says."""
    try:
        return IntakeState(value)
    except ValueError as error:
        raise Refused(Why.NOT_FOUND) from error


def may_act(answered: Answered) -> bool:
    """Whether the visitor takes in and confirms (A46)."""
    return answered.visitor is not None and answered.visitor.role is Role.FUND_CLERK


def line(house: House, row: RegistrationRow, now: Instant) -> IntakeLine:
    """A row of the vault for people."""
    texts, is_waiting = house.texts, row.state is IntakeState.WAITING
    faults = _("直すところ {count} 件", count=row.faults) if row.faults and is_waiting else ""
    standing = standing_words(texts, row.standing) if is_waiting else ""
    return IntakeLine(
        id=row.id,
        state=texts.word("intake_state", row.state),
        tone="new" if is_waiting else "bad" if row.state is IntakeState.REJECTED else "",
        number=f"{row.office_number:06d}" if row.office_number else _("読み取れません"),
        name=row.office_name,
        file_name=row.file_name,
        source=texts.word("intake_source", row.source),
        received=japanese.moment(row.received_at),
        due=japanese.date(row.due_at) if is_waiting else "",
        left=_left(row.due_at, now) if is_waiting else "",
        is_late=is_waiting and row.due_at < now,
        note=faults or standing,
    )


def _left(due_at: Instant, now: Instant) -> str:
    """Until an office should have its letter (A26)."""
    days = -((now - due_at) // DAY)
    return _("期限を過ぎています") if due_at < now else _("あと {days} 日", days=days)


# --- all at once --------------------------------------------------------------------------------------------------


async def show_confirming(request: Request) -> StreamResponse:
    """All that has no fault, to be looked through before it is confirmed."""
    clean, answered = await _clean(request)
    newest = max((row.received_at for row in clean.rows), default=0)
    return shown(
        request,
        "console/intake_all",
        answered,
        lines=[line(request.house, row, answered.now) for row in clean.rows[:SHOWN]],
        clean=clean,
        newest=newest,
        command=request.house.new_id(),
    )


async def confirm_all(request: Request) -> StreamResponse:
    """Confirm what was shown, a group after the other; the rest goes on when one fails."""
    newest, command = number(request.fields, "newest"), request.fields.get("command", "")
    clean, _answered = await _clean(request)
    ids = [row.id for row in clean.rows if row.received_at <= newest]
    if not ids:
        raise Refused(Why.INVALID, "registration.none_marked")
    confirmed = 0
    for start in range(0, len(ids), GROUP):
        message = ConfirmRegistrations(tuple(ids[start : start + GROUP]), "", f"{command}-{start // GROUP}")
        rows = (await request.ask(message, timeout=END_SECONDS)).reply.rows
        confirmed += sum(bool(row.office) for row in rows)
    return go_to(f"{PLACE}?confirmed={confirmed}&failed={len(ids) - confirmed}")


async def _clean(request: Request) -> tuple[Clean, Answered]:
    """The oldest MOST that wait and can be confirmed."""
    clean, after, looked = Clean(), "", 0
    while True:
        answered = await request.ask(ListRegistrations(IntakeState.WAITING, after, 100))
        for row in answered.reply.rows:
            if row.can_be_confirmed:
                clean.rows.append(row)
        looked += len(answered.reply.rows)
        after = answered.reply.next
        if not after or looked >= MOST:
            return Clean(clean.rows, looked - len(clean.rows), not after), answered
