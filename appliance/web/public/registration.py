# SPDX-License-Identifier: Apache-2.0
"""The registration form on the Internet, where the fund offers it (practice §2.1): typed, looked through, sent.

It is judged here by the very function that judges files, and once more in the vault. What people are told is the
same whatever there is already.
"""

from dataclasses import dataclass, replace

from aiohttp.web import Response, StreamResponse

from appliance.link.messages import SendRegistration
from appliance.link.refusals import Refused, Why
from appliance.model.intake import FIRST_PASSWORD, field_of, form_of, judged_form
from appliance.model.registration import Field as Cell
from appliance.model.registration import Finding, FormJudged, FormRule
from appliance.model.words import PasswordProfile
from appliance.web.answers import go_to, shown, shown_to_anyone
from appliance.web.cookies import door_cookie, door_form, setting
from appliance.web.forms import Field, Form, Shape, Typed, read, send
from appliance.web.language import _
from appliance.web.refusal_pages import STATUS
from appliance.web.registration_words import field_label, finding_words, value_words
from appliance.web.request import Request
from appliance.web.texts import Texts
from appliance.web.visiting import door_for

REGISTER = "/register/"
SURE = "sure"
# The day is that of the sending, which the vault knows.
SOME_DAY = "2000/1/1"
FORM = Form(
    REGISTER,
    (
        Field(Cell.OFFICE_NUMBER, "事業所番号", "例: 123", inputmode="numeric", most=20),
        Field(Cell.OFFICE_NAME, "事業所名", "100 文字まで。", autocomplete="organization", most=200),
        Field(Cell.NAME_KANJI, "管理者の氏名（漢字）", "50 文字まで。", autocomplete="name", most=100),
        Field(Cell.NAME_KANA, "管理者の氏名（カナ）", "姓と名の間に空白を一つ。例: キキン タロウ", most=100),
        Field(Cell.MAIL, "管理者のメールアドレス", inputmode="email", autocomplete="email", most=254),
        Field(Cell.USER_ID, "ユーザーID", "半角の英字と数字で 8〜15 文字。大文字と小文字を区別します。", most=40),
        Field(Cell.SEATS, "利用予定台数", "管理者のパソコンを含め、3 台まで。", inputmode="numeric", most=10),
    ),
    "確認する",
)
PASSWORD = Field(
    FIRST_PASSWORD,
    "初期パスワード",
    "半角 8 文字で、英大文字・英小文字・数字・記号をすべて含むもの。控えておいてください。",
    Shape.SECRET,
    autocomplete="new-password",
    most=40,
)
AGAIN = Field("again_password", "初期パスワード（もう一度）", shape=Shape.SECRET, same_as=FIRST_PASSWORD, most=40)


@dataclass(frozen=True, slots=True)
class SureLine:
    """One field before it is sent: as it will be kept, and what was made of it."""

    name: str
    label: str
    text: str
    typed: str
    notes: tuple[str, ...]


async def show_form(request: Request) -> StreamResponse:
    """The form. Raises Refused NOT_FOUND where the fund takes none here."""
    _need_offered(request)
    return _form_page(request, Typed({}))


async def send_form(request: Request) -> StreamResponse:
    """What is wrong, or the page on which people look at it once more; after that it is sent."""
    _need_offered(request)
    typed = read(request, _form(request))
    judged = _judged(request, typed)
    if typed.faults or judged.problems:
        return _form_page(request, _with_faults(request, typed, judged))
    # A password never comes back into a page, so that there is nothing to look at once more.
    if not _is_rokin(request) and request.fields.get(SURE) != "yes":
        return (
            _sure_page(request, typed, judged) if request.fields.get(SURE) != "no" else _form_page(request, typed)
        )
    sent = await send(request, _form(request), lambda given: SendRegistration(_cells(given), given[FIRST_PASSWORD]))
    if isinstance(sent, Typed):
        return _form_page(request, sent)
    return shown(request, "public/registered", sent)


async def with_slash(request: Request) -> StreamResponse:
    """People leave the last sign out."""
    return go_to(REGISTER)


def _need_offered(request: Request) -> None:
    if not request.house.settings.registration.web_form:
        raise Refused(Why.NOT_FOUND, "registration.not_offered")


def _is_rokin(request: Request) -> bool:
    """Whether offices choose their first passwords (R311b)."""
    return request.house.settings.door.password_profile is PasswordProfile.ROKIN


def _form(request: Request) -> Form:
    if not _is_rokin(request):
        return FORM
    return replace(FORM, fields=(*FORM.fields, PASSWORD, AGAIN), button="送信する")


def _cells(typed: Typed) -> dict[Cell, str]:
    return {Cell(one.name): typed[one.name] for one in FORM.fields}


def _judged(request: Request, typed: Typed) -> FormJudged:
    form = form_of({**_cells(typed), Cell.ENTERED_ON: SOME_DAY}, typed[FIRST_PASSWORD])
    return judged_form(form, request.house.settings.door.password_profile)


def _with_faults(request: Request, typed: Typed, judged: FormJudged) -> Typed:
    """Each fault at its field; what is empty is told once."""
    texts = request.house.texts
    form = form_of(_cells(typed))
    found = {field_of(form, one): _fault(texts, one) for one in judged.problems}
    faults = {**found, **typed.faults}
    summary = typed.summary or texts.explain("form.faults")
    return replace(typed, faults=faults, summary=summary, status=STATUS[Why.INVALID])


def _fault(texts: Texts, finding: Finding) -> str:
    """In words for the office, which cannot talk with itself of more PCs (A12)."""
    if finding.rule is FormRule.SEATS_CONSULT:
        return _("3 台までで届け出てください。4 台以上が必要なときは、届け出た後に基金の窓口へご相談ください。")
    return finding_words(texts, finding)


def _form_page(request: Request, typed: Typed) -> Response:
    door = door_for(request)
    answer = shown_to_anyone(
        request, "public/register", typed.status, asked=_form(request), typed=typed, door=door_form(door)
    )
    answer.headers.add("Set-Cookie", setting(door_cookie(request.site), door))
    return answer


def _sure_page(request: Request, typed: Typed, judged: FormJudged) -> Response:
    door, texts, form = door_for(request), request.house.texts, form_of(_cells(typed))
    [row] = judged.rows
    lines = []
    for one in FORM.fields:
        notes = tuple(finding_words(texts, each) for each in judged.notices if field_of(form, each) == one.name)
        text = value_words(one.name, str(getattr(row, one.name)))
        lines.append(SureLine(one.name, field_label(texts, one.name), text, typed[one.name], notes))
    answer = shown_to_anyone(request, "public/register_sure", lines=lines, action=REGISTER, door=door_form(door))
    answer.headers.add("Set-Cookie", setting(door_cookie(request.site), door))
    return answer
