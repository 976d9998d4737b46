# SPDX-License-Identifier: Apache-2.0
"""The most that were connected at once today: kept through ends and restarts, and forgotten with the history."""

from appliance.link import messages as m
from appliance.model.devices import Bond
from appliance.model.things import Office
from appliance.model.time import DAY, date_in_japan
from appliance.model.words import Role
from appliance.vault.records.tunnel_tables import TunnelPeak, tunnel_peaks
from appliance.vault.tunnels.forgetting import sweep_sessions
from appliance.vault.tunnels.peaks import peak_of
from tests.appliance.vault.tunnels.connecting import Tunnels


async def peak(tunnels: Tunnels) -> TunnelPeak:
    """What is written of today."""
    core = tunnels.world.core
    return await core.read(lambda snapshot: peak_of(snapshot, core.clock.now()))


def most(tunnels: Tunnels) -> int:
    """What is at hand of today."""
    return tunnels.world.core.tunnels.most_on(date_in_japan(tunnels.world.core.clock.now()).isoformat())


async def test_it_stays_when_fewer_are_left_and_after_a_restart(tunnels: Tunnels, pc: Bond, sakura: Office) -> None:
    assert (await peak(tunnels)).most == most(tunnels) == 0
    other = await tunnels.bonded(sakura, 2, pc="pc-2", key="key-2")
    await tunnels.opened(pc)
    await tunnels.pass_time(60)
    row = await tunnels.opened(other)
    assert (await peak(tunnels)).at == row.appeared_at and (await peak(tunnels)).most == most(tunnels) == 2
    tunnels.gate.vanish(row.engine_session)
    await tunnels.pass_time(60)
    await tunnels.opened(other)
    assert (await peak(tunnels)).most == most(tunnels) == 2 and (await peak(tunnels)).at == row.appeared_at
    await tunnels.restart()
    await tunnels.round()
    assert most(tunnels) == 2


async def test_who_comes_in_place_of_another_is_one_and_who_is_turned_away_none(tunnels: Tunnels, pc: Bond) -> None:
    await tunnels.opened(pc)
    await tunnels.opened(pc)
    tunnels.gate.connect("nobody-knows-this-kit")
    await tunnels.round()
    assert (await peak(tunnels)).most == most(tunnels) == 1


async def test_another_day_begins_with_those_who_are_still_there(tunnels: Tunnels, pc: Bond) -> None:
    await tunnels.opened(pc)
    tunnels.world.core.tunnels.peak = TunnelPeak("2020-01-01", 40, 1)
    assert most(tunnels) == 1


async def test_days_of_long_ago_are_forgotten(tunnels: Tunnels, pc: Bond) -> None:
    await tunnels.opened(pc)
    core = tunnels.world.core
    tunnels.set(history_months=1)
    tunnels.world.clock.move(31 * DAY)
    await core.commit(lambda txn: tunnel_peaks.put(txn, TunnelPeak("2026-07-09", 3, 1)))
    await sweep_sessions(core)
    assert len(await core.read(lambda snapshot: tunnel_peaks.walk(snapshot))) == 2
    tunnels.world.clock.move(DAY)
    await sweep_sessions(core)
    assert [one.day for one in await core.read(lambda snapshot: tunnel_peaks.walk(snapshot))] == ["2026-07-09"]


async def test_the_first_page_has_it(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    clerk = await (await tunnels.world.staff("clerk", Role.FUND_CLERK)).sign_in()
    for shown in (await clerk.ask(m.OpenMenu()), await clerk.ask(m.ReadDashboard())):
        desk = shown.desk
        assert (desk.connected, desk.connected_most, desk.connected_most_at) == (1, 1, row.appeared_at)
