# SPDX-License-Identifier: Apache-2.0
"""The sessions of before: all of them, with how their engine calls the seat and why each will end."""

from dataclasses import replace

import pytest

from appliance.model.devices import Bond
from appliance.model.time import MINUTE
from appliance.model.tunnels import Cause, SessionState
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels import loading
from appliance.vault.tunnels.ending import end
from appliance.vault.tunnels.loading import loaded
from tests.appliance.vault.tunnels.connecting import Tunnels


async def test_all_that_are_not_over_in_pages(tunnels: Tunnels, pc: Bond, monkeypatch: pytest.MonkeyPatch) -> None:
    row, core = await tunnels.opened(pc), tunnels.world.core
    states = (SessionState.APPEARED, SessionState.OPEN, SessionState.ENDING, SessionState.ENDED)
    for number, state in enumerate(states):
        twin = replace(row, id=f"twin-{number}", engine_session=f"twin-{number}", state=state)
        await core.commit(lambda txn, twin=twin: tunnel_sessions.put(txn, twin))  # type: ignore[misc]
    monkeypatch.setattr(loading, "PAGE", 1)
    found = await loaded(core)
    assert {one.row.id for one in found} == {row.id, "twin-0", "twin-1", "twin-2"}
    assert {one.name for one in found} == {pc.claim.kit}


async def test_why_each_ends(tunnels: Tunnels, pc: Bond, monkeypatch: pytest.MonkeyPatch) -> None:
    row, core = await tunnels.opened(pc), tunnels.world.core
    [one] = await loaded(core)
    assert one.due is Cause.LIMIT
    shorter = replace(row, ends_at=row.ends_at - MINUTE)
    await core.commit(lambda txn: tunnel_sessions.put(txn, shorter))
    [one] = await loaded(core)
    assert one.due is Cause.CLOSED
    monkeypatch.setattr(loading, "not_after", lambda certificate: shorter.ends_at // 1000)
    [one] = await loaded(core)
    assert (one.due, one.certificate_ends) == (Cause.CERTIFICATE, shorter.ends_at)


async def test_a_strangers_has_no_name(tunnels: Tunnels, pc: Bond) -> None:
    row, core = await tunnels.opened(pc), tunnels.world.core
    await core.commit(lambda txn: tunnel_sessions.put(txn, replace(row, bond="", office="")))
    [one] = await loaded(core)
    assert (one.name, one.certificate_ends) == ("", 0)


async def test_without_any_there_are_none(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await end(tunnels.world.core, [row], Cause.DESK)
    await tunnels.round()
    assert await loaded(tunnels.world.core) == []
