# SPDX-License-Identifier: Apache-2.0
"""Sessions are ended by somebody: what is written, what the gate is told, and what was observed."""

import asyncio
from dataclasses import replace

import pytest

from appliance.link.messages import BarSeats, EndSessions, GateDone, ToEnd
from appliance.model.devices import Bond
from appliance.model.journal import Entry, Kind
from appliance.model.things import Office, Visit
from appliance.model.time import HOUR, MINUTE
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.model.words import Site
from appliance.vault.records.tables import visits
from appliance.vault.tunnels import ending
from appliance.vault.tunnels.connected import PATIENCE_SECONDS
from appliance.vault.tunnels.ending import end, name_of, shortened_in_records
from tests.appliance.vault.tunnels.connecting import Tunnels


async def test_it_ends_with_its_visits_in_the_records_and_at_the_gate(tunnels: Tunnels, pc: Bond) -> None:
    row, core = await tunnels.opened(pc), tunnels.world.core
    mine = Visit(b"m" * 32, "a", pc.office, Site.PORTAL, row.began_at, row.ends_at + HOUR, tunnel=row.id)
    other = replace(mine, token_hash=b"o" * 32, tunnel="another")
    for visit in (mine, other):
        await core.commit(lambda txn, visit=visit: visits.put(txn, visit))  # type: ignore[misc]

    def entry_of(session: TunnelSession) -> Entry:
        return replace(core.own_entry(Kind.TUNNEL_ENDED, actor="staff", thing=session.id), office=session.office)

    ended = await end(core, [row], Cause.DESK, by="staff", told="電話で依頼", entry_of=entry_of)
    after = await tunnels.again(row)
    assert (after.state, after.cause, after.by, after.told) == (
        SessionState.ENDING,
        Cause.DESK,
        "staff",
        "電話で依頼",
    )
    assert (ended.gone, ended.left, ended.shut, ended.heard) == ((after,), (), True, True)
    assert tunnels.gate.told[-1] == EndSessions((ToEnd("softether", row.engine_session, pc.claim.kit),), Cause.DESK)
    assert await core.read(lambda snapshot: visits.get(snapshot, mine.token_hash)) is None
    assert await core.read(lambda snapshot: visits.get(snapshot, other.token_hash)) == other
    assert (await tunnels.journal())[-1].actor == "staff"


