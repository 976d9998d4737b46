# SPDX-License-Identifier: Apache-2.0
"""Old sessions are forgotten, those that are not over never."""

from dataclasses import replace

import pytest

from appliance.model.devices import Bond
from appliance.model.time import DAY
from appliance.model.tunnels import SessionState
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels import forgetting
from appliance.vault.tunnels.forgetting import sweep_sessions
from tests.appliance.vault.tunnels.connecting import Tunnels


async def test_what_is_over_for_long_is_forgotten(
    tunnels: Tunnels, pc: Bond, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, core = await tunnels.opened(pc), tunnels.world.core
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    for number in range(5):
        over = replace(
            row,
            id=f"old-{number}",
            engine_session=f"old-{number}",
            state=SessionState.ENDED,
            ended_at=row.began_at + number * DAY,
        )
        await core.commit(lambda txn, over=over: tunnel_sessions.put(txn, over))  # type: ignore[misc]
    tunnels.set(history_months=1)
    tunnels.world.clock.move(34 * DAY)
    await sweep_sessions(core)
    assert {one.id for one in await tunnels.rows()} == {row.id, "old-3", "old-4"}
    tunnels.world.clock.move(300 * DAY)
    await sweep_sessions(core)
    assert {one.id for one in await tunnels.rows()} == {row.id}
