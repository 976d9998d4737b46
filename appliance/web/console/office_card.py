# SPDX-License-Identifier: Apache-2.0
"""An office and its people, for whoever answers the telephone (practice §4.6); and what the fund does for them.

The desk (窓口) gives a user a new first password (初期化, A49); a clerk enters another admin as filed (R228).
"""

from dataclasses import dataclass, replace

from aiohttp.web import StreamResponse

from appliance.link.messages import ChangeAdmin, Initialise, MailRow, OfficeCard, PcNow, ReadOffice, UserRow
from appliance.link.refusals import Refused, Why
from appliance.model.words import AccountState, LockState, MailOutcome, Role
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.console.first_password import Sheet, show_first_password
from appliance.web.console.suspension import ACTS, suspension_line
from appliance.web.cursors import known_id
from appliance.web.forms import Field, Form, FormPage, Shape, Typed, empty, form_page, send
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.people.fields import KANA, MAIL, NAME
from appliance.web.request import Request
from appliance.web.said import said, with_word
from appliance.web.seat_words import seat_name
from appliance.web.vault_side import Answered

OFFICE = Field("office", "事業所", shape=Shape.FIXED)
NAMED = Field("name", "利用者", shape=Shape.FIXED)
LOGIN = Field("login", "ユーザーID", shape=Shape.FIXED)
REASON = Field("reason", "理由", "履歴に残ります。例: お電話をかけ直して、ご本人と確認した", most=300)
FILED = replace(REASON, hint="履歴に残ります。例: 6 月 9 日付の管理者情報変更届")
INITIALISE = FormPage(
    "利用者を初期化する",
    Form("/offices/{office}/users/{account}/initialise", (OFFICE, NAMED, LOGIN, REASON), "初期化する"),
    (
        "電話でのご依頼では、登録されている番号へかけ直すなどして、ご本人であることを確かめてください。",
        "今のパスワードは使えなくなり、新しい初期パスワードが一度だけ表示されます。"
        "ご本人は、それでログインして登録をやり直します。",
    ),
    "offices",
)
BY_LETTER = Field(
    "by_letter",
    "初期パスワードをお知らせで郵送する",
    "画面には表示されず、「お知らせ印刷」に並びます。後任の方と直接連絡が取れないときに選んでください。",
    Shape.TICK,
)
NEW_PC = Field(
    "new_pc",
    "1 台目のパソコンも替える",
    "今の 1 台目は使えなくなり、新しいインストーラーがダウンロードサイトに並びます。",
    Shape.TICK,
)
CHANGE_ADMIN = FormPage(
    "管理者の情報を届出のとおりに変更する",
    Form(
        "/offices/{office}/admin",
        (OFFICE, LOGIN, KANA, NAME, MAIL, FILED, BY_LETTER, NEW_PC),
        "変更して初期化する",
    ),
    (
        "管理者情報変更届による管理者の交代と、メールアドレスの届け出に使います。今の管理者はログインできなくなり、"
        "新しい初期パスワードが一度だけ表示されます。",
        "手順: ①届出を確かめる ②ここで変更する ③初期パスワードを渡す（または郵送する） "
        "④後任の方がログインして登録する。事業所が進めていた引き継ぎは、取りやめになります。",
        "ユーザーIDは変わりません。メールアドレスを変えると、前のアドレスにもお知らせが届きます。",
    ),
    "offices",
)


@dataclass(frozen=True, slots=True)
class UserLine:
    """One user, in words. is_well: signs in as usual; is_locked: only for a while."""

    account: str
    login: str
    name: str
    kana: str
    mail: str
    is_mail_confirmed: bool
    role: str
    is_admin: bool
    is_well: bool
    is_locked: bool
    state: str
    last: str


@dataclass(frozen=True, slots=True)
class MailLine:
    """What became of a letter to one of them, in words. is_well: it was sent, and nothing came back."""

    name: str
    kind: str
    at: str
    outcome: str
    is_well: bool
    said: str


@dataclass(frozen=True, slots=True)
class PcLine:
    """A PC that is connected, until when, or kept out, in words."""

    name: str
    connected_until: str
    blocked: str


async def show_office(request: Request) -> StreamResponse:
    """The office, its people, and what may be done for them."""
    answered, office = await _card(request)
    card: OfficeCard = answered.reply
    role = answered.visitor.role if answered.visitor else None
    return shown(
        request,
        "console/office",
        answered,
        office=office,
        card=card.office,
        lines=[_line(request.house, row) for row in card.rows],
        mails=[_mail_line(request.house, card, mail) for mail in card.mails],
        is_desk=role is Role.FUND_DESK,
        is_clerk=role is Role.FUND_CLERK,
        pcs=[_pc_line(pc) for pc in card.pcs],
        suspended=suspension_line(card.suspended),
        may_suspend=role in ACTS,
        said=said(request),
    )


