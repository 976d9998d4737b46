# SPDX-License-Identifier: Apache-2.0
"""The portal from inside a VPN session: whose PC it is says who may sign in, and a visit is good in its session."""

import dataclasses

import pytest

from appliance.config.tunnel_settings import TunnelNeed, Tunnels
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.time import MINUTE, SECOND
from appliance.model.tunnels import SessionState, TunnelSession
from appliance.model.words import Site
from appliance.vault.door.visits import end_visits_of
from appliance.vault.records.grouping_tables import delegations
from appliance.vault.records.tables import visits
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels.inside import LEAVING
from tests.appliance.vault.grouping.hand import delegated
from tests.appliance.vault.world import Person, World

HERE, THERE = "10.0.0.101", "10.0.0.102"


@pytest.fixture
def inside(world: World) -> World:
    """A vault whose portal is reached only from inside a VPN session."""
    needed = Tunnels(portal=TunnelNeed.REQUIRED)
    world.core.settings = world.settings = dataclasses.replace(world.settings, tunnels=needed)
    return world


async def connect(world: World, office: str, address: str = HERE, **changed: object) -> TunnelSession:
    """A session of the first PC of an office that is open."""
    now = world.clock.now()
    session = TunnelSession(
        id=world.core.new_id(),
        office=office,
        seat=1,
        bond="b" * 26,
        engine="tunnel_loopback",
        engine_session=f"session at {address}",
        address=address,
        source="192.0.2.9",
        state=SessionState.OPEN,
        appeared_at=now,
        began_at=now,
        ends_at=now + 90 * MINUTE,
    )
    session = dataclasses.replace(session, **changed)  # type: ignore[arg-type]
    await world.core.commit(lambda txn: tunnel_sessions.put(txn, session))
    return session


async def kept(world: World, session: TunnelSession) -> TunnelSession:
    found = await world.core.read(lambda snapshot: tunnel_sessions.get(snapshot, session.id))
    assert found is not None
    return found


async def come_in(world: World, person: Person, source: str = HERE) -> Person:
    person.token = (await world.ask(Site.PORTAL, person.sign_in_message, source=source)).token
    return person


# --- from where ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["", "192.0.2.1", THERE, "127.0.0.1", "10.0.0.101 ", "::ffff:10.0.0.101"])
async def test_nobody_signs_in_from_elsewhere(inside: World, office: str, source: str) -> None:
    await connect(inside, office)
    person = await inside.user(office, "Yamada02")
    for message in (m.AskHours(), person.arrive_message, m.OpenMenu()):
        refused = await inside.refused(Why.NOT_ALLOWED, Site.PORTAL, message, source=source)
        assert refused.text == "tunnel.needed"
    assert (await inside.last()).reason == "no VPN session at this address"


@pytest.mark.parametrize("state", [SessionState.APPEARED, SessionState.ENDING, SessionState.ENDED])
async def test_a_session_that_is_not_open_is_none(inside: World, office: str, state: SessionState) -> None:
    await connect(inside, office, state=state)
    await inside.refused(Why.NOT_ALLOWED, Site.PORTAL, m.AskHours(), source=HERE)


async def test_a_session_is_over_at_the_very_millisecond(inside: World, office: str) -> None:
    await connect(inside, office)
    inside.clock.move(90 * MINUTE - 1)
    await inside.ask(Site.PORTAL, m.AskHours(), source=HERE)
    inside.clock.move(1)
    await inside.refused(Why.NOT_ALLOWED, Site.PORTAL, m.AskHours(), source=HERE)


@pytest.mark.parametrize("message", [m.AskBanners(), m.ReportRefusal("origin")])
async def test_what_the_site_asks_for_itself_needs_no_session(inside: World, message: object) -> None:
    await inside.ask(Site.PORTAL, message)


