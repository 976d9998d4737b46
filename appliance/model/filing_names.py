# SPDX-License-Identifier: Apache-2.0
"""The names of filings, `20240524_0123_加入者資格取得届.pdf` (R28, A4, A52): judged, and made."""

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from appliance.model.documents import Catalogue, Direction, DocumentType
from appliance.model.problems import Problem, Rule
from appliance.model.typed_days import DASH, LENIENT, day, day_of

LONGEST = 255
ENDINGS = ("pdf", "zip")
LAST_OFFICE = 999_999
_ENDING = re.compile(r"\.([A-Za-z0-9]{0,8})\Z")
# Signs that show nothing although they are letters or marks.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_NOT_PARTED = re.compile(
    rf"_*(?P<date>[0-9]{{8}}(?![0-9])|{re.sub(r'[?]P<[a-z]+>', '?:', LENIENT.pattern)})?{DASH}?_*"
    rf"(?P<number>[0-9]{{1,10}}(?=_|{DASH}|\Z))?{DASH}?_*(?P<form>.*)",
    re.DOTALL,
)
# How like a name has to be to be meant, and how much more than any other.
_LIKE, _MORE = 0.7, 0.1


class NameNote(StrEnum):
    """What was normalised and is no fault: full-width signs and the like, or how kana are composed."""

    WIDTH = "width"
    UNICODE = "unicode"


@dataclass(frozen=True, slots=True)
class NameJudged:
    """What a name says. form is the words found, type the id of the kind that they mean, "" for none.

    date and office are also told where they are written wrongly and can be read all the same. suggestion is the
    right name, "" where it cannot be known. notices are of NameNote.
    """

    accepted: bool
    date: dt.date | None
    office: int | None
    form: str
    type: str
    problems: tuple[Problem, ...]
    notices: tuple[str, ...]
    suggestion: str


def proper_name(date: dt.date, office: int, type: DocumentType) -> str:
    """`20240524_0123_加入者資格取得届`, without an ending (R28). Raises ValueError for no office's number (A4)."""
    return _name(date, office, type.name)


def judge_name(name: str, catalogue: Catalogue) -> NameJudged:
    """Whether a filing may have this name, with `.pdf`, `.zip` or no ending, and what it says.

    Only width and Unicode form are normalised, and told; whatever else deviates is a problem. There is no clock: a
    day to come is no problem. The names of all kinds of filings in the catalogue count, in full and short.
    """
    if len(name) > LONGEST:
        return NameJudged(False, None, None, "", "", (Problem(Rule.ENTRY_NAME),), (), "")
    return _Reading(name, catalogue).judged()


