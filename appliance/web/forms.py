# SPDX-License-Identifier: Apache-2.0
"""Forms: what they ask for, what was typed, what is wrong with it; nothing typed is lost but secrets.

1. A handler sends what was typed with `send()`: it gets the vault's answer, or what was typed together with what is
   wrong, and shows the page again.
2. Each form carries the id of its command, so that one that comes twice is done once.
3. A secret and a code never come back into a page.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp.web import Response

from appliance.link.refusals import Refused, Why
from appliance.model.passwords import PasswordRule
from appliance.web.answers import shown
from appliance.web.language import _
from appliance.web.refusal_pages import STATUS, is_secret
from appliance.web.request import Request
from appliance.web.texts import Explanation
from appliance.web.vault_side import Answered

COMMAND = "command"
TICKED = "on"
# These say something about what was typed, or pass: the page is shown again. FORGED comes from a page of a visit
# that has ended since; with the form token of the present one people look at it again and send it themselves.
SHOWN_AGAIN = frozenset(
    {Why.WRONG_SECRET, Why.LOCKED, Why.INVALID, Why.CONFLICT, Why.BUSY, Why.LATE, Why.AWAY, Why.FORGED}
)
# What the door says of a wrong password sounds strange to somebody who is in already.
_INSIDE = {
    "door.wrong_password": "inside.wrong_password",
    "door.wrong_code": "inside.wrong_code",
    "door.wrong_app_code": "inside.wrong_app_code",
    "door.code_void": "inside.code_void",
}


class Shape(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    LINES = "lines"  # several of them
    DATE = "date"
    TIME = "time"
    SECRET = "password"  # noqa: S105 - the type of an input; its value is never given back
    CODE = "code"  # good once, so its value is never given back
    RADIO = "radio"
    SELECT = "select"
    BOXES = "boxes"  # each choice is a box of its own, named <field>.<choice>
    TICK = "tick"  # one box
    FIXED = "fixed"  # shown and sent, not changed


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. same_as names the field that it repeats; rule is what a new password must keep; most is in signs.

    The name of a secret says that it is one, for refusal_pages.kept_fields().
    """

    name: str
    label: str
    hint: str = ""
    shape: Shape = Shape.TEXT
    inputmode: str = "text"
    autocomplete: str = "off"
    choices: tuple[Choice, ...] = ()
    is_optional: bool = False
    same_as: str = ""
    most: int = 128
    rule: PasswordRule | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a secret that does not look like one."""
        if self.comes_back == is_secret(self.name):
            raise ValueError(f"{self.name} has the name of something else")

    @property
    def comes_back(self) -> bool:
        """Whether what was typed is shown again."""
        return self.shape not in (Shape.SECRET, Shape.CODE)


@dataclass(frozen=True, slots=True)
class Form:
    """What is typed, where it goes, and what the button says."""

    action: str
    fields: tuple[Field, ...]
    button: str

    @property
    def has_secret(self) -> bool:
        """Whether there is something to show and hide."""
        return any(one.shape is Shape.SECRET for one in self.fields)

    def label(self, name: str) -> str:
        """What people call a field."""
        return next((one.label for one in self.fields if one.name == name), name)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form, or stands in it at the beginning; with what is wrong, by field and as a whole."""

    values: Mapping[str, str] = field(repr=False)
    command: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    summary: Explanation | None = None
    status: int = 200

    def __getitem__(self, name: str) -> str:
        """As it was typed; "" where nothing was."""
        return self.values.get(name, "")

    def is_ticked(self, name: str) -> bool:
        """Whether a box is."""
        return self[name] == TICKED

    def ticked(self, name: str) -> frozenset[str]:
        """The choices that are ticked in a field of boxes."""
        start = f"{name}."
        return frozenset(key[len(start) :] for key in self.values if key.startswith(start) and self.is_ticked(key))


def empty(request: Request, values: Mapping[str, str] | None = None) -> Typed:
    """A form that nobody has typed into yet, under a new command."""
    return Typed(values or {}, request.house.new_id())


def boxes(name: str, ticked: frozenset[str]) -> dict[str, str]:
    """The values of a field of boxes."""
    return {f"{name}.{choice}": TICKED for choice in ticked}


async def send(
    request: Request,
    form: Form,
    make: Callable[[Typed], object],
    *,
    ask: Callable[[object], Awaitable[Answered]] | None = None,
) -> Answered | Typed:
    """The vault's answer to the message that make makes; or what was typed and what is wrong with it.

    ask is for a form without a command, which Request.ask_once() knows again.
    Raises Refused for what has nothing to do with the form, such as a visit that has ended.
    """
    typed = read(request, form)
    if typed.faults:
        return typed
    try:
        return await (ask or request.ask)(make(typed))
    except Refused as error:
        if error.why not in SHOWN_AGAIN:
            raise
        return refused(request, form, typed, error)


def read(request: Request, form: Form) -> Typed:
    """What was typed; its faults are fields that are empty, not among the choices, or not the same twice."""
    command = request.fields.get(COMMAND, "")
    values = {name: value for name, value in request.fields.items() if name != COMMAND}
    faults = {one.name: fault for one in form.fields if (fault := _fault(one, form, values))}
    summary = request.house.texts.explain("form.faults") if faults else None
    return Typed(values, command, faults, summary, STATUS[Why.INVALID] if faults else 200)


def refused(request: Request, form: Form, typed: Typed, error: Refused) -> Typed:
    """What was typed, with what the vault says against it; at the field that it names, if it is one of the form."""
    texts = request.house.texts
    text = _INSIDE.get(error.text, error.text) if request.token else error.text
    said = texts.refusal(Refused(error.why, text, error.values))
    if error.why is Why.FORGED:
        said = texts.explain("form.again")
    name = error.values.get("field", "") or _field_of(form, error)
    faults = {name: said.next} if any(one.name == name for one in form.fields) else {}
    return Typed(typed.values, typed.command, faults, said, STATUS[error.why])


def _fault(one: Field, form: Form, values: Mapping[str, str]) -> str:
    """What is wrong with a field, as far as this side can know."""
    if one.shape in (Shape.BOXES, Shape.TICK, Shape.FIXED):
        return ""
    value = values.get(one.name, "")
    if one.choices and value not in {choice.value for choice in one.choices}:
        return _("{field}を選んでください。", field=_(one.label))
    if one.same_as and value != values.get(one.same_as, ""):
        return _("「{field}」と同じものを、もう一度入力してください。", field=_(form.label(one.same_as)))
    if not value.strip() and not one.is_optional:
        return _("{field}を入力してください。", field=_(one.label))
    return ""


def _field_of(form: Form, error: Refused) -> str:
    """The field that a refused proof stood in."""
    if error.why is not Why.WRONG_SECRET:
        return ""
    wanted = Shape.SECRET if error.text == "door.wrong_password" else Shape.CODE
    return next((one.name for one in form.fields if one.shape is wanted), "")


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page that is nothing but a form: about stands above it, back is where people go who change their mind."""

    title: str
    form: Form
    about: tuple[str, ...] = ()
    here: str = ""
    back: str = ""


def form_page(request: Request, page: FormPage, answered: Answered, typed: Typed) -> Response:
    """The page for a visitor; answered is any answer of the vault to this visitor."""
    return shown(request, "form", answered, typed.status, page=page, typed=typed)
