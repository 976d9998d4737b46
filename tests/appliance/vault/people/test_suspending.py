# SPDX-License-Identifier: Apache-2.0
"""An office that may not use the service: nobody comes in, what has begun ends, and later all is there again."""

from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED, Kind, Result
from appliance.model.things import Office
from appliance.model.time import MINUTE
from appliance.model.words import COUNTER, Role, Site
from appliance.vault.grouping.serving import goes_on, serving
from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import offices, visits
from appliance.vault.records.transaction import Moved, Snapshot
from tests.appliance.vault.fetching.letters import Holder, holder_of
from tests.appliance.vault.grouping.hand import delegated, switched
from tests.appliance.vault.people.folk import suspended
from tests.appliance.vault.world import Person, World

WHY = "代表者からのご依頼"


@pytest.fixture
async def desk(world: World) -> Person:
    """One of the desk, signed in."""
    return await (await world.staff("desk", Role.FUND_DESK)).sign_in()


@pytest.fixture
async def visitor(world: World) -> Person:
    """An admin, signed in."""
    return await world.visitor(await world.office(2))


async def kept(world: World, office: str) -> Office:
    """The office as it is."""
    found = await world.core.read(lambda snapshot: offices.get(snapshot, office))
    assert found is not None
    return found


async def signing_in(person: Person) -> str:
    """What somebody is told at the end of the way in, "" for whoever comes in."""
    try:
        await person.sign_in()
    except Refused as refused:
        return refused.text
    return ""


async def test_nobody_of_it_stays_or_comes_in(world: World, desk: Person, visitor: Person) -> None:
    other = await world.visitor(await world.office(3), "Suzuki03")
    await desk.ask(m.SuspendOffice(visitor.office, WHY))
    await visitor.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    world.clock.move(MINUTE)
    assert await signing_in(visitor) == "door.suspended"
    told = [one for one in await world.journal(Kind.SIGN_IN) if one.office == visitor.office][-1]
    assert (told.result, told.reason, told.actor) == (Result.REFUSED, "office is suspended", visitor.account)
    await other.ask(m.OpenMenu())
    await desk.ask(m.ReadOffice(visitor.office))


async def test_its_visits_are_gone_at_once(world: World, desk: Person, visitor: Person) -> None:
    [visit] = await world.core.read(lambda snapshot: visits.scan(snapshot, "account", (visitor.account,)))
    await desk.ask(m.SuspendOffice(visitor.office, WHY))
    assert not await world.core.read(lambda snapshot: visits.scan(snapshot, "account", (visitor.account,)))
    assert not await world.core.read(lambda snapshot: goes_on(snapshot, visit, world.clock.now()))


async def test_what_it_has_stays_and_it_comes_back(world: World, desk: Person, visitor: Person) -> None:
    before = await kept(world, visitor.office)
    await desk.ask(m.SuspendOffice(visitor.office, WHY))
    world.clock.move(MINUTE)
    await desk.ask(m.ResumeOffice(visitor.office, "確認が済んだ"))
    assert await kept(world, visitor.office) == before
    await visitor.refused(Why.NOT_SIGNED_IN, m.OpenMenu())  # not under the token of before
    assert await signing_in(visitor) == ""
    await visitor.ask(m.OpenMenu())


async def test_the_fund_sees_since_when_who_and_why(world: World, desk: Person, visitor: Person) -> None:
    assert (await desk.ask(m.ReadOffice(visitor.office))).suspended is None
    await desk.ask(m.SuspendOffice(visitor.office, WHY))
    since = world.clock.now()
    world.clock.move(MINUTE)
    seen = m.SuspensionKnown(since, "基金desk", WHY)
    assert (await desk.ask(m.ReadOffice(visitor.office))).suspended == seen
    card: m.CallerCard = await desk.ask(m.ReadCaller(visitor.office))
    assert card.suspended == seen
    assert (card.steps[0].situation, card.steps[0].until) == (m.Situation.OFFICE_SUSPENDED, since)
    assert WHY not in repr(card)


async def test_both_acts_are_journaled_with_their_reasons(world: World, desk: Person, visitor: Person) -> None:
    await desk.ask(m.SuspendOffice(visitor.office, WHY))
    world.clock.move(MINUTE)
    await desk.ask(m.ResumeOffice(visitor.office, "確認が済んだ"))
    [off, on] = await world.journal(Kind.OFFICE_SUSPENDED, Kind.OFFICE_RESUMED)
    assert [one.kind for one in (off, on)] == [Kind.OFFICE_SUSPENDED, Kind.OFFICE_RESUMED]
    assert [one.personal[TYPED] for one in (off, on)] == [WHY, "確認が済んだ"]
    assert {(one.office, one.thing, one.actor) for one in (off, on)} == {
        (visitor.office, visitor.office, desk.account)
    }


async def test_the_office_reads_afterwards_that_and_not_why(world: World, desk: Person, visitor: Person) -> None:
    await desk.ask(m.SuspendOffice(visitor.office, WHY))
    world.clock.move(MINUTE)
    await desk.ask(m.ResumeOffice(visitor.office, "確認が済んだ"))
    rows = (await (await visitor.sign_in()).ask(m.ReadHistory())).rows
    told = [row for row in rows if row.kind in (Kind.OFFICE_SUSPENDED, Kind.OFFICE_RESUMED)]
    assert [(row.actor_name, row.reason) for row in told] == [("基金", ""), ("基金", "")]
    assert WHY not in repr([(row, row.personal) for row in rows])


