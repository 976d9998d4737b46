# SPDX-License-Identifier: Apache-2.0
"""Who can know of a filing, and by which name people are told."""

from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.link.envelope import Call
from appliance.link.refusals import Refused, Why
from appliance.model.words import SEEN_BY_FUND, FilingState, Role, Site
from appliance.vault.caller import Caller
from appliance.vault.filings.known import known_filing, name_for, office_of_filing, office_of_filings
from appliance.vault.records.tables import accounts, offices
from tests.appliance.vault.filings.sending import put_filing
from tests.appliance.vault.world import Person, World


async def caller_of(world: World, person: Person | None) -> Caller:
    """What a handler knows of somebody; of a plugin it knows no account."""
    call = Call(Site.PORTAL, m.BY_NAME["ReadFiling"], m.ReadFiling(""), "request")
    unknown = Caller(call, world.clock.now(), bytes(32))
    if person is None:
        return unknown
    account = await world.account(person)
    office = (
        await world.core.read(lambda snapshot: offices.get(snapshot, account.office)) if account.office else None
    )
    return replace(unknown, actor=account.id, account=account, office=office)


@pytest.mark.parametrize("state", list(FilingState))
async def test_its_office_always_and_the_fund_once_it_was_delivered(
    world: World, user: Person, stranger: Person, clerk: Person, state: FilingState
) -> None:
    id = await put_filing(world, user.office, state)
    for person, knows in ((user, True), (stranger, False), (clerk, state in SEEN_BY_FUND)):
        caller = await caller_of(world, person)
        if knows:
            found = await world.core.read(lambda snapshot, who=caller: known_filing(snapshot, who, id))  # type: ignore[misc]
            assert found.id == id
            continue
        with pytest.raises(Refused) as caught:
            await world.core.read(lambda snapshot, who=caller: office_of_filing(snapshot, who, m.ReadFiling(id)))  # type: ignore[misc]
        assert caught.value.why is Why.NOT_FOUND


async def test_a_list_is_of_ones_own_office_whatever_is_asked(
    world: World, user: Person, stranger: Person, clerk: Person
) -> None:
    asked = m.ListFilings(office=user.office)
    for person, office in ((stranger, stranger.office), (clerk, user.office)):
        caller = await caller_of(world, person)
        told = await world.core.read(lambda snapshot, who=caller: office_of_filings(snapshot, who, asked))  # type: ignore[misc]
        assert told == office


async def test_people_are_told_by_name_within_their_own_side(
    world: World, user: Person, stranger: Person, clerk: Person
) -> None:
    desk = await world.staff("desk", Role.FUND_DESK)

    async def told(viewer: Person | None, about: Person) -> str:
        caller = await caller_of(world, viewer)
        return await world.core.read(lambda snapshot: name_for(snapshot, caller, about.account))

    assert await told(user, user) == "利用者Yamada01"
    assert await told(user, clerk) == "基金"
    assert await told(clerk, desk) == "基金desk"
    assert await told(clerk, user) == ""
    assert await told(user, stranger) == ""
    assert await told(None, user) == ""
    await world.core.commit(lambda txn: accounts.delete(txn, desk.account))
    assert await told(clerk, desk) == ""
