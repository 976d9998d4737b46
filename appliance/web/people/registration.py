# SPDX-License-Identifier: Apache-2.0
"""The first sign-in: first the office (SC9), then oneself (SC10); until then there is no other page (R105)."""

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import Own, ReadOwn, Registered, RegisterOffice, RegisterSelf
from appliance.model.passwords import ZIP_RULE
from appliance.model.words import AccountState, Role, Site
from appliance.web.answers import go_to
from appliance.web.cookies import setting, visit_cookie
from appliance.web.forms import Field, Form, FormPage, Shape, Typed, empty, form_page, send
from appliance.web.people.fields import FRESH, FRESH_AGAIN, KANA, LOGIN, NAME, NO_KANA, ruled
from appliance.web.repeats import TOKEN_SECONDS
from appliance.web.request import Request
from appliance.web.said import with_word

REGISTER = "/register"
# There is no other page yet, so the layout shows no way to any.
HERE = "registration"
OFFICE = FormPage(
    "事業所情報の登録",
    Form(
        "/register/office",
        (
            Field(
                "short_name", "事業所略称", "画面に表示する短い名前です（20 文字まで）。", is_optional=True, most=40
            ),
            Field(
                "zip_password",
                "圧縮パスワード",
                "書類の ZIP ファイルに使います。後から変更できません。控えを安全な場所に保管してください。",
                Shape.SECRET,
                autocomplete="off",
                rule=ZIP_RULE,
            ),
            Field(
                "zip_password_again",
                "圧縮パスワード（確認）",
                "同じものをもう一度入力してください。",
                Shape.SECRET,
                same_as="zip_password",
            ),
        ),
        "登録して次へ",
    ),
    ("初めてのログインです。まず事業所の情報を、次にご本人の情報を登録します。",),
    here=HERE,
)
OWN = FormPage(
    "利用者情報の登録",
    Form("/register/self", (LOGIN, KANA, NAME, FRESH, FRESH_AGAIN), "登録"),
    ("ご本人の情報と、これから使うログインパスワードを登録します。初期パスワードは使えなくなります。",),
    here=HERE,
)
OWN_OF_STAFF = FormPage(
    "利用者情報の登録", Form("/register/self", (LOGIN, NAME, NO_KANA, FRESH, FRESH_AGAIN), "登録"), OWN.about, HERE
)


async def show_registration(request: Request) -> StreamResponse:
    """What is to be registered next; for somebody who is ready, the menu."""
    return await _next(request)


async def register_office(request: Request) -> StreamResponse:
    """Short name and ZIP password, once and for all."""
    sent = await send(
        request,
        OFFICE.form,
        lambda typed: RegisterOffice(typed["short_name"], typed["zip_password"], typed.command),
    )
    return await _next(request, sent) if isinstance(sent, Typed) else go_to(REGISTER)


async def register_self(request: Request) -> StreamResponse:
    """Name and a password of one's own; the visit goes on under another token."""
    form = OWN_OF_STAFF.form if request.site is Site.CONSOLE else OWN.form
    sent = await send(
        request,
        form,
        lambda typed: RegisterSelf(typed["name"], typed["kana"], typed["password"]),
        ask=lambda message: request.ask_once(message, lambda answered: TOKEN_SECONDS),
    )
    if isinstance(sent, Typed):
        return await _again(request, sent)
    registered: Registered = sent.reply
    answer = go_to(with_word("/", "registered", registered.notes))
    answer.headers.add("Set-Cookie", setting(visit_cookie(request.site), registered.token))
    return answer


async def _again(request: Request, typed: Typed) -> Response:
    """The page with what is wrong; but a second click may have come when all was done."""
    answered = await request.ask(ReadOwn())
    own: Own = answered.reply
    if own.state is not AccountState.FIRST:
        return go_to(with_word("/", "registered"))
    return form_page(request, _own_page(own), answered, typed)


def _own_page(own: Own) -> FormPage:
    return ruled(OWN_OF_STAFF if own.office is None else OWN, own)


async def _next(request: Request, typed: Typed | None = None) -> Response:
    answered = await request.ask(ReadOwn())
    own: Own = answered.reply
    if own.state is not AccountState.FIRST:
        return go_to("/")
    is_office_next = own.role is Role.OFFICE_ADMIN and own.office is not None and not own.office.is_registered
    page = OFFICE if is_office_next else _own_page(own)
    if typed is None or not is_office_next:
        typed = empty(request, {"login": own.login, "name": own.name, "kana": own.kana})
    return form_page(request, page, answered, typed)
