# SPDX-License-Identifier: Apache-2.0
"""What is remembered of the counter is bounded."""

from appliance.model.time import DAY, HOUR, MINUTE
from appliance.vault.fetching.at_counter import MAX_FETCHES, MAX_LETTERS, AtCounter, Fetch

FETCH = Fetch(b"ticket", "setup.exe", 10, 1)


def test_a_fetch_is_taken_once_by_its_ticket() -> None:
    counter = AtCounter()
    counter.begin("a", FETCH)
    assert counter.take("a", b"other") is None
    assert counter.take("a", b"ticket") == FETCH
    assert counter.take("a", b"ticket") is None


def test_an_office_sends_so_many_codes_and_no_more() -> None:
    counter = AtCounter()
    assert all(counter.may_send(b"a", 6, MINUTE * number) for number in range(5))
    assert not counter.may_send(b"a", 1, 30 * MINUTE), "thirty an hour"
    assert counter.may_send(b"b", 6, 30 * MINUTE), "others are not concerned"
    assert all(counter.may_send(b"a", 6, 2 * HOUR + MINUTE * number) for number in range(5))
    assert not counter.may_send(b"a", 1, 5 * HOUR), "sixty a day"
    assert counter.may_send(b"a", 6, 2 * DAY)


def test_what_is_too_much_counts_for_nothing() -> None:
    counter = AtCounter()
    assert not counter.may_send(b"a", 31, 0)
    assert counter.may_send(b"a", 30, 0)


def test_offices_are_forgotten_beyond_a_number() -> None:
    counter = AtCounter()
    for number in range(MAX_LETTERS + 1):
        counter.may_send(str(number).encode(), 1, 0)
    assert len(counter.sent) == MAX_LETTERS


def test_the_oldest_is_forgotten() -> None:
    counter = AtCounter()
    for number in range(MAX_FETCHES + 1):
        counter.begin(str(number), FETCH)
    assert len(counter.fetches) == MAX_FETCHES
    assert counter.take("0", b"ticket") is None and counter.take("1", b"ticket") == FETCH
