# SPDX-License-Identifier: Apache-2.0
"""Notices: delivered once and whole, seen by their office alone, received when the last byte went out."""

import asyncio
import dataclasses
import hashlib
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from appliance.contracts.records import View
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.things import Notice
from appliance.model.time import DAY, date_in_japan
from appliance.model.words import NoticeState
from appliance.vault.documents import notices as module
from appliance.vault.records.tables import notices, outbox
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


# --- narrowed -----------------------------------------------------------------------------------------------------

DELIVERED, RECEIVED, CANCELLED = NoticeState.DELIVERED, NoticeState.RECEIVED, NoticeState.CANCELLED


async def mixed(world: World, person: Person, clerk: Person, count: int = 24) -> list[Notice]:
    """Notices of all sorts over two months, the newest first; two share each instant."""
    model = await world.notice(await clerk.deliver(person.office))
    await world.core.commit(lambda txn: notices.delete(txn, model.id))
    made: list[Notice] = []
    for number in range(count):
        one = dataclasses.replace(
            model,
            id=world.core.new_id(),
            type=("receipt", "payment_notice")[number % 2],
            period=f"2026-0{number % 3 + 3}",
            file_name=f"領収証書_{number:02d}_㈱ＡＢＣ.pdf" if number % 4 else f"告知_{number:02d}.pdf",
            state=list(NoticeState)[number % 3],
            delivered_at=world.clock.now() + number // 2 * 4 * DAY,
        )
        made.append(one)
        await world.core.commit(lambda txn, one=one: notices.put(txn, one))  # type: ignore[misc]
    return sorted(made, key=lambda one: (-one.delivered_at, one.id))


async def narrowed(person: Person, limit: int = 5, **asked: Any) -> list[str]:
    """All ids, page by page; a page may be short."""
    found: list[str] = []
    after = ""
    while True:
        page = await person.ask(m.ListNotices(after=after, limit=limit, **asked))
        assert len(page.rows) <= limit
        found += [row.id for row in page.rows]
        after = page.after
        if not after:
            return found


NARROWED: list[tuple[dict[str, Any], Callable[[Notice], bool]]] = [
    ({"type": "receipt"}, lambda one: one.type == "receipt"),
    ({"period": "2026-04"}, lambda one: one.period == "2026-04"),
    ({"month": "2026-06"}, lambda one: date_in_japan(one.delivered_at).month == 6),
    ({"month": "2026-07"}, lambda one: date_in_japan(one.delivered_at).month == 7),
    ({"month": "2025-07"}, lambda one: False),
    ({"state": DELIVERED}, lambda one: one.state is DELIVERED),
    ({"state": RECEIVED}, lambda one: one.state is RECEIVED),
    ({"state": CANCELLED}, lambda one: one.state is CANCELLED),
    ({"search": "abc (株)"}, lambda one: "ＡＢＣ" in one.file_name),
    ({"search": "告知"}, lambda one: "告知" in one.file_name or one.type == "payment_notice"),
    ({"search": "ない"}, lambda one: False),
    (
        {"state": DELIVERED, "month": "2026-06", "type": "receipt", "search": "pdf"},
        lambda one: one.state is DELIVERED and date_in_japan(one.delivered_at).month == 6 and one.type == "receipt",
    ),
]


@pytest.mark.parametrize("oldest_first", [False, True])
@pytest.mark.parametrize("number", range(len(NARROWED)))
async def test_what_is_asked_for_comes_once_and_in_order(
    world: World, user: Person, clerk: Person, number: int, oldest_first: bool
) -> None:
    asked, is_wanted = NARROWED[number]
    made = await mixed(world, user, clerk)
    wanted = [one.id for one in made if is_wanted(one)]
    if oldest_first:
        wanted.reverse()
    for person, office in ((user, ""), (clerk, ""), (clerk, user.office)):
        found = await narrowed(person, office=office, oldest_first=oldest_first, **asked)
        assert sorted(found) == sorted(wanted)
        instants = {one.id: one.delivered_at for one in made}
        assert [instants[id] for id in found] == [instants[id] for id in wanted]


@pytest.mark.parametrize("oldest_first", [False, True])
async def test_one_that_was_received_keeps_its_place_among_the_unread(
    world: World, user: Person, clerk: Person, oldest_first: bool
) -> None:
    wanted = [one.id for one in await mixed(world, user, clerk) if one.state is DELIVERED]
    first = await user.ask(m.ListNotices(limit=3, state=DELIVERED, oldest_first=oldest_first))
    last = await world.notice(first.after)
    received = dataclasses.replace(last, state=RECEIVED)
    await world.core.commit(lambda txn: notices.put(txn, received))
    rest = await user.ask(m.ListNotices(after=first.after, state=DELIVERED, oldest_first=oldest_first))
    assert sorted(row.id for row in first.rows + rest.rows) == sorted(wanted)


async def test_a_page_looks_at_a_bounded_number(
    world: World, user: Person, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.vault.narrowing.MAX_LOOKED", 7)
    made = await mixed(world, user, clerk)
    page = await user.ask(m.ListNotices(search="ない"))
    assert (page.rows, page.after) == ((), made[6].id)
    assert await narrowed(user, search="ない") == []
    assert len(await narrowed(user, 20, type="receipt")) == 12


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"type": "letter_bomb"}, "list.type"),
        ({"type": "x" * 5_000}, "list.type"),
        ({"period": "2026-13"}, "list.month"),
        ({"month": "2026-6"}, "list.month"),
        ({"month": "\0"}, "list.month"),
        ({"search": "x" * 101}, "list.search"),
    ],
)
async def test_what_nobody_can_look_for(user: Person, clerk: Person, asked: dict[str, Any], text: str) -> None:
    for person in (user, clerk):
        assert (await person.refused(Why.INVALID, m.ListNotices(**asked))).text == text


async def test_a_narrowed_list_is_another_page_of_the_journal(world: World, user: Person) -> None:
    receipts = {"type": "receipt"}
    for asked in ({}, receipts, receipts, {"search": "山田"}, {"search": "山口", "export": True}):
        await user.ask(m.ListNotices(**asked))
    entries = await world.journal(Kind.NOTICE_LIST_READ)
    assert [entry.reason for entry in entries] == ["", "type receipt", "search", "exported, search"]
    assert "山" not in repr(entries), "what people look for may be somebody's name"


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
