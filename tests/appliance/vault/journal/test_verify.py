# SPDX-License-Identifier: Apache-2.0
"""Whatever is changed in the live journal is found, named, and not forgotten by looking again."""

import asyncio
import base64
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.link.messages import JournalVerdict
from appliance.vault.journal import leaf as leaves_of
from appliance.vault.journal import merkle, rows
from appliance.vault.journal.note import NoteSigner
from appliance.vault.journal.verify import verify

if TYPE_CHECKING:
    from tests.appliance.vault.journal.conftest import Rig

Attack = Callable[["Rig"], Coroutine[Any, Any, None]]
SIZE = 1100
SIGNED = (100, 700, SIZE)


async def signed_journal(rig: "Rig") -> None:
    """1,100 entries, checkpoints over 100, 700 and all."""
    for size in SIGNED:
        await rig.fill(size - await rig.read(rig.log.size))
        assert await rig.checkpoints.sign_if_grown()


async def verdict_of(rig: "Rig", against: str = "") -> JournalVerdict:
    return await verify(rig.store, rig.log, rig.checkpoints, against)


async def test_an_untouched_journal(rig: "Rig") -> None:
    await signed_journal(rig)
    head = await rig.read(rig.log.head)
    root = base64.b64encode(head.root).decode()
    assert await verdict_of(rig) == JournalVerdict(SIZE, root, True, None)


async def test_an_empty_journal(rig: "Rig") -> None:
    root = base64.b64encode(merkle.EMPTY_ROOT).decode()
    assert await verdict_of(rig) == JournalVerdict(0, root, True, None)


@pytest.mark.parametrize("size", [1, 255, 256, 999, 1000, 1001, 2000])
async def test_sizes_at_the_edges_of_pages_and_nodes(rig: "Rig", size: int) -> None:
    await rig.fill(size)
    await rig.checkpoints.sign_if_grown()
    verdict = await verdict_of(rig)
    assert (verdict.entries, verdict.ok, verdict.reason) == (size, True, "")


async def test_entries_behind_the_last_checkpoint_count_as_well(rig: "Rig") -> None:
    await signed_journal(rig)
    await rig.fill(3)
    assert (await verdict_of(rig)).entries == SIZE + 3
    await rig.forge(rows.leaf_key(SIZE + 1), lambda plain: plain.replace(b"console", b"portal"))
    assert (await verdict_of(rig)).first_bad == SIZE + 1


async def test_destroyed_payloads_leave_the_proof(rig: "Rig") -> None:
    await signed_journal(rig)
    for seq in (1, 5, 701):
        assert await rig.commit(lambda txn, seq=seq: rig.log.forget(txn, seq))  # type: ignore[misc]
    assert (await verdict_of(rig)).ok


async def edit_a_leaf(rig: "Rig") -> None:
    await rig.forge(rows.leaf_key(500), lambda plain: plain.replace(b"thing-500", b"thing-501"))


async def edit_a_leaf_and_its_hash(rig: "Rig") -> None:
    await rig.forge(rows.leaf_key(500), _with_new_hash)


def _with_new_hash(plain: bytes) -> bytes:
    text = plain[32:].replace(b"thing-500", b"thing-501")
    return merkle.leaf_hash(text) + text


async def rewrite_everything_but_the_checkpoints(rig: "Rig") -> None:
    await edit_a_leaf_and_its_hash(rig)
    await rig.rewrite_tree()


async def edit_a_hash(rig: "Rig") -> None:
    await rig.forge(rows.leaf_key(500), lambda plain: bytes(32) + plain[32:])


async def flip_a_bit(rig: "Rig") -> None:
    await rig.damage(rows.leaf_key(500))


async def remove_an_entry(rig: "Rig") -> None:
    await rig.remove(rows.leaf_key(500))


async def swap_two_entries(rig: "Rig") -> None:
    one, two = [(await rig.read(lambda v, n=n: rig.log.leaves(v, n, 1)))[0] for n in (500, 600)]  # type: ignore[misc]
    await rig.put(rows.leaf_key(500), two.hash + two.text)
    await rig.put(rows.leaf_key(600), one.hash + one.text)


async def write_garbage(rig: "Rig") -> None:
    await rig.put(rows.leaf_key(500), merkle.leaf_hash(b"garbage") + b"garbage")


