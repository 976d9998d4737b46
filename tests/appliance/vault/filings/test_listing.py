# SPDX-License-Identifier: Apache-2.0
"""Lists of filings: every filing once, in order, whatever is asked; another office's never."""

import asyncio
import dataclasses
from typing import Any

import pytest

from appliance.config.office_settings import Exchange
from appliance.contracts.records import View
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.searching import folded
from appliance.model.things import Filing
from appliance.model.time import DAY, date_in_japan
from appliance.model.words import SEEN_BY_FUND, FilingState
from appliance.vault.filings import listing
from appliance.vault.records.tables import filings
from tests.appliance.vault.filings.sending import kept, put_filing
from tests.appliance.vault.world import Person, World

UPLOADED, APPROVED, DELIVERED = FilingState.UPLOADED, FilingState.APPROVED, FilingState.DELIVERED
RECEIVED, DONE = FilingState.RECEIVED, FilingState.DONE


async def ids(person: Person, limit: int = 50, **asked: Any) -> list[str]:
    """All that is listed, page by page."""
    found: list[str] = []
    after = ""
    while True:
        page = await person.ask(m.ListFilings(after=after, limit=limit, **asked))
        assert len(page.rows) <= limit
        found += [row.id for row in page.rows]
        if not page.after:
            return found
        after = page.after


async def many(world: World, office: str, count: int = 30) -> list[str]:
    """Filings of all states, the newest first; two share each millisecond."""
    made: list[Filing] = []
    for number in range(count):
        state = list(FilingState)[number % len(FilingState)]
        due_on = f"2026-06-{30 - number % 7:02d}" if number % 3 else ""
        kind = "loss" if number % 4 else "acquisition"
        made.append(await kept(world, await put_filing(world, office, state, due_on=due_on, type=kind)))
        world.clock.move(number % 2)
    return [one.id for one in sorted(made, key=lambda one: (-one.uploaded_at, one.id))]


@pytest.mark.parametrize("limit", [1, 3, 7, 50])
async def test_an_office_sees_all_of_its_own_newest_first(
    world: World, user: Person, stranger: Person, limit: int
) -> None:
    made = await many(world, user.office)
    others = await many(world, stranger.office, 10)
    assert await ids(user, limit) == made
    assert await ids(user, limit, office=stranger.office) == made, "whatever is asked"
    assert await ids(stranger, limit) == others


@pytest.mark.parametrize("limit", [1, 4, 50])
async def test_the_fund_sees_what_was_delivered(
    world: World, user: Person, stranger: Person, clerk: Person, limit: int
) -> None:
    made = await many(world, user.office) + await many(world, stranger.office, 12)
    rows = [await kept(world, id) for id in made]
    seen = [one for one in rows if one.state in SEEN_BY_FUND]
    newest = sorted(seen, key=lambda one: (-one.delivered_at, one.id))
    assert await ids(clerk, limit) == [one.id for one in newest]
    assert await ids(clerk, limit, office=stranger.office) == [
        one.id for one in newest if one.office == stranger.office
    ]
    by_deadline = sorted(seen, key=lambda one: (one.due_on or "9999-12-31", one.delivered_at, one.id))
    assert await ids(clerk, limit, by_deadline=True) == [one.id for one in by_deadline]
    assert await ids(clerk, limit, by_deadline=True, office=user.office) == [
        one.id for one in by_deadline if one.office == user.office
    ]


@pytest.mark.parametrize("limit", [1, 50])
async def test_states_and_kinds_narrow_it(world: World, user: Person, clerk: Person, limit: int) -> None:
    rows = [await kept(world, id) for id in await many(world, user.office)]
    for states in ((UPLOADED,), (UPLOADED, DELIVERED), (DONE, DONE, RECEIVED), (FilingState.HELD,)):
        wanted = [one.id for one in rows if one.state in states and one.type == "loss"]
        assert await ids(user, limit, states=states, type="loss") == wanted
        shown = [one.id for one in rows if one.state in states and one.state in SEEN_BY_FUND]
        assert await ids(clerk, limit, states=states) == shown
    assert await ids(user, limit, type="suspension") == []


