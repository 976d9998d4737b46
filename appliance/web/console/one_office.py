# SPDX-License-Identifier: Apache-2.0
"""Narrowing a list to one office: by its id in a link, or by its number or name as somebody typed it."""

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.link.messages import ListOffices, OfficeRow
from appliance.model.ids import canonical_number
from appliance.web.cursors import known_id
from appliance.web.narrowed import Filter, Shape
from appliance.web.office_names import numbered
from appliance.web.request import Request

FIELD, TYPED = "office", "find"
# More than this are not told apart in a row of links.
MOST_FOUND = 20
MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class ChosenOffice:
    """The office, if it is one. typed is what stands in the field; found are those that it could be.

    more: there are others like these. missed: there is none at all.
    """

    row: OfficeRow | None = None
    typed: str = ""
    found: tuple[OfficeRow, ...] = ()
    more: bool = False

    @property
    def id(self) -> str:
        """The id, "" for all offices."""
        return self.row.id if self.row else ""

    @property
    def is_settled(self) -> bool:
        """Whether it is clear of which office the list is."""
        return self.row is not None or not self.typed

    @property
    def filter(self) -> Filter:
        """For a list that is narrowed to it."""
        return Filter(FIELD, "事業所", Shape.HIDDEN, word=named(self.row) if self.row else "")


def named(row: OfficeRow) -> str:
    """Number and name, as people say it."""
    return numbered(row.number, row.name)


async def chosen_office(request: Request, fields: Mapping[str, str]) -> ChosenOffice:
    """The office that a query or a form names. What was typed goes before a link. Raises Refused."""
    typed = fields.get(TYPED, "").strip()
    if typed:
        return await _looked_for(request, typed)
    office = fields.get(FIELD, "")
    if not office:
        return ChosenOffice()
    [row] = (await request.ask(ListOffices(limit=1, office=known_id(office)))).reply.rows
    return ChosenOffice(row, named(row))


async def _looked_for(request: Request, typed: str) -> ChosenOffice:
    """The only office of this number, or the only one that is found."""
    found: list[OfficeRow] = []
    after = 0
    for _page in range(MOST_PAGES):
        page = (await request.ask(ListOffices(after, MOST_FOUND + 1, typed))).reply
        found.extend(page.rows)
        after = page.after
        if not after or len(found) > MOST_FOUND or (found and _is_number(typed, found[0])):
            break
    if len(found) == 1 or (found and _is_number(typed, found[0])):
        return ChosenOffice(found[0], named(found[0]))
    return ChosenOffice(None, typed, tuple(found[:MOST_FOUND]), bool(after) or len(found) > MOST_FOUND)


def _is_number(typed: str, row: OfficeRow) -> bool:
    number = canonical_number(typed)
    return number.isascii() and number.isdecimal() and int(number[:9]) == row.number