async def test_other_sites_need_none(inside: World, office: str) -> None:
    person = await inside.user(office, "Yamada02")
    await inside.ask(Site.PUBLIC, m.RequestCode(person.contract, person.login))
    await (await inside.clerk()).ask(m.OpenMenu())


async def test_without_the_need_nobody_looks(world: World, office: str) -> None:
    person = await (await world.user(office, "Yamada02")).sign_in()
    await person.ask(m.OpenMenu())


# --- who ----------------------------------------------------------------------------------------------------------


async def test_somebody_of_the_office_of_the_pc_comes_in(inside: World, office: str) -> None:
    session = await connect(inside, office)
    person = await come_in(inside, await inside.user(office, "Yamada02"))
    await person.ask(m.OpenMenu(), source=HERE)
    [visit] = await inside.core.read(lambda snapshot: visits.scan(snapshot, "tunnel", (session.id,)))
    assert (visit.account, visit.ends_at) == (person.account, session.ends_at)


async def test_a_visit_ends_with_its_session_at_the_latest(inside: World, office: str) -> None:
    session = await connect(inside, office, ends_at=inside.clock.now() + 7 * MINUTE)
    await come_in(inside, await inside.user(office, "Yamada02"))
    [visit] = await inside.core.read(lambda snapshot: visits.scan(snapshot, "tunnel", (session.id,)))
    assert visit.ends_at == session.ends_at


async def test_another_office_is_nobody_on_this_pc(inside: World, office: str) -> None:
    """R77: who knows name and password of another office still needs one of its PCs."""
    other = await inside.user(await inside.office(2), "Tanaka01")
    await connect(inside, office)
    for _ in range(6):
        await inside.outcome(Site.PORTAL, other.sign_in_message, source=HERE)
    await inside.core.refusals.close()
    reasons = {entry.reason for entry in await inside.journal(Kind.SIGN_IN)}
    assert "a name of another office than that of the PC" in reasons
    assert await inside.core.read(lambda snapshot: visits.keys(snapshot, "account", (other.account,))) == []
    await connect(inside, other.office, THERE)
    assert (await come_in(inside, other, THERE)).token, "the tries there have locked nobody here"


async def test_an_arrival_is_good_for_the_offices_of_the_pc_only(inside: World, office: str) -> None:
    other = await inside.user(await inside.office(2), "Tanaka01")
    await connect(inside, office)
    await connect(inside, other.office, THERE)
    arrived = await inside.ask(Site.PORTAL, other.arrive_message, source=THERE)
    message = m.GivePassword(arrived.arrival, other.password)
    await inside.refused(Why.NOT_SIGNED_IN, Site.PORTAL, message, source=HERE)
    assert (await inside.ask(Site.PORTAL, message, source=THERE)).token


# --- two PCs ------------------------------------------------------------------------------------------------------


async def test_a_visit_is_good_in_its_session_only(inside: World, office: str) -> None:
    await connect(inside, office)
    await connect(inside, office, THERE, seat=2)
    person = await come_in(inside, await inside.user(office, "Yamada02"))
    await person.refused(Why.NOT_SIGNED_IN, m.OpenMenu(), source=THERE)
    assert (await inside.last()).reason == "visit of another VPN session"
    await person.ask(m.OpenMenu(), source=HERE)


async def test_the_next_session_at_the_same_address_is_another(inside: World, office: str) -> None:
    session = await connect(inside, office)
    person = await come_in(inside, await inside.user(office, "Yamada02"))
    ended = dataclasses.replace(session, state=SessionState.ENDED)
    await inside.core.commit(lambda txn: tunnel_sessions.put(txn, ended))
    await connect(inside, office)
    await person.refused(Why.NOT_SIGNED_IN, m.OpenMenu(), source=HERE)


# --- out ----------------------------------------------------------------------------------------------------------


