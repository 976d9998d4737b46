# SPDX-License-Identifier: Apache-2.0
"""What is remembered of the counter is bounded."""

from appliance.vault.fetching.at_counter import MAX_FETCHES, AtCounter, Fetch

FETCH = Fetch(b"ticket", "setup.exe", 10, 1)


def test_a_fetch_is_taken_once_by_its_ticket() -> None:
    counter = AtCounter()
    counter.begin("a", FETCH)
    assert counter.take("a", b"other") is None
    assert counter.take("a", b"ticket") == FETCH
    assert counter.take("a", b"ticket") is None


def test_the_oldest_is_forgotten() -> None:
    counter = AtCounter()
    for number in range(MAX_FETCHES + 1):
        counter.begin(str(number), FETCH)
    assert len(counter.fetches) == MAX_FETCHES
    assert counter.take("0", b"ticket") is None and counter.take("1", b"ticket") == FETCH
