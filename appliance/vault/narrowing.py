# SPDX-License-Identifier: Apache-2.0
"""What narrows a list: a month, some words; and pages for which no more than MAX_LOOKED rows are looked at.

A page may be short, or empty, and still not be the last.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from appliance.link.refusals import Refused, Why
from appliance.model.documents import Catalogue
from appliance.model.months import bounds
from appliance.model.searching import Terms, folded
from appliance.model.time import Instant
from appliance.vault.records.row_keys import Part, newest_first

MAX_LOOKED = 1_000
MAX_SEARCH = 100
_ALWAYS = 2**62


class Exportable(Protocol):
    """A message that asks for a page of a list."""

    @property
    def export(self) -> bool:
        """Whether the page goes into a file."""


class Row(Protocol):
    """What has an id."""

    @property
    def id(self) -> str:
        """The primary key."""


R = TypeVar("R", bound=Row)


class Span(NamedTuple):
    """Instants from since to before until."""

    since: Instant = 0
    until: Instant = _ALWAYS

    def holds(self, at: Instant) -> bool:
        """Whether an instant is one of them."""
        return self.since <= at < self.until

    def newest_first(self, *parts: Part) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
        """Where it begins and ends in an index of these parts and newest_first(at)."""
        return (*parts, newest_first(self.until - 1)), (*parts, newest_first(self.since - 1))

    def oldest_first(self, *parts: Part) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
        """Where it begins and ends in an index of these parts and the instant."""
        return (*parts, self.since), (*parts, self.until)


def month_span(month: str) -> Span:
    """A Japanese month "YYYY-MM", "" for all time. Raises Refused INVALID."""
    try:
        return Span(*bounds(month)) if month else Span()
    except ValueError as error:
        raise Refused(Why.INVALID, "list.month") from error


def terms_of(search: str) -> Terms:
    """The words of what is looked for. Raises Refused INVALID for more than MAX_SEARCH characters."""
    if len(search) > MAX_SEARCH:
        raise Refused(Why.INVALID, "list.search", {"max": str(MAX_SEARCH)})
    return Terms.of(search)


@dataclass(frozen=True, slots=True)
class Searched:
    """Words to be found in a document's file name or in the name of its kind.

    names are those of all kinds, folded.
    """

    terms: Terms
    names: Mapping[str, str]

    @classmethod
    def of(cls, search: str, catalogue: Catalogue) -> "Searched":
        """Raises Refused as terms_of()."""
        terms = terms_of(search)
        kinds = catalogue.types.values() if terms.words else ()
        return cls(terms, {kind.id: folded(kind.name) for kind in kinds})

    def finds(self, type: str, file_name: str) -> bool:
        """Whether a document is wanted."""
        if not self.terms.words:
            return True
        return self.terms.are_in(f"{self.names.get(type, '')}\n{folded(file_name)}")


def page_of(rows: Iterable[R], is_wanted: Callable[[R], bool], limit: int) -> tuple[list[R], str]:
    """At most limit of the rows that are wanted, and the id of the last that was looked at, "" at the end."""
    found: list[R] = []
    last = ""
    for number, row in enumerate(rows):
        if len(found) == limit or number == MAX_LOOKED:
            return found, last
        last = row.id
        if is_wanted(row):
            found.append(row)
    return found, ""


def filters(message: Exportable, *names: str) -> list[str]:
    """What narrows it, for the journal; what was typed may name a person, so that only its being there is said."""
    said = ["exported"] if message.export else []
    said += [f"{name} {value}" for name in names if (value := getattr(message, name))]
    return [*said, "search"] if getattr(message, "search", "") else said
