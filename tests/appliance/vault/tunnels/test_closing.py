# SPDX-License-Identifier: Apache-2.0
"""The fund ends sessions, and is told what was observed."""

from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.devices import Bond
from appliance.model.journal import Kind
from appliance.model.things import Office, Visit
from appliance.model.tunnels import Cause, SessionState
from appliance.model.words import Role, Site
from appliance.vault.records.tables import visits
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.tunnels.test_listing import many
from tests.appliance.vault.world import Person

REASON = "電話で依頼"
COMMAND = "command-0123456789"


@pytest.fixture
async def clerk(tunnels: Tunnels) -> Person:
    """A clerk."""
    return await (await tunnels.world.staff("clerk", Role.FUND_CLERK)).sign_in()


@pytest.fixture
async def other_pc(tunnels: Tunnels, sakura: Office) -> Bond:
    """The PC of the second seat."""
    return await tunnels.bonded(sakura, 2, pc="pc-2", key="key-2")


async def test_one_ends_and_the_journal_says_by_whom(tunnels: Tunnels, clerk: Person, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    ended = await clerk.ask(m.EndTunnel(row.id, REASON, COMMAND))
    assert (ended.asked, ended.gone, ended.left, ended.heard, ended.shut) == (1, 1, 0, True, True)
    after = await tunnels.again(row)
    assert (after.state, after.cause, after.by, after.told) == (
        SessionState.ENDING,
        Cause.DESK,
        clerk.account,
        REASON,
    )
    [entry] = await tunnels.world.journal(Kind.TUNNEL_ENDED)
    assert (entry.actor, entry.thing, entry.office, entry.personal["typed"]) == (
        clerk.account,
        row.id,
        pc.office,
        REASON,
    )
    assert await clerk.ask(m.EndTunnel(row.id, REASON, COMMAND)) == ended
    assert len(await tunnels.world.journal(Kind.TUNNEL_ENDED)) == 1
    [shown] = (await clerk.ask(m.ListTunnels())).rows
    assert (shown.state, shown.cause) == (SessionState.ENDING, Cause.DESK)
    await tunnels.round()
    assert (await clerk.ask(m.ListTunnels())).rows == ()
    again = await clerk.ask(m.EndTunnel(row.id, REASON, "another-0123456789"))
    assert (again.asked, again.heard) == (0, True)


async def test_of_a_seat_an_office_and_all(tunnels: Tunnels, clerk: Person, pc: Bond, other_pc: Bond) -> None:
    far = await tunnels.bonded(await tunnels.scene.office(2), 1, pc="pc-3", key="key-3")
    rows = [await tunnels.opened(one) for one in (pc, other_pc, far)]
    seat, office = m.Which(m.Scope.SEAT, pc.office, 2), m.Which(m.Scope.OFFICE, pc.office)
    everything = m.Which(m.Scope.ALL)

    async def weighed(which: m.Which) -> tuple[int, int]:
        found = await clerk.ask(m.WeighEnding(which))
        return found.count, len(found.rows)

    assert [await weighed(one) for one in (seat, office, everything)] == [(1, 1), (2, 2), (3, 3)]
    assert (await clerk.ask(m.EndTunnels(seat, REASON))).gone == 1
    assert (await tunnels.again(rows[1])).state is SessionState.ENDING
    await tunnels.round()
    assert (await clerk.ask(m.EndTunnels(office, REASON))).gone == 1
    await tunnels.round()
    assert (await tunnels.again(rows[2])).state is SessionState.OPEN
    assert (await clerk.ask(m.EndTunnels(everything, REASON))).gone == 1
    await tunnels.round()
    assert await weighed(everything) == (0, 0) and not tunnels.gate.lines


async def test_of_a_person(tunnels: Tunnels, clerk: Person, pc: Bond, other_pc: Bond) -> None:
    row, other = await tunnels.opened(pc), await tunnels.opened(other_pc)
    person = await tunnels.world.user(pc.office)
    visit = Visit(b"v" * 32, person.account, pc.office, Site.PORTAL, row.began_at, row.ends_at, tunnel=row.id)
    await tunnels.world.core.commit(lambda txn: visits.put(txn, visit))
    which = m.Which(m.Scope.USER, person.account)
    found = await clerk.ask(m.WeighEnding(which))
    assert (found.count, found.person) == (1, (await tunnels.world.account(person)).name)
    assert (await clerk.ask(m.EndTunnels(which, REASON))).gone == 1
    assert (await tunnels.again(row)).state is SessionState.ENDING
    assert (await tunnels.again(other)).state is SessionState.OPEN


async def test_what_was_not_observed_is_not_hoped(tunnels: Tunnels, clerk: Person, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    tunnels.gate.away = True
    ended = await clerk.ask(m.EndTunnel(row.id, REASON))
    assert (ended.gone, ended.left, ended.heard, ended.shut) == (0, 1, False, False)
    assert [one.id for one in ended.rows] == [row.id]
    tunnels.gate.away, tunnels.gate.engines = False, ()
    ended = await clerk.ask(m.EndTunnel(row.id, REASON))
    assert (ended.gone, ended.left, ended.heard, ended.shut) == (0, 1, True, True)


async def test_policies_hear_whose_sessions_are_meant(tunnels: Tunnels, clerk: Person, pc: Bond) -> None:
    row, asked = await tunnels.opened(pc), tunnels.world.rights.asked
    person = await tunnels.world.user(pc.office)

    async def offices(message: object) -> set[str]:
        asked.clear()
        await clerk.ask(message)
        return {one.thing_office for one in asked}

    for which in (
        m.Which(m.Scope.SESSION, row.id),
        m.Which(m.Scope.USER, person.account),
        m.Which(m.Scope.OFFICE, pc.office),
        m.Which(m.Scope.SEAT, pc.office, 1),
    ):
        assert await offices(m.WeighEnding(which)) == await offices(m.EndTunnels(which, REASON)) == {pc.office}
    assert await offices(m.EndTunnel(row.id, REASON)) == {pc.office}
    assert await offices(m.WeighEnding(m.Which(m.Scope.ALL))) == {""}


@pytest.mark.parametrize(
    "which",
    [
        m.Which(m.Scope.SESSION, "a" * 26),
        m.Which(m.Scope.SESSION),
        m.Which(m.Scope.USER, "a" * 26),
        m.Which(m.Scope.OFFICE, "a" * 26),
        m.Which(m.Scope.SEAT, "a" * 26, 1),
    ],
    ids=str,
)
async def test_what_there_is_not(clerk: Person, which: m.Which) -> None:
    await clerk.refused(Why.NOT_FOUND, m.WeighEnding(which))
    await clerk.refused(Why.NOT_FOUND, m.EndTunnels(which, REASON))


async def test_a_seat_needs_a_number_and_everything_a_reason(tunnels: Tunnels, clerk: Person, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    seat = m.Which(m.Scope.SEAT, pc.office)
    await clerk.refused(Why.NOT_FOUND, m.EndTunnels(seat, REASON))
    await clerk.refused(Why.INVALID, m.EndTunnels(replace(seat, seat=1), " "))
    assert (await tunnels.again(row)).state is SessionState.OPEN


async def test_a_thousand_end_and_the_answer_stays_small(tunnels: Tunnels, clerk: Person, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await many(tunnels, row, 600)
    tunnels.gate.away = True
    ended = await clerk.ask(m.EndTunnels(m.Which(m.Scope.ALL), REASON, COMMAND))
    assert (ended.asked, ended.left, len(ended.rows)) == (601, 601, 20)


async def test_at_the_host(tunnels: Tunnels, pc: Bond, other_pc: Bond, sakura: Office) -> None:
    rows = [await tunnels.opened(one) for one in (pc, other_pc)]
    admin = tunnels.world.admin
    assert (await admin(m.CloseTunnels(sakura.contract_number, 2, REASON))).gone == 1
    assert (await tunnels.again(rows[0])).state is SessionState.OPEN
    assert (await admin(m.CloseTunnels("", 0, REASON))).gone == 2
    assert {(await tunnels.again(one)).by for one in rows} == {"admin"}