async def test_what_is_asked_too_often_or_too_much(world: World, user: Person) -> None:
    made = await many(world, user.office)
    assert len((await user.ask(m.ListFilings(limit=10_000_000))).rows) == 30
    assert len((await user.ask(m.ListFilings(limit=-5))).rows) == 1
    assert await ids(user, states=(UPLOADED,) * 10) == [
        id for id in made if (await kept(world, id)).state is UPLOADED
    ]


@pytest.mark.parametrize("after", ["a" * 26, "x", "x" * 5_000, "\0"])
async def test_a_cursor_that_leads_nowhere(user: Person, clerk: Person, after: str) -> None:
    for person in (user, clerk):
        await person.refused(Why.NOT_FOUND, m.ListFilings(after=after))


async def test_a_cursor_of_another_office_or_of_what_was_not_delivered(
    world: World, user: Person, stranger: Person, clerk: Person
) -> None:
    own = await put_filing(world, user.office, UPLOADED)
    await stranger.refused(Why.NOT_FOUND, m.ListFilings(after=own))
    await clerk.refused(Why.NOT_FOUND, m.ListFilings(after=own))


@pytest.mark.parametrize("office", ["a" * 26, "x" * 5_000])
async def test_an_office_that_there_is_not(clerk: Person, office: str) -> None:
    await clerk.refused(Why.NOT_FOUND, m.ListFilings(office))


async def test_a_kind_that_there_is_not(user: Person) -> None:
    for kind in ("nothing", "x" * 5_000):
        assert (await user.refused(Why.INVALID, m.ListFilings(type=kind))).text == "list.type"


async def test_a_filing_that_moves_on_between_two_pages_keeps_its_place(world: World, user: Person) -> None:
    made: list[str] = []
    for _ in range(6):
        made.insert(0, await put_filing(world, user.office, UPLOADED))
        world.clock.move(1)
    first = await user.ask(m.ListFilings(limit=2, states=(UPLOADED,)))
    last = await kept(world, first.rows[-1].id)
    await world.core.commit(lambda txn: filings.put(txn, dataclasses.replace(last, state=APPROVED)))
    assert first.after == last.id
    rest = await user.ask(m.ListFilings(after=first.after, states=(UPLOADED,)))
    assert [row.id for row in first.rows] + [row.id for row in rest.rows] == made


