# SPDX-License-Identifier: Apache-2.0
"""Snapshots remember what they were asked for; transactions change it together with the journal."""

from collections.abc import Sequence
from typing import Any

import pytest

from appliance.contracts.records import MAX_KEY, Txn
from appliance.model.journal import Entry
from appliance.testing.clock import FakeRandom
from appliance.testing.memory_records import MemoryTxn, Rows
from appliance.vault.keys.sealing import Sealer, Unsealable
from appliance.vault.records.transaction import Moved, Snapshot, Transaction

KEY, OTHER = b"t/key", b"t/other"


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def sealer() -> Sealer:
    return Sealer({1: bytes(32)}, 1, bytes(32), FakeRandom("seal"))


@pytest.fixture
def txn(rows: Rows, sealer: Sealer) -> Transaction:
    return Transaction(MemoryTxn(rows), sealer)


class FakeJournal:
    """Keeps what it is handed."""

    def __init__(self) -> None:
        self.appended: list[list[Entry]] = []

    def append(self, txn: Txn, entries: Sequence[Entry]) -> int:
        self.appended.append(list(entries))
        return 0


def test_values_are_sealed_to_their_keys(rows: Rows, txn: Transaction) -> None:
    txn.put(KEY, b"plain")
    assert b"plain" not in rows.values[KEY]
    assert txn.get(KEY) == b"plain"
    rows.set(OTHER, rows.values[KEY])
    with pytest.raises(Unsealable):
        txn.get(OTHER)


def test_what_was_asked_for_is_remembered_with_what_was_there(rows: Rows, txn: Transaction, sealer: Sealer) -> None:
    txn.put(KEY, b"plain")
    snapshot = Snapshot(MemoryTxn(rows), sealer)
    snapshot.get(KEY)
    snapshot.get(OTHER)
    snapshot.peek(b"t/index")
    snapshot.scan(b"a", b"b")
    assert snapshot.seen == {KEY: rows.values[KEY], OTHER: None}


def test_facts_stand_or_have_moved(rows: Rows, txn: Transaction) -> None:
    txn.require({KEY: None})
    txn.put(KEY, b"plain")
    sealed = rows.values[KEY]
    txn.require({KEY: sealed, OTHER: None})
    for seen in ({KEY: None}, {OTHER: b""}, {KEY: sealed, OTHER: sealed}):
        with pytest.raises(Moved):
            txn.require(seen)
    txn.put(KEY, b"plain")
    with pytest.raises(Moved):
        txn.require({KEY: sealed})


def test_a_key_that_no_row_can_have_is_none_and_no_fact(txn: Transaction) -> None:
    assert txn.get(b"x" * (MAX_KEY + 1)) is None
    assert txn.seen == {}


def test_index_keys_lead_to_rows_unsealed(txn: Transaction) -> None:
    for number in range(5):
        txn.point(b"i/%d" % number, b"t/%d" % number)
    assert txn.peek(b"i/3") == b"t/3"
    assert txn.scan(b"i/1", b"i/4") == [b"t/1", b"t/2", b"t/3"]
    assert txn.scan(b"i/1", b"i/4", limit=1, reverse=True) == [b"t/3"]
    assert (txn.delete(b"i/3"), txn.delete(b"i/3"), txn.peek(b"i/3")) == (True, False, None)


def test_entries_are_handed_over_together_and_last(txn: Transaction) -> None:
    journal, entries = FakeJournal(), [object(), object()]
    for entry in entries:
        txn.journal(entry)  # type: ignore[arg-type]
    assert journal.appended == []
    txn.finish(journal)
    assert journal.appended == [entries]


def test_without_entries_the_journal_is_left_alone(txn: Transaction) -> None:
    journal: Any = FakeJournal()
    txn.finish(journal)
    assert journal.appended == []
