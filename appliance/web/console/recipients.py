# SPDX-License-Identifier: Apache-2.0
"""To whom a notice goes: one office, some by their numbers, or all; and the guard against the wrong one.

A file that bears the number of an office goes to that office, or somebody has looked again (lessons B 7).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from appliance.link.messages import OfficeRow
from appliance.model.ids import canonical_number
from appliance.web.language import _
from appliance.web.office_names import numbered

ONE, SEVERAL, ALL = "one", "several", "all"
_SEPARATORS = re.compile(r"[\s,、;；]+")
_NUMBERS = re.compile(r"([0-9]{1,6})(?:[-~〜]([0-9]{1,6}))?")
# What stands between the parts of a name, and is no part of a longer number.
_IN_NAME = re.compile(r"(?<![^_\s\-(.])([0-9]{4,6})(?=[_\s\-).]|$)")
_YEAR_OR_MONTH = re.compile(r"20[0-9]{2}(0[1-9]|1[0-2])?")


@dataclass(frozen=True, slots=True)
class Recipients:
    """The offices that were chosen, in the order of their numbers; unknown is what names none."""

    rows: tuple[OfficeRow, ...]
    unknown: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """For a sentence: 「0012 株式会社ABC商事」, or how many there are."""
        if len(self.rows) == 1:
            return _("「{name}」", name=numbered(self.rows[0].number, self.rows[0].name))
        return _("{count} 件の事業所", count=len(self.rows))


def chosen(fields: Mapping[str, str], offices: Sequence[OfficeRow]) -> Recipients:
    """Whom the fields of the form mean; nobody at all where nothing was chosen."""
    how = fields.get("to", ONE)
    if how == ALL:
        return Recipients(tuple(offices))
    if how == SEVERAL:
        return by_numbers(fields.get("numbers", ""), offices)
    return Recipients(tuple(row for row in offices if how == ONE and row.id == fields.get("office")))


def by_numbers(typed: str, offices: Sequence[OfficeRow]) -> Recipients:
    """The offices that a list such as "12, 345, 1001-1040" names."""
    wanted: set[int] = set()
    unknown = []
    known = {row.number for row in offices}
    for part in _SEPARATORS.split(canonical_number(typed)):
        found = _meant(part, known)
        wanted |= found
        if part and not found:
            unknown.append(part[:40])
    return Recipients(tuple(row for row in offices if row.number in wanted), tuple(unknown))


def _meant(part: str, known: set[int]) -> set[int]:
    """The numbers of offices that one part of the list names; none at all for what is no number."""
    numbers = _NUMBERS.fullmatch(part)
    if numbers is None:
        return set()
    first = int(numbers[1])
    last = int(numbers[2]) if numbers[2] else first
    return {number for number in known if first <= number <= last}


def as_numbers(rows: Iterable[OfficeRow]) -> str:
    """The shortest list that by_numbers() reads as these, as long as no offices come between."""
    numbers = sorted(row.number for row in rows)
    if not numbers:
        return ""
    parts = [[numbers[0], numbers[0]]]
    for before, number in pairwise(numbers):
        if number == before + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


def other_office(file_name: str, recipients: Recipients, offices: Sequence[OfficeRow]) -> str:
    """The number in a file's name that is not that of the one recipient; "" where there is nothing to ask.

    A year or a month is no office's number, unless there is such an office.
    """
    known = {row.number for row in offices}
    found = [
        text
        for text in _IN_NAME.findall(canonical_number(file_name))
        if int(text) in known or not _YEAR_OR_MONTH.fullmatch(text)
    ]
    own = {row.number for row in recipients.rows} if len(recipients.rows) == 1 else set()
    return "" if any(int(text) in own for text in found) else next(iter(found), "")
