# SPDX-License-Identifier: Apache-2.0
"""Views: scans against a plain sorted list, and a transaction that LMDB has given up."""

from collections.abc import Iterator

import lmdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from renkei_records_lmdb.view import Change, Snapshot

from appliance.contracts.records import MAX_WRITES, LimitExceeded, StoreError, StoreFull

# Few different bytes, so that keys are often prefixes of each other.
KEYS = st.binary(max_size=3) | st.text("\x00a\x7f", max_size=4).map(str.encode)


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lmdb.Environment]:
    with lmdb.open(str(tmp_path_factory.mktemp("view")), map_size=1 << 20, sync=False) as env:
        yield env


@given(
    rows=st.dictionaries(KEYS.filter(bool), st.binary(max_size=3)),
    start=KEYS,
    stop=KEYS,
    limit=st.integers(0, 5),
    reverse=st.booleans(),
)
def test_a_scan_is_a_slice_of_the_sorted_rows(
    env: lmdb.Environment, rows: dict[bytes, bytes], start: bytes, stop: bytes, limit: int, reverse: bool
) -> None:
    txn = env.begin(write=True)
    change = Change(txn)
    for key, value in rows.items():
        change.put(key, value)
    expected = sorted(((k, v) for k, v in rows.items() if start <= k < stop), reverse=reverse)[:limit]
    assert change.scan(start, stop, limit=limit, reverse=reverse) == expected
    assert [change.get(key) for key in rows] == list(rows.values())
    txn.abort()


def test_reads_hand_out_bytes_of_their_own(env: lmdb.Environment) -> None:
    with env.begin(write=True) as txn:
        Change(txn).put(b"own", b"value")
    with env.begin() as read:
        found = Snapshot(read).get(b"own"), Snapshot(read).scan(b"own", b"owo")
    assert found == (b"value", [(b"own", b"value")])
    assert type(found[0]) is bytes


def test_every_use_of_a_closed_view_is_refused(env: lmdb.Environment) -> None:
    txn = env.begin(write=True)
    change = Change(txn)
    txn.abort()
    for use in (
        lambda: change.get(b"a"),
        lambda: change.scan(b"a", b"b"),
        lambda: change.put(b"a", b""),
        lambda: change.delete(b"a"),
    ):
        with pytest.raises(StoreError):
            use()


def test_the_count_of_writes_ends_a_function_before_lmdb_sees_the_write(env: lmdb.Environment) -> None:
    txn = env.begin(write=True)
    change = Change(txn)
    for _ in range(MAX_WRITES):
        change.delete(b"none")
    for write in (lambda: change.put(b"over", b""), lambda: change.delete(b"over")):
        with pytest.raises(LimitExceeded):
            write()
    assert txn.get(b"over") is None
    txn.abort()


def test_a_full_map_is_no_room(env: lmdb.Environment) -> None:
    txn = env.begin(write=True)
    change = Change(txn)
    with pytest.raises(StoreFull, match="map"):
        for number in range(1000):
            change.put(b"%d" % number, bytes(1 << 16))
    with pytest.raises(StoreError):
        change.put(b"again", b"")  # LMDB has given up this transaction
    txn.abort()
