# SPDX-License-Identifier: Apache-2.0
"""Tallies: whatever is done with rows, they say how many there are."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from appliance.model.things import Filing, Notice
from appliance.model.words import FilingState, NoticeState
from appliance.testing.clock import FakeRandom
from appliance.testing.memory_records import MemoryTxn, Rows
from appliance.vault.keys.sealing import Sealer
from appliance.vault.records.tables import filings, notices
from appliance.vault.records.tallies import (
    Counting,
    Series,
    Tally,
    add,
    countings,
    settle,
    shown_generation,
    tallies,
)
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.tallied import as_they_are, as_they_should_be

# 2026-06-09 00:00 in Japan.
MIDNIGHT = 1_780_930_800_000
DAY = 86_400_000


def transaction(rows: Rows) -> Transaction:
    return Transaction(MemoryTxn(rows), Sealer({1: bytes(32)}, 1, bytes(32), FakeRandom("tallies")))


@pytest.fixture
def rows() -> Rows:
    """A store of which everything has been counted: nothing."""
    made = Rows()
    countings.put(transaction(made), Counting(1, shown=1))
    return made


def notice(id: str = "n", **changes: object) -> Notice:
    made = Notice(
        id,
        "o1",
        "receipt",
        "2026-06",
        "a.pdf",
        3,
        bytes(32),
        (),
        b"",
        "2034-07",
        NoticeState.DELIVERED,
        MIDNIGHT,
        "c",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def filing(id: str = "f", state: FilingState = FilingState.UPLOADED, **changes: object) -> Filing:
    made = Filing(id, "o1", "acquisition", "", "a.pdf", 3, bytes(32), (), b"", "2034-07", state, MIDNIGHT, "u")
    return replace(made, **changes)  # type: ignore[arg-type]


def put(rows: Rows, *changed: Notice | Filing) -> None:
    txn = transaction(rows)
    for one in changed:
        if isinstance(one, Notice):
            notices.put(txn, one)
        else:
            filings.put(txn, one)
    settle(txn)


def figures(rows: Rows) -> dict[tuple[str, str], int]:
    return as_they_are(transaction(rows))


def test_a_notice_counts_on_its_day_and_as_unread_until_it_is_received(rows: Rows) -> None:
    put(rows, notice(), notice("m", type="payment", office="o2", delivered_at=MIDNIGHT - 1))
    assert figures(rows) == {
        (Series.NOTICES_OF_DAY, "2026-06-09"): 1,
        (Series.NOTICES_OF_DAY, "2026-06-08"): 1,
        (Series.NOTICES_UNREAD, "receipt"): 1,
        (Series.NOTICES_UNREAD, "payment"): 1,
        (Series.OFFICE_UNREAD, "o1"): 1,
        (Series.OFFICE_UNREAD, "o2"): 1,
    }
    put(rows, notice(state=NoticeState.RECEIVED, received_at=MIDNIGHT + 1))
    assert figures(rows) == {
        (Series.NOTICES_OF_DAY, "2026-06-09"): 1,
        (Series.NOTICES_OF_DAY, "2026-06-08"): 1,
        (Series.NOTICES_UNREAD, "payment"): 1,
        (Series.OFFICE_UNREAD, "o2"): 1,
    }


def test_a_notice_that_was_taken_back_was_never_delivered(rows: Rows) -> None:
    put(rows, notice())
    put(rows, notice(state=NoticeState.CANCELLED))
    assert figures(rows) == {}


def test_the_fund_counts_no_filing_before_it_has_it(rows: Rows) -> None:
    for state in (FilingState.HELD, FilingState.UPLOADED, FilingState.APPROVED, FilingState.CANCELLED):
        put(rows, filing(state=state))
        assert figures(rows) == {}


def test_a_filing_is_open_until_it_is_returned_or_done(rows: Rows) -> None:
    arrived = {(Series.FILINGS_OF_DAY, "2026-06-10"): 1}
    for state in (FilingState.DELIVERED, FilingState.RECEIVED, FilingState.ACCEPTED):
        put(rows, filing(state=state, delivered_at=MIDNIGHT + DAY))
        assert figures(rows) == {**arrived, (Series.FILINGS_OPEN, state): 1}
    put(rows, filing(state=FilingState.RETURNED, delivered_at=MIDNIGHT + DAY))
    assert figures(rows) == arrived


def test_what_changes_nothing_that_counts_writes_no_tally(rows: Rows) -> None:
    put(rows, notice())
    before = dict(rows.values)
    txn = transaction(rows)
    notices.put(txn, notice(opened_at=MIDNIGHT + 5))
    assert txn.counts == []
    settle(txn)
    written = {key for key, value in rows.values.items() if before.get(key) != value}
    assert written == {notices.key("n")}


def test_many_rows_of_a_transaction_are_one_change_of_a_tally(rows: Rows) -> None:
    put(rows, *(notice(f"n{number}") for number in range(100)))
    assert figures(rows)[(Series.OFFICE_UNREAD, "o1")] == 100


def test_a_row_that_goes_is_not_counted_any_more(rows: Rows) -> None:
    put(rows, notice(), notice("m"))
    txn = transaction(rows)
    assert notices.delete(txn, "n") and not notices.delete(txn, "nobody")
    settle(txn)
    assert figures(rows)[(Series.NOTICES_UNREAD, "receipt")] == 1


def test_a_transaction_that_gives_up_leaves_the_tallies_alone(rows: Rows) -> None:
    put(rows, notice())
    txn = transaction(rows)
    notices.put(txn, notice("m"))
    assert txn.counts and figures(rows)[(Series.OFFICE_UNREAD, "o1")] == 1


def test_offices_are_found_by_how_many_they_have(rows: Rows) -> None:
    put(
        rows,
        *(
            notice(f"{office}{number}", office=office)
            for office, many in zip("abc", (2, 9, 5), strict=True)
            for number in range(many)
        ),
    )
    found = tallies.scan(transaction(rows), "most", (1,), limit=2)
    assert found == [Tally(1, Series.OFFICE_UNREAD, "b", 9), Tally(1, Series.OFFICE_UNREAD, "c", 5)]


def test_a_tally_of_a_day_that_was_forgotten_does_not_fall_below_nothing(rows: Rows) -> None:
    add(transaction(rows), 1, Counter({("notices_of_day", "2026-06-09"): -1, ("notices_unread", "receipt"): 2}))
    assert figures(rows) == {("notices_unread", "receipt"): 2}


def test_before_anything_was_counted_nothing_is_kept() -> None:
    rows = Rows()
    put(rows, notice())
    assert tallies.walk(transaction(rows)) == [] and shown_generation(transaction(rows)) == 0


def test_of_what_is_counted_anew_only_what_was_passed_is_kept_in_step(rows: Rows) -> None:
    countings.put(transaction(rows), Counting(1, shown=1, made=2, until=notices.key("k")))
    put(rows, notice("j"), notice("k"), notice("l"), filing("z", FilingState.DELIVERED, delivered_at=MIDNIGHT))
    txn = transaction(rows)
    counts = {one.generation: one.count for one in tallies.walk(txn) if one.series == Series.NOTICES_UNREAD}
    assert counts == {1: 3, 2: 2}
    assert tallies.get(txn, 2, Series.FILINGS_OPEN, "delivered") is not None, "all filings stand before all notices"


ACTS = some.lists(
    some.tuples(
        some.sampled_from("abcde"),
        some.sampled_from([*NoticeState, *FilingState, None]),
        some.sampled_from([MIDNIGHT, MIDNIGHT + DAY, MIDNIGHT + 40 * DAY]),
        some.sampled_from(["receipt", "payment"]),
        some.booleans(),
    ),
    max_size=40,
)


@given(ACTS)
def test_whatever_happens_the_tallies_are_what_all_rows_sum_up_to(
    acts: list[tuple[str, object, int, str, bool]],
) -> None:
    rows = Rows()
    txn = transaction(rows)
    countings.put(txn, Counting(1, shown=1))
    for id, state, at, kind, is_end in acts:
        if isinstance(state, NoticeState):
            received = at if state is NoticeState.RECEIVED else 0
            notices.put(txn, notice(id, state=state, delivered_at=at, received_at=received, type=kind, office=kind))
        elif isinstance(state, FilingState):
            seen = state in ("delivered", "received", "accepted", "returned", "done")
            filings.put(txn, filing(id, state, delivered_at=at if seen else 0))
        else:
            notices.delete(txn, id)
        if is_end:
            settle(txn)
            txn = transaction(rows)
    settle(txn)
    assert as_they_are(transaction(rows)) == as_they_should_be(transaction(rows))
