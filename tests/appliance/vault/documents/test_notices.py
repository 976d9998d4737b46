# SPDX-License-Identifier: Apache-2.0
"""Notices: delivered once and whole, seen by their office alone, received when the last byte went out."""

import asyncio
import hashlib
from collections import Counter
from typing import Any

import pytest

from appliance.contracts.records import View
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.words import NoticeState
from appliance.vault.documents import notices as module
from appliance.vault.records.tables import outbox
from tests.appliance.vault.world import CONTENT, PERIOD, TYPE, Person, World, delivery
from tests.pdf import pdf

SHA256 = hashlib.sha256(CONTENT).digest()


async def listed(person: Person, office: str = "") -> list[str]:
    return [row.id for row in (await person.ask(m.ListNotices(office))).rows]


async def pages(person: Person, limit: int, office: str = "") -> list[str]:
    """All ids, page by page."""
    found, after = [], ""
    while True:
        page = await person.ask(m.ListNotices(office, after, limit))
        found += [row.id for row in page.rows]
        if not page.after:
            return found
        assert len(page.rows) == limit
        after = page.after


async def test_the_fund_reads_one_line_of_the_list(world: World, user: Person, clerk: Person) -> None:
    notice = await clerk.deliver(user.office)
    await clerk.ask(m.CancelNotice(notice, "誤配信", ""))
    [row] = (await clerk.ask(m.ListNotices())).rows
    assert await clerk.ask(m.ReadNotice(notice)) == await clerk.ask(m.ReadNotice(notice)) == row
    [*_, last] = entries = await world.journal(Kind.NOTICE_LIST_READ)
    assert (len(entries), last.thing, last.office, last.actor) == (2, notice, user.office, clerk.account)


@pytest.mark.parametrize("notice", ["a" * 26, "", "x" * 5_000, "\0"])
async def test_a_notice_that_is_not_there_has_no_line(clerk: Person, notice: str) -> None:
    await clerk.refused(Why.NOT_FOUND, m.ReadNotice(notice))


async def many(world: World, clerk: Person, count: int, *offices: str) -> dict[str, list[str]]:
    """Deliver count notices in turn; the ids by office, newest first. Two share each millisecond."""
    found: dict[str, list[str]] = {office: [] for office in offices}
    for number in range(count):
        office = offices[number % len(offices)]
        found[office].insert(0, await clerk.deliver(office, pdf(number, 400)))
        world.clock.move(number % 2)
    return found


# --- delivering ---------------------------------------------------------------------------------------------------


async def test_a_delivery_is_one_commit_of_everything(world: World, user: Person, clerk: Person) -> None:
    upload = await clerk.upload(user.office)
    commits = world.store.commits
    assert (await clerk.ask(delivery(upload))).notice == upload
    assert world.store.commits == commits + 1
    notice = await world.notice(upload)
    assert (notice.office, notice.state, notice.sha256) == (user.office, NoticeState.DELIVERED, SHA256)
    assert (notice.delivered_at, notice.delivered_by) == (world.clock.now(), clerk.account)
    last = await world.last()
    assert (last.kind, last.office, last.thing, last.sha256) == (
        Kind.NOTICE_DELIVERED,
        user.office,
        upload,
        SHA256.hex(),
    )
    letters = await world.core.read(lambda snapshot: outbox.scan(snapshot, "due"))
    assert [(letter.account, letter.about) for letter in letters] == [(user.account, upload)]


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "letter_bomb"},
        {"type": ""},
        {"period": "2026-13"},
        {"period": "2026-5"},
        {"period": "2026-05\n"},
        {"period": "1999-05"},
        {"period": ""},
        {"sha256": b""},
        {"sha256": SHA256[:-1]},
        {"sha256": bytes(32)},
        {"sha256": SHA256.hex().encode()},
    ],
)
async def test_what_cannot_be_delivered(world: World, clerk: Person, office: str, changed: dict[str, Any]) -> None:
    upload = await clerk.upload(office)
    before = await world.rows()
    await clerk.refused(Why.INVALID, delivery(upload, **changed))
    assert await world.rows() == before
    assert (await world.last()).result is Result.REFUSED
    await clerk.ask(delivery(upload))


