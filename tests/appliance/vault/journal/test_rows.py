# SPDX-License-Identifier: Apache-2.0
"""Keys order as their numbers do, and say nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.contracts.records import MAX_KEY
from appliance.vault.journal import rows

numbers = st.integers(0, rows.END)


@given(numbers, numbers)
def test_keys_order_as_their_numbers(one: int, two: int) -> None:
    for key in (rows.leaf_key, rows.payload_key, rows.checkpoint_key):
        assert (key(one) < key(two)) == (one < two)
        assert rows.number_of(key(one)) == one
    assert (rows.office_key("o", one) < rows.office_key("o", two)) == (one < two)
    assert (rows.node_key(8, one) < rows.node_key(8, two)) == (one < two)


def test_no_two_kinds_of_row_share_a_key() -> None:
    ranges = [rows.LEAVES, rows.PAYLOADS, rows.OFFICES, rows.NODES, rows.CHECKPOINTS, rows.HEAD, rows.SIGNED]
    assert not [(a, b) for a in ranges for b in ranges if a != b and b.startswith(a)]
    assert all(each.startswith(b"j/") for each in ranges)


def test_an_office_finds_only_its_own() -> None:
    start, stop = rows.office_key("office", 0), rows.office_key("office", rows.END)
    assert not start <= rows.office_key("office2", 5) < stop
    assert not start <= rows.office_key("offic", 5) < stop
    assert start <= rows.office_key("office", 5) < stop


def test_keys_are_short() -> None:
    assert len(rows.office_key("x" * 26, rows.END)) < MAX_KEY
