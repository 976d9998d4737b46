# SPDX-License-Identifier: Apache-2.0
"""The history: an office sees what concerns it, the fund sees all, page by page."""

from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.link.messages import HistoryRow
from appliance.link.refusals import Why
from appliance.model.journal import TYPED, Kind
from appliance.model.things import Filing
from appliance.model.words import SEEN_BY_FUND, FilingState
from appliance.vault import history as module
from appliance.vault.records.tables import filings
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.world import CONTENT, Person, World


async def read(person: Person, office: str = "", before: int = 0, limit: int = 200) -> list[HistoryRow]:
    return list((await person.ask(m.ReadHistory(before, limit, office))).rows)


async def pages(person: Person, limit: int) -> list[int]:
    found: list[int] = []
    before = 0
    while True:
        page = await person.ask(m.ReadHistory(before, limit))
        found += [row.seq for row in page.rows]
        before = page.before
        if not before:
            return found


async def test_an_office_sees_its_own_history_only(
    world: World, user: Person, clerk: Person, stranger: Person
) -> None:
    notice = await clerk.deliver(user.office)
    await stranger.refused(Why.NOT_FOUND, m.DownloadNotice(notice))
    for office in ("", user.office, stranger.office, "a" * 26):
        rows = await read(user, office)
        assert {row.office_name for row in rows} == {"事業所1"}
        assert Kind.NOTICE_DELIVERED in {row.kind for row in rows}
    assert {row.office_name for row in await read(stranger)} == {"事業所2"}
    theirs = [row for row in await read(stranger) if row.kind is Kind.NOTICE_DOWNLOAD_STARTED]
    assert [row.result for row in theirs] == ["refused"]


async def test_an_office_learns_of_a_notice_when_it_is_delivered(user: Person, clerk: Person) -> None:
    await clerk.upload(user.office)
    on_its_way = {row.kind for row in await read(user)}
    await clerk.deliver(user.office)
    assert {row.kind for row in await read(user)} - on_its_way == {Kind.NOTICE_DELIVERED}
    assert not any(kind.value.startswith("upload.") for kind in on_its_way)


async def test_the_fund_sees_everything_or_one_office(world: World, user: Person, clerk: Person) -> None:
    everything = await read(clerk)
    assert len(everything) == len(await world.journal())
    one = await read(clerk, user.office)
    assert {row.office_name for row in one} == {"事業所1"}
    assert any(row.kind is Kind.HISTORY_READ for row in await read(user)), "the office sees who looked"


@pytest.mark.parametrize("office", ["a" * 26, "x" * 5_000, "\0"])
async def test_the_history_of_an_office_that_there_is_not(clerk: Person, office: str) -> None:
    await clerk.refused(Why.NOT_FOUND, m.ReadHistory(office=office))


async def test_names_as_each_may_see_them(world: World, user: Person, clerk: Person) -> None:
    await clerk.deliver(user.office)
    of_office = {row.kind: row for row in await read(user)}
    assert of_office[Kind.SIGN_IN].actor_name == "利用者Yamada01"
    assert of_office[Kind.NOTICE_DELIVERED].actor_name == "基金", "nobody of the fund by name"
    assert of_office[Kind.NOTICE_DELIVERED].personal == {"file_name": "通知.pdf"}
    assert of_office[Kind.CONTRACT_ADDED].actor_name == ""
    of_fund = {row.kind: row for row in await read(clerk)}
    assert of_fund[Kind.NOTICE_DELIVERED].actor_name == "基金clerk"
    assert of_fund[Kind.CONTRACT_ADDED].actor_name == "admin"
    assert of_fund[Kind.NOTICE_DELIVERED].personal == {"file_name": "通知.pdf", "source": "192.0.2.1"}


async def test_why_a_policy_said_no_is_for_the_fund(world: World, user: Person, clerk: Person) -> None:
    world.rights.denied.add("menu.read")
    await user.refused(Why.NOT_ALLOWED, m.OpenMenu())
    (shown,) = [row for row in await read(user) if row.kind is Kind.MENU_READ]
    assert (shown.result, shown.reason) == ("refused", "")
    (told,) = [row for row in await read(clerk) if row.kind is Kind.MENU_READ]
    assert told.reason == "the test says no"


async def test_how_much_of_a_download_came_is_for_the_office(user: Person, clerk: Person) -> None:
    head, _ = await user.download(await clerk.deliver(user.office))
    await user.ask(m.DownloadFinished(head.download, 3))
    (row,) = [row for row in await read(user) if row.kind is Kind.NOTICE_DOWNLOAD_CUT]
    assert row.reason == f"3 of {len(CONTENT)} bytes"


async def test_a_removed_account_leaves_its_id(world: World, user: Person, clerk: Person) -> None:
    await world.remove_account(user)
    row = next(row for row in await read(clerk, user.office) if row.kind is Kind.SIGN_IN)
    assert row.actor_name == user.account


