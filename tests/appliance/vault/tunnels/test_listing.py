# SPDX-License-Identifier: Apache-2.0
"""What the fund sees of VPN sessions: what is connected, and what was; a page costs what it shows."""

from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.devices import Bond
from appliance.model.journal import Kind
from appliance.model.things import Office, Visit
from appliance.model.time import HOUR, MINUTE, date_in_japan
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.model.words import Role, Site
from appliance.vault.records.tables import visits
from appliance.vault.records.transaction import Transaction
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels.listing import MOST_LOOKED_AT, place_in, span_of
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.world import Person


@pytest.fixture
async def desk(tunnels: Tunnels) -> Person:
    """Somebody at the desk."""
    return await (await tunnels.world.staff("desk", Role.FUND_DESK)).sign_in()


async def many(tunnels: Tunnels, like: TunnelSession, count: int, **changed: object) -> list[TunnelSession]:
    """Sessions as others were, a second apart, the oldest first."""
    core = tunnels.world.core
    made = [
        replace(like, id=core.new_id(), engine_session=f"S-{n}", appeared_at=like.appeared_at + n * 1000, **changed)  # type: ignore[arg-type]
        for n in range(count)
    ]
    for start in range(0, count, 100):
        await put(tunnels, *made[start : start + 100])
    return made


async def put(tunnels: Tunnels, *rows: TunnelSession) -> None:
    """These are in the records."""

    def work(txn: Transaction) -> None:
        for row in rows:
            tunnel_sessions.put(txn, row)

    await tunnels.world.core.commit(work)


async def test_nothing_is_connected(desk: Person) -> None:
    page = await desk.ask(m.ListTunnels())
    assert (page.rows, page.connected, page.watched, page.next) == ((), 0, False, "")


async def test_who_is_connected_with_whom_and_how_much(
    tunnels: Tunnels, desk: Person, pc: Bond, sakura: Office
) -> None:
    row, core = await tunnels.opened(pc), tunnels.world.core
    person = await tunnels.world.user(sakura.id)
    visit = Visit(b"v" * 32, person.account, sakura.id, Site.PORTAL, row.began_at, row.ends_at, tunnel=row.id)
    await core.commit(lambda txn: visits.put(txn, visit))
    await tunnels.round()
    page = await desk.ask(m.ListTunnels())
    [shown] = page.rows
    assert (page.connected, page.watched) == (1, True)
    assert (shown.id, shown.office, shown.office_name, shown.seat) == (row.id, sakura.id, sakura.name, 1)
    assert (shown.state, shown.ends_at - shown.began_at) == (SessionState.OPEN, 90 * MINUTE)
    assert (shown.bytes_in, shown.bytes_out, shown.source) == (1000, 2000, "198.51.100.7")
    assert [one.login for one in shown.people] == [person.login]
    assert (await desk.ask(m.ListTunnels(office=sakura.id))).rows == page.rows
    assert await tunnels.world.journal(Kind.TUNNEL_LIST_READ)


async def test_while_the_gate_is_away_it_is_said(tunnels: Tunnels, desk: Person, pc: Bond) -> None:
    await tunnels.opened(pc)
    tunnels.world.core.tunnels.lose()
    page = await desk.ask(m.ListTunnels())
    assert (len(page.rows), page.watched) == (1, False)


async def test_pages_are_the_newest_first_and_go_on_behind_what_has_ended(
    tunnels: Tunnels, desk: Person, pc: Bond
) -> None:
    row = await tunnels.opened(pc)
    made = await many(tunnels, row, 5)
    first = await desk.ask(m.ListTunnels(limit=2))
    assert [one.id for one in first.rows] == [made[4].id, made[3].id]
    over = replace(made[3], state=SessionState.ENDED, ended_at=1, cause=Cause.GONE)
    await put(tunnels, over)
    second = await desk.ask(m.ListTunnels(first.next, 2))
    assert [one.id for one in second.rows] == [made[2].id, made[1].id]
    third = await desk.ask(m.ListTunnels(second.next, 2))
    assert {one.id for one in third.rows} == {made[0].id, row.id} and third.next == ""


async def test_a_page_of_ten_thousand_costs_what_it_shows(tunnels: Tunnels, desk: Person, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await many(tunnels, row, 1000)
    opened: list[object] = []
    core, scan = tunnels.world.core, tunnel_sessions.scan
    found = await core.read(lambda snapshot: scan(snapshot, "connected", limit=3))
    assert len(found) == 3

    def counted(*args: object, **how: object) -> list[TunnelSession]:
        rows = scan(*args, **how)  # type: ignore[arg-type]
        opened.extend(rows)
        return rows

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tunnel_sessions, "scan", counted)
        page = await desk.ask(m.ListTunnels(limit=50))
        past = await desk.ask(m.ListPastTunnels(limit=50))
    assert len(page.rows) == len(past.rows) == 50 and page.next and past.next
    assert len(opened) == 2 * 51


