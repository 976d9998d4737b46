# SPDX-License-Identifier: Apache-2.0
"""The users of an office, as its admin keeps them (SC10, R113–R125, A49)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import (
    AddUser,
    ChangeUser,
    ListUsers,
    Own,
    ReadOwn,
    RemoveUser,
    ResetPassword,
    UserPage,
    UserRow,
)
from appliance.link.refusals import Refused, Why
from appliance.model.words import PRESETS, LockState, Permission, Role
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.cursors import known_id
from appliance.web.forms import Choice, Field, Form, FormPage, Shape, Typed, boxes, empty, form_page, send
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.people.fields import KANA, MAIL, NAME
from appliance.web.request import Request
from appliance.web.said import noted, said, with_word
from appliance.web.texts import Explanation
from appliance.web.vault_side import Answered

USERS = "/users"
ROLES = (Role.OFFICE_STAFF, Role.SHAROSHI)
LOGIN = Field("login", "ユーザーID", "半角の英字と数字で 8〜15 文字。大文字と小文字を区別します。", most=40)
ROLE = Field(
    "role",
    "利用者の種類",
    shape=Shape.RADIO,
    choices=(
        Choice(Role.OFFICE_STAFF, "事業所担当者", "標準の権限: すべて"),
        Choice(Role.SHAROSHI, "社会保険労務士", "標準の権限: 承認と配信を除くすべて"),
    ),
)
PERMISSIONS = Field(
    "permission",
    "権限",
    shape=Shape.BOXES,
    choices=(
        Choice(Permission.UPLOAD, "アップロード", "届書のファイルを登録する"),
        Choice(Permission.CANCEL, "取消", "登録したファイルを取り消す"),
        Choice(Permission.APPROVE, "承認", "登録されたファイルを承認する"),
        Choice(Permission.DELIVER, "配信", "承認済みのファイルを基金へ送る"),
        Choice(Permission.REQUEST_RECEIVE, "受取要求", "基金に帳票の受け取りを申し込む"),
        Choice(Permission.DOWNLOAD, "ダウンロード", "基金から届いた帳票を受け取る"),
        Choice(Permission.MAIL_NOTICE, "メール通知", "帳票が届いたことをメールで受け取る"),
    ),
)
ADDING = FormPage(
    "利用者の追加",
    Form("/users/new", (ROLE, LOGIN, KANA, NAME, MAIL, PERMISSIONS), "追加する"),
    ("追加すると、初期パスワードが一度だけ表示されます。ご本人にお渡しください。",),
    here="users",
    back=USERS,
)


@dataclass(frozen=True, slots=True)
class UserLine:
    """One user, in words. is_admin: nobody changes the admin here; is_well: signs in as usual."""

    row: UserRow
    role: str
    permissions: str
    is_admin: bool
    is_well: bool
    state: str
    last: str


async def show_users(request: Request) -> StreamResponse:
    """All users, and whether there is a seat for one more."""
    answered = await request.ask(ListUsers())
    page: UserPage = answered.reply
    lines = [_line(request.house, row) for row in page.rows]
    free = page.seats - len(page.rows)
    return shown(
        request,
        "portal/users",
        answered,
        lines=lines,
        seats=page.seats,
        free=max(0, free),
        missing=_missing(request.house, page) if free > 0 else None,
        said=said(request),
    )


def _missing(house: House, page: UserPage) -> Explanation | None:
    """What must happen before another user can be added (R113); None where nothing is missing."""
    if page.missing_state is None:
        return None
    return house.texts.explain(f"user.seat_{page.missing_state}", {"seat": str(page.missing_seat)})


def _line(house: House, row: UserRow) -> UserLine:
    texts = house.texts
    is_open = row.lock is LockState.OPEN
    return UserLine(
        row,
        texts.word("role", row.role),
        _("・").join(_(choice.label) for choice in PERMISSIONS.choices if choice.value in row.permissions)
        or _("なし"),
        row.role is Role.OFFICE_ADMIN,
        is_open and row.state == "active",
        texts.word("account_state", row.state) if is_open else texts.word("lock_state", row.lock),
        japanese.moment(row.last_sign_in_at) if row.last_sign_in_at else "―",
    )


# --- a new one ----------------------------------------------------------------------------------------------------


async def show_adding(request: Request) -> StreamResponse:
    """The form; the role in the query brings its preset along (R121, R122). Before its time, why there is none."""
    answered = await request.ask(ListUsers())
    if answered.reply.missing_state is not None:
        return go_to(USERS)
    role = _role_of(request.query.get("role", ""))
    values = {"role": role.value, **boxes(PERMISSIONS.name, frozenset(PRESETS[role]))}
    return form_page(request, ADDING, answered, empty(request, values))


def _role_of(typed: str) -> Role:
    """A role of the form; an office's own people are the usual case."""
    return Role(typed) if typed in ROLES else Role.OFFICE_STAFF


