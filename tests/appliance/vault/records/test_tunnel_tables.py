# SPDX-License-Identifier: Apache-2.0
"""Where a session stands in the indexes in each of its states."""

from dataclasses import replace

import pytest

from appliance.model.tunnels import Cause, SeatBlock, SessionState, TunnelSession
from appliance.vault.records.tunnel_tables import seat_blocks, tunnel_sessions
from tests.appliance.vault.world import World

NOW = 1_780_966_800_000
ROW = TunnelSession(
    "id", "office", 1, "bond", "softether", "S1", "10.0.0.100", "", SessionState.OPEN, NOW, NOW, NOW + 9
)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        (SessionState.APPEARED, {"live", "office", "seat", "opened", "appeared"}),
        (SessionState.OPEN, {"live", "address", "office", "leaving", "seat", "opened", "appeared"}),
        (SessionState.ENDING, {"live", "office", "seat", "opened", "appeared"}),
        (SessionState.ENDED, {"opened", "appeared", "ended"}),
    ],
)
async def test_a_session_is_found_by_what_it_is_now(world: World, state: SessionState, found: set[str]) -> None:
    core = world.core
    await core.commit(lambda txn: tunnel_sessions.put(txn, replace(ROW, leaves_at=NOW + 3)))
    row = replace(ROW, state=state, leaves_at=NOW + 3, cause=Cause.DESK)
    await core.commit(lambda txn: tunnel_sessions.put(txn, row))
    indexes = ("live", "address", "office", "leaving", "seat", "opened", "appeared", "ended")
    assert {
        name
        for name in indexes
        if await core.read(lambda snapshot, n=name: tunnel_sessions.keys(snapshot, n))  # type: ignore[misc]
    } == found


async def test_one_that_was_never_let_through_is_not_among_the_opened_ones(world: World) -> None:
    refused = replace(ROW, state=SessionState.ENDED, ends_at=0, cause=Cause.CLOSED)
    await world.core.commit(lambda txn: tunnel_sessions.put(txn, refused))
    assert await world.core.read(lambda snapshot: tunnel_sessions.first(snapshot, "opened")) is None


async def test_the_newest_of_a_seat_comes_first(world: World) -> None:
    for number in range(3):
        row = replace(ROW, id=str(number), engine_session=str(number), appeared_at=NOW + number)
        await world.core.commit(lambda txn, row=row: tunnel_sessions.put(txn, row))  # type: ignore[misc]
    rows = await world.core.read(lambda snapshot: tunnel_sessions.scan(snapshot, "seat", ("office", 1)))
    assert [row.id for row in rows] == ["2", "1", "0"]


async def test_the_latest_block_comes_first(world: World) -> None:
    for seat in (1, 2):
        block = SeatBlock("office", seat, NOW + seat, "staff", "理由")
        await world.core.commit(lambda txn, block=block: seat_blocks.put(txn, block))  # type: ignore[misc]
    found = await world.core.read(lambda snapshot: seat_blocks.scan(snapshot, "since"))
    assert [one.seat for one in found] == [2, 1]