async def test_leaving_the_portal_ends_the_session_a_moment_later(inside: World, office: str) -> None:
    session = await connect(inside, office)
    person = await come_in(inside, await inside.user(office, "Yamada02"))
    assert (await person.ask(m.SignOut(), source=HERE)).cuts
    assert (await kept(inside, session)).leaves_at == inside.clock.now() + LEAVING
    assert LEAVING < 10 * SECOND


async def test_nobody_comes_in_while_the_session_ends(inside: World, office: str) -> None:
    await connect(inside, office)
    person = await come_in(inside, await inside.user(office, "Yamada02"))
    await person.ask(m.SignOut(), source=HERE)
    await inside.refused(Why.BUSY, Site.PORTAL, person.sign_in_message, source=HERE)


async def test_who_leaves_first_takes_the_line_from_nobody(inside: World, office: str) -> None:
    session = await connect(inside, office)
    first = await come_in(inside, await inside.user(office, "Yamada02"))
    last = await come_in(inside, await inside.user(office, "Yamada03"))
    assert not (await first.ask(m.SignOut(), source=HERE)).cuts
    assert (await kept(inside, session)).leaves_at == 0
    assert (await last.ask(m.SignOut(), source=HERE)).cuts


async def test_a_visit_that_is_ended_by_somebody_else_leaves_the_line(inside: World, office: str) -> None:
    session = await connect(inside, office)
    person = await come_in(inside, await inside.user(office, "Yamada02"))
    await inside.core.commit(lambda txn: end_visits_of(txn, person.account))
    await person.refused(Why.NOT_SIGNED_IN, m.SignOut(), source=HERE)
    assert (await kept(inside, session)).leaves_at == 0


async def test_without_a_session_leaving_cuts_nothing(world: World, user: Person) -> None:
    assert (await user.ask(m.SignOut())) == m.SignedOut(cuts=False)
    assert [entry.result for entry in await world.journal(Kind.SIGN_OUT)] == [Result.DONE]


# --- those who serve others ---------------------------------------------------------------------------------------


async def served_by_the_pc(inside: World, office: str) -> tuple[Person, Person]:
    """Somebody of the PC's office, and of one that is served from there, both signed in."""
    await connect(inside, office)
    firm = await inside.user(office, "Sharo001")
    client = await inside.user(await inside.office(2), "Tanaka01")
    await delegated(inside, firm, client.office)
    return await come_in(inside, firm), await come_in(inside, client)


async def test_a_served_office_is_served_on_this_pc_for_as_long_as_that_lasts(inside: World, office: str) -> None:
    firm, client = await served_by_the_pc(inside, office)
    await client.ask(m.OpenMenu(), source=HERE)
    [one] = await inside.core.read(lambda snapshot: delegations.scan(snapshot, "serves", (firm.account,)))
    await inside.core.commit(lambda txn: delegations.delete(txn, one.id))
    await client.refused(Why.NOT_SIGNED_IN, m.OpenMenu(), source=HERE)
    await firm.ask(m.OpenMenu(), source=HERE)


async def test_whom_a_served_office_serves_is_none_of_this_pcs_business(inside: World, office: str) -> None:
    firm, client = await served_by_the_pc(inside, office)
    third = await inside.office(3)
    await delegated(inside, client, third)
    assert [row.number for row in (await client.ask(m.ListClients(), source=HERE)).rows] == [2]
    assert [row.number for row in (await client.ask(m.ListServed(), source=HERE)).rows] == [2]
    await client.refused(Why.NOT_FOUND, m.SwitchOffice(third), source=HERE)
    assert (await firm.ask(m.SwitchOffice(client.office), source=HERE)).number == 2


async def test_on_a_pc_of_its_own_it_reaches_whom_it_serves(inside: World, office: str) -> None:
    await connect(inside, office)
    person, third = await inside.user(office, "Yamada02"), await inside.office(3)
    await delegated(inside, person, third)
    await come_in(inside, person)
    assert (await person.ask(m.SwitchOffice(third), source=HERE)).number == 3
