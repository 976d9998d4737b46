# SPDX-License-Identifier: Apache-2.0
"""電話対応: who calls is found, and the card says what to say next (R247, practice §4.6)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp.web import Response, StreamResponse

from appliance.link.messages.calling import (
    MOST_DIAGNOSIS,
    CallerCard,
    CallerMail,
    CallerSeat,
    CallerUser,
    CauseMonth,
    JudgeDiagnosis,
    LastTunnel,
    ListCauses,
    Paper,
    ReadCaller,
    SendAgain,
    SendTestMail,
)
from appliance.link.refusals import Refused, Why
from appliance.model.calendar import Reason
from appliance.model.diagnosis_file import Diagnosed
from appliance.model.words import AccountState, LockState, MailOutcome, Role, Site
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.console.calling_words import cause_of, light_words, made_words, reply_mail, words_of
from appliance.web.console.one_office import chosen_office
from appliance.web.console.suspension import suspension_line
from appliance.web.console.tunnel_words import cause_word
from appliance.web.cursors import known_id
from appliance.web.help import answers
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.refusal_pages import STATUS
from appliance.web.request import Request
from appliance.web.said import said, with_word
from appliance.web.texts import Explanation
from appliance.web.uploading import form_file

PLACE = "/calls"
CARD = "/calls/{office}"
# Of a month; what comes behind them is rare.
MOST_CAUSES = 10
ACTS = frozenset({Role.FUND_DESK, Role.FUND_CLERK})


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One PC of the office, in words."""

    number: int
    state: str
    is_well: bool
    since: str
    promised: str
    told: str
    connected_until: str
    is_blocked: bool
    last: str
    last_is_well: bool


@dataclass(frozen=True, slots=True)
class UserLine:
    """One of its people, in words. again is the kind of letter that may go once more, "" for none."""

    account: str
    name: str
    login: str
    role: str
    mail: str
    is_mail_confirmed: bool
    state: str
    is_well: bool
    is_locked: bool
    last: str
    visits: int
    mail_kind: str
    mail_outcome: str
    mail_at: str
    mail_is_well: bool
    mail_said: str
    again: str


async def show_search(request: Request) -> StreamResponse:
    """A field for whoever calls, and the ready answers; one office that is found is gone to."""
    chosen = await chosen_office(request, request.query)
    if chosen.row is not None:
        return go_to(CARD.format(office=chosen.row.id))
    answered = await request.ask(ListCauses())
    typed = request.query.get("q", "").strip()[: answers.MOST_TYPED]
    return shown(
        request,
        "console/callers",
        answered,
        months=[_cause_month(month) for month in answered.reply.months if month.rows],
        chosen=chosen,
        typed=typed,
        answers=answers.shipped().found(Site.CONSOLE, typed, _),
    )


async def show_card(request: Request) -> StreamResponse:
    """Everything that is known, the next step first."""
    return await _card(request)


async def send_test_mail(request: Request) -> StreamResponse:
    """To the address that is registered for one of its people."""
    office, fields = known_id(request.values["office"]), request.fields
    await request.ask(SendTestMail(known_id(fields.get("account", "")), fields.get("command", "")))
    return go_to(with_word(CARD.format(office=office), "mail_tested"))


async def send_again(request: Request) -> StreamResponse:
    """The last letter to one of its people, once more."""
    office, fields = known_id(request.values["office"]), request.fields
    account, kind = known_id(fields.get("account", "")), fields.get("kind", "")
    await request.ask(SendAgain(account, kind, fields.get("command", "")))
    return go_to(with_word(CARD.format(office=office), "letter_again"))


async def judge_file(request: Request) -> StreamResponse:
    """The card with the lights of a 診断ファイル, or with what is wrong with the file."""
    office = known_id(request.values["office"])
    file = form_file(request)
    try:
        if file is None:
            raise Refused(Why.INVALID, "diagnosis_file.empty")
        content = await _content(file.pieces)
        judged = (await request.ask(JudgeDiagnosis(office, content))).reply
    except Refused as refused:
        if refused.why is not Why.INVALID:
            raise
        return await _card(request, fault=request.house.texts.refusal(refused), status=STATUS[refused.why])
    return await _card(request, judged.diagnosed)


