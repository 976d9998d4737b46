# SPDX-License-Identifier: Apache-2.0
"""A batch inside LMDB: what one function may break, what is committed, and when nothing is."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lmdb
import pytest
from renkei_records_lmdb.batch import write_batch
from renkei_records_lmdb.room import Room

from appliance.contracts.records import Done, Failed, Outcome, StoreError, StoreFull, Txn, Work
from appliance.testing.clock import FakeClock

MIB = 1 << 20


class Bench:
    """An environment of 4 MiB and its room."""

    def __init__(self, folder: Path) -> None:
        self.env = lmdb.open(str(folder), map_size=4 * MIB, sync=False)
        self.file = os.open(folder / "data.mdb", os.O_RDWR)
        self.room = Room(self.env, self.file, 4 * MIB)

    def write(self, *batch: Work, given_up: bool = False) -> list[Outcome]:
        return write_batch(self.env, batch, self.room, FakeClock().monotonic, lambda: given_up)

    def keys(self) -> list[bytes]:
        with self.env.begin() as txn:
            return list(txn.cursor().iternext(values=False))

    def commits(self) -> int:
        return self.env.info()["last_txnid"]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.env.close()
    os.close(bench.file)


def put(key: bytes, size: int = 0) -> Work:
    return lambda txn: txn.put(key, bytes(size))


def too_much(txn: Txn) -> None:
    """Ends with a full map, inside LMDB."""
    for number in range(200):
        txn.put(b"much-%d" % number, bytes(1 << 16))


def too_much_unnoticed(txn: Txn) -> str:
    """As above, but the function swallows it."""
    try:
        too_much(txn)
    except StoreFull:
        return "fine"
    raise AssertionError("it fitted")


def test_all_functions_of_a_batch_are_one_commit(bench: Bench) -> None:
    before = bench.commits()
    assert bench.write(*(put(b"%03d" % number) for number in range(100))) == [Done(None)] * 100
    assert bench.commits() == before + 1
    assert len(bench.keys()) == 100


def test_a_function_that_fills_the_map_fails_alone(bench: Bench) -> None:
    outcomes = bench.write(put(b"a"), too_much, put(b"b"))
    assert [type(outcome) for outcome in outcomes] == [Done, Failed, Done]
    assert isinstance(outcomes[1], Failed) and isinstance(outcomes[1].error, StoreFull)
    assert bench.keys() == [b"a", b"b"]
    (alone,) = bench.write(too_much)
    assert isinstance(alone, Failed) and isinstance(alone.error, StoreFull)


def test_a_function_that_hides_its_failure_fails_nevertheless(bench: Bench) -> None:
    outcomes = bench.write(put(b"a"), too_much_unnoticed, put(b"b"))
    assert isinstance(outcomes[1], Failed) and isinstance(outcomes[1].error, StoreFull)
    assert bench.keys() == [b"a", b"b"]
    (alone,) = bench.write(too_much_unnoticed)
    assert isinstance(alone, Failed) and isinstance(alone.error, StoreFull)
    assert bench.keys() == [b"a", b"b"]


def test_a_function_that_uses_an_earlier_ones_transaction_fails(bench: Bench) -> None:
    kept: list[Txn] = []
    outcomes = bench.write(kept.append, lambda txn: kept[0].put(b"smuggled", b""), put(b"a"))
    assert isinstance(outcomes[1], Failed) and isinstance(outcomes[1].error, StoreError)
    assert bench.keys() == [b"a"]


def test_a_batch_that_eats_into_the_reserve_is_refused_as_a_whole(bench: Bench) -> None:
    batch = [put(b"%03d" % number, 1 << 16) for number in range(59)]
    with pytest.raises(StoreFull):
        bench.write(*batch)
    assert bench.keys() == []
    assert bench.write(*batch[:30]) == [Done(None)] * 30


def test_after_a_refusal_everything_can_be_deleted(bench: Bench) -> None:
    written = 0
    with pytest.raises(StoreFull):
        for written in range(1000):
            bench.write(put(b"%03d" % written, 1 << 16))
    assert bench.keys() == [b"%03d" % number for number in range(written)]
    deletes = [lambda txn, number=number: txn.delete(b"%03d" % number) for number in range(written)]
    assert bench.write(*deletes) == [Done(True)] * written
    assert bench.keys() == []
    assert bench.write(put(b"again", 1 << 16)) == [Done(None)]


@pytest.mark.parametrize("count", [1, 3])
def test_what_nobody_waits_for_is_not_committed(bench: Bench, count: int) -> None:
    with pytest.raises(StoreError, match="did not wait"):
        bench.write(*[put(b"a")] * count, given_up=True)
    assert bench.keys() == []
    assert bench.write(put(b"b")) == [Done(None)]


@pytest.mark.parametrize("count", [1, 3])
def test_an_end_of_the_program_in_a_function_undoes_the_batch(bench: Bench, count: int) -> None:
    def leave(txn: Txn) -> None:
        txn.put(b"left", b"")
        raise SystemExit

    with pytest.raises(SystemExit):
        bench.write(*[put(b"a")] * (count - 1), leave)
    assert bench.keys() == []
    assert bench.write(put(b"b")) == [Done(None)]


def test_a_store_that_lmdb_has_closed_is_a_store_error(bench: Bench) -> None:
    bench.env.close()
    with pytest.raises(StoreError):
        bench.write(put(b"a"))


def test_a_write_that_the_disk_took_in_part_is_full_if_the_disk_is(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(txn: Any) -> int:
        error = lmdb.Error("mdb_txn_commit: Input/output error")
        error.__dict__["code"] = 5
        raise error

    monkeypatch.setattr(bench.room, "admit", broken)
    for full, kind in ((True, StoreFull), (False, StoreError)):
        monkeypatch.setattr(bench.room, "disk_is_full", lambda full=full: full)
        with pytest.raises(StoreError) as caught:
            bench.write(put(b"a"))
        assert type(caught.value) is kind
