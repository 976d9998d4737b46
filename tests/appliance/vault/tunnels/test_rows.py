# SPDX-License-Identifier: Apache-2.0
"""Sessions with names: of offices, of people, and of what has none."""

from dataclasses import replace

from appliance.link.messages import TunnelRow
from appliance.model.devices import Bond
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.vault.tunnels.rows import name_by, rows_of
from tests.appliance.vault.tunnels.connecting import Tunnels


async def shown(tunnels: Tunnels, *rows: TunnelSession) -> tuple[TunnelRow, ...]:
    """As people are shown them."""
    core = tunnels.world.core
    return await core.read(lambda snapshot: rows_of(core.tunnels, snapshot, rows))


async def test_what_goes_on_has_the_latest_bytes_and_what_is_over_its_own(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await tunnels.round()
    over = replace(row, id="over", state=SessionState.ENDED, cause=Cause.GONE, bytes_in=5, bytes_out=6)
    now, past = await shown(tunnels, row, over)
    assert ((now.bytes_in, now.bytes_out), (past.bytes_in, past.bytes_out)) == ((1000, 2000), (5, 6))
    assert now.contract_number == past.contract_number == "123456-0000001"


async def test_a_stranger_and_an_office_that_is_gone_have_no_name(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    for office in ("", "a" * 26):
        [found] = await shown(tunnels, replace(row, office=office))
        assert (found.office, found.office_name, found.contract_number) == ("", "", "")


async def test_who_ended_it_is_called_by_name(tunnels: Tunnels, pc: Bond) -> None:
    row, clerk = await tunnels.opened(pc), await tunnels.world.staff("clerk")
    [found] = await shown(tunnels, replace(row, by=clerk.account))
    assert found.by == (await tunnels.world.account(clerk)).name
    read = tunnels.world.core.read
    assert [await read(lambda snapshot, by=by: name_by(snapshot, by)) for by in ("admin", "", "a" * 26)] == [  # type: ignore[misc]
        "admin",
        "",
        "a" * 26,
    ]
