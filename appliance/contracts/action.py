# SPDX-License-Identifier: Apache-2.0
"""Action: an act that a plugin adds to the vault, behind the generic messages Act and Look (design §4)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from appliance.model.calendar import Calendar, Holidays
from appliance.model.documents import Direction
from appliance.model.time import Instant
from appliance.model.words import Permission, Role, Site

# Without the table of the Cabinet Office only weekends are known to be closed.
WEEKDAYS = Calendar(Holidays(frozenset(), 1, 9999))


@dataclass(frozen=True, slots=True)
class Thing:
    """A filing (TO_FUND) or a notice (TO_OFFICE) that an act is about; whoever acts may know of it.

    name is what people call its kind, date its day ("2026-06-09") or month ("2026-06").
    """

    id: str
    direction: Direction
    office: str
    name: str
    date: str


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """Who asks for the act, and with which texts. fields are as typed; check them.

    office is "" for the fund's staff. name and office_name are what people are called today. calendar are the days
    and hours of the service.
    """

    account: str
    role: Role
    office: str
    now: Instant
    fields: Mapping[str, str]
    name: str = ""
    office_name: str = ""
    thing: Thing | None = None
    calendar: Calendar = field(default=WEEKDAYS, repr=False)


@dataclass(frozen=True, slots=True)
class ActionAnswer:
    """What the act says back: texts for the page, and rows of texts where it is a list.

    office is the id of the office that the act of somebody of the fund is about: its people see the act in their
    history, and their pages are told that something has changed. typed is what stands in the journal in somebody's
    own words; it can be destroyed there, and the proof stays.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[Mapping[str, str], ...] = ()
    office: str = ""
    typed: str = field(default="", repr=False)


class ActionRefused(Exception):
    """The act is not possible; the text is shown to the person, in Japanese. field names what was typed wrongly."""

    def __init__(self, text: str, field: str = "") -> None:
        """text is a sentence or two; field is one of the action's, or ""."""
        super().__init__(text)
        self.field = field


class ActionNotFound(ActionRefused):
    """What the act is about is not there, or not for whoever asks: both look the same."""

    def __init__(self) -> None:
        """The page is that of everything that there is not."""
        super().__init__("お探しのものは見つかりません。")


@dataclass(frozen=True, slots=True)
class Action:
    """One act. name is `<plugin>.<verb>` and unique; fields are the texts it takes, each at most 4,000 characters.

    permission is what an office user needs (None: signed in is enough), roles are those of the fund that may; the
    policies are asked all the same, and may deny it. The handler is awaited, guarded and journaled; it may write
    through services.records, unless it only reads: then it is behind Look, which needs no form.
    """

    name: str
    sites: frozenset[Site]
    fields: frozenset[str]
    permission: Permission | None
    handler: Callable[[ActionRequest], Awaitable[ActionAnswer]]
    roles: frozenset[Role] = frozenset({Role.FUND_CLERK})
    reads: bool = False
