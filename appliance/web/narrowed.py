# SPDX-License-Identifier: Apache-2.0
"""How a list is narrowed and in which order it stands: fields of its address, checked, and said in words."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode

from appliance.link.refusals import Refused, Why
from appliance.web import japanese
from appliance.web.language import _
from appliance.web.request import Request
from appliance.web.vault_side import Answered

ORDER, OLDEST = "order", "old"
# Values of the field ORDER, each with its words, and with the sentence that says so above the list; in Japanese.
Orders = Mapping[str, tuple[str, str]]
MOST_TYPED = 100
_MONTH = re.compile(r"([0-9]{4})[-/.年 ]*([0-9]{1,2})月?")


class Shape(StrEnum):
    """What a field looks like. HIDDEN is none that people see: another part of the page chooses it."""

    CHOICE = "choice"
    MONTH = "month"
    WORDS = "words"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Filter:
    """One field. label is Japanese; options are values with their words, the first being what holds for "".

    hint stands in an empty field; word in the summary, where value and options do not say it.
    """

    name: str
    label: str
    shape: Shape = Shape.CHOICE
    options: Sequence[tuple[str, str]] = ()
    word: str = ""
    hint: str = ""

    def checked(self, value: str) -> str:
        """The value as the vault takes it. Raises Refused NOT_FOUND for what the list does not offer."""
        if self.shape is Shape.MONTH:
            return _month(value)
        if self.shape is Shape.CHOICE and value not in ("", *(option for option, _word in self.options)):
            raise Refused(Why.NOT_FOUND)
        return value.strip()

    def said(self, value: str) -> str:
        """The value in words."""
        if self.shape is Shape.MONTH:
            return japanese.month(value)
        return self.word or dict(self.options).get(value, value)


def _month(typed: str) -> str:
    """ "2026-06" for 2026-06, 2026/6 or ２０２６年６月; what is no month as it is: the vault says so."""
    found = _MONTH.fullmatch(unicodedata.normalize("NFKC", typed[:MOST_TYPED]).strip())
    return f"{found[1]}-{int(found[2]):02d}" if found else typed


@dataclass(frozen=True)
class Narrowed:
    """A list with what was chosen. place is its address, values those of its fields that are not empty."""

    place: str
    filters: tuple[Filter, ...]
    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, place: str, filters: tuple[Filter, ...], fields: Mapping[str, str]) -> "Narrowed":
        """As it stands in a query or a form. Raises Refused NOT_FOUND for what the list does not offer."""
        values = {one.name: one.checked(fields.get(one.name, "")) for one in filters}
        return cls(place, filters, {name: value for name, value in values.items() if value})

    def __getitem__(self, name: str) -> str:
        """The value of a field, "" for everything."""
        return self.values.get(name, "")

    @property
    def is_narrowed(self) -> bool:
        """Whether something is left out."""
        return any(name != ORDER for name in self.values)

    @property
    def conditions(self) -> str:
        """What is shown, in words: paper does not have the fields in which it was chosen."""
        chosen = [one for one in self.filters if one.name != ORDER and self[one.name]]
        return _("、").join(f"{_(one.label)}: {one.said(self[one.name])}" for one in chosen)

    def path(self, **more: str) -> str:
        """The address of this list, or of a place in it."""
        values = {**self.values, **more}
        return _path(
            self.place, {name: values.get(name, "") for name in (*(one.name for one in self.filters), *more)}
        )

    @property
    def export(self) -> str:
        """The address of the same as a file."""
        return _path(f"{self.place}.csv", self.values)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list, for a template.

    order is a sentence, printed says on paper whose list it is and of when. next is where it goes on, "" at the
    end; is_short: the page ends because enough was looked at, not because it is full.
    """

    chosen: Narrowed
    order: str
    printed: str
    is_first: bool
    next: str
    is_short: bool


def order_filter(orders: Orders) -> Filter:
    """The field in which people choose one of these orders."""
    return Filter(ORDER, "並び順", options=[(value, _(label)) for value, (label, _sentence) in orders.items()])


def said_order(chosen: Narrowed, orders: Orders) -> str:
    """In which of these orders it stands, as a sentence."""
    return _(orders[chosen[ORDER]][1])


def listed(request: Request, answered: Answered, chosen: Narrowed, order: str, after: str, rows: int) -> Listed:
    """The page behind the cursor after, of so many rows if it is full."""
    page = answered.reply
    return Listed(
        chosen,
        order,
        printed(request, answered),
        not after,
        chosen.path(after=str(page.after)) if page.after else "",
        bool(page.after) and len(page.rows) < rows,
    )


def printed(request: Request, answered: Answered) -> str:
    """Whose list it is and of when, for paper."""
    office = answered.visitor.office_name if answered.visitor else ""
    time = japanese.moment(answered.now)
    return _("{owner}（{time} 現在）", owner=office or request.house.fund.name, time=time)


def _path(place: str, query: Mapping[str, str]) -> str:
    fields = {name: value for name, value in query.items() if value}
    return f"{place}?{urlencode(fields)}" if fields else place