async def _content(pieces: AsyncIterator[bytes]) -> bytes:
    """The file, as long as it can be one. Raises Refused INVALID for a longer one."""
    taken = bytearray()
    async for piece in pieces:
        if len(taken) <= MOST_DIAGNOSIS:
            taken += piece
    if len(taken) > MOST_DIAGNOSIS:
        raise Refused(Why.INVALID, "diagnosis_file.size")
    return bytes(taken)


async def _card(
    request: Request, diagnosed: Diagnosed | None = None, fault: Explanation | None = None, status: int = 200
) -> Response:
    office, house = known_id(request.values["office"]), request.house
    answered = await request.ask(ReadCaller(office))
    card: CallerCard = answered.reply
    role = answered.visitor.role if answered.visitor else None
    steps = [words_of(step) for step in card.steps]
    return shown(
        request,
        "console/caller",
        answered,
        status,
        office=office,
        card=card.office,
        paper=_paper(house, card),
        key=_key(house, card),
        key_stopped=card.key not in (None, LockState.OPEN),
        hours=_hours(card),
        seats=[_seat(house, seat) for seat in card.seats],
        users=[_user(house, user) for user in card.users],
        suspended=suspension_line(card.suspended),
        delegations=[(one, japanese.moment(one.until - 1)) for one in card.delegations],
        steps=steps,
        reply=reply_mail(card.office.name, steps[0], house.fund.name, house.fund.contact),
        lights=[light_words(one) for one in diagnosed.findings] if diagnosed else [],
        diagnosed=diagnosed,
        made=made_words(diagnosed.made_at) if diagnosed else "",
        fault=fault,
        said=said(request),
        command=house.new_id(),
        may_act=role in ACTS,
        is_desk=role is Role.FUND_DESK,
    )


# --- in words -----------------------------------------------------------------------------------------------------


def _cause_month(month: CauseMonth) -> tuple[str, list[tuple[str, int]]]:
    most = month.rows[:MOST_CAUSES]
    return japanese.month(month.month), [(cause_of(row.situation), row.count) for row in most]


def _paper(house: House, card: CallerCard) -> str:
    paper = card.paper
    word = house.texts.word("caller_paper", paper.state)
    if paper.state is Paper.NONE or not paper.at:
        return word
    return _("{state}（{at}）", state=word, at=japanese.moment(paper.at))


def _key(house: House, card: CallerCard) -> str:
    if card.key is None:
        return _("まだありません")
    if card.key is LockState.LOCKED:
        return _("{until} まで停止中", until=japanese.moment(card.key_until))
    return house.texts.word("caller_key", card.key)


def _hours(card: CallerCard) -> str:
    if card.hours.reason is Reason.OPEN:
        return _("利用時間内です")
    return _("利用時間外です（次は {at} から）", at=japanese.moment(card.hours.next_open))


def _seat(house: House, seat: CallerSeat) -> SeatLine:
    return SeatLine(
        seat.number,
        house.texts.word("seat_state", seat.state),
        seat.has_bond,
        japanese.moment(seat.since),
        japanese.day(seat.promised_on) if seat.promised_on else "",
        seat.told,
        japanese.clock(seat.connected_until) if seat.connected_until else "",
        bool(seat.blocked),
        _last(house, seat.last) if seat.last else "",
        seat.last is None or seat.last.was_open,
    )


def _last(house: House, last: LastTunnel) -> str:
    """When and why its last connection ended, or was refused."""
    at, cause = japanese.moment(last.at), cause_word(house, last.cause)
    return (
        _("{at} 終了: {cause}", at=at, cause=cause)
        if last.was_open
        else _("{at} 拒否: {cause}", at=at, cause=cause)
    )


def _user(house: House, user: CallerUser) -> UserLine:
    words, last = house.texts, user.last or CallerMail("", 0, MailOutcome.SENT)
    is_open = user.lock is LockState.OPEN
    return UserLine(
        user.account,
        user.name,
        user.login,
        words.word("role", user.role),
        user.mail,
        user.is_mail_confirmed,
        words.word("account_state", user.state) if is_open else words.word("lock_state", user.lock),
        is_open and user.state is AccountState.ACTIVE,
        user.lock is LockState.LOCKED,
        japanese.moment(user.last_sign_in_at) if user.last_sign_in_at else "―",
        user.visits,
        words.word("letter", last.kind) if last.kind else "",
        words.word("mail_outcome", last.outcome),
        japanese.moment(last.at) if last.at else "",
        last.outcome is MailOutcome.SENT,
        last.said,
        last.kind if last.again else "",
    )
