# SPDX-License-Identifier: Apache-2.0
"""What kind of filing each document is, and under which name it is kept (R28, A45, A50, A52). Pure functions.

1. A right name says it all, and must be of this very office.
2. A document that came alone gets the right name, where its own is none and the person has said kind and date.
3. Of several in a ZIP each must have its right name.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from appliance.model.deadlines import deadline
from appliance.model.documents import Catalogue, DocumentType
from appliance.model.filing_names import NameJudged, judge_name, proper_name
from appliance.model.problems import Problem, Rule
from appliance.model.words import Format
from appliance.vault.doorman.asked import Found
from appliance.vault.filings.typed import date_of

OLDEST_EVENT = dt.date(1900, 1, 1)
# Whatever the person chose, these are no matter of names.
_STAYS = frozenset({Rule.NAME_PAPER})


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the person has said: type and filed_on None where the names say it. number is that of the own office."""

    number: int
    today: dt.date
    type: DocumentType | None = None
    filed_on: dt.date | None = None
    event_on: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A document that has become a filing's. came_as is the name that it had before, "" if it had the right one."""

    found: Found
    type: DocumentType
    filed_on: dt.date
    file_name: str
    came_as: str = ""
    event_on: str = ""
    due_on: str = ""


def name_all(
    found: Sequence[Found], chosen: Chosen, catalogue: Catalogue
) -> tuple[tuple[Named, ...], tuple[Problem, ...]]:
    """The documents with their names, or everything that is wrong."""
    alone = len(found) == 1
    judged = [_named(one, chosen, catalogue, alone) for one in found]
    named = tuple(one for one in judged if isinstance(one, Named))
    problems = [problem for one in judged if not isinstance(one, Named) for problem in one]
    problems += [problem for one in named for problem in _format_problems(one)]
    dated = [_with_dates(one, chosen.event_on) for one in named]
    if any(one.type.statutory for one in named) and not _can_be(chosen):
        problems.append(Problem(Rule.EVENT_DATE))
    return ((), tuple(problems)) if problems else (tuple(dated), ())


def _named(found: Found, chosen: Chosen, catalogue: Catalogue, alone: bool) -> "Named | list[Problem]":
    judged = judge_name(_judged_part(found), catalogue)
    entry = "" if alone else found.name
    if judged.office is not None and judged.office != chosen.number and (judged.accepted or judged.suggestion):
        return [Problem(Rule.NAME_OTHER_OFFICE, entry, {"number": str(judged.office)})]
    if judged.accepted:
        return _as_named(found, judged, catalogue)
    stays = any(problem.rule in _STAYS for problem in judged.problems)
    if alone and chosen.type and chosen.filed_on and not stays:
        name = f"{proper_name(chosen.filed_on, chosen.number, chosen.type)}.{found.format}"
        return Named(found, chosen.type, chosen.filed_on, name, found.name)
    return list(_with_suggestion(judged, found, entry))


def _judged_part(found: Found) -> str:
    """The name, without the ending of what is no PDF: R28 names only PDFs."""
    return found.name if found.format is Format.PDF else found.name.removesuffix(f".{found.format}")


def _as_named(found: Found, judged: NameJudged, catalogue: Catalogue) -> Named:
    """The right name in its one form, with the words for the kind that the person uses (A52)."""
    assert judged.date is not None and judged.office is not None
    name = f"{judged.date:%Y%m%d}_{judged.office:04d}_{judged.form}.{found.format}"
    return Named(found, catalogue.types[judged.type], judged.date, name, "" if name == found.name else found.name)


def _with_suggestion(judged: NameJudged, found: Found, entry: str) -> Iterator[Problem]:
    better = judged.suggestion
    if better and found.format is not Format.PDF:
        better = f"{better}.{found.format}"
    for problem in judged.problems:
        values = {**problem.values, **({"suggestion": better} if better else {})}
        yield replace(problem, entry=entry, values=values)


def _format_problems(named: Named) -> Iterator[Problem]:
    if named.found.format not in named.type.formats:
        yield Problem(Rule.CONTENT_FORMAT, named.found.name)


def _can_be(chosen: Chosen) -> bool:
    """Whether the event is a day that has been; by the clock of somebody it may be tomorrow."""
    event = date_of(chosen.event_on)
    return event is not None and OLDEST_EVENT <= event <= chosen.today + dt.timedelta(days=1)


def _with_dates(named: Named, event_on: str) -> Named:
    """With the day of the event and the deadline that follows, where the law asks for it (A50)."""
    event = date_of(event_on)
    if not named.type.statutory or event is None or event.year == dt.MAXYEAR:
        return named
    return replace(named, event_on=event_on, due_on=deadline(event).isoformat())
