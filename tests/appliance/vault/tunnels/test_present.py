# SPDX-License-Identifier: Apache-2.0
"""Which sessions there are: by address, by seat, by office."""

from dataclasses import replace

from appliance.model.devices import Bond
from appliance.model.things import Office
from appliance.model.tunnels import Cause
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels.ending import end
from appliance.vault.tunnels.present import last_opened, session_at, sessions_of
from tests.appliance.vault.tunnels.connecting import Tunnels


async def test_a_session_is_found_by_its_address_until_its_time_is_over(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    read = tunnels.world.core.read
    assert await read(lambda snapshot: session_at(snapshot, row.address, row.ends_at - 1)) == row
    assert await read(lambda snapshot: session_at(snapshot, row.address, row.ends_at)) is None
    for address in ("", "10.0.0.1", row.address + "0", "x" * 600):
        assert await read(lambda snapshot, a=address: session_at(snapshot, a, row.began_at)) is None  # type: ignore[misc]


async def test_an_address_that_two_are_said_to_have_is_nobodys(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    core = tunnels.world.core
    await core.commit(lambda txn: tunnel_sessions.put(txn, replace(row, id="twin", engine_session="twin")))
    assert await tunnels.at(row.address) is None


async def test_sessions_of_a_seat_and_of_an_office(tunnels: Tunnels, sakura: Office, pc: Bond) -> None:
    other = await tunnels.bonded(sakura, 2, pc="pc-2", key="key-2")
    first, second = await tunnels.opened(pc), await tunnels.opened(other)
    core = tunnels.world.core
    assert await core.read(lambda snapshot: sessions_of(snapshot, sakura.id, 1)) == [first]
    found = await core.read(lambda snapshot: sessions_of(snapshot, sakura.id))
    assert {row.id for row in found} == {first.id, second.id}
    await end(core, [first], Cause.DESK)
    await tunnels.round()
    assert await core.read(lambda snapshot: sessions_of(snapshot, sakura.id, 1)) == []
    assert await core.read(lambda snapshot: sessions_of(snapshot, sakura.id)) == [second]
    last = await core.read(lambda snapshot: last_opened(snapshot, sakura.id, 1))
    assert last is not None and (last.id, last.cause) == (first.id, Cause.DESK)


async def test_the_newest_of_an_office_comes_first(tunnels: Tunnels, sakura: Office, pc: Bond) -> None:
    core, row = tunnels.world.core, await tunnels.opened(pc)
    for number in (3, 1, 2):
        other = replace(row, id=str(number), engine_session=str(number), appeared_at=row.appeared_at + number)
        await core.commit(lambda txn, other=other: tunnel_sessions.put(txn, other))  # type: ignore[misc]
    for seat in (0, row.seat):
        found = await core.read(lambda snapshot, seat=seat: sessions_of(snapshot, sakura.id, seat))  # type: ignore[misc]
        assert [one.id for one in found] == ["3", "2", "1", row.id]
