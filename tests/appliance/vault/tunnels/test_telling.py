# SPDX-License-Identifier: Apache-2.0
"""The gate is told who may connect: all of them when it is new, then what changes, and no bar is lost to a race."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from appliance.link.messages import AdmitSeats, BarSeats, TellSeats
from appliance.link.refusals import Refused, Why
from appliance.model.devices import Bond, Ended
from appliance.model.things import Office
from appliance.model.tunnels import Cause
from appliance.vault.tunnels import seats, telling
from appliance.vault.tunnels.seats import admitted_bond
from appliance.vault.tunnels.telling import Teller
from tests.appliance.vault.tunnels.connecting import Tunnels


async def test_all_are_told_in_pages(
    tunnels: Tunnels, sakura: Office, pc: Bond, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await tunnels.bonded(sakura, 2, pc="pc-2", key="key-2")
    monkeypatch.setattr(telling, "GATE_PAGE", 1)
    tunnels.gate.told.clear()
    await Teller(tunnels.world.core).tell_all()
    pages = [told for told in tunnels.gate.told if isinstance(told, TellSeats)]
    assert [(page.first, page.last) for page in pages] == [(True, False), (False, True)]
    assert {seat.name for page in pages for seat in page.seats} == {pc.claim.kit, other.claim.kit}


async def test_a_gate_is_told_too_that_nobody_may(tunnels: Tunnels) -> None:
    await Teller(tunnels.world.core).tell_all()
    assert tunnels.gate.told == [TellSeats((), first=True, last=True)]


async def test_what_changes_costs_what_changes(tunnels: Tunnels, sakura: Office, pc: Bond) -> None:
    tunnels.gate.told.clear()
    other = await tunnels.bonded(sakura, 2, pc="pc-2", key="key-2")
    [told] = tunnels.gate.told
    assert isinstance(told, AdmitSeats)
    assert [seat.name for seat in told.seats] == [other.claim.kit]
    await tunnels.scene.revoke(sakura, Ended.LOST, 2)
    await tunnels.quiet()
    assert tunnels.gate.told[1:] == [BarSeats((other.claim.kit,), Cause.SEAT)]


async def test_a_pc_with_a_wireguard_key_is_given_an_address(
    tunnels: Tunnels, sakura: Office, pc: Bond, monkeypatch: pytest.MonkeyPatch
) -> None:
    tunnels.set(addresses="10.9.0.0/24")
    bond = await tunnels.world.core.read(lambda snapshot: admitted_bond(snapshot, sakura.id, 1))
    assert bond is not None
    keyed = replace(bond, claim=replace(bond.claim, wireguard_key="a2V5"))
    monkeypatch.setattr(telling, "admitted_bond", lambda snapshot, office, number: keyed if number == 1 else None)
    await Teller(tunnels.world.core).tell_all()
    seat = tunnels.gate.seats[pc.claim.kit]
    assert (seat.address, seat.wireguard_key) == ("10.9.0.2", "a2V5")


async def test_a_gate_that_did_not_hear_it_is_told_again(tunnels: Tunnels, pc: Bond) -> None:
    teller = Teller(tunnels.world.core)
    tunnels.gate.away = True
    with pytest.raises(Refused):
        await teller.tell_all()
    assert teller.is_behind
    tunnels.gate.away = False
    await teller.tell_all()
    assert not teller.is_behind


async def test_a_bar_beside_a_telling_is_said_again_behind_it(tunnels: Tunnels, pc: Bond) -> None:
    teller, gate = Teller(tunnels.world.core), tunnels.gate
    going_on, heard = asyncio.Event(), asyncio.Event()
    plain = gate.tell

    async def slow(message: object) -> Any:
        if isinstance(message, TellSeats):
            heard.set()
            await going_on.wait()
        return await plain(message)

    gate.tell = slow  # type: ignore[method-assign]
    async with asyncio.TaskGroup() as group:
        group.create_task(teller.tell_all())
        await heard.wait()
        for work in teller.bar({pc.claim.kit: pc.office}, Cause.BLOCKED):
            await work
        going_on.set()
    assert pc.claim.kit not in gate.seats and pc.claim.kit not in gate.users
    assert teller.known == {}


async def test_who_is_let_in_again_waits_for_the_bar_before(tunnels: Tunnels, pc: Bond) -> None:
    teller, gate = Teller(tunnels.world.core), tunnels.gate
    await teller.tell_all()
    going_on, plain = asyncio.Event(), gate.tell

    async def slow(message: object) -> Any:
        if isinstance(message, BarSeats):
            await going_on.wait()
        return await plain(message)

    gate.tell = slow  # type: ignore[method-assign]
    gate.told.clear()
    async with asyncio.TaskGroup() as group:
        for work in teller.bar({pc.claim.kit: pc.office}, Cause.BLOCKED):
            group.create_task(work)
        group.create_task(teller.admit([(pc.office, pc.seat)]))
        for _ in range(20):
            await asyncio.sleep(0)
        assert gate.told == []
        going_on.set()
    assert [type(told) for told in gate.told] == [BarSeats, AdmitSeats]
    assert pc.claim.kit in gate.users


async def test_who_was_revoked_beside_a_telling_is_looked_at_again(
    tunnels: Tunnels, sakura: Office, pc: Bond
) -> None:
    core = tunnels.world.core
    teller = Teller(core)
    async with teller._taking_turns():
        await core.read(lambda snapshot: teller.compare(snapshot, sakura.id))
        core.tunnels.offices.clear()
    assert core.tunnels.offices == {sakura.id}


async def test_a_bar_that_did_not_come_through_makes_all_be_told_again(tunnels: Tunnels, pc: Bond) -> None:
    teller = Teller(tunnels.world.core)
    await teller.tell_all()
    tunnels.gate.away = True
    for work in teller.bar({pc.claim.kit: pc.office}, Cause.BLOCKED):
        await work
    assert teller.is_behind


async def test_who_came_out_of_hours_stays_out_until_let_in(tunnels: Tunnels, pc: Bond) -> None:
    teller = Teller(tunnels.world.core)
    await teller.tell_all()
    for work in teller.bar({pc.claim.kit: pc.office}, Cause.CLOSED):
        await work
    await teller.tell_all()
    assert tunnels.gate.seats == {}
    assert teller.let_in() == {pc.office}
    assert teller.let_in() == set()
    change = await tunnels.world.core.read(lambda snapshot: teller.compare(snapshot, pc.office))
    assert change.admit == [(pc.office, pc.seat)]


async def test_a_certificate_that_has_ended_is_not_told(
    tunnels: Tunnels, pc: Bond, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = tunnels.world.clock.now() // 1000
    monkeypatch.setattr(seats, "not_after", lambda certificate: ends)
    await Teller(tunnels.world.core).tell_all()
    assert tunnels.gate.seats == {}


async def test_what_was_cut_short_blocks_nobody_afterwards(tunnels: Tunnels, pc: Bond) -> None:
    teller = Teller(tunnels.world.core)
    for work in teller.bar({pc.claim.kit: pc.office}, Cause.BLOCKED):
        work.close()
    teller.begin_anew()
    async with asyncio.timeout(20):
        await teller.admit([(pc.office, pc.seat)])
    assert pc.claim.kit in tunnels.gate.seats


async def test_a_full_network_leaves_the_others_what_they_have(
    tunnels: Tunnels, sakura: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*args: object) -> str:
        raise Refused(Why.CONFLICT)

    monkeypatch.setattr(telling, "address_of", full)
    core = tunnels.world.core
    assert await core.commit(lambda txn: telling._give(txn, [(sakura.id, 1)], "10.9.0.0/24")) == {}
    assert "no address left" in caplog.text
