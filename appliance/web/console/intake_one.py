# SPDX-License-Identifier: Apache-2.0
"""One registration before it is confirmed: each field with what was typed, and what it should be."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import (
    ConfirmRegistrations,
    CorrectRegistration,
    ReadRegistration,
    RegistrationRead,
    RejectRegistration,
)
from appliance.link.refusals import Refused, Why
from appliance.model.intake import CORRECTABLE, FILE_NAME, IntakeSource, IntakeState
from appliance.model.registration import FormRule
from appliance.model.words import PasswordProfile
from appliance.web import japanese
from appliance.web.answers import go_to, shown
from appliance.web.console.intake import PLACE, line, may_act
from appliance.web.cursors import known_id
from appliance.web.forms import (
    COMMAND,
    SHOWN_AGAIN,
    TICKED,
    Field,
    Form,
    FormPage,
    Shape,
    Typed,
    empty,
    form_page,
    send,
)
from appliance.web.house import House
from appliance.web.language import _
from appliance.web.refusal_pages import STATUS
from appliance.web.registration_words import field_label, finding_words, value_words
from appliance.web.request import Request
from appliance.web.said import said, with_word
from appliance.web.texts import Explanation, Texts
from appliance.web.vault_side import Answered

ONE = PLACE + "/{id}"
REJECTING = FormPage(
    "登録届を受け付けない",
    Form(
        ONE + "/reject",
        (
            Field(
                "reason",
                "理由",
                "300 文字以内。メールで知らせるときは、この文がそのまま載ります。",
                Shape.LINES,
                most=600,
            ),
            Field("tell", "届出のメールアドレスに、理由をメールで知らせる", shape=Shape.TICK),
        ),
        "受け付けない",
    ),
    ("この届出からは何も登録しません。直してもらうときは、何を直すのかを書いてください。",),
    "intake",
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a field could be, for one press."""

    name: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class CellLine:
    """One field, in words. read is there where it is another than what was typed; was is what was corrected."""

    name: str
    label: str
    at: str
    text: str
    read: str
    was: str
    by: str
    faults: tuple[str, ...]
    notices: tuple[str, ...]
    offers: tuple[Offer, ...]


async def show_registration(request: Request) -> StreamResponse:
    """The preview."""
    return await _page(request)


async def correct(request: Request) -> StreamResponse:
    """Other texts for some fields: judged again at once."""
    id, fields = known_id(request.values["id"]), request.fields
    values = {name: text for name, text in fields.items() if name in CORRECTABLE}
    return await _done(request, CorrectRegistration(id, values, fields.get(COMMAND, "")), "registration_corrected")


async def confirm(request: Request) -> StreamResponse:
    """Make the contract, with its seats and its letter."""
    id, fields = known_id(request.values["id"]), request.fields
    message = ConfirmRegistrations((id,), fields.get("more_seats", ""), fields.get(COMMAND, ""))
    try:
        [row] = (await request.ask(message)).reply.rows
        if not row.office:
            raise Refused(Why.CONFLICT, row.text, row.values)
    except Refused as refused:
        return await _again(request, refused)
    return go_to(with_word(_path(id), "registration_confirmed"))


async def show_rejecting(request: Request) -> StreamResponse:
    """Why nothing comes of it."""
    return await _rejecting(request)


async def reject(request: Request) -> StreamResponse:
    """Nothing comes of it."""
    id = known_id(request.values["id"])
    done = await send(
        request,
        REJECTING.form,
        lambda typed: RejectRegistration(id, typed["reason"], typed.is_ticked("tell"), typed.command),
    )
    return (
        await _rejecting(request, done)
        if isinstance(done, Typed)
        else go_to(with_word(PLACE, "registration_rejected"))
    )


async def _done(request: Request, message: object, word: str) -> StreamResponse:
    try:
        await request.ask(message)
    except Refused as refused:
        return await _again(request, refused)
    return go_to(with_word(_path(request.values["id"]), word))