async def write_nothing(rig: "Rig") -> None:
    await rig.put(rows.leaf_key(500), b"")


async def write_an_unknown_version(rig: "Rig") -> None:
    text = leaves_of.leaf_of(500, rig.entry(500)).replace(b'"v":1', b'"v":9')
    await rig.put(rows.leaf_key(500), merkle.leaf_hash(text) + text)


async def edit_a_payload(rig: "Rig") -> None:
    await rig.forge(rows.payload_key(501), lambda plain: plain.replace(b"501.pdf", b"502.pdf"))


async def edit_a_salt(rig: "Rig") -> None:
    payload = leaves_of.payload_of(rig.entry(502, file_name="納入告知 501.pdf"))
    await rig.put(rows.payload_key(501), payload)


async def invent_a_payload(rig: "Rig") -> None:
    await rig.put(rows.payload_key(502), leaves_of.payload_of(rig.entry(502, file_name="x")))


async def damage_a_payload(rig: "Rig") -> None:
    await rig.damage(rows.payload_key(501))


async def write_garbage_as_payload(rig: "Rig") -> None:
    await rig.put(rows.payload_key(501), b"garbage")


async def hide_from_the_office(rig: "Rig") -> None:
    await rig.remove(rows.office_key("office-a", 502))


async def edit_a_node(rig: "Rig") -> None:
    await rig.put(rows.node_key(8, 2), bytes(32))


async def remove_a_node(rig: "Rig") -> None:
    await rig.remove(rows.node_key(9, 0))


async def damage_a_node(rig: "Rig") -> None:
    await rig.damage(rows.node_key(10, 0))


async def damage_a_checkpoint(rig: "Rig") -> None:
    await rig.damage(rows.checkpoint_key(700))


async def forge_a_checkpoint(rig: "Rig") -> None:
    stranger = NoteSigner(rig.log.origin, Ed25519PrivateKey.generate())
    await rig.put(rows.checkpoint_key(700), stranger.sign(700, bytes(32)).encode())


async def sign_another_root(rig: "Rig") -> None:
    note = NoteSigner(rig.log.origin, rig.key).sign(700, bytes(32))
    await rig.put(rows.checkpoint_key(700), note.encode())


async def move_a_checkpoint(rig: "Rig") -> None:
    (note,) = await rig.read(lambda view: rig.checkpoints.page(view, 0, 1))
    await rig.put(rows.checkpoint_key(700), note.encode())


async def write_garbage_as_checkpoint(rig: "Rig") -> None:
    await rig.put(rows.checkpoint_key(700), b"\xff\xff")


async def edit_the_head(rig: "Rig") -> None:
    frontier = await rig.read(rig.log.frontier)
    await rig.put(rows.HEAD, merkle.Frontier(SIZE, [bytes(32)] * len(frontier.peaks)).to_bytes())


async def damage_the_head(rig: "Rig") -> None:
    await rig.damage(rows.HEAD)


async def write_garbage_as_head(rig: "Rig") -> None:
    await rig.put(rows.HEAD, b"garbage")


async def remove_the_head(rig: "Rig") -> None:
    await rig.remove(rows.HEAD)


async def _set_back(rig: "Rig") -> None:
    frontier = merkle.Frontier()
    for start in (0, 400):
        for leaf in await rig.read(lambda view, start=start: rig.log.leaves(view, start, 400)):  # type: ignore[misc]
            frontier.append(leaf.hash)
    await rig.put(rows.HEAD, frontier.to_bytes())


async def set_the_head_back(rig: "Rig") -> None:
    await _set_back(rig)


async def cut_the_tail(rig: "Rig") -> None:
    await _set_back(rig)
    await rig.remove(*map(rows.leaf_key, range(800, SIZE)))


async def cut_the_tail_and_its_checkpoint(rig: "Rig") -> None:
    await cut_the_tail(rig)
    await rig.remove(rows.checkpoint_key(SIZE))


async def cut_the_tail_but_not_the_head(rig: "Rig") -> None:
    await rig.remove(*map(rows.leaf_key, range(800, SIZE)))


async def damage_the_announcement(rig: "Rig") -> None:
    await rig.damage(rows.SIGNED)


