# SPDX-License-Identifier: Apache-2.0
"""「契約の内容」 of an office (SC19): letter and reissue, 台数変更, hand-over, ZIP password; and their forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import (
    AllowZipChange,
    ChangeSeats,
    Issued,
    LetterKnown,
    ReadIssued,
    ReissueLetter,
    SeatChangeRow,
)
from appliance.model.time import Instant
from appliance.model.words import Role
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.cursors import known_id
from appliance.web.forms import Choice, Field, Form, FormPage, Shape, Typed, boxes, empty, form_page, send
from appliance.web.language import _
from appliance.web.request import Request
from appliance.web.said import said, with_word
from appliance.web.vault_side import Answered

PLACE = "/offices/{office}/contract"
OFFICE = Field("office", "事業所", shape=Shape.FIXED)
REASON = Field("reason", "理由", "履歴に残ります。例: お知らせが届かないとのお電話", most=300)
WHY_ZIP = Field("reason", "理由", "履歴に残ります。例: 前任者から引き継がれず、分からないとのお電話", most=300)
KEY, PASSWORD = "download_key", "first_password"
RENEWED = Field(
    "renewed",
    "新しくするもの",
    shape=Shape.BOXES,
    choices=(
        Choice(KEY, "ダウンロードキー", "今のダウンロードキーは、すぐに使えなくなります。"),
        Choice(
            PASSWORD,
            "初期パスワード",
            "管理者は登録をやり直します。登録が済んでいる管理者の今のパスワードも、すぐに使えなくなります。",
        ),
    ),
)
REISSUE = FormPage(
    "お知らせを再発行する",
    Form("/offices/{office}/reissue", (OFFICE, RENEWED, REASON), "再発行する"),
    (
        "お知らせの紛失や未着のときに、新しいお知らせを作ります。作った後は「お知らせ印刷」で印刷してください。",
        "管理者には、再発行したことをメールでお知らせします。",
    ),
    "letters",
)
SEATS = FormPage(
    "利用台数を変更する",
    Form(
        "/offices/{office}/seats",
        (
            OFFICE,
            Field("now", "今の利用台数", shape=Shape.FIXED),
            Field(
                "seats",
                "新しい利用台数",
                "ふつうは 1 から 3 まで。利用者も同じ人数までになります。",
                inputmode="numeric",
                most=2,
            ),
            Field(
                "filed_on",
                "届出日",
                "利用台数増設届（利用台数の変更届）の日付",
                Shape.DATE,
                is_optional=True,
                most=20,
            ),
            Field(
                "reason",
                "理由",
                "3 台を超えるときは必ず入力します。履歴に残ります。例: 支店が 4 か所あり、それぞれで使うため",
                is_optional=True,
                most=300,
            ),
        ),
        "利用台数を変更する",
    ),
    (
        "利用台数増設届（利用台数の変更届）のとおりに、使えるパソコンと利用者の数を変えます。",
        "増やすと、増えた台数分のインストーラーがダウンロードサイトに並び、管理者にメールでお知らせします。"
        "減らせるのは、まだ使われていない端末だけです。",
    ),
    "offices",
)
ZIP = FormPage(
    "圧縮パスワードの変更を許可する",
    Form("/offices/{office}/zip-password", (OFFICE, WHY_ZIP), "許可する"),
    (
        "管理者が、7 日の間に新しい圧縮パスワードを登録できるようにします。基金には表示されません。",
        "保管している書類は変わりません。ZIP はダウンロードのたびに作られるので、"
        "次からは新しい圧縮パスワードになります。",
    ),
    "offices",
)


@dataclass(frozen=True, slots=True)
class SeatShown:
    """A seat, in words."""

    number: str
    state: str
    since: str
    is_well: bool


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A change of the number of seats, in words."""

    at: str
    by: str
    what: str
    filed: str
    reason: str


async def show_issued(request: Request) -> StreamResponse:
    """All of it."""
    answered, office = await _read(request)
    issued: Issued = answered.reply
    texts = request.house.texts
    return shown(
        request,
        "console/issued",
        answered,
        office=office,
        issued=issued,
        letter=letter_words(issued.letter),
        key_made=japanese.moment(issued.key_made_at) if issued.key_made_at else "",
        seats=[
            SeatShown(
                f"{seat.number:02d}",
                texts.word("seat_state", seat.state),
                japanese.moment(seat.since),
                seat.state.value == "active",
            )
            for seat in issued.seats
        ],
        changes=[_change(row) for row in issued.changes],
        hand_over=hand_over_steps(issued),
        zip_until=_moment(issued.zip_change_until),
        is_clerk=answered.visitor is not None and answered.visitor.role is Role.FUND_CLERK,
        said=said(request),
    )