async def test_twice_is_refused_and_the_same_command_is_not(desk: Person, visitor: Person) -> None:
    office = visitor.office
    assert (await desk.refused(Why.CONFLICT, m.ResumeOffice(office, WHY))).text == "office.not_suspended"
    for _ in range(2):
        await desk.ask(m.SuspendOffice(office, WHY, "0" * 26))
    assert (await desk.refused(Why.CONFLICT, m.SuspendOffice(office, WHY))).text == "office.is_suspended"


@pytest.mark.parametrize("shape", [m.SuspendOffice, m.ResumeOffice])
async def test_what_cannot_be_is_refused(world: World, desk: Person, visitor: Person, shape: Any) -> None:
    for reason in ("", "  ", "x" * 301):
        assert (await desk.refused(Why.INVALID, shape(visitor.office, reason))).text.startswith("reason.")
    for office in ("", "nobody"):
        await desk.refused(Why.NOT_FOUND, shape(office, WHY))
    assert (await kept(world, visitor.office)).suspended is None


async def test_no_code_is_sent_to_its_people(world: World, visitor: Person) -> None:
    await suspended(world, visitor.office)
    assert await world.ask(Site.PUBLIC, m.RequestCode(visitor.contract, visitor.login)) == m.Nothing()
    assert await world.letters(visitor.account, LetterKind.ONE_TIME_CODE) == []


async def test_somebody_just_signing_in_gets_no_visit(
    world: World, desk: Person, visitor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is suspended behind the look at the office, and before the visit begins."""
    arrived = await visitor.arrive()
    before = await kept(world, visitor.office)
    await desk.ask(m.SuspendOffice(visitor.office, WHY))
    seen: list[str] = []

    def looks_in_use(snapshot: Snapshot, office: str) -> bool:
        seen.append(office)
        return False

    monkeypatch.setattr("appliance.vault.door.coming_in.is_suspended", looks_in_use)
    with pytest.raises((Moved, Refused)):
        await world.ask(Site.PORTAL, m.GivePassword(arrived.arrival, visitor.password))
    assert seen and before.suspended is None
    assert not await world.core.read(lambda snapshot: visits.scan(snapshot, "account", (visitor.account,)))


# --- several offices ----------------------------------------------------------------------------------------------


async def test_nobody_works_for_it_and_the_rest_goes_on(world: World, visitor: Person) -> None:
    firm = await world.visitor(await world.office(9), "Sharo009")
    client = visitor.office
    await delegated(world, firm, client)
    await switched(firm, client)
    await suspended(world, client)
    assert (await firm.refused(Why.NOT_ALLOWED, m.ListNotices())).text == "grouping.lapsed"
    listed = await firm.ask(m.ListServed())
    assert [one.office for one in listed.rows] == [firm.office]
    assert [one.office for one in (await firm.ask(m.ListClients())).rows] == [firm.office]
    await firm.refused(Why.NOT_FOUND, m.SwitchOffice(client))
    await switched(firm, firm.office)
    await firm.ask(m.OpenMenu())


async def test_its_people_work_for_nobody(world: World, visitor: Person) -> None:
    firm = await world.visitor(await world.office(9), "Sharo009")
    await delegated(world, firm, visitor.office)
    await switched(firm, visitor.office)

    def working(snapshot: Snapshot) -> list[str]:
        return [person.id for person, _ in serving(snapshot, visitor.office, world.clock.now())]

    assert await world.core.read(working) == [firm.account]
    await suspended(world, firm.office)
    await firm.refused(Why.NOT_SIGNED_IN, m.ListNotices())
    assert await world.core.read(working) == []


# --- the public counter -------------------------------------------------------------------------------------------


async def test_its_letter_opens_nothing(world: World) -> None:
    holder: Holder = await holder_of(world)
    await holder.open()
    await suspended(world, holder.office.id)
    refused = await holder.refused(Why.NOT_SIGNED_IN, m.ReadCounter())
    assert getattr(refused, "reason", "") == "office is suspended"
    opening = await world.refused(Why.NOT_ALLOWED, Site.PUBLIC, holder.typing())
    assert opening.text == "counter.suspended"
    told = [one for one in await world.journal(Kind.COUNTER_OPENED) if one.office == holder.office.id][-1]
    assert (told.result, told.reason, told.actor) == (Result.REFUSED, "office is suspended", COUNTER)


async def test_whoever_has_not_the_letter_is_told_what_others_are(world: World) -> None:
    holder: Holder = await holder_of(world)
    before = await holder.wrong()
    await suspended(world, holder.office.id)
    after = await holder.wrong()
    assert (after.why, after.text) == (before.why, before.text)


async def test_a_right_letter_costs_no_tries(world: World) -> None:
    holder: Holder = await holder_of(world)
    await suspended(world, holder.office.id)
    for _ in range(8):
        await world.refused(Why.NOT_ALLOWED, Site.PUBLIC, holder.typing())
