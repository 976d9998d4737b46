# SPDX-License-Identifier: Apache-2.0
"""One's own data: what there is, name, password, mail address, visits (R111, R114, T24)."""

from dataclasses import replace

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import (
    ChangeMail,
    ChangeOwn,
    ChangePassword,
    ConfirmMail,
    EndVisit,
    ListVisits,
    Own,
    ReadOwn,
    VisitRow,
)
from appliance.model.words import Permission, Site
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.forms import Form, FormPage, Typed, empty, form_page, send
from appliance.web.people.fields import CODE, FRESH, FRESH_AGAIN, KANA, LOGIN, MAIL, NAME, NO_KANA, PRESENT, ruled
from appliance.web.request import Request
from appliance.web.said import said, with_word

OWN, OWN_MAIL = "/own", "/own/mail"
NAME_PAGE = FormPage(
    "氏名の変更",
    Form("/own/name", (KANA, NAME), "変更する"),
    ("画面と履歴に表示される氏名を変えます。",),
    here="own",
    back=OWN,
)
STAFF_NAME_PAGE = replace(NAME_PAGE, form=Form("/own/name", (NAME, NO_KANA), "変更する"))
PASSWORD_PAGE = FormPage(
    "パスワードの変更",
    Form("/own/password", (LOGIN, PRESENT, FRESH, FRESH_AGAIN), "変更する"),
    ("変更すると、ほかの場所での接続はすべて終了し、登録されているメールアドレスにお知らせが届きます。",),
    here="own",
    back=OWN,
)
WANTED = Form(OWN_MAIL, (MAIL,), "確認番号をメールで送る")
CONFIRMING = Form("/own/mail/code", (CODE,), "確認して変更する")


async def show_own(request: Request) -> StreamResponse:
    """What is kept about the visitor, and the ways to change it."""
    answered = await request.ask(ReadOwn())
    visits = await request.ask(ListVisits())
    own: Own = answered.reply
    return shown(
        request,
        "people/own",
        answered,
        own=own,
        role=request.house.texts.word("role", own.role),
        permissions=[
            request.house.texts.word("permission", name) for name in Permission if name in own.permissions
        ],
        last=japanese.moment(own.last_sign_in_at) if own.last_sign_in_at else "―",
        visits=[(row, *_written(row)) for row in visits.reply.rows],
        said=said(request),
        command=request.house.new_id(),
    )


def _written(row: VisitRow) -> tuple[str, str]:
    return japanese.moment(row.started_at), japanese.clock(row.ends_at)


async def show_name(request: Request) -> StreamResponse:
    """The form for another name."""
    answered = await request.ask(ReadOwn())
    own: Own = answered.reply
    return form_page(request, _name_page(own), answered, empty(request, {"name": own.name, "kana": own.kana}))


async def change_name(request: Request) -> StreamResponse:
    """Another name, as typed."""
    answered = await request.ask(ReadOwn())
    page = _name_page(answered.reply)
    sent = await send(request, page.form, lambda typed: ChangeOwn(typed["name"], typed["kana"], typed.command))
    if isinstance(sent, Typed):
        return form_page(request, page, answered, sent)
    return go_to(with_word(OWN, "own", sent.reply.notes))


def _name_page(own: Own) -> FormPage:
    return STAFF_NAME_PAGE if own.office is None else NAME_PAGE


async def show_password(request: Request) -> StreamResponse:
    """The form for another password."""
    answered = await request.ask(ReadOwn())
    return form_page(
        request, ruled(PASSWORD_PAGE, answered.reply), answered, empty(request, {"login": answered.reply.login})
    )


async def change_password(request: Request) -> StreamResponse:
    """The present password and a new one."""
    sent = await send(
        request,
        PASSWORD_PAGE.form,
        lambda typed: ChangePassword(typed["present_password"], typed["password"], typed.command),
    )
    if isinstance(sent, Typed):
        answered = await request.ask(ReadOwn())
        return form_page(request, ruled(PASSWORD_PAGE, answered.reply), answered, sent)
    return go_to(with_word(OWN, "password"))


async def show_mail(request: Request) -> StreamResponse:
    """The form for another address; while one waits for its code, the form for that as well."""
    return await _mail(request)


async def change_mail(request: Request) -> StreamResponse:
    """A code goes to the new address."""
    sent = await send(request, WANTED, lambda typed: ChangeMail(typed["mail"], typed.command))
    if isinstance(sent, Typed):
        return await _mail(request, wanted=sent)
    return go_to(with_word(OWN_MAIL, "mail_code", sent.reply.notes))


async def confirm_mail(request: Request) -> StreamResponse:
    """The code from there."""
    sent = await send(request, CONFIRMING, lambda typed: ConfirmMail(typed["code"], typed.command))
    if isinstance(sent, Typed):
        return await _mail(request, confirming=sent)
    # Offices prove the new address by a code at the next sign-in (T24); the fund's staff have an app.
    return go_to(with_word(OWN, "mail_due" if request.site is Site.PORTAL else "mail"))


async def _mail(request: Request, wanted: Typed | None = None, confirming: Typed | None = None) -> Response:
    answered = await request.ask(ReadOwn())
    status = next((typed.status for typed in (wanted, confirming) if typed is not None), 200)
    return shown(
        request,
        "people/mail",
        answered,
        status,
        own=answered.reply,
        asked=WANTED,
        wanted=wanted or empty(request),
        confirm=CONFIRMING,
        confirming=confirming or empty(request),
        said=said(request),
    )


async def end_visit(request: Request) -> StreamResponse:
    """One of the visitor's other visits ends."""
    await request.ask(EndVisit(request.fields.get("visit", ""), request.fields.get("command", "")))
    return go_to(with_word(OWN, "visit"))