async def edit_the_announcement(rig: "Rig") -> None:
    await rig.put(rows.SIGNED, (SIZE).to_bytes(8, "big") + bytes(32))


async def set_the_announcement_back(rig: "Rig") -> None:
    await rig.put(rows.SIGNED, (650).to_bytes(8, "big") + bytes(32))


async def remove_the_announcement(rig: "Rig") -> None:
    await rig.remove(rows.SIGNED)


ATTACKS: list[tuple[Attack, int, str]] = [
    (edit_a_leaf, 500, "entry 500 was changed: it does not have the hash that was kept"),
    (edit_a_leaf_and_its_hash, 100, "something was changed from entry 100 on|node over the entries 256 to 511"),
    (rewrite_everything_but_the_checkpoints, 100, "the checkpoint over 700 entries has another root"),
    (edit_a_hash, 500, "entry 500 was changed"),
    (flip_a_bit, 500, "entry 500 was changed"),
    (remove_an_entry, 500, "entry 500 is missing"),
    (swap_two_entries, 500, "entry 500 is missing: entry 600 stands in its place"),
    (write_garbage, 500, "entry 500 cannot be read"),
    (write_nothing, 500, "entry 500 was changed"),
    (write_an_unknown_version, 500, "version 9 is unknown"),
    (edit_a_payload, 501, "the personal part of entry 501 is not what was committed to"),
    (edit_a_salt, 501, "the personal part of entry 501 is not"),
    (invent_a_payload, 502, "the personal part of entry 502 is not"),
    (damage_a_payload, 501, "the personal part of entry 501 was changed"),
    (write_garbage_as_payload, 501, "the personal part of entry 501 was changed: JSON"),
    (hide_from_the_office, 502, "entry 502 is missing in the list of its office"),
    (edit_a_node, 700, "the node over the entries 512 to 767 is another"),
    (remove_a_node, 100, "the node over the entries 0 to 511 is missing"),
    (damage_a_node, 700, "the node over the entries 0 to 1023 was changed"),
    (damage_a_checkpoint, 100, "the checkpoint over 700 entries was changed"),
    (forge_a_checkpoint, 100, "not signed with the key"),
    (sign_another_root, 100, "the checkpoint over 700 entries has another root"),
    (move_a_checkpoint, 100, "a checkpoint over 100 entries stands at 700"),
    (write_garbage_as_checkpoint, 100, "the checkpoint over 700 entries is bad"),
    (edit_the_head, SIZE, "the head over 1100 entries has another root"),
    (damage_the_head, 0, "the head of the journal cannot be read"),
    (write_garbage_as_head, 0, "the head of the journal cannot be read"),
    (remove_the_head, 0, "the head says 0 entries, but more exist"),
    (set_the_head_back, 800, "the head says 800 entries, but more exist"),
    (cut_the_tail, 800, "1100 entries were signed, 800 are left"),
    (cut_the_tail_and_its_checkpoint, 800, "what was last signed is over 1100 entries, 800 are left"),
    (cut_the_tail_but_not_the_head, 800, "entry 800 is missing"),
    (damage_the_announcement, 0, "the head of the journal cannot be read"),
    (edit_the_announcement, SIZE, "the record of what was last signed over 1100 entries has another root"),
    (set_the_announcement_back, SIZE, "1100 entries were signed, but the record of what was signed says 650"),
    (remove_the_announcement, SIZE, "1100 entries were signed, but the record of what was signed says 0"),
]


@pytest.mark.parametrize(
    ("attack", "first_bad", "reason"), ATTACKS, ids=lambda value: getattr(value, "__name__", "")
)
async def test_every_attack_is_found_and_named(rig: "Rig", attack: Attack, first_bad: int, reason: str) -> None:
    await signed_journal(rig)
    await attack(rig)
    verdict = await verdict_of(rig)
    assert (verdict.ok, verdict.first_bad) == (False, first_bad)
    assert any(part in verdict.reason for part in reason.split("|")), verdict.reason