async def _again(request: Request, refused: Refused) -> StreamResponse:
    """The page with what the vault says against it. Raises refused where that would not help."""
    if refused.why not in SHOWN_AGAIN:
        raise refused
    return await _page(request, request.house.texts.refusal(refused), STATUS[refused.why])


async def _rejecting(request: Request, typed: Typed | None = None) -> Response:
    id = known_id(request.values["id"])
    answered = await request.ask(ReadRegistration(id))
    read: RegistrationRead = answered.reply
    tell = {"tell": TICKED} if read.row.source is IntakeSource.WEB else {}
    form = replace(REJECTING.form, action=REJECTING.form.action.format(id=id))
    page = replace(REJECTING, form=form, back=_path(id))
    return form_page(request, page, answered, typed or empty(request, tell))


def _path(id: str) -> str:
    return ONE.format(id=id)


async def _page(request: Request, explanation: Explanation | None = None, status: int = 200) -> Response:
    id = known_id(request.values["id"])
    answered: Answered = await request.ask(ReadRegistration(id))
    read: RegistrationRead = answered.reply
    house = request.house
    is_open = may_act(answered) and read.row.state is IntakeState.WAITING
    only_seats = {one.finding.rule for one in read.problems} == {FormRule.SEATS_CONSULT}
    return shown(
        request,
        "console/intake_one",
        answered,
        status,
        row=line(house, read.row, answered.now),
        state=read.row.state,
        read=read,
        lines=list(cell_lines(house, read)),
        whole=[finding_words(house.texts, one.finding) for one in read.problems if not one.name],
        noted=[finding_words(house.texts, one.finding) for one in read.notices if not one.name],
        name_notes=[one.finding for one in read.notices if one.name == FILE_NAME],
        differences=[(field_label(house.texts, one.name), one.registered, one.filed) for one in read.differences],
        is_rokin=house.settings.door.password_profile is PasswordProfile.ROKIN,
        first_faults=[
            finding_words(house.texts, one.finding) for one in read.problems if one.name == "first_password"
        ],
        is_open=is_open,
        prints=may_act(answered),
        can_confirm=is_open and (read.row.can_be_confirmed or (only_seats and read.row.standing == "new")),
        needs_reason=only_seats,
        explanation=explanation,
        said=said(request),
        ended=japanese.moment(read.row.ended_at) if read.row.ended_at else "",
        command=house.new_id(),
    )


def cell_lines(house: House, read: RegistrationRead) -> Iterator[CellLine]:
    """Every field of the form, in its order."""
    texts = house.texts
    for cell in read.cells:
        problems = [one.finding for one in read.problems if one.name == cell.name]
        notices = [one.finding for one in read.notices if one.name == cell.name]
        shown_as = value_words(cell.name, cell.read)
        yield CellLine(
            cell.name,
            field_label(texts, cell.name),
            cell.at,
            cell.text,
            shown_as if shown_as != cell.text.strip() else "",
            cell.typed if cell.by else "",
            cell.by,
            tuple(finding_words(texts, one) for one in problems),
            tuple(finding_words(texts, one) for one in notices),
            tuple(offer for one in problems for offer in _offers(texts, read, cell.name, one.rule, one.suggestion)),
        )


def _offers(texts: Texts, read: RegistrationRead, name: str, rule: FormRule, suggestion: str) -> Iterator[Offer]:
    """What would put it right, as far as anybody can tell."""
    if suggestion:
        label = field_label(texts, name)
        yield Offer(name, suggestion, _("{field}を「{value}」に直す", field=label, value=suggestion))
    if rule is FormRule.FILE_NAME_OTHER and read.right_name:
        yield Offer(
            FILE_NAME,
            read.right_name,
            _("欄の番号が正しい（ファイル名を「{value}」とする）", value=read.right_name),
        )
