# SPDX-License-Identifier: Apache-2.0
"""Pages: a page that a plugin adds to a site (design §4)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeAlias

from appliance.contracts.action import ActionAnswer
from appliance.model.time import Instant
from appliance.model.words import Permission, Role, Site


class Guard(StrEnum):
    """Who may open a route. Every route names one."""

    ANYONE = "anyone"
    VISITOR = "visitor"


class Acting(Protocol):
    """A way to an action of the vault."""

    async def __call__(self, name: str, fields: Mapping[str, str], thing: str = "") -> ActionAnswer:
        """What the action `<plugin>.<verb>` says, or ActionRefused. thing is the id of a filing or a notice."""


@dataclass(frozen=True, slots=True)
class PageVisitor:
    """Who looks at the page."""

    name: str
    office_name: str
    role: Role
    permissions: frozenset[Permission]


async def _nobody(name: str, fields: Mapping[str, str], thing: str = "") -> ActionAnswer:
    raise NotImplementedError("this request was made without a vault; give act and look")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One request, judged already. ask sends a message of link/messages with the visitor's token.

    look asks an action that only reads, act one that changes something; act works in a POST, and what comes twice
    from one form is done once. now is the vault's clock. language is that of the visitor, "ja" or "en".
    """

    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    ask: Callable[[object], Awaitable[Any]]
    act: Acting = _nobody
    look: Acting = _nobody
    visitor: PageVisitor | None = None
    now: Instant = 0
    language: str = "ja"


class Tone(StrEnum):
    """How a note sounds."""

    GOOD = "good"
    BAD = "bad"
    NEUTRAL = "neutral"


class Shape(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    AREA = "area"
    CHOICE = "choice"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several: what is sent, and what people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. value stands in it, error is what is wrong with it; most is in characters."""

    name: str
    label: str
    shape: Shape = Shape.LINE
    value: str = ""
    hint: str = ""
    error: str = ""
    choices: tuple[Choice, ...] = ()
    most: int = 1000
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a section of the page."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences."""

    kind: ClassVar[str] = "paragraph"
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody has typed, with its line breaks."""

    kind: ClassVar[str] = "quote"
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """What has happened, why, and what to do next: a sentence in each line."""

    kind: ClassVar[str] = "note"
    lines: tuple[str, ...]
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page of this site. As a part of the page it looks like a button."""

    kind: ClassVar[str] = "link"
    text: str
    path: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values."""

    kind: ClassVar[str] = "facts"
    pairs: tuple[tuple[str, str], ...]


Cell: TypeAlias = str | Link


@dataclass(frozen=True, slots=True)
class Table:
    """Rows, each with a cell for each of heads. empty stands there without rows; caption names the table."""

    kind: ClassVar[str] = "table"
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """Fields that are sent by POST to path, a path of this plugin, or to the page itself."""

    kind: ClassVar[str] = "form"
    fields: tuple[Field, ...]
    button: str
    path: str = ""


Part: TypeAlias = Heading | Paragraph | Quote | Note | Link | Facts | Table | Form


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What the page shows, all of it plain text; or, in go_to, the path of this site to go to next.

    The parts come below the paragraphs, in their order.
    fields are pairs of texts, shown as a list of names and values. Where button says what is on a button, they are
    the fields of a form that is sent to this page by POST: each a name, and the label that people see.
    """

    title: str = ""
    paragraphs: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    button: str = ""
    go_to: str = ""
    parts: tuple[Part, ...] = ()


async def nothing_waits(request: PageRequest) -> int:
    """For a page without a count."""
    return 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A page's line in the menu, in both languages: its text is `menu`, about says what is there.

    It is there for the roles and, of office users, for those with the permission; empty and None mean everybody.
    """

    about: str = ""
    menu_en: str = ""
    about_en: str = ""
    roles: frozenset[Role] = frozenset()
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page. path is /x/<plugin> or below it; method GET or POST; menu is its text in the menu, or "".

    count is how many things wait there, shown in the menu; it has a second, and without it the menu goes on.
    """

    site: Site
    method: str
    path: str
    guard: Guard
    menu: str
    handler: Callable[[PageRequest], Awaitable[PageAnswer]]
    entry: Entry = field(default_factory=Entry)
    count: Callable[[PageRequest], Awaitable[int]] = nothing_waits