async def test_a_destroyed_name_is_gone_and_the_entry_stays(world: World, user: Person, clerk: Person) -> None:
    await clerk.deliver(user.office)
    row = next(row for row in await read(user) if row.kind is Kind.NOTICE_DELIVERED)
    await world.core.commit(lambda txn: world.core.log.forget(txn.txn, row.seq))
    again = next(each for each in await read(user) if each.seq == row.seq)
    assert (again.personal, again.thing) == ({}, row.thing)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
async def test_no_entry_comes_twice_or_is_missing(
    world: World, user: Person, clerk: Person, stranger: Person, limit: int
) -> None:
    for office in (user.office, stranger.office) * 3:
        await clerk.deliver(office)
    for person in (user, clerk):
        whole = [row.seq for row in await read(person)]
        turned = await pages(person, limit)
        assert turned == sorted(set(turned), reverse=True)
        assert [seq for seq in turned if seq <= whole[0]] == whole


async def test_the_last_page_has_no_cursor(user: Person) -> None:
    count = len(await read(user))
    assert (await user.ask(m.ReadHistory(limit=count))).before == 0
    assert (await user.ask(m.ReadHistory(limit=count - 1))).before == (await read(user))[count - 2].seq


@pytest.mark.parametrize("before", [-1, -(2**62), 2**63, 2**64 - 1])
async def test_a_cursor_that_makes_no_sense_begins_at_the_end(world: World, user: Person, before: int) -> None:
    rows = await read(user, before=before)
    assert rows[0].seq == len(await world.journal()) - 1


async def test_a_cursor_among_anothers_entries_shows_nothing_of_them(
    world: World, user: Person, clerk: Person, stranger: Person
) -> None:
    await clerk.deliver(stranger.office)
    for before in range(1, len(await world.journal())):
        assert {row.office_name for row in await read(user, before=before)} <= {"事業所1"}


@pytest.mark.parametrize(("limit", "rows"), [(-1, 1), (0, 1), (2**62, 3)])
async def test_a_limit_that_makes_no_sense(
    world: World, user: Person, clerk: Person, limit: int, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", 3)
    await clerk.deliver(user.office)
    assert len(await read(user, limit=limit)) == rows


async def test_reading_is_journaled_before_it_is_answered_and_once_in_ten_minutes(
    world: World, user: Person
) -> None:
    rows = await read(user)
    assert rows[0].kind is Kind.HISTORY_READ
    await read(user)
    assert len(await world.journal(Kind.HISTORY_READ)) == 1


async def filed(world: World, user: Person, state: FilingState, kind: Kind) -> str:
    """A filing in a state, and an entry about it by its office; its id."""
    id, now = world.core.new_id(), world.clock.now()
    filing = Filing(
        id,
        user.office,
        "acquisition",
        "2026-06-08",
        "届.pdf",
        1,
        bytes(32),
        (),
        b"",
        "2034-07",
        state,
        now,
        user.account,
    )
    entry = replace(
        world.core.own_entry(kind, actor=user.account, thing=id),
        office=user.office,
        personal={"file_name": "届.pdf"},
    )

    def write(txn: Transaction) -> None:
        filings.put(txn, filing)
        txn.journal(entry)

    await world.core.commit(write)
    return id


@pytest.mark.parametrize("state", FilingState)
async def test_what_a_filing_is_called_the_fund_reads_once_it_was_delivered(
    world: World, user: Person, clerk: Person, state: FilingState
) -> None:
    id = await filed(world, user, state, Kind.FILING_UPLOADED)
    (own,) = [row for row in await read(user) if row.thing == id]
    assert own.personal == {"file_name": "届.pdf"}
    (theirs,) = [row for row in await read(clerk) if row.thing == id]
    assert ("file_name" in theirs.personal) is (state in SEEN_BY_FUND)
    assert theirs.kind is Kind.FILING_UPLOADED, "that there was something stays in the record"


async def test_the_name_of_what_never_became_a_filing_is_its_offices(
    world: World, user: Person, clerk: Person
) -> None:
    id = await filed(world, user, FilingState.UPLOADED, Kind.FILING_REFUSED)
    await world.core.commit(lambda txn: filings.delete(txn, id))
    (row,) = [row for row in await read(clerk) if row.thing == id]
    assert row.personal == {}


async def test_reasons_that_the_fund_gives_for_itself_are_not_for_offices(
    world: World, user: Person, clerk: Person
) -> None:
    for kind in (Kind.NOTICE_CANCELLED, Kind.ACCOUNT_UNLOCKED, Kind.FILING_RETURNED):
        entry = replace(
            world.core.own_entry(kind, actor=clerk.account), office=user.office, personal={TYPED: "理由"}
        )
        await world.core.commit(lambda txn, entry=entry: txn.journal(entry))  # type: ignore[misc]
    told = {row.kind: row.reason for row in await read(user) if row.reason}
    assert told == {Kind.FILING_RETURNED: "理由"}
    rows = await read(clerk)
    assert [row.reason for row in rows].count("理由") == 3
    assert not any(TYPED in row.personal for row in (*rows, *await read(user)))