async def test_the_history_of_an_office_a_cause_and_a_day(
    tunnels: Tunnels, desk: Person, pc: Bond, sakura: Office
) -> None:
    row = await tunnels.opened(pc)
    gone = (await many(tunnels, row, 3, state=SessionState.ENDED, ended_at=row.began_at + 1, cause=Cause.GONE))[
        ::-1
    ]
    other = replace(gone[0], id=tunnels.world.core.new_id(), office="", cause=Cause.STRANGER)
    yesterday = replace(gone[0], id=tunnels.world.core.new_id(), appeared_at=row.appeared_at - 24 * HOUR)
    await put(tunnels, other, yesterday)

    async def ids(**asked: object) -> list[str]:
        page = await desk.ask(m.ListPastTunnels(**asked))  # type: ignore[arg-type]
        return [one.id for one in page.rows]

    assert set(await ids()) == {row.id, other.id, yesterday.id, *(one.id for one in gone)}
    assert await ids(office=sakura.id, cause=Cause.GONE) == [*(one.id for one in gone), yesterday.id]
    assert await ids(cause=Cause.STRANGER) == [other.id]
    assert await ids(office=sakura.id, cause=Cause.LIMIT) == []
    today, before = (date_in_japan(at).isoformat() for at in (row.appeared_at, yesterday.appeared_at))
    assert await ids(day=before) == [yesterday.id]
    assert await ids(day=before, office=sakura.id, cause=Cause.GONE) == [yesterday.id]
    assert yesterday.id not in await ids(day=today) and row.id in await ids(day=today, office=sakura.id)
    first = await desk.ask(m.ListPastTunnels(office=sakura.id, cause=Cause.GONE, limit=2))
    rest = await desk.ask(m.ListPastTunnels(office=sakura.id, cause=Cause.GONE, after=first.next, limit=2))
    assert [one.id for one in rest.rows] == [gone[2].id, yesterday.id] and rest.next == ""
    assert first.office_name == sakura.name


async def test_a_rare_cause_costs_no_more_than_a_look(
    tunnels: Tunnels, desk: Person, pc: Bond, sakura: Office
) -> None:
    row = await tunnels.opened(pc)
    await many(tunnels, row, MOST_LOOKED_AT + 100, state=SessionState.ENDED, ended_at=1, cause=Cause.GONE)
    page = await desk.ask(m.ListPastTunnels(office=sakura.id, cause=Cause.LIMIT))
    assert page.rows == () and page.next
    assert (await desk.ask(m.ListPastTunnels(office=sakura.id, cause=Cause.LIMIT, after=page.next))).next == ""


@pytest.mark.parametrize("day", ["2026-13-01", "x", "2026-6-9", "9999-12-31", "0001-01-01", "1969-12-31"])
async def test_what_is_no_day_is_refused(desk: Person, day: str) -> None:
    await desk.refused(Why.INVALID, m.ListPastTunnels(day=day))


async def test_what_is_no_office_and_no_cursor(tunnels: Tunnels, desk: Person, pc: Bond) -> None:
    await tunnels.opened(pc)
    await desk.refused(Why.NOT_FOUND, m.ListPastTunnels(office="a" * 26))
    for cursor in ("x", "1.x", f"{'9' * 30}.{'a' * 26}", "."):
        assert place_in(cursor) is None
        assert len((await desk.ask(m.ListTunnels(cursor))).rows) == 1


def test_a_day_lasts_from_midnight_to_midnight_in_japan() -> None:
    first, last = span_of("2026-06-09")
    assert last - first == 24 * HOUR and (first + 9 * HOUR) % (24 * HOUR) == 0


async def test_at_the_host(tunnels: Tunnels, pc: Bond, sakura: Office) -> None:
    row = await tunnels.opened(pc)
    admin = tunnels.world.admin
    assert [one.id for one in (await admin(m.AskTunnels())).rows] == [row.id]
    assert [one.id for one in (await admin(m.AskPastTunnels(sakura.contract_number))).rows] == [row.id]
    assert (await admin(m.AskPastTunnels(cause=Cause.GONE))).rows == ()


async def test_each_page_at_the_host_is_journaled_with_the_office_that_was_asked(
    tunnels: Tunnels, pc: Bond, sakura: Office
) -> None:
    for _ in range(2):
        row = await tunnels.opened(pc)
        tunnels.gate.vanish(row.engine_session)
        await tunnels.round()
    asked = m.AskPastTunnels(sakura.contract_number, limit=1)
    first = await tunnels.world.admin(asked)
    await tunnels.world.admin(replace(asked, after=first.next))
    assert [one.office for one in await tunnels.world.journal(Kind.TUNNEL_LIST_READ)] == [sakura.id, sakura.id]
