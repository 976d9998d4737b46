# SPDX-License-Identifier: Apache-2.0
"""A made kit is found by seat and builder, and a new one takes its place."""

from dataclasses import replace

from appliance.vault.records.kit_tables import MadeKit, made_kits
from tests.appliance.vault.world import World

ROW = MadeKit("office-1", 2, "kit_memory", b"\1", "setup.txt", 7, b"\2" * 32, 5)


async def test_a_row_is_of_one_seat_and_builder(world: World) -> None:
    await world.core.commit(lambda txn: made_kits.put(txn, ROW))
    newer = replace(ROW, made_of=b"\3", made_at=6)
    await world.core.commit(lambda txn: made_kits.put(txn, newer))
    found = await world.core.read(
        lambda snapshot: [made_kits.get(snapshot, "office-1", seat, "kit_memory") for seat in (1, 2)]
    )
    assert found == [None, newer]