async def show_reissuing(request: Request) -> StreamResponse:
    """What is to be renewed; at first the key alone."""
    answered, _office = await _read(request)
    return _form(request, REISSUE, answered, boxes("renewed", frozenset({KEY})))


async def reissue(request: Request) -> StreamResponse:
    """A letter waits in the list of those to print."""
    office = known_id(request.values["office"])

    def make(typed: Typed) -> ReissueLetter:
        renewed = typed.ticked("renewed")
        return ReissueLetter(office, KEY in renewed, PASSWORD in renewed, typed["reason"], typed.command)

    return await _sent(request, REISSUE, make, "reissued")


async def show_seats(request: Request) -> StreamResponse:
    """How many there are."""
    answered, _office = await _read(request)
    return _form(request, SEATS, answered, {})


async def change_seats(request: Request) -> StreamResponse:
    """Another number from now on."""
    office = known_id(request.values["office"])

    def make(typed: Typed) -> ChangeSeats:
        return ChangeSeats(office, _number(typed["seats"]), typed["reason"], typed["filed_on"], typed.command)

    return await _sent(request, SEATS, make, "seats")


async def show_zip(request: Request) -> StreamResponse:
    """What it means."""
    answered, _office = await _read(request)
    return _form(request, ZIP, answered, {})


async def allow_zip(request: Request) -> StreamResponse:
    """Seven days."""
    office = known_id(request.values["office"])
    return await _sent(
        request, ZIP, lambda typed: AllowZipChange(office, typed["reason"], typed.command), "zip_opened"
    )


def letter_words(letter: LetterKnown) -> str:
    """Where the letter is."""
    if letter.ends_at and letter.prints:
        return _("印刷済みで、確認を待っています（{until} まで）", until=japanese.moment(letter.ends_at))
    if letter.ends_at:
        return _("印刷を待っています（{until} まで）", until=japanese.moment(letter.ends_at))
    if letter.forgotten_at:
        return _("{at} に期限が切れました。再発行が必要です", at=japanese.moment(letter.forgotten_at))
    if letter.confirmed_at:
        return _("{at} に印刷を確認しました", at=japanese.moment(letter.confirmed_at))
    return _("まだありません")


def hand_over_steps(issued: Issued) -> str:
    """Where a hand-over stands, "" for none."""
    kept = issued.hand_over
    if not kept.step:
        return ""
    if kept.step == "entered":
        return _("{name} 様への引き継ぎ: メールアドレスの確認を待っています", name=kept.name)
    if kept.on_day:
        return _("{name} 様への引き継ぎ: {day} に引き継がれます", name=kept.name, day=japanese.day(kept.on_day))
    return _("{name} 様への引き継ぎ: 管理者の操作を待っています", name=kept.name)


async def _sent(request: Request, page: FormPage, make: Callable[[Typed], object], done: str) -> StreamResponse:
    """Send the form; the page of the office with a word, or the form again."""
    sent = await send(request, page.form, make)
    office = known_id(request.values["office"])
    if not isinstance(sent, Typed):
        return go_to(with_word(PLACE.format(office=office), done))
    answered, _office = await _read(request)
    return _form(request, page, answered, {}, sent)


async def _read(request: Request) -> tuple[Answered, str]:
    office = known_id(request.values["office"])
    return await request.ask(ReadIssued(office)), office


def _form(
    request: Request, page: FormPage, answered: Answered, known: Mapping[str, str], typed: Typed | None = None
) -> Response:
    office = known_id(request.values["office"])
    issued: Issued = answered.reply
    form = replace(page.form, action=page.form.action.format(office=office))
    fixed = {
        "office": _("{name}（{more}）", name=issued.office.name, more=issued.office.contract_number),
        "now": _("{count} 台", count=issued.office.seats),
    }
    typed = typed or empty(request, {**fixed, **known})
    return form_page(request, replace(page, form=form, back=PLACE.format(office=office)), answered, typed)


def _change(row: SeatChangeRow) -> ChangeShown:
    what = _("{before} 台から {after} 台へ", before=row.before, after=row.after)
    filed = japanese.day(row.filed_on) if row.filed_on else "―"
    return ChangeShown(japanese.moment(row.at), row.by or "―", what, filed, row.reason or "―")


def _number(typed: str) -> int:
    """What was typed as a number; 0, which the vault refuses, for what is none."""
    digits = typed.strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 4 else 0


def _moment(at: Instant) -> str:
    return japanese.moment(at) if at else ""
