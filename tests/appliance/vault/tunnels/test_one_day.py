# SPDX-License-Identifier: Apache-2.0
"""The sessions of a day, its hours, and how many there were at once."""

from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.devices import Bond
from appliance.model.time import HOUR, MINUTE, date_in_japan
from appliance.model.tunnels import Cause, SessionState
from appliance.model.words import Role
from appliance.vault.tunnels.one_day import MOST, most_at_once
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.tunnels.test_listing import many, put
from tests.appliance.vault.world import Person


@pytest.fixture
async def desk(tunnels: Tunnels) -> Person:
    """Somebody at the desk."""
    return await (await tunnels.world.staff("desk", Role.FUND_DESK)).sign_in()


async def test_today_has_its_sessions_and_hours(tunnels: Tunnels, desk: Person, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    day = await desk.ask(m.ReadTunnelDay())
    assert day.day == date_in_japan(row.appeared_at).isoformat()
    assert [one.id for one in day.rows] == [row.id] and not day.more
    assert (day.most, day.most_at) == (1, row.appeared_at)
    assert day.rest is None and day.opens_at < row.appeared_at < day.closes_at


async def test_another_day_another_office_and_a_day_of_rest(tunnels: Tunnels, desk: Person, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    other = await tunnels.scene.office(2)
    assert (await desk.ask(m.ReadTunnelDay(office=other.id))).rows == ()
    named = await desk.ask(m.ReadTunnelDay(office=pc.office))
    assert named.office_name == "事業所1" and len(named.rows) == 1
    sunday = await desk.ask(m.ReadTunnelDay("2026-06-07"))
    assert sunday.rows == () and sunday.rest is not None and (sunday.opens_at, sunday.closes_at) == (0, 0)
    assert row.id


async def test_what_began_before_midnight_belongs_to_both_days(tunnels: Tunnels, desk: Person, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    midnight = row.appeared_at - (row.appeared_at + 9 * HOUR) % (24 * HOUR)
    late = replace(
        row,
        id=tunnels.world.core.new_id(),
        appeared_at=midnight - 10 * MINUTE,
        ended_at=midnight + MINUTE,
        state=SessionState.ENDED,
        cause=Cause.GONE,
    )
    early = replace(late, id=tunnels.world.core.new_id(), ended_at=midnight - MINUTE)
    await put(tunnels, late, early)
    assert [one.id for one in (await desk.ask(m.ReadTunnelDay())).rows] == [late.id, row.id]


async def test_more_than_can_be_drawn(tunnels: Tunnels, desk: Person, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    made = await many(tunnels, row, MOST + 5)
    day = await desk.ask(m.ReadTunnelDay())
    assert day.more and len(day.rows) == MOST and day.rows[-1].id == made[-1].id
    assert day.most == MOST + 6
    before = await desk.ask(m.ReadTunnelDay(until=day.rows[0].appeared_at))
    assert not before.more and {one.id for one in before.rows} == {row.id, *(one.id for one in made[:5])}


@pytest.mark.parametrize(("message", "why"), [("2026-99-99", Why.INVALID), ("today", Why.INVALID)])
async def test_what_is_no_day(desk: Person, message: str, why: Why) -> None:
    await desk.refused(why, m.ReadTunnelDay(message))
    await desk.refused(Why.NOT_FOUND, m.ReadTunnelDay(office="a" * 26))


async def test_how_many_at_once(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)

    def one(start: int, stop: int) -> object:
        return replace(row, appeared_at=start, ended_at=stop)

    found = [one(10, 20), one(15, 0), one(20, 30), one(18, 19)]
    assert most_at_once(found) == (3, 18)  # type: ignore[arg-type]
    assert most_at_once([]) == (0, 0)
    assert most_at_once([replace(row, ends_at=0)]) == (0, 0)
