# SPDX-License-Identifier: Apache-2.0
"""Whose pages an act changes."""

from collections.abc import Sequence

import pytest

from appliance.model.journal import Entry, Kind, Result
from appliance.vault.watching.concerns import FUND, concerned

ABC, OTHER = "office-abc", "office-other"
BEFORE_DELIVERY = (
    Kind.FILING_UPLOADED,
    Kind.FILING_HELD,
    Kind.FILING_RELEASED,
    Kind.FILING_REFUSED,
    Kind.FILING_APPROVED,
    Kind.FILING_CANCELLED,
)


def entry(kind: Kind, office: str = ABC, result: Result = Result.DONE) -> Entry:
    return Entry(kind, result, 0, "portal", "actor", office, "thing", "", "request", b"salt")


@pytest.mark.parametrize("kind", BEFORE_DELIVERY)
def test_before_its_delivery_a_filing_is_its_offices_alone(kind: Kind) -> None:
    assert concerned([entry(kind)]) == {ABC}


@pytest.mark.parametrize("kind", [Kind.FILING_DELIVERED, Kind.FILING_RECEIVED, Kind.NOTICE_CANCELLED])
def test_what_both_see(kind: Kind) -> None:
    assert concerned([entry(kind)]) == {ABC, FUND}


@pytest.mark.parametrize("kind", [Kind.TUNNEL_OPENED, Kind.TUNNEL_ENDED, Kind.SEAT_BLOCKED, Kind.SEAT_UNBLOCKED])
def test_who_is_connected_and_kept_out_is_the_funds_to_see(kind: Kind) -> None:
    assert concerned([entry(kind)]) == concerned([entry(kind, office="")]) == {FUND}


def test_who_was_turned_away_is_the_funds_to_see() -> None:
    turned_away = entry(Kind.TUNNEL_REFUSED, result=Result.REFUSED)
    assert concerned([turned_away]) == {FUND}
    assert concerned([entry(Kind.TUNNEL_ENDED, result=Result.REFUSED)]) == set()


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [entry(Kind.MENU_READ)],
        [entry(Kind.FILING_DOWNLOADED)],
        [entry(Kind.FILING_DELIVERED, result=Result.REFUSED)],
        [entry(Kind.FILING_DELIVERED, office="")],
    ],
)
def test_what_changes_no_page(entries: Sequence[Entry]) -> None:
    assert concerned(entries) == set()


def test_all_entries_of_an_act_count() -> None:
    found = concerned([entry(Kind.FILING_UPLOADED), entry(Kind.FILING_CANCELLED, OTHER)])
    assert found == {ABC, OTHER}
