# SPDX-License-Identifier: Apache-2.0
"""The contract of the record store, kept by the store in memory, and the limits that every store shares."""

import pytest

from appliance.contracts.records import (
    MAX_KEY,
    MAX_ROWS,
    MAX_VALUE,
    LimitExceeded,
    OutcomeUnknown,
    StoreError,
    StoreFull,
    Usage,
    check_limit,
    check_put,
)
from tests.contracts.breaking import MemorySuite


class TestMemoryRecords(MemorySuite):
    """With threads."""


class TestMemoryRecordsInTheLoop(MemorySuite):
    """Without threads a function that blocks stops the loop: all the rest is as it should be."""

    threaded = False
    test_a_function_that_blocks_stops_no_reader_and_not_the_loop = None  # type: ignore[assignment]
    test_a_write_cancelled_while_it_runs_is_all_or_nothing = None  # type: ignore[assignment]


@pytest.mark.parametrize("length", [1, MAX_KEY])
def test_keys_within_the_limit_pass(length: int) -> None:
    check_put(bytes(length), bytes(MAX_VALUE))


@pytest.mark.parametrize(
    ("key", "value", "length"), [(0, 0, 0), (MAX_KEY + 1, 0, MAX_KEY + 1), (1, MAX_VALUE + 1, MAX_VALUE + 1)]
)
def test_rows_beyond_the_limit_are_refused_with_their_length(key: int, value: int, length: int) -> None:
    with pytest.raises(LimitExceeded, match=f"not {length}$"):
        check_put(bytes(key), bytes(value))


@pytest.mark.parametrize("limit", [-1, MAX_ROWS + 1])
def test_pages_beyond_the_limit_are_refused(limit: int) -> None:
    with pytest.raises(LimitExceeded, match=f"not {limit}$"):
        check_limit(limit)


@pytest.mark.parametrize("limit", [0, 1, MAX_ROWS])
def test_pages_within_the_limit_pass(limit: int) -> None:
    check_limit(limit)


@pytest.mark.parametrize(("used", "total", "ratio"), [(0, 10, 0.0), (5, 10, 0.5), (0, 0, 1.0)])
def test_usage_is_a_ratio_and_no_room_at_all_is_full(used: int, total: int, ratio: float) -> None:
    assert Usage(used, total).ratio == ratio


@pytest.mark.parametrize("error", [StoreFull, LimitExceeded, OutcomeUnknown])
def test_every_error_of_a_store_is_a_store_error(error: type[Exception]) -> None:
    assert issubclass(error, StoreError)