async def test_an_upload_that_is_not_complete_is_not_delivered(
    world: World, clerk: Person, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.vault.documents.uploads.PART_SIZE", 10)
    upload = await clerk.begin(office)
    nothing = delivery(upload, sha256=hashlib.sha256().digest())
    await clerk.refused(Why.CONFLICT, nothing)
    await clerk.put(upload, 0, CONTENT[:10])
    await clerk.refused(Why.INVALID, delivery(upload))
    await clerk.refused(Why.CONFLICT, delivery(upload, CONTENT[:10]))
    assert await world.notice(upload) is None


async def test_an_upload_is_delivered_once(world: World, clerk: Person, office: str) -> None:
    upload = await clerk.upload(office)
    both = [world.outcome(clerk.site, delivery(upload), token=clerk.token) for _ in "12345"]
    answers = await asyncio.gather(*both)
    assert Counter(answers) == {m.NoticeDelivered(upload): 1, Why.NOT_FOUND: 4}
    assert await listed(clerk) == [upload]


# --- listing ------------------------------------------------------------------------------------------------------


async def test_an_office_sees_its_own_and_nothing_else(
    world: World, user: Person, clerk: Person, stranger: Person
) -> None:
    ids = await many(world, clerk, 6, user.office, stranger.office)
    for person in (user, stranger):
        assert await listed(person) == ids[person.office]
        for other in (user, stranger):
            assert await listed(person, other.office) == ids[person.office], "whatever is asked"
    assert len(await listed(clerk)) == 6
    assert await listed(clerk, user.office) == ids[user.office]


async def test_a_row_says_what_there_is(world: World, user: Person, clerk: Person) -> None:
    notice = await clerk.deliver(user.office)
    (row,) = (await user.ask(m.ListNotices())).rows
    now = world.clock.now()
    assert row == m.NoticeRow(
        notice, 1, "事業所1", TYPE, PERIOD, "通知.pdf", len(CONTENT), NoticeState.DELIVERED, now, 0
    )


@pytest.mark.parametrize("limit", [1, 3, 7, 20, 21])
async def test_no_row_comes_twice_or_is_missing(
    world: World, user: Person, clerk: Person, stranger: Person, limit: int
) -> None:
    ids = await many(world, clerk, 40, user.office, stranger.office)
    assert sorted(await pages(user, limit)) == sorted(ids[user.office])
    found = await pages(clerk, limit)
    assert sorted(found) == sorted(ids[user.office] + ids[stranger.office])
    delivered = [(await world.notice(id)).delivered_at for id in found]
    assert delivered == sorted(delivered, reverse=True)
    assert await pages(clerk, limit, stranger.office) == await pages(stranger, limit)


async def test_the_last_page_has_no_cursor(world: World, user: Person, clerk: Person) -> None:
    ids = (await many(world, clerk, 5, user.office))[user.office]
    assert (await user.ask(m.ListNotices(limit=5))).after == ""
    page = await user.ask(m.ListNotices(limit=4))
    assert page.after == page.rows[-1].id and page.after in ids


async def test_new_rows_do_not_disturb_a_page_turn(world: World, user: Person, clerk: Person) -> None:
    ids = (await many(world, clerk, 10, user.office))[user.office]
    first = await user.ask(m.ListNotices(limit=5))
    world.clock.move(1)
    await many(world, clerk, 3, user.office)
    second = await user.ask(m.ListNotices(after=first.after, limit=5))
    assert sorted(row.id for row in first.rows + second.rows) == sorted(ids)
    assert second.after == ""


@pytest.mark.parametrize("cursor", ["a" * 26, "x" * 5_000, "../..", "\0"])
async def test_a_cursor_that_there_is_not(user: Person, cursor: str) -> None:
    await user.refused(Why.NOT_FOUND, m.ListNotices(after=cursor))


async def test_a_cursor_of_another_office_is_as_good_as_none(
    world: World, user: Person, clerk: Person, stranger: Person
) -> None:
    ids = await many(world, clerk, 4, user.office, stranger.office)
    await user.refused(Why.NOT_FOUND, m.ListNotices(after=ids[stranger.office][0]))
    await clerk.refused(Why.NOT_FOUND, m.ListNotices(user.office, ids[stranger.office][0]))


@pytest.mark.parametrize("office", ["a" * 26, "x" * 5_000, "\0"])
async def test_an_office_that_there_is_not(world: World, clerk: Person, office: str) -> None:
    await clerk.refused(Why.NOT_FOUND, m.ListNotices(office))
    assert (await world.last()).office == ""


@pytest.mark.parametrize(("limit", "rows"), [(-1, 1), (0, 1), (2**63, 12)])
async def test_a_limit_that_makes_no_sense(
    world: World, user: Person, clerk: Person, limit: int, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    await many(world, clerk, 13, user.office)
    monkeypatch.setattr(module, "MAX_ROWS", 12)
    assert len((await user.ask(m.ListNotices(limit=limit))).rows) == rows


async def test_a_page_costs_the_same_however_much_there_is(
    world: World, user: Person, clerk: Person, counted_reads: Counter[str]
) -> None:
    async def cost() -> dict[str, int]:
        await user.ask(m.ListNotices(limit=5))
        counted_reads.clear()
        page = await user.ask(m.ListNotices(limit=5))
        await user.ask(m.ListNotices(after=page.after, limit=5))
        return dict(counted_reads)

    await many(world, clerk, 12, user.office)
    few = await cost()
    world.clock.move(1)
    await many(world, clerk, 48, user.office)
    assert await cost() == few
    assert few["get"] + few["scan"] < 60


@pytest.fixture
def counted_reads(world: World, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the record store is asked, by kind."""
    counts: Counter[str] = Counter()
    read = world.store.read

    async def counting(work: Any) -> Any:
        return await read(lambda view: work(Counting(view, counts)))

    monkeypatch.setattr(world.store, "read", counting)
    return counts


class Counting:
    """A view that counts."""

    def __init__(self, view: View, counts: Counter[str]) -> None:
        self._view, self._counts = view, counts

    def get(self, key: bytes) -> bytes | None:
        self._counts["get"] += 1
        return self._view.get(key)

    def scan(self, start: bytes, stop: bytes, **how: Any) -> list[tuple[bytes, bytes]]:
        found = self._view.scan(start, stop, **how)
        self._counts["scan"] += 1
        self._counts["rows"] += len(found)
        return found