async def add(request: Request) -> StreamResponse:
    """A new user; the first password is shown this once, and again only if the same form comes again."""
    sent = await send(request, ADDING.form, _adding)
    if isinstance(sent, Typed):
        return form_page(request, ADDING, await request.ask(ListUsers()), sent)
    notes = noted(request, sent.reply.notes)
    return await _password_shown(request, "利用者を追加しました", request.fields, sent.reply.password, notes)


def _adding(typed: Typed) -> AddUser:
    return AddUser(
        login=typed["login"],
        name=typed["name"],
        kana=typed["kana"],
        mail=typed["mail"],
        role=Role(typed["role"]),
        permissions=_permissions(typed),
        command=typed.command,
    )


def _permissions(typed: Typed) -> frozenset[Permission]:
    """What is ticked; a box that we do not have is none."""
    return frozenset(one for one in Permission if one in typed.ticked(PERMISSIONS.name))


async def _password_shown(
    request: Request,
    title: str,
    person: Mapping[str, str],
    password: str,
    notes: tuple[str, ...] = (),
) -> Response:
    """The sheet for whoever it is about, with all that it takes to come in."""
    answered = await request.ask(ReadOwn())
    own: Own = answered.reply
    return shown(
        request,
        "portal/first_password",
        answered,
        contract_number=own.office.contract_number if own.office else "",
        title=title,
        who=person.get("name", ""),
        login=person.get("login", ""),
        password=password,
        notes=notes,
    )


# --- one that there is --------------------------------------------------------------------------------------------


async def show_changing(request: Request) -> StreamResponse:
    """What there is; with ?preset=1 the usual permissions of the role are ticked."""
    answered, row = await _found(request)
    ticked = PRESETS[row.role] if "preset" in request.query else row.permissions
    values = {"name": row.name, "kana": row.kana, "mail": row.mail, "role": row.role.value}
    typed = empty(request, {**values, **boxes(PERMISSIONS.name, frozenset(ticked))})
    return _changing_page(request, answered, row, typed)


async def change(request: Request) -> StreamResponse:
    """As typed and ticked."""
    answered, row = await _found(request)
    sent = await send(request, _changing_form(row), lambda typed: _change(row, typed))
    if isinstance(sent, Typed):
        return _changing_page(request, answered, row, sent)
    return go_to(with_word(USERS, "user", sent.reply.notes))


def _change(row: UserRow, typed: Typed) -> ChangeUser:
    return ChangeUser(
        account=row.account,
        name=typed["name"],
        kana=typed["kana"],
        mail=typed["mail"],
        role=Role(typed["role"]),
        permissions=_permissions(typed),
        command=typed.command,
    )


def _changing_form(row: UserRow) -> Form:
    """The address is its owner's once it is confirmed (T24)."""
    hint = "ご本人が確認済みのため、ここでは変更できません。"
    mail = replace(MAIL, shape=Shape.FIXED, hint=hint) if row.is_mail_confirmed else MAIL
    return Form(f"/users/{row.account}", (ROLE, KANA, NAME, mail, PERMISSIONS), "変更する")


def _changing_page(request: Request, answered: Answered, row: UserRow, typed: Typed) -> Response:
    line, form = _line(request.house, row), _changing_form(row)
    return shown(request, "portal/user", answered, typed.status, line=line, asked=form, typed=typed)


async def show_removing(request: Request) -> StreamResponse:
    """Whether it is really meant."""
    answered, row = await _found(request)
    return _asking(request, answered, row, "remove", empty(request))


async def remove(request: Request) -> StreamResponse:
    """The user is none any more."""
    account, command = known_id(request.values["account"]), request.fields.get("command", "")
    await request.ask(RemoveUser(account, command))
    return go_to(with_word(USERS, "user_removed"))


async def show_resetting(request: Request) -> StreamResponse:
    """Whether it is really meant."""
    answered, row = await _found(request)
    return _asking(request, answered, row, "password", empty(request))


async def reset(request: Request) -> StreamResponse:
    """A new first password, shown this once (A49)."""
    _, row = await _found(request)
    answered = await request.ask(ResetPassword(row.account, request.fields.get("command", "")))
    person = {"name": row.name, "login": row.login}
    return await _password_shown(request, "パスワードを初期化しました", person, answered.reply.password)


def _asking(request: Request, answered: Answered, row: UserRow, act: str, typed: Typed) -> Response:
    line = _line(request.house, row)
    return shown(request, "portal/user_sure", answered, line=line, what=act, typed=typed)


async def _found(request: Request) -> tuple[Answered, UserRow]:
    """The user in the path. Raises Refused NOT_FOUND for nobody of this office, and for the admin."""
    account = known_id(request.values["account"])
    answered = await request.ask(ListUsers())
    rows: tuple[UserRow, ...] = answered.reply.rows
    found = [row for row in rows if row.account == account and row.role is not Role.OFFICE_ADMIN]
    if not found:
        raise Refused(Why.NOT_FOUND)
    return answered, found[0]
