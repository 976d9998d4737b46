# SPDX-License-Identifier: Apache-2.0
"""The fund keeps a seat out, and lets it in again."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.devices import Bond
from appliance.model.journal import Kind
from appliance.model.things import Office
from appliance.model.tunnels import Cause, SessionState
from appliance.model.words import Role
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.world import Person

WHY = "紛失の届け出があったため"


@pytest.fixture
async def clerk(tunnels: Tunnels) -> Person:
    """A clerk."""
    return await (await tunnels.world.staff("clerk", Role.FUND_CLERK)).sign_in()


async def test_it_ends_at_once_and_comes_back_only_when_it_may(tunnels: Tunnels, clerk: Person, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    done = await clerk.ask(m.BlockSeat(pc.office, 1, WHY))
    assert (done.asked, done.gone, done.heard) == (1, 1, True)
    after = await tunnels.again(row)
    assert (after.cause, after.by, after.told) == (Cause.BLOCKED, clerk.account, WHY)
    [entry] = await tunnels.world.journal(Kind.SEAT_BLOCKED)
    assert (entry.office, entry.reason, entry.personal["typed"]) == (pc.office, "seat 1", WHY)
    [ended] = await tunnels.world.journal(Kind.TUNNEL_ENDED)
    assert ended.actor == clerk.account
    await tunnels.round()
    assert not tunnels.gate.connect(pc.claim.kit)
    [row_shown] = (await clerk.ask(m.ListSeatBlocks())).rows
    assert (row_shown.seat, row_shown.told, row_shown.office_name) == (1, WHY, "事業所1")
    assert row_shown.by == (await tunnels.world.account(clerk)).name
    await clerk.ask(m.UnblockSeat(pc.office, 1, "見つかった"))
    await tunnels.round()
    assert (await tunnels.opened(pc)).state is SessionState.OPEN
    assert (await clerk.ask(m.ListSeatBlocks())).rows == ()
    assert (await tunnels.world.journal(Kind.SEAT_UNBLOCKED))[0].personal["typed"] == "見つかった"


async def test_a_pc_that_is_not_connected_is_kept_out_too(tunnels: Tunnels, clerk: Person, pc: Bond) -> None:
    done = await clerk.ask(m.BlockSeat(pc.office, 1, WHY))
    assert (done.asked, done.heard) == (0, True)
    await tunnels.round()
    assert not tunnels.gate.connect(pc.claim.kit)


async def test_sent_twice_it_is_done_once(tunnels: Tunnels, clerk: Person, pc: Bond) -> None:
    message = m.BlockSeat(pc.office, 1, WHY, "command-0123456789")
    assert await clerk.ask(message) == await clerk.ask(message)
    assert (await clerk.refused(Why.CONFLICT, m.BlockSeat(pc.office, 1, WHY))).text == "seat.is_blocked"
    assert (await clerk.refused(Why.CONFLICT, m.UnblockSeat(pc.office, 2, WHY))).text == "seat.not_blocked"


@pytest.mark.parametrize("number", [0, 99, -1])
async def test_what_there_is_not(clerk: Person, sakura: Office, number: int) -> None:
    await clerk.refused(Why.NOT_FOUND, m.BlockSeat(sakura.id, number, WHY))
    await clerk.refused(Why.NOT_FOUND, m.UnblockSeat("a" * 26, 1, WHY))
    await clerk.refused(Why.NOT_FOUND, m.ListSeatBlocks(office="a" * 26))


async def test_without_a_reason_nobody_is_kept_out(clerk: Person, sakura: Office) -> None:
    await clerk.refused(Why.INVALID, m.BlockSeat(sakura.id, 1, " "))
    assert (await clerk.ask(m.ListSeatBlocks())).rows == ()


async def test_the_list_has_pages_the_latest_first(tunnels: Tunnels, clerk: Person) -> None:
    offices = [await tunnels.scene.office(number) for number in (1, 2, 3)]
    for office in offices:
        tunnels.world.clock.move(1000)
        for number in (1, 2):
            await clerk.ask(m.BlockSeat(office.id, number, WHY))
    seen: list[tuple[str, int]] = []
    after = ""
    while True:
        page = await clerk.ask(m.ListSeatBlocks(after, 2))
        seen += [(row.office, row.seat) for row in page.rows]
        if not (after := page.next):
            break
    assert len(seen) == len(set(seen)) == 6
    assert [office for office, _ in seen[::2]] == [office.id for office in reversed(offices)]
    assert len((await clerk.ask(m.ListSeatBlocks("nonsense", 50))).rows) == 6
    assert [row.seat for row in (await clerk.ask(m.ListSeatBlocks(office=offices[0].id))).rows] == [1, 2]


async def test_at_the_host(tunnels: Tunnels, pc: Bond, sakura: Office) -> None:
    await tunnels.opened(pc)
    admin = tunnels.world.admin
    assert (await admin(m.KeepSeatOut(sakura.contract_number, 1, WHY))).gone == 1
    await tunnels.round()
    await admin(m.LetSeatIn(sakura.contract_number, 1, WHY))
    await tunnels.round()
    assert tunnels.gate.connect(pc.claim.kit)