async def show_initialising(request: Request) -> StreamResponse:
    """Who it is, and what is asked before somebody begins anew."""
    answered, _ = await _card(request)
    row = _row(answered, known_id(request.values["account"]))
    return _page(request, INITIALISE, answered, row, {"name": row.name})


async def initialise(request: Request) -> StreamResponse:
    """A new first password, shown this once."""
    account = known_id(request.values["account"])
    done = await send(request, INITIALISE.form, lambda typed: Initialise(account, typed["reason"], typed.command))
    answered, _ = await _card(request)
    row = _row(answered, account)
    if isinstance(done, Typed):
        return _page(request, INITIALISE, answered, row, {}, done)
    return _sheet(request, answered, row, done.reply.password)


async def show_changing(request: Request) -> StreamResponse:
    """The admin as known, to be written anew."""
    answered, _ = await _card(request)
    row = _admin(answered)
    return _page(request, CHANGE_ADMIN, answered, row, {"name": row.name, "kana": row.kana, "mail": row.mail})


async def change_admin(request: Request) -> StreamResponse:
    """Another admin, or another address of the same; then a new first password, shown this once."""
    row = _admin((await _card(request))[0])

    def make(typed: Typed) -> ChangeAdmin:
        filed = typed["name"], typed["kana"], typed["mail"], typed["reason"]
        ticked = typed.is_ticked(BY_LETTER.name), typed.is_ticked(NEW_PC.name)
        return ChangeAdmin(row.account, *filed, typed.command, *ticked)

    done = await send(request, CHANGE_ADMIN.form, make)
    answered, _ = await _card(request)
    if isinstance(done, Typed):
        return _page(request, CHANGE_ADMIN, answered, row, {}, done)
    if not done.reply.password:
        return go_to(with_word(f"/offices/{known_id(request.values['office'])}/contract", "admin_by_letter"))
    return _sheet(request, answered, _admin(answered), done.reply.password)


async def _card(request: Request) -> tuple[Answered, str]:
    """The office in the path, and its id."""
    office = known_id(request.values["office"])
    return await request.ask(ReadOffice(office)), office


def _row(answered: Answered, account: str) -> UserRow:
    """One of its people. Raises Refused NOT_FOUND."""
    card: OfficeCard = answered.reply
    for row in card.rows:
        if row.account == account:
            return row
    raise Refused(Why.NOT_FOUND)


def _admin(answered: Answered) -> UserRow:
    """Its admin, of whom there is one. Raises Refused NOT_FOUND."""
    card: OfficeCard = answered.reply
    for row in card.rows:
        if row.role is Role.OFFICE_ADMIN:
            return row
    raise Refused(Why.NOT_FOUND)


def _page(
    request: Request,
    page: FormPage,
    answered: Answered,
    row: UserRow,
    known: dict[str, str],
    typed: Typed | None = None,
) -> StreamResponse:
    """The form, with what was typed; at first with what is known."""
    office = known_id(request.values["office"])
    form = replace(page.form, action=page.form.action.format(office=office, account=row.account))
    typed = typed or empty(request, {"office": _called(answered), "login": row.login, **known})
    return form_page(request, replace(page, form=form, back=f"/offices/{office}"), answered, typed)


def _sheet(request: Request, answered: Answered, row: UserRow, password: str) -> StreamResponse:
    card: OfficeCard = answered.reply
    about = (
        ("事業所", card.office.name),
        ("契約番号", card.office.contract_number),
        ("氏名", _("{name} 様", name=row.name)),
        ("ユーザーID", row.login),
    )
    back = f"/offices/{known_id(request.values['office'])}"
    return show_first_password(request, answered, Sheet("offices", back, about, password))


def _called(answered: Answered) -> str:
    card: OfficeCard = answered.reply
    return _("{name}（{more}）", name=card.office.name, more=card.office.contract_number)


def _line(house: House, row: UserRow) -> UserLine:
    words, is_open = house.texts, row.lock is LockState.OPEN
    return UserLine(
        row.account,
        row.login,
        row.name,
        row.kana,
        row.mail,
        row.is_mail_confirmed,
        words.word("role", row.role),
        row.role is Role.OFFICE_ADMIN,
        is_open and row.state is AccountState.ACTIVE,
        row.lock is LockState.LOCKED,
        words.word("account_state", row.state) if is_open else words.word("lock_state", row.lock),
        japanese.moment(row.last_sign_in_at) if row.last_sign_in_at else "―",
    )


def _mail_line(house: House, card: OfficeCard, mail: MailRow) -> MailLine:
    words = house.texts
    return MailLine(
        next((row.name for row in card.rows if row.account == mail.account), ""),
        words.word("letter", mail.kind),
        japanese.moment(mail.at),
        words.word("mail_outcome", mail.outcome),
        mail.outcome is MailOutcome.SENT,
        mail.said,
    )


def _pc_line(pc: PcNow) -> PcLine:
    return PcLine(seat_name(pc.seat), japanese.clock(pc.connected_until) if pc.connected_until else "", pc.blocked)
