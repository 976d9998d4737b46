# SPDX-License-Identifier: Apache-2.0
"""Refusals of strangers: the first at once, the rest of a minute in one entry, none lost."""

from collections.abc import Callable

import pytest

from appliance.contracts.records import MAX_WRITES
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Entry, Kind, Result
from appliance.model.words import Site
from appliance.testing.clock import FakeClock, FakeRandom
from appliance.vault import refusals_log
from appliance.vault.records.transaction import Transaction
from appliance.vault.refusals_log import AT_ONCE, RefusalsLog


class Kept:
    """Stands for the core: keeps what is journaled in each commit, and fails while it is away."""

    def __init__(self) -> None:
        self.commits: list[list[Entry]] = []
        self.away = False

    @property
    def entries(self) -> list[Entry]:
        return [entry for commit in self.commits for entry in commit]

    async def commit(self, work: Callable[[Transaction], None]) -> None:
        if self.away:
            raise Refused(Why.BROKEN)
        transaction = Transaction(None, None)  # type: ignore[arg-type]
        work(transaction)
        self.commits.append(transaction.entries)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def log(clock: FakeClock, kept: Kept) -> RefusalsLog:
    return RefusalsLog(clock, FakeRandom("refusals"), kept.commit)


async def note(log: RefusalsLog, *sources: str) -> None:
    for source in sources:
        await log.note(Kind.SIGN_IN, Site.PORTAL, source, "wrong_secret")


async def test_the_first_is_written_at_once(clock: FakeClock, kept: Kept, log: RefusalsLog) -> None:
    await note(log, "a")
    (entry,) = kept.entries
    assert (entry.kind, entry.result, entry.site, entry.at) == (
        Kind.SIGN_IN,
        Result.REFUSED,
        "portal",
        clock.now(),
    )
    assert (entry.actor, entry.office, entry.reason, entry.count) == ("", "", "wrong_secret", 1)
    assert entry.personal == {"source": "a"} and len(entry.salt) == 16


async def test_the_rest_of_the_minute_is_one_entry(clock: FakeClock, kept: Kept, log: RefusalsLog) -> None:
    await note(log, *"aaaa")
    await log.flush()
    assert len(kept.entries) == 1
    clock.move(60_000)
    await log.flush()
    assert [entry.count for entry in kept.entries] == [1, 3]
    assert kept.entries[0].salt != kept.entries[1].salt


async def test_the_end_writes_what_was_counted(kept: Kept, log: RefusalsLog) -> None:
    await note(log, *"aabb")
    await log.close()
    assert (
        sorted((entry.personal["source"], entry.count) for entry in kept.entries) == [("a", 1)] * 2 + [("b", 1)] * 2
    )
    await log.close()
    assert len(kept.entries) == 4


async def test_the_addresses_of_one_subscriber_are_one_source(kept: Kept, log: RefusalsLog) -> None:
    await note(log, *(f"2001:db8:0:1::{number:x}" for number in range(1, 50)))
    await log.close()
    assert [(entry.personal["source"], entry.count) for entry in kept.entries] == [
        ("2001:db8:0:1::/64", 1),
        ("2001:db8:0:1::/64", 48),
    ]


async def test_nothing_to_write_is_no_commit(kept: Kept, log: RefusalsLog) -> None:
    await log.flush()
    await log.close()
    assert kept.commits == []


async def test_nothing_is_lost_while_the_store_is_away(clock: FakeClock, kept: Kept, log: RefusalsLog) -> None:
    kept.away = True
    for source in "ab":
        with pytest.raises(Refused):
            await note(log, source)
    clock.move(1)
    with pytest.raises(Refused):
        await note(log, "a")
    kept.away = False
    await note(log, "c")
    assert [entry.personal["source"] for entry in kept.entries] == ["a", "b", "c"]
    clock.move(60_000)
    await log.flush()
    assert [entry.personal["source"] for entry in kept.entries] == ["a", "b", "c", "a"]


async def test_a_flood_from_everywhere_is_written_in_commits_that_the_store_takes(
    clock: FakeClock, kept: Kept, log: RefusalsLog
) -> None:
    sources = [str(number) for number in range(2 * AT_ONCE + 10)]
    kept.away = True
    for source in sources:
        with pytest.raises(Refused):
            await note(log, source)
    kept.away = False
    await log.flush()
    assert [len(commit) for commit in kept.commits] == [AT_ONCE, AT_ONCE, 10]
    assert [entry.personal["source"] for entry in kept.entries] == sources
    assert AT_ONCE * 5 < MAX_WRITES


async def test_what_waits_is_bounded(clock: FakeClock, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals_log, "MAX_WAITING", 3)
    log = RefusalsLog(clock, FakeRandom(""), kept.commit)
    kept.away = True
    for source in "abcde":
        with pytest.raises(Refused):
            await note(log, source)
    kept.away = False
    await log.flush()
    assert len(kept.entries) == 3