async def test_a_page_looks_at_a_bounded_number(
    world: World, user: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.vault.narrowing.MAX_LOOKED", 10)
    made = await many(world, user.office, 45)
    wanted = [id for id in made if (await kept(world, id)).type == "acquisition"]
    page = await user.ask(m.ListFilings(type="acquisition", limit=40))
    assert 0 < len(page.rows) < len(wanted) and page.after
    assert await ids(user, 40, type="acquisition") == wanted
    assert await ids(user, 40, type="suspension") == []


async def test_a_page_costs_what_a_page_costs(
    world: World, user: Person, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many are kept."""
    asked: list[int] = []
    real = world.store.read

    async def counting(work: Any) -> Any:
        seen = 0

        class Counted:
            def __init__(self, view: View) -> None:
                self.view = view

            def get(self, key: bytes) -> bytes | None:
                nonlocal seen
                seen += 1
                return self.view.get(key)

            def scan(self, *args: Any, **more: Any) -> Any:
                return self.view.scan(*args, **more)

        value = await real(lambda view: work(Counted(view)))
        asked.append(seen)
        return value

    costs = []
    for count in (20, 150):
        for _ in range(count):
            await put_filing(world, user.office, DELIVERED)
        with monkeypatch.context() as patch:
            patch.setattr(world.store, "read", counting)
            asked.clear()
            for person, by_deadline in ((user, False), (clerk, False), (clerk, True)):
                await person.ask(m.ListFilings(limit=10, by_deadline=by_deadline))
            costs.append(max(asked))
    assert costs[0] == costs[1] < 60


async def test_a_line_says_what_this_visitor_may_know(world: World, user: Person, clerk: Person) -> None:
    id = await put_filing(
        world, user.office, RECEIVED, uploaded_by=user.account, due_on="2026-07-14", received_at=5
    )
    [own], [funds] = [(await person.ask(m.ListFilings())).rows for person in (user, clerk)]
    filing = await kept(world, id)
    assert own == m.FilingRow(
        id=id,
        office_number=1,
        office_name="事業所1",
        type="acquisition",
        filed_on="2026-06-09",
        file_name=filing.file_name,
        size=8,
        state=RECEIVED,
        scan=filing.scan,
        due_on="2026-07-14",
        uploaded_at=filing.uploaded_at,
        uploaded_by="利用者Yamada01",
        delivered_at=filing.delivered_at,
        received_at=5,
        office=user.office,
    )
    assert funds == dataclasses.replace(own, uploaded_by="")


async def test_a_list_is_journaled_once_a_page(world: World, user: Person, clerk: Person) -> None:
    await many(world, user.office, 3)
    for _ in range(3):
        await user.ask(m.ListFilings())
        await clerk.ask(m.ListFilings(states=(DELIVERED,)))
    await clerk.ask(m.ListFilings())
    entries = await world.journal(Kind.FILING_LIST_READ)
    assert [entry.actor for entry in entries] == [user.account, clerk.account, clerk.account]


async def test_where_no_filings_are_taken_there_is_no_list(world: World, user: Person, clerk: Person) -> None:
    world.core.settings = dataclasses.replace(world.settings, exchange=Exchange(filings_enabled=False))
    for person in (user, clerk):
        assert (await person.refused(Why.NOT_ALLOWED, m.ListFilings())).text == "filing.disabled"


async def test_reading_and_writing_at_once(world: World, user: Person) -> None:
    made = await many(world, user.office, 10)

    async def write() -> None:
        for _ in range(10):
            world.clock.move(1)
            await put_filing(world, user.office, UPLOADED)

    async def read() -> None:
        found = await ids(user, 3)
        assert [id for id in found if id in made] == made

    await asyncio.gather(write(), *(read() for _ in range(5)))


async def test_another_offices_filing_is_no_place_in_an_offices_list(
    world: World, sender: Person, stranger: Person, clerk: Person
) -> None:
    behind = await put_filing(world, sender.office, FilingState.DELIVERED)
    later = world.clock.now() + 1
    there = await put_filing(world, stranger.office, FilingState.DELIVERED, delivered_at=later)
    await clerk.refused(Why.NOT_FOUND, m.ListFilings(office=stranger.office, after=behind))
    mixed = m.ListFilings(office=stranger.office, after=behind, by_deadline=True)
    assert [row.id for row in (await clerk.ask(mixed)).rows] == [there]


# --- by month, words and order ------------------------------------------------------------------------------------


async def spread(world: World, office: str, count: int = 30) -> list[Filing]:
    """Filings of all states over three months, the newest first."""
    made: list[Filing] = []
    for number in range(count):
        state = list(FilingState)[number % len(FilingState)]
        at = world.clock.now() + number * 3 * DAY
        name = f"2026060{number % 9 + 1}_0001_加入者資格{'取得' if number % 2 else '喪失'}届.pdf"
        id = await put_filing(
            world,
            office,
            state,
            uploaded_at=at,
            delivered_at=at + DAY if state in SEEN_BY_FUND else 0,
            due_on=f"2026-06-{30 - number % 7:02d}" if number % 3 else "",
            type="acquisition" if number % 2 else "loss",
            file_name=name,
        )
        made.append(await kept(world, id))
    return sorted(made, key=lambda one: (-one.uploaded_at, one.id))


@pytest.mark.parametrize("limit", [1, 4, 50])
async def test_oldest_first_is_the_same_list_turned_round(
    world: World, user: Person, stranger: Person, clerk: Person, limit: int
) -> None:
    await many(world, user.office)
    await many(world, stranger.office, 7)
    for person in (user, clerk):
        for asked in ({}, {"states": (DELIVERED, DONE)}, {"office": user.office}):
            newest = await ids(person, limit, **asked)
            assert await ids(person, limit, oldest_first=True, **asked) == newest[::-1]


@pytest.mark.parametrize("month", ["2026-05", "2026-06", "2026-07", "2026-08", "2026-09"])
@pytest.mark.parametrize("order", [{}, {"oldest_first": True}, {"by_deadline": True}])
async def test_a_month_is_of_the_upload_here_and_of_the_delivery_there(
    world: World, user: Person, clerk: Person, month: str, order: dict[str, Any]
) -> None:
    made = await spread(world, user.office)
    own = [one.id for one in made if date_in_japan(one.uploaded_at).isoformat()[:7] == month]
    seen = [
        one.id
        for one in made
        if one.state in SEEN_BY_FUND and date_in_japan(one.delivered_at).isoformat()[:7] == month
    ]
    found = await ids(user, 4, month=month, **order)
    assert sorted(found) == sorted(own)
    assert sorted(await ids(clerk, 4, month=month, **order)) == sorted(seen)
    if not order:
        assert found == own


async def test_words_of_the_file_or_of_the_kind(world: World, user: Person, clerk: Person) -> None:
    made = await spread(world, user.office)
    for search in ("喪失", "資格　喪失届", "２０２６０６０３"):
        wanted = [one.id for one in made if all(folded(word) in folded(one.file_name) for word in search.split())]
        assert wanted and await ids(user, 4, search=search) == wanted
        seen = [id for id in wanted if (await kept(world, id)).state in SEEN_BY_FUND]
        assert sorted(await ids(clerk, 4, search=search)) == sorted(seen)
    assert await ids(user, search="ない") == []


@pytest.mark.parametrize("limit", [1, 4, 50])
async def test_an_office_sees_its_nearest_deadlines_first(world: World, user: Person, limit: int) -> None:
    made = await spread(world, user.office)
    by_due = sorted(made, key=listing.by_deadline)
    assert await ids(user, limit, by_deadline=True) == [one.id for one in by_due]
    ours = (UPLOADED, APPROVED, FilingState.RETURNED)
    wanted = [one.id for one in by_due if one.state in ours and one.type == "loss"]
    assert await ids(user, limit, by_deadline=True, states=ours, type="loss", oldest_first=True) == wanted


async def test_deadlines_are_of_the_newest_that_are_looked_at(
    world: World, user: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MAX_LOOKED", 10)
    made = await spread(world, user.office)
    assert sorted(await ids(user, 4, by_deadline=True)) == sorted(one.id for one in made[:10])


@pytest.mark.parametrize(
    ("asked", "text"),
    [({"month": "2026-00"}, "list.month"), ({"search": "x" * 101}, "list.search")],
)
async def test_what_nobody_can_look_for(user: Person, clerk: Person, asked: dict[str, Any], text: str) -> None:
    for person in (user, clerk):
        assert (await person.refused(Why.INVALID, m.ListFilings(**asked))).text == text


async def test_the_fund_asks_for_what_only_offices_see(world: World, user: Person, clerk: Person) -> None:
    await many(world, user.office)
    assert await ids(clerk, states=(UPLOADED, FilingState.HELD)) == []


async def test_the_journal_says_what_was_taken_out(world: World, clerk: Person) -> None:
    await clerk.ask(m.ListFilings(month="2026-06", search="山田", export=True))
    entry = await world.last()
    assert (entry.kind, entry.reason) == (Kind.FILING_LIST_READ, "exported, month 2026-06, search")