async def test_every_row_counts(rig: "Rig") -> None:
    for size in (200, 300):
        await rig.fill(size - await rig.read(rig.log.size))
        await rig.checkpoints.sign_if_grown()
    every = await rig.read(lambda view: view.scan(b"j/", b"j0", limit=1000))
    for key, value in every[::7] + every[-4:]:
        if value:
            await rig.damage(key)
            assert not (await verdict_of(rig)).ok, f"{key!r} was damaged"
        await rig.remove(key)
        may_go = key.startswith((rows.PAYLOADS, rows.CHECKPOINTS))
        assert (await verdict_of(rig)).ok == may_go, f"{key!r} was removed"
        await rig.commit(lambda txn, key=key, value=value: txn.put(key, value))  # type: ignore[misc]
        assert (await verdict_of(rig)).ok


@pytest.mark.parametrize("attack", [edit_a_leaf, sign_another_root, rewrite_everything_but_the_checkpoints])
async def test_a_failure_never_resets_itself(rig: "Rig", attack: Attack) -> None:
    await signed_journal(rig)
    await attack(rig)
    first = await verdict_of(rig)
    await rig.fill(300)
    await asyncio.gather(rig.checkpoints.sign_if_grown(), return_exceptions=True)
    second = await verdict_of(rig)
    assert (second.ok, second.first_bad, second.reason) == (False, first.first_bad, first.reason)
    assert second.entries == SIZE + 300


async def test_verification_writes_nothing(rig: "Rig") -> None:
    await signed_journal(rig)
    await edit_a_leaf(rig)
    before = await rig.read(lambda view: view.scan(b"", b"\xff", limit=1000))
    await verdict_of(rig)
    assert await rig.read(lambda view: view.scan(b"", b"\xff", limit=1000)) == before


async def test_entries_that_come_meanwhile_do_no_harm(rig: "Rig") -> None:
    await rig.fill(2500, each=500)
    done = asyncio.Event()

    async def write_on() -> None:
        while not done.is_set():
            await rig.fill(1)
            await rig.checkpoints.sign_if_grown()
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write_on())
        verdict = await verdict_of(rig)
        done.set()
    assert (verdict.ok, verdict.reason) == (True, "")
    assert await rig.read(rig.log.size) > 2500


async def test_against_a_checkpoint_from_elsewhere(rig: "Rig") -> None:
    await signed_journal(rig)
    notes = await rig.read(lambda view: rig.checkpoints.page(view, 0, 10))
    for note in notes:
        assert (await verdict_of(rig, note)).ok
    await rig.fill(1)
    assert (await verdict_of(rig, notes[-1])).ok


async def test_a_journal_that_was_replaced_as_a_whole_shows_only_against_a_checkpoint(rig: "Rig") -> None:
    await signed_journal(rig)
    notes = await rig.read(lambda view: rig.checkpoints.page(view, 0, 10))
    await rewrite_everything_but_the_checkpoints(rig)
    await rig.remove(rows.SIGNED, *map(rows.checkpoint_key, SIGNED))
    await rig.checkpoints.sign_if_grown()
    assert (await verdict_of(rig)).ok
    assert (await verdict_of(rig, notes[0])).ok
    verdict = await verdict_of(rig, notes[1])
    assert (verdict.ok, verdict.first_bad) == (False, 0)
    assert "the given checkpoint over 700 entries has another root" in verdict.reason


async def test_a_journal_set_back_as_a_whole_shows_only_against_a_checkpoint(rig: "Rig") -> None:
    await signed_journal(rig)
    newest = await rig.read(rig.checkpoints.latest)
    assert newest
    root = await rig.read(lambda view: rig.log.root_at(view, 700))
    await cut_the_tail_and_its_checkpoint(rig)
    await rig.put(rows.SIGNED, (700).to_bytes(8, "big") + root)
    assert (await verdict_of(rig)).ok
    verdict = await verdict_of(rig, newest)
    assert (verdict.ok, verdict.first_bad) == (False, 800)
    assert verdict.reason == "the given checkpoint is over 1100 entries, 800 are left"


async def test_against_something_of_no_use(rig: "Rig") -> None:
    await signed_journal(rig)
    stranger = NoteSigner(rig.log.origin, Ed25519PrivateKey.generate())
    other_log = NoteSigner("other.example", rig.key)
    for note in ("garbage", stranger.sign(100, bytes(32)), other_log.sign(100, bytes(32))):
        verdict = await verdict_of(rig, note)
        assert (verdict.ok, verdict.first_bad) == (False, None)
        assert verdict.reason.startswith("the given checkpoint is of no use")
