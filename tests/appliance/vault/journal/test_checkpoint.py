# SPDX-License-Identifier: Apache-2.0
"""The log signs when it has grown, and never a smaller or another tree."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from appliance.contracts.records import StoreError, Txn
from appliance.vault.journal import rows
from appliance.vault.journal.checkpoint import Checkpoints, announced
from appliance.vault.journal.log import Head, JournalDamaged
from appliance.vault.journal.merkle import Frontier
from appliance.vault.journal.note import open_note
from appliance.vault.keys.sealing import Unsealable

if TYPE_CHECKING:
    from tests.appliance.vault.journal.conftest import Rig


async def test_it_signs_when_it_has_grown_and_only_then(rig: "Rig") -> None:
    assert await rig.checkpoints.sign_if_grown() is None
    await rig.fill(5)
    note = await rig.checkpoints.sign_if_grown()
    assert note
    checkpoint = open_note(note, rig.checkpoints.verifier)
    assert Head(checkpoint.size, checkpoint.root) == await rig.read(rig.log.head)
    assert await rig.checkpoints.sign_if_grown() is None
    await rig.fill(600)
    assert await rig.checkpoints.sign_if_grown()
    sizes = [
        open_note(each, rig.checkpoints.verifier).size
        for each in await rig.read(lambda v: rig.checkpoints.page(v, 0, 9))
    ]
    assert sizes == [5, 605]


async def test_the_newest_checkpoint_is_at_hand(rig: "Rig") -> None:
    assert await rig.read(rig.checkpoints.latest) is None
    for _ in range(3):
        await rig.fill(1)
        note = await rig.checkpoints.sign_if_grown()
        assert await rig.read(rig.checkpoints.latest) == note


async def test_size_and_root_are_durable_before_the_signature(rig: "Rig") -> None:
    await rig.fill(5)
    done: list[bool] = []

    async def dies_after_the_first(work: Callable[[Txn], Any]) -> Any:
        if done:
            raise StoreError("power is gone")
        done.append(True)
        return await rig.commit(work)

    checkpoints = Checkpoints(rig.log, rig.key, rig.store, dies_after_the_first)
    with pytest.raises(StoreError):
        await checkpoints.sign_if_grown()
    assert await rig.read(lambda view: announced(rig.log, view)) == await rig.read(rig.log.head)
    assert await rig.read(rig.checkpoints.latest) is None
    note = await rig.checkpoints.sign_if_grown()
    assert note
    assert open_note(note, rig.checkpoints.verifier).size == 5


async def test_nothing_is_signed_that_could_not_be_announced(rig: "Rig") -> None:
    await rig.fill(5)

    async def full(work: Callable[[Txn], Any]) -> Any:
        raise StoreError("full")

    with pytest.raises(StoreError):
        await Checkpoints(rig.log, rig.key, rig.store, full).sign_if_grown()
    assert await rig.read(lambda view: view.get(rows.SIGNED)) is None


async def test_a_smaller_tree_is_never_signed(rig: "Rig") -> None:
    await rig.fill(5)
    small = await rig.read(rig.log.frontier)
    await rig.fill(5)
    await rig.checkpoints.sign_if_grown()
    await rig.put(rows.HEAD, small.to_bytes())
    for _ in range(2):
        with pytest.raises(JournalDamaged, match="tree of 10 entries was signed; now there is another of 5"):
            await rig.checkpoints.sign_if_grown()
    await rig.remove(rows.HEAD)
    with pytest.raises(JournalDamaged, match="another of 0"):
        await rig.checkpoints.sign_if_grown()


async def test_a_forgotten_announcement_does_not_make_a_smaller_tree_signable(rig: "Rig") -> None:
    await rig.fill(5)
    await rig.checkpoints.sign_if_grown()
    old = await rig.read(lambda view: [(key, view.get(key)) for key in (rows.HEAD, rows.SIGNED)])
    await rig.fill(5)
    await rig.checkpoints.sign_if_grown()

    def set_back(txn: Txn) -> None:
        for key, value in old:
            assert value
            txn.put(key, value)

    await rig.commit(set_back)
    with pytest.raises(JournalDamaged, match="10 entries were signed, but the record of what was signed says 5"):
        await rig.checkpoints.sign_if_grown()
    await rig.remove(rows.SIGNED)
    with pytest.raises(JournalDamaged, match="says 0"):
        await rig.checkpoints.sign_if_grown()


async def test_another_tree_of_the_same_size_is_never_signed(rig: "Rig") -> None:
    await rig.fill(5)
    await rig.checkpoints.sign_if_grown()
    await rig.forge(rows.leaf_key(2), lambda plain: plain.replace(b"thing-2", b"thing-X"))
    await rig.rewrite_tree()
    with pytest.raises(JournalDamaged, match=r"^5 entries were signed, and some .* are a fork"):
        await rig.checkpoints.sign_if_grown()


async def test_a_larger_tree_that_is_no_continuation_is_never_signed(rig: "Rig") -> None:
    await rig.fill(300)
    note = await rig.checkpoints.sign_if_grown()
    await rig.forge(rows.leaf_key(2), lambda plain: plain.replace(b"thing-2", b"thing-X"))
    await rig.rewrite_tree()
    await rig.fill(100)
    for _ in range(2):
        with pytest.raises(JournalDamaged, match="which was signed"):
            await rig.checkpoints.sign_if_grown()
    assert await rig.read(rig.checkpoints.latest) == note


async def test_a_head_that_fits_to_no_leaves_is_not_signed(rig: "Rig") -> None:
    await rig.fill(3)
    await rig.checkpoints.sign_if_grown()
    await rig.fill(1)
    await rig.put(rows.HEAD, Frontier(4, [bytes(32)]).to_bytes())
    with pytest.raises(JournalDamaged):
        await rig.checkpoints.sign_if_grown()


async def test_two_at_once_sign_once(rig: "Rig") -> None:
    await rig.fill(5)
    notes = await asyncio.gather(*(rig.checkpoints.sign_if_grown() for _ in range(3)))
    assert [note is None for note in notes] == [False, True, True]


async def test_a_second_signer_of_the_same_store_is_noticed(rig: "Rig") -> None:
    await rig.fill(5)
    other = Checkpoints(rig.log, rig.key, rig.store, rig.commit)

    async def meanwhile(work: Callable[[Txn], Any]) -> Any:
        await rig.fill(1)
        await other.sign_if_grown()
        return await rig.commit(work)

    slow = Checkpoints(rig.log, rig.key, rig.store, meanwhile)
    with pytest.raises(JournalDamaged, match="signed meanwhile"):
        await slow.sign_if_grown()


async def test_a_damaged_announcement_stops_signing(rig: "Rig") -> None:
    await rig.fill(5)
    await rig.checkpoints.sign_if_grown()
    await rig.fill(1)
    await rig.damage(rows.SIGNED)
    with pytest.raises(Unsealable):
        await rig.checkpoints.sign_if_grown()