async def test_a_barring_cause_bars_the_seat(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await end(tunnels.world.core, [row], Cause.BLOCKED)
    assert tunnels.gate.told[-1] == BarSeats((pc.claim.kit,), Cause.BLOCKED)


def slowly(tunnels: Tunnels, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """From now on the gate shuts what it shows, and is still ending it; what it is told."""
    told = list[object]()
    left = tuple(ToEnd("softether", session, name) for name, session in tunnels.gate.lines)

    async def tell(message: object) -> GateDone:
        told.append(message)
        tunnels.gate.kernel.clear()
        return GateDone(left, under_way=isinstance(message, BarSeats | EndSessions))

    monkeypatch.setattr(tunnels.gate, "tell", tell)
    return told


async def test_a_gate_that_is_still_at_it_is_believed_and_not_told_again_at_once(
    tunnels: Tunnels, pc: Bond, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine with thousands to close: what it still shows is left, and no page waits for it."""
    row, told = await tunnels.opened(pc), slowly(tunnels, monkeypatch)
    ended = await end(tunnels.world.core, [row], Cause.DESK)
    assert ([one.id for one in ended.left], ended.gone, ended.shut, ended.heard) == ([row.id], (), True, True)
    await tunnels.pass_time(PATIENCE_SECONDS)
    assert len(told) == 1 and tunnels.world.core.tunnels.drift == 0
    await tunnels.pass_time(5)
    assert len(told) == 2, "it shows it for too long"
    tunnels.gate.vanish(row.engine_session)
    await tunnels.round()
    assert (await tunnels.again(row)).cause is Cause.DESK


async def test_a_bar_that_is_still_under_way_is_not_told_again_at_once(
    tunnels: Tunnels, pc: Bond, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tunnels.opened(pc)
    told = slowly(tunnels, monkeypatch)
    await tunnels.block(pc)
    await tunnels.round()
    before = len(told)
    await tunnels.pass_time(PATIENCE_SECONDS)
    assert len(told) == before > 0
    await tunnels.pass_time(5)
    assert len(told) > before


async def test_all_pages_are_told_side_by_side(
    tunnels: Tunnels, sakura: Office, pc: Bond, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel shuts the last one while the engine is still at the first."""
    monkeypatch.setattr(ending, "GATE_PAGE", 1)
    rows = [await tunnels.opened(pc), await tunnels.opened(await tunnels.bonded(sakura, 2, pc="pc-2", key="k-2"))]
    barrier = asyncio.Barrier(2)

    async def tell(message: object) -> GateDone:
        await barrier.wait()
        return GateDone()

    monkeypatch.setattr(tunnels.gate, "tell", tell)
    async with asyncio.timeout(10):
        assert len((await end(tunnels.world.core, rows, Cause.DESK)).gone) == 2


async def test_without_a_gate_nothing_was_observed_and_the_records_stand(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    tunnels.gate.away = True
    ended = await end(tunnels.world.core, [row], Cause.DESK)
    assert (ended.gone, ended.heard, ended.shut) == ((), False, False)
    assert [one.id for one in ended.left] == [row.id]
    assert await tunnels.at(row.address) is None
    tunnels.gate.away = False
    await tunnels.pass_time(10)
    assert (await tunnels.again(row)).state is SessionState.ENDED and not tunnels.gate.lines


async def test_what_an_engine_still_shows_is_left(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    tunnels.gate.engines = ()
    ended = await end(tunnels.world.core, [row], Cause.DESK)
    assert ([one.id for one in ended.left], ended.shut, ended.heard) == ([row.id], True, True)


async def test_an_engine_that_did_not_answer_leaves_what_it_had(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)

    async def tell(message: object) -> GateDone:
        return GateDone(failed=("softether",))

    tunnels.gate.tell = tell  # type: ignore[method-assign]
    ended = await end(tunnels.world.core, [row], Cause.DESK)
    assert [one.id for one in ended.left] == [row.id]


async def test_what_has_ended_is_not_ended_again(tunnels: Tunnels, pc: Bond) -> None:
    row, core = await tunnels.opened(pc), tunnels.world.core
    await end(core, [row], Cause.DESK)
    tunnels.world.clock.move(MINUTE)
    await end(core, [row], Cause.LIMIT)
    assert (await tunnels.again(row)).cause is Cause.DESK
    await tunnels.round()
    entries, told = len(await tunnels.journal()), len(tunnels.gate.told)
    assert (await end(core, [row], Cause.LIMIT)).gone == ()
    assert (len(await tunnels.journal()), len(tunnels.gate.told)) == (entries, told)


async def test_only_what_is_open_is_shortened(tunnels: Tunnels, pc: Bond) -> None:
    row, core = await tunnels.opened(pc), tunnels.world.core
    assert await shortened_in_records(core, {row.id: row.ends_at + 1, "nobody": 5}) == []
    [shorter] = await shortened_in_records(core, {row.id: row.ends_at - 1})
    assert shorter.ends_at == row.ends_at - 1
    await end(core, [row], Cause.DESK)
    assert await shortened_in_records(core, {row.id: row.ends_at - 2}) == []


async def test_the_name_of_a_seat_is_that_of_its_bonds_kit(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    read = tunnels.world.core.read
    assert await read(lambda snapshot: name_of(snapshot, row)) == pc.claim.kit
    assert await read(lambda snapshot: name_of(snapshot, replace(row, bond=""))) == ""


async def test_many_end_in_pages(tunnels: Tunnels, pc: Bond) -> None:
    row, core = await tunnels.opened(pc), tunnels.world.core
    ghosts = [replace(row, id=f"ghost-{number}") for number in range(250)]
    ended = await end(core, [*ghosts, row], Cause.DESK)
    assert [one.id for one in ended.gone] == [row.id]