class _Reading:
    """One name, taken apart. What is no fault of it is read leniently, so that the right name can be told."""

    def __init__(self, name: str, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._given = name
        self._text = unicodedata.normalize("NFKC", name)
        self._seen = "".join(filter(_is_seen, self._text))
        *self._folders, base = re.split(r"[/\\]", self._seen)
        stem, self._endings = _without_endings(base)
        self._is_parted, self._parts = _parts(stem)
        date, number, self._form = self._parts
        self._date, self._has_right_date = _date(date)
        self._office, self._has_right_office = _office(number)
        self._type = _meant(self._form, catalogue)

    def judged(self) -> NameJudged:
        """The judgement."""
        problems = tuple(self._problems())
        return NameJudged(
            accepted=not problems,
            date=self._date,
            office=self._office,
            form=self._form,
            type=self._type.id if self._type else "",
            problems=problems,
            notices=tuple(self._notices()),
            suggestion=self._suggestion(),
        )

    def _problems(self) -> Iterator[Problem]:
        date, number, form = self._parts
        if self._seen != self._text:
            yield Problem(Rule.NAME_SPACES)
        if self._folders:
            yield Problem(Rule.ENTRY_FOLDER)
        if self._endings and (len(self._endings) > 1 or self._endings[0] not in ENDINGS):
            yield _problem(Rule.NAME_ENDING, "." + ".".join(self._endings))
        if not self._is_parted:
            yield Problem(Rule.NAME_PARTS)
        if date and not self._has_right_date:
            yield _problem(Rule.NAME_DATE, date)
        if number and not self._has_right_office:
            yield _problem(Rule.NAME_OFFICE, number)
        if form and self._type is None:
            yield _problem(Rule.NAME_TYPE, form)
        elif self._type and self._type.by_post:
            yield _problem(Rule.NAME_PAPER, self._type.name)

    def _notices(self) -> Iterator[NameNote]:
        composed = unicodedata.normalize("NFC", self._given)
        if composed != self._given:
            yield NameNote.UNICODE
        if composed != self._text:
            yield NameNote.WIDTH

    def _suggestion(self) -> str:
        if self._date is None or self._office is None:
            return ""
        if self._type is not None:
            form = "" if self._type.by_post else self._form
        else:
            form = _nearest(self._form, self._catalogue)
        return _name(self._date, self._office, form) + self._right_ending() if form else ""

    def _right_ending(self) -> str:
        """That of the name where it is one; what is neither PDF nor ZIP has to become a PDF."""
        if not self._endings:
            return ""
        last = self._endings[-1].lower()
        return f".{last}" if last in ENDINGS else ".pdf"


def _problem(rule: Rule, given: str) -> Problem:
    return Problem(rule, values={"given": given})


def _name(date: dt.date, office: int, form: str) -> str:
    if not 1 <= office <= LAST_OFFICE:
        raise ValueError(f"an office has a number from 1 to {LAST_OFFICE}, not {office}")
    return f"{date.isoformat().replace('-', '')}_{office:04d}_{form}"


def _is_seen(sign: str) -> bool:
    """Whether it is neither a blank, nor a control or format sign, nor half a sign, nor otherwise invisible."""
    return unicodedata.category(sign)[0] not in "CZ" and not _UNSEEN.match(sign)


def _without_endings(name: str) -> tuple[str, tuple[str, ...]]:
    """The name before its endings: one, or more where the one before the last is that of a file, too."""
    found = _ENDING.search(name)
    if found is None:
        return name, ()
    stem, inner = name[: found.start()], _ENDING.search(name[: found.start()])
    if inner is None or inner[1].lower() not in ENDINGS:
        return stem, (found[1],)
    return stem[: inner.start()], (inner[1], found[1])


def _parts(stem: str) -> tuple[bool, tuple[str, str, str]]:
    """Date, number and form as they stand there; and whether there are these three and no more."""
    parts = stem.split("_")
    if len(parts) == 3 and all(parts):
        return True, (parts[0], parts[1], parts[2])
    found = _NOT_PARTED.fullmatch(stem)
    assert found is not None, "every part of the pattern may be missing"
    return False, (found["date"] or "", found["number"] or "", found["form"])


def _date(text: str) -> tuple[dt.date | None, bool]:
    """The day, and whether it is written as it must be: eight digits."""
    if digits := _DIGITS.fullmatch(text):
        found = day(*map(int, digits.groups()))
        return found, found is not None
    return day_of(text), False


def _office(text: str) -> tuple[int | None, bool]:
    """The number, and whether it is written as it must be: at least four digits, no needless zeros (A4)."""
    if not re.fullmatch("[0-9]{1,10}", text) or not 1 <= int(text) <= LAST_OFFICE:
        return None, False
    return int(text), text == f"{int(text):04d}"


def _meant(form: str, catalogue: Catalogue) -> DocumentType | None:
    """The kind of filing of this very name, or short name; by post or not."""
    for kind in (*catalogue.of(Direction.TO_FUND), *catalogue.of(Direction.TO_FUND, by_post=True)):
        if form in _names(kind):
            return kind
    return None


def _names(kind: DocumentType) -> list[str]:
    return [unicodedata.normalize("NFKC", name) for name in (kind.name, *kind.aliases)]


def _nearest(form: str, catalogue: Catalogue) -> str:
    """The name that is meant by one that is nearly right, "" where two are as near or another kind is meant."""
    form = form.partition("_")[0]
    if not form or len(form) > LONGEST or any(form in _names(kind) for kind in catalogue.of(Direction.TO_OFFICE)):
        return ""
    likeness = sorted(
        (max((_likeness(form, name), name) for name in _names(kind)) for kind in catalogue.of(Direction.TO_FUND)),
        reverse=True,
    )
    (best, name), (second, _) = (*likeness, (0.0, ""), (0.0, ""))[:2]
    return name if best >= _LIKE and best - second >= _MORE else ""


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()
