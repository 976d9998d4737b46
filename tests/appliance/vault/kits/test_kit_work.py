# SPDX-License-Identifier: Apache-2.0
"""Kits are made by turns."""

from appliance.vault.kits.kit_work import AT_ONCE, KitWork


async def test_so_many_have_their_turn_at_once() -> None:
    work = KitWork()
    for _ in range(AT_ONCE):
        assert not work.turns.locked()
        await work.turns.acquire()
    assert work.turns.locked()
    assert (work.built, work.failed, work.different, work.waiting) == (0, 0, 0, 0)
