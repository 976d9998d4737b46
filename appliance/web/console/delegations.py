# SPDX-License-Identifier: Apache-2.0
"""「複数事業所管理届」 (R229, A42, SC19): who works for which offices; entered as filed, and ended.

Entering has three steps, none of which changes anything but the last: the managing office (管理事業所), then the
person, the offices' numbers and the days as they stand on the paper, then the names that these numbers mean.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aiohttp.web import StreamResponse

from appliance.link.messages import (
    AddDelegations,
    EndDelegation,
    FindOffices,
    ListDelegations,
    ListOffices,
    OfficeCard,
    OfficeRow,
    ReadOffice,
)
from appliance.link.refusals import Refused, Why
from appliance.model.ids import canonical_number
from appliance.model.words import PRESETS, AccountState, Permission, Role
from appliance.web.answers import go_to, shown
from appliance.web.console.one_office import chosen_office, named
from appliance.web.cursors import cursor, known_id
from appliance.web.delegation_lines import line, permission_words
from appliance.web.forms import (
    Choice,
    Field,
    Form,
    FormPage,
    Shape,
    Typed,
    boxes,
    empty,
    form_page,
    read,
    refused,
    send,
)
from appliance.web.language import _
from appliance.web.portal.users import PERMISSIONS
from appliance.web.request import Request
from appliance.web.said import said, with_word
from appliance.web.vault_side import Answered

PLACE = "/delegations"
NEW, SURE = PLACE + "/new", PLACE + "/new/add"
ROWS = 50
MOST_NUMBERS = 100
PERSON = Field("account", "担当", "この方が、下の事業所の手続きをします。", Shape.RADIO)
CLIENTS = Field(
    "clients",
    "手続きをする事業所の番号",
    "届出の事業所番号を、一行に一つずつ入力します。コンマや空白で区切っても構いません。",
    Shape.LINES,
    inputmode="numeric",
    most=1000,
)
ROLE = Field(
    "role",
    "担当の種類",
    shape=Shape.RADIO,
    choices=(
        Choice(Role.SHAROSHI, "社会保険労務士", "標準の権限: 承認と配信を除くすべて"),
        Choice(Role.OFFICE_STAFF, "事業所担当者", "標準の権限: すべて"),
    ),
)
SINCE = Field("since", "委任の開始日", shape=Shape.DATE)
UNTIL = Field("until", "委任の最後の日", "この日が過ぎると、自動で終わります。5 年まで登録できます。", Shape.DATE)
REASON = Field("reason", "届出", "履歴に残ります。例: 6 月 9 日付の複数事業所管理届", most=300)
FIELDS = (PERSON, CLIENTS, ROLE, PERMISSIONS, SINCE, UNTIL, REASON)
TITLE = "複数事業所管理届を登録する"
ABOUT = (
    "届出のとおりに入力します。次の画面で事業所名を確かめるまで、何も登録されません。",
    "委任された方は、ご自身の事業所でログインしてから、ここに登録した事業所を選んで手続きをします。",
)
ENDING = FormPage(
    "委任を終了する",
    Form(
        PLACE + "/{delegation}/end",
        (
            Field("person", "担当", shape=Shape.FIXED),
            Field("client", "事業所", shape=Shape.FIXED),
            Field("last", "委任の最後の日", shape=Shape.FIXED),
        ),
        "委任を終了する",
    ),
    ("担当の方は、押した時からこの事業所を開けません。双方の事業所にメールでお知らせします。",),
    "delegations",
    PLACE,
)


async def show_delegations(request: Request) -> StreamResponse:
    """All of them, or those of one office; the newest first."""
    chosen, after = await chosen_office(request, request.query), cursor(request.query)
    answered = await request.ask(ListDelegations(chosen.id, after, ROWS))
    part = f"office={chosen.id}" if chosen.id else ""
    path = f"{PLACE}?{part}" if part else PLACE
    following = f"{path}{'&' if part else '?'}after={answered.reply.after}" if answered.reply.after else ""
    return shown(
        request,
        "console/delegations",
        answered,
        lines=[line(request.house, row) for row in answered.reply.rows] if chosen.is_settled else [],
        chosen=chosen,
        first=not after,
        path=path,
        following=following,
        may_act=answered.visitor is not None and answered.visitor.role is Role.FUND_CLERK,
        said=said(request),
    )


# --- entering -----------------------------------------------------------------------------------------------------


async def show_entering(request: Request) -> StreamResponse:
    """First the managing office; once it is known, what stands on the paper."""
    chosen = await chosen_office(request, request.query)
    if chosen.row is None:
        answered = await request.ask(ListOffices(limit=1))
        return shown(request, "console/delegation_office", answered, chosen=chosen)
    answered = await request.ask(ReadOffice(chosen.id))
    role = Role.OFFICE_STAFF if request.query.get("role", "") == Role.OFFICE_STAFF else Role.SHAROSHI
    values = {"role": role.value, **boxes(PERMISSIONS.name, frozenset(PRESETS[role]))}
    return _paper(request, answered, chosen.id, empty(request, values))


async def look_at(request: Request) -> StreamResponse:
    """What the numbers mean, to be looked at before anything is done; or the paper again."""
    office = known_id(request.fields.get("office", ""))
    answered = await request.ask(ReadOffice(office))
    form = _form(answered)
    typed = read(request, form)
    if typed.faults:
        return _paper(request, answered, office, typed)
    try:
        clients = await _clients(request, typed["clients"])
    except Refused as error:
        return _paper(request, answered, office, refused(request, form, typed, error))
    return _sure(request, answered, office, clients, typed)


async def add(request: Request) -> StreamResponse:
    """Enter it; or the paper again, with what stood in the way."""
    office = known_id(request.fields.get("office", ""))
    answered = await request.ask(ReadOffice(office))
    form = _form(answered)
    try:
        clients = await _clients(request, request.fields.get("clients", ""))
    except Refused as error:
        return _paper(request, answered, office, refused(request, form, read(request, form), error))
    sent = await send(request, form, lambda typed: _message(typed, clients))
    if isinstance(sent, Typed):
        return _paper(request, answered, office, sent)
    return go_to(with_word(PLACE, "delegations_added"))


def _message(typed: Typed, clients: Sequence[OfficeRow]) -> AddDelegations:
    return AddDelegations(
        account=typed["account"],
        offices=tuple(row.id for row in clients),
        role=Role(typed["role"]),
        permissions=_permissions(typed),
        since=typed["since"],
        until=typed["until"],
        reason=typed["reason"],
        command=typed.command,
    )


def _permissions(typed: Typed) -> frozenset[Permission]:
    return frozenset(one for one in Permission if one in typed.ticked(PERMISSIONS.name))


async def _clients(request: Request, typed: str) -> list[OfficeRow]:
    """The offices of these numbers, each once. Raises Refused INVALID for what is none, at the field."""
    words = dict.fromkeys(canonical_number(typed).replace(",", " ").replace("、", " ").split())
    if not 0 < len(words) <= MOST_NUMBERS:
        raise Refused(Why.INVALID, "clients.count", {"field": "clients", "most": str(MOST_NUMBERS)})
    numbers = {word: int(word[:9]) if word.isascii() and word.isdecimal() else 0 for word in words}
    asked = tuple(dict.fromkeys(numbers.values()))
    rows: tuple[OfficeRow, ...] = (await request.ask(FindOffices(asked))).reply.rows
    known = {row.number for row in rows}
    unknown = [word for word, number in numbers.items() if number not in known]
    if unknown:
        raise Refused(Why.INVALID, "clients.unknown", {"field": "clients", "given": " ".join(unknown)[:200]})
    return list(rows)


def _form(answered: Answered) -> Form:
    """The paper, with the people of the managing office to choose from."""
    card: OfficeCard = answered.reply
    people = tuple(
        Choice(row.account, row.name, row.login)
        for row in card.rows
        if row.state in (AccountState.FIRST, AccountState.ACTIVE)
    )
    return Form(NEW, (replace(PERSON, choices=people), *FIELDS[1:]), "事業所名を確かめる")


def _paper(request: Request, answered: Answered, office: str, typed: Typed) -> StreamResponse:
    card: OfficeCard = answered.reply
    return shown(
        request,
        "console/delegation_new",
        answered,
        typed.status,
        title=TITLE,
        about_lines=ABOUT,
        managing=card.office,
        office=office,
        asked=_form(answered),
        typed=typed,
    )


def _sure(
    request: Request, answered: Answered, office: str, clients: Sequence[OfficeRow], typed: Typed
) -> StreamResponse:
    card: OfficeCard = answered.reply
    person = next(row for row in card.rows if row.account == typed["account"])
    return shown(
        request,
        "console/delegation_sure",
        answered,
        title=TITLE,
        managing=card.office,
        person=person,
        clients=[named(row) for row in clients],
        role=request.house.texts.word("role", typed["role"]),
        permissions=permission_words(request.house, _permissions(typed)) or _("なし"),
        typed=typed,
        hidden=_sent_on(typed, office),
        path=SURE,
    )


def _sent_on(typed: Typed, office: str) -> Mapping[str, str]:
    """Everything that was typed goes along, and is judged anew by the vault."""
    names = {one.name for one in FIELDS if one.shape is not Shape.BOXES}
    kept = {name: typed[name] for name in sorted(names)}
    return {**kept, **boxes(PERMISSIONS.name, frozenset(_permissions(typed))), "office": office}


# --- ending -------------------------------------------------------------------------------------------------------


async def show_ending(request: Request) -> StreamResponse:
    """Whether it is really meant."""
    answered, values = await _found(request)
    return _ending_page(request, answered, empty(request, values))


async def end(request: Request) -> StreamResponse:
    """It opens nothing any more."""
    id = known_id(request.values["delegation"])
    sent = await send(request, ENDING.form, lambda typed: EndDelegation(id, typed.command))
    if not isinstance(sent, Typed):
        return go_to(with_word(PLACE, "delegation_ended"))
    answered, values = await _found(request)
    return _ending_page(request, answered, replace(sent, values={**sent.values, **values}))


async def _found(request: Request) -> tuple[Answered, dict[str, str]]:
    """The delegation in the path, which is not over yet, in words. Raises Refused."""
    answered = await request.ask(ListDelegations(only=known_id(request.values["delegation"])))
    [row] = answered.reply.rows
    found = line(request.house, row)
    if not found.is_open:
        raise Refused(Why.CONFLICT, "delegation.over")
    person = _("{name}（{more}）", name=found.person, more=found.managing)
    return answered, {"person": person, "client": found.office, "last": found.last}


def _ending_page(request: Request, answered: Answered, typed: Typed) -> StreamResponse:
    action = ENDING.form.action.format(delegation=known_id(request.values["delegation"]))
    return form_page(request, replace(ENDING, form=replace(ENDING.form, action=action)), answered, typed)
