# SPDX-License-Identifier: Apache-2.0
"""The list of offices, for the console."""

import re
from collections.abc import Iterator
from typing import Any

from appliance.link.messages import ListOffices, OfficePage, OfficeRow
from appliance.link.refusals import Refused, Why
from appliance.model.ids import CONTRACT_NUMBER, canonical_number
from appliance.model.searching import Terms, folded
from appliance.model.things import Office
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.narrowing import filters, page_of, terms_of
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Snapshot

MAX_ROWS = 1_000
NUMBER = re.compile(r"[0-9]{1,9}")


def known_office(snapshot: Snapshot, office: str) -> str:
    """The id of an office that there is, or "" for all of them. Raises Refused NOT_FOUND."""
    if office and offices.get(snapshot, office) is None:
        raise Refused(Why.NOT_FOUND)
    return office


def named_office(snapshot: Snapshot, caller: Caller, message: Any) -> str:
    """The office that a message of the fund names, which has to be one. Raises Refused NOT_FOUND."""
    if not message.office:
        raise Refused(Why.NOT_FOUND)
    return known_office(snapshot, message.office)


async def list_offices(core: Core, caller: Caller, message: ListOffices) -> OfficePage:
    """One page in the order of the offices' numbers.

    Raises Refused INVALID for what nobody can look for, NOT_FOUND for an office that there is not.
    """
    terms, told = terms_of(message.search), filters(message)
    office = await core.read(lambda snapshot: known_office(snapshot, message.office))
    page = "/".join((str(message.after), office, message.search, *told))
    await journal_reading(core, caller, page, office or None, reason=", ".join(told))
    limit = max(1, min(message.limit, MAX_ROWS - 1))
    return await core.read(lambda snapshot: _page(snapshot, message, terms, limit))


def _page(snapshot: Snapshot, message: ListOffices, terms: Terms, limit: int) -> OfficePage:
    if message.office:
        return OfficePage(tuple(map(_row, filter(None, [offices.get(snapshot, message.office)]))), 0)
    exact = _exact(snapshot, message.search)
    others = (office for office in _walk(snapshot, message.after, limit + 1) if exact is None or office != exact)
    found, more = page_of(others, lambda office: terms.are_in(haystack(office)), limit)
    first = [exact] if exact is not None and message.after <= 0 else []
    behind = offices.get(snapshot, more) if more else None
    return OfficePage(tuple(map(_row, (*first, *found))), behind.number if behind else 0)


def _row(office: Office) -> OfficeRow:
    return OfficeRow(office.id, office.number, office.contract_number, office.name, office.suspended is not None)


def haystack(office: Office) -> str:
    """What of an office is searched, folded: its number as people see it, and its name."""
    return f"{office.number:04d}\n{folded(office.name)}"


def _exact(snapshot: Snapshot, search: str) -> Office | None:
    """The office of just this number or contract number."""
    typed = canonical_number(search)
    if NUMBER.fullmatch(typed):
        return offices.first(snapshot, "number", int(typed))
    if CONTRACT_NUMBER.fullmatch(typed):
        return offices.first(snapshot, "contract", snapshot.sealing.blind("contract", typed))
    return None


def _walk(snapshot: Snapshot, after: int, at_once: int) -> Iterator[Office]:
    """All offices whose numbers come after this one; of one that there is not, from the beginning on."""
    behind = offices.first(snapshot, "number", after) if after > 0 else None
    more = True
    while more:
        found = offices.scan(snapshot, "number", behind=behind, limit=at_once)
        yield from found
        more = len(found) == at_once
        behind = found[-1] if found else None
