# SPDX-License-Identifier: Apache-2.0
"""Tables: rows and their index entries are always in step, and pages begin where the last one ended."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from appliance.testing.clock import FakeRandom
from appliance.testing.memory_records import MemoryTxn, Rows
from appliance.vault.keys.sealing import Sealer
from appliance.vault.records.table import Table
from appliance.vault.records.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Thing:
    """A row with one of each."""

    id: str
    kind: str
    number: int
    name: str = ""
    tags: tuple[str, ...] = ()


things = Table(
    "thing",
    Thing,
    lambda thing: (thing.id,),
    {
        "kind": lambda thing, blind: [(thing.kind, thing.number)],
        "name": lambda thing, blind: [(blind("name", thing.name),)] if thing.name else [],
        "tag": lambda thing, blind: [(tag,) for tag in thing.tags],
    },
)


def transaction(rows: Rows | None = None) -> Transaction:
    return Transaction(MemoryTxn(rows or Rows()), Sealer({1: bytes(32)}, 1, bytes(32), FakeRandom("table")))


@pytest.fixture
def txn() -> Transaction:
    return transaction()


def ids(found: list[Thing]) -> list[str]:
    return [thing.id for thing in found]


def test_a_row_comes_back_as_it_was(txn: Transaction) -> None:
    thing = Thing("a", "k", 3, "山田", ("x", "y"))
    assert things.get(txn, "a") is None
    things.put(txn, thing)
    assert things.get(txn, "a") == thing


def test_a_row_is_found_by_all_of_its_index_entries(txn: Transaction) -> None:
    things.put(txn, Thing("a", "k", 3, "山田", ("x", "y")))
    things.put(txn, Thing("b", "k", 1, "鈴木", ("y",)))
    assert ids(things.scan(txn, "kind", ("k",))) == ["b", "a"]
    assert ids(things.scan(txn, "tag", ("y",))) == ["a", "b"]
    assert ids(things.scan(txn, "tag")) == ["a", "a", "b"]
    found = things.first(txn, "name", txn.sealing.blind("name", "鈴木"))
    assert found is not None and found.id == "b"
    assert things.first(txn, "name", txn.sealing.blind("name", "田中")) is None


def test_a_changed_row_is_found_where_it_is_now_and_nowhere_else(txn: Transaction) -> None:
    thing = Thing("a", "k", 3, "山田", ("x", "y"))
    things.put(txn, thing)
    things.put(txn, replace(thing, kind="l", name="", tags=("y", "z")))
    assert things.scan(txn, "kind", ("k",)) == []
    assert ids(things.scan(txn, "kind", ("l",))) == ["a"]
    assert [ids(things.scan(txn, "tag", (tag,))) for tag in "xyz"] == [[], ["a"], ["a"]]
    assert things.keys(txn, "name") == []


def test_a_removed_row_leaves_nothing() -> None:
    rows = Rows()
    txn = transaction(rows)
    things.put(txn, Thing("a", "k", 3, "山田", ("x", "y")))
    assert (things.delete(txn, "a"), things.delete(txn, "a")) == (True, False)
    assert rows.values == {}


def test_no_name_stands_in_a_key_or_in_the_clear() -> None:
    rows = Rows()
    things.put(transaction(rows), Thing("a", "k", 3, "山田"))
    assert "山田".encode() not in b"".join([*rows.values.keys(), *rows.values.values()])


def test_names_that_begin_alike_are_apart(txn: Transaction) -> None:
    for kind in ("k", "kk", "k ", ""):
        things.put(txn, Thing(f"of {kind}", kind, 1))
    assert ids(things.scan(txn, "kind", ("k",))) == ["of k"]
    assert ids(things.scan(txn, "kind", ("",))) == ["of "]


def test_a_range_ends_before_until(txn: Transaction) -> None:
    for number in range(5):
        things.put(txn, Thing(str(number), "k", number))
    assert ids(things.scan(txn, "kind", ("k",), until=("k", 3))) == ["0", "1", "2"]
    assert ids(things.scan(txn, "kind", ("k", 1), until=("k", 3))) == ["1", "2"]
    assert ids(things.scan(txn, "kind", ("k",), since=("k", 1), until=("k", 3))) == ["1", "2"]
    assert ids(things.scan(txn, "kind", since=("k", 2), until=("k", 4))) == ["2", "3"]
    assert ids(things.scan(txn, "kind", ("k",), since=("a",), until=("k", 1))) == ["0"]
    assert ids(things.scan(txn, "kind", until=("k", 2))) == ["0", "1"]


def test_a_page_begins_behind_a_row_also_among_equals(txn: Transaction) -> None:
    made = [Thing(str(number), "k", number // 3) for number in range(10)]
    for thing in made:
        things.put(txn, thing)
    found: list[Thing] = []
    while page := things.scan(txn, "kind", ("k",), behind=found[-1] if found else None, limit=4):
        found += page
    assert found == made


def test_an_index_is_read_backwards(txn: Transaction) -> None:
    made = [Thing(str(number), "k", number // 3) for number in range(10)]
    for thing in (*made, Thing("a", "j", 1), Thing("b", "l", 1)):
        things.put(txn, thing)
    found: list[Thing] = []
    while page := things.scan(txn, "kind", ("k",), behind=found[-1] if found else None, limit=4, reverse=True):
        found += page
    assert found == made[::-1]
    within = things.scan(txn, "kind", ("k",), since=("k", 1), until=("k", 2), reverse=True)
    assert ids(within) == ["5", "4", "3"]


@pytest.mark.parametrize("reverse", [False, True])
def test_a_row_outside_a_range_is_before_it_or_behind_it(txn: Transaction, reverse: bool) -> None:
    made = [Thing(str(number), "k", number) for number in range(6)]
    for thing in made:
        things.put(txn, thing)

    def within(behind: Thing) -> list[str]:
        return ids(things.scan(txn, "kind", ("k",), since=("k", 2), until=("k", 4), behind=behind, reverse=reverse))

    assert [within(made[0]), within(made[5])] == ([[], ["3", "2"]] if reverse else [["2", "3"], []])
    assert [within(made[2]), within(made[3])] == ([[], ["2"]] if reverse else [["3"], []])


@pytest.mark.parametrize(("most", "counted"), [(0, 0), (1, 1), (1199, 1199), (1200, 1200), (5000, 1200)])
def test_rows_are_counted_up_to_a_limit_and_none_is_opened(txn: Transaction, most: int, counted: int) -> None:
    longer = Table("thingy", Thing, lambda thing: (thing.id,))
    longer.put(txn, Thing("a", "k", 1))
    for number in range(1200):
        things.put(txn, Thing(str(number), "k", number))
    txn.seen.clear()
    assert things.count(txn, most) == counted
    assert txn.seen == {}


def test_tables_whose_names_begin_alike_are_apart(txn: Transaction) -> None:
    longer = Table("thingy", Thing, lambda thing: (thing.id,), {"kind": lambda thing, blind: [(thing.kind,)]})
    longer.put(txn, Thing("a", "k", 1))
    assert things.get(txn, "a") is None
    assert things.scan(txn, "kind") == []


def test_an_index_that_was_not_declared_is_a_fault_and_not_empty(txn: Transaction) -> None:
    things.put(txn, Thing("a", "k", 1))
    for look in (things.scan, things.keys, things.first):
        with pytest.raises(KeyError, match="nothing"):
            look(txn, "nothing")


THINGS = some.builds(
    Thing,
    some.sampled_from("abc"),
    some.sampled_from("kl"),
    some.integers(0, 3),
    some.sampled_from(["", "山田"]),
    some.lists(some.sampled_from("xy"), max_size=3).map(tuple),
)


@given(some.lists(some.tuples(some.booleans(), THINGS), max_size=12))
def test_rows_and_indexes_stay_in_step(steps: list[tuple[bool, Thing]]) -> None:
    rows = Rows()
    txn, model = transaction(rows), dict[str, Thing]()
    for keep, thing in steps:
        if keep:
            things.put(txn, thing)
            model[thing.id] = thing
        else:
            assert things.delete(txn, thing.id) is (model.pop(thing.id, None) is not None)
    by_kind = sorted(model.values(), key=lambda thing: (thing.kind, thing.number, thing.id))
    assert things.scan(txn, "kind") == by_kind
    assert sorted(ids(things.scan(txn, "tag"))) == sorted(each.id for each in by_kind for _ in set(each.tags))
    entries = sum(1 + bool(thing.name) + len(set(thing.tags)) for thing in by_kind)
    assert len(rows.values) == len(model) + entries
