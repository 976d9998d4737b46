# SPDX-License-Identifier: Apache-2.0
"""A bundle proves the whole journal to anybody, and a bad one says where it is bad."""

import asyncio
import base64
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.vault.journal import merkle, rows
from appliance.vault.journal.bundle import MAX_LINE, TITLE, export, verify_bundle
from appliance.vault.journal.log import JournalDamaged
from appliance.vault.journal.note import NoteSigner

if TYPE_CHECKING:
    from tests.appliance.vault.journal.conftest import Rig

SIZES = (3, 8, 12)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "renkei.fund.example/journal"


async def exported(rig: "Rig") -> bytes:
    return b"".join([piece async for piece in export(rig.store, rig.log, rig.checkpoints)])


async def signed_bundle(rig: "Rig") -> bytes:
    """Twelve entries, checkpoints over 3, 8 and all."""
    for size in SIZES:
        await rig.fill(size - await rig.read(rig.log.size))
        assert await rig.checkpoints.sign_if_grown()
    return await exported(rig)


def lines_of(bundle: bytes) -> list[bytes]:
    return bundle.splitlines(keepends=True)


def kept(path: Path, bundle: bytes) -> Path:
    file = path / "journal.txt"
    file.write_bytes(bundle)
    return file


async def test_a_bundle_verifies(rig: "Rig", tmp_path: Path) -> None:
    bundle = await signed_bundle(rig)
    head = await rig.read(rig.log.head)
    verdict = verify_bundle(kept(tmp_path, bundle))
    assert (verdict.entries, verdict.ok, verdict.first_bad, verdict.reason) == (12, True, None, "")
    assert verdict.root == base64.b64encode(head.root).decode()


async def test_the_form_of_a_bundle(rig: "Rig") -> None:
    lines = lines_of(await signed_bundle(rig))
    notes = await rig.read(lambda view: rig.checkpoints.page(view, 0, 10))
    leaves = await rig.read(lambda view: rig.log.leaves(view, 0, 100))
    assert lines[0] == TITLE
    assert lines[1].decode() == f"{rig.checkpoints.verifier}\n"
    assert lines[2:14] == [base64.b64encode(leaf.hash) + b" " + leaf.text + b"\n" for leaf in leaves]
    assert b"".join(lines[14:]).decode() == "".join(f"\n{note}" for note in notes)


async def test_nothing_personal_is_in_it(rig: "Rig") -> None:
    assert "納入告知".encode() not in await signed_bundle(rig)


async def test_entries_behind_the_last_checkpoint_wait_for_the_next_bundle(rig: "Rig", tmp_path: Path) -> None:
    await signed_bundle(rig)
    await rig.fill(5)
    assert verify_bundle(kept(tmp_path, await exported(rig))).entries == 12


async def test_an_unsigned_journal_has_no_bundle(rig: "Rig") -> None:
    await rig.fill(1)
    with pytest.raises(JournalDamaged, match="no checkpoint"):
        await exported(rig)


@pytest.mark.parametrize("size", [1, 999, 1000, 1001, 2300])
async def test_bundles_of_several_pages(rig: "Rig", tmp_path: Path, size: int) -> None:
    await rig.fill(size)
    await rig.checkpoints.sign_if_grown()
    verdict = verify_bundle(kept(tmp_path, await exported(rig)))
    assert (verdict.entries, verdict.ok) == (size, True)


async def test_checkpoints_that_come_meanwhile_are_left_out(rig: "Rig", tmp_path: Path) -> None:
    await signed_bundle(rig)
    pieces = export(rig.store, rig.log, rig.checkpoints)
    bundle = await anext(pieces)
    await rig.fill(3)
    await rig.checkpoints.sign_if_grown()
    bundle += b"".join([piece async for piece in pieces])
    verdict = verify_bundle(kept(tmp_path, bundle))
    assert (verdict.entries, verdict.ok, verdict.reason) == (12, True, "")


async def test_a_damaged_journal_is_exported_as_it_is(rig: "Rig", tmp_path: Path) -> None:
    await signed_bundle(rig)
    await rig.forge(rows.leaf_key(5), lambda plain: plain.replace(b"thing-5", b"thing-6"))
    verdict = verify_bundle(kept(tmp_path, await exported(rig)))
    assert (verdict.ok, verdict.first_bad) == (False, 5)


Change = Callable[[list[bytes]], list[bytes]]


def drop(at: int) -> Change:
    return lambda lines: lines[:at] + lines[at + 1 :]


def swap(one: int, two: int) -> Change:
    def change(lines: list[bytes]) -> list[bytes]:
        lines[one], lines[two] = lines[two], lines[one]
        return lines

    return change


def edit(at: int, old: bytes, new: bytes) -> Change:
    def change(lines: list[bytes]) -> list[bytes]:
        assert old in lines[at]
        return [*lines[:at], lines[at].replace(old, new), *lines[at + 1 :]]

    return change


def put(at: int, line: bytes) -> Change:
    return lambda lines: [*lines[:at], line, *lines[at + 1 :]]


def insert(at: int, line: bytes) -> Change:
    return lambda lines: [*lines[:at], line, *lines[at:]]


def cut(at: int) -> Change:
    return lambda lines: lines[:at]


def edit_leaf_and_hash(lines: list[bytes]) -> list[bytes]:
    leaf = lines[7].split(b" ", 1)[1][:-1].replace(b"thing-5", b"thing-6")
    return [*lines[:7], base64.b64encode(merkle.leaf_hash(leaf)) + b" " + leaf + b"\n", *lines[8:]]


def note_instead(note: str) -> Change:
    """Put a note in the place of the second, which is over 8 entries."""
    return lambda lines: [*lines[:21], *note.encode().splitlines(keepends=True), *lines[26:]]


LEAF_5 = 7  # the line of entry 5
CHANGES: list[tuple[str, Change, int, str]] = [
    ("empty file", cut(0), 0, "no journal bundle"),
    ("other title", put(0, b"renkei-journal-bundle 2\n"), 0, "no journal bundle"),
    ("only a title", cut(1), 0, "cut off at entry 0"),
    ("no key", put(1, b"garbage\n"), 0, "verifier key cannot be read"),
    ("binary key", put(1, b"\xff\xfe\n"), 0, "verifier key cannot be read"),
    ("edited key", edit(1, b"+", b"-"), 0, "verifier key cannot be read"),
    ("edited leaf", edit(LEAF_5, b"thing-5", b"thing-6"), 5, "entry 5 was changed"),
    ("other hash", lambda lines: put(LEAF_5, base64.b64encode(bytes(32)) + lines[7][44:])(lines), 5, "was changed"),
    ("no hash", lambda lines: put(LEAF_5, lines[7][45:])(lines), 5, "does not begin with a hash"),
    ("short hash", lambda lines: put(LEAF_5, b"=" * 44 + lines[7][44:])(lines), 5, "does not begin with a hash"),
    ("leaf and hash edited", edit_leaf_and_hash, 3, "the checkpoint over 8 entries has another root"),
    ("entry removed", drop(LEAF_5), 5, "entry 5 is missing: entry 6 stands in its place"),
    ("entry doubled", lambda lines: insert(LEAF_5, lines[LEAF_5])(lines), 6, "entry 5 stands in its place"),
    ("entries swapped", swap(LEAF_5, LEAF_5 + 1), 5, "entry 6 stands in its place"),
    ("garbage among the entries", insert(LEAF_5, b"garbage\n"), 5, "does not begin with a hash"),
    ("last entry removed", drop(13), 11, "a checkpoint is over 12 entries, but 11 are here"),
    ("huge line", insert(LEAF_5, b"x" * (MAX_LINE + 10) + b"\n"), 5, "longer than"),
    ("huge file without lines", put(2, b"x" * 3 * MAX_LINE), 0, "longer than"),
    ("cut among the entries", cut(LEAF_5), 5, "cut off at entry 5"),
    ("cut within an entry", lambda lines: [*lines[:7], lines[7][:60]], 5, "cut off at entry 5"),
    ("cut before the checkpoints", cut(14), 12, "cut off at entry 12"),
    ("no checkpoints", cut(15), 0, "no checkpoint covers the entries from 0 on"),
    ("last checkpoint removed", cut(26), 8, "no checkpoint covers the entries from 8 on"),
    ("cut within a checkpoint", cut(29), 8, "cut off"),
    ("cut within a signature", lambda lines: [*lines[:31], lines[31][:-5]], 8, "cut off"),
    (
        "checkpoints swapped",
        lambda lines: [*lines[:14], *lines[20:26], *lines[14:20], *lines[26:]],
        8,
        "in its place",
    ),
    ("checkpoint doubled", lambda lines: [*lines[:20], *lines[14:]], 3, "does not stand in its place"),
    ("garbage after the entries", insert(14, b"\ngarbage\n"), 0, "a checkpoint has three lines"),
    ("garbage at the end", lambda lines: [*lines, b"\n", b"\n", b"garbage\n"], 12, "follows the checkpoints"),
    ("text at the end", lambda lines: [*lines, b"garbage\n"], 8, "should be a signature"),
    ("endless checkpoint", lambda lines: [*lines[:15], *[b"x\n"] * 1000], 0, "far too long"),
    ("huge checkpoint", lambda lines: [*lines[:15], b"x" * (MAX_LINE + 10)], 0, "far too long"),
    ("signature edited", edit(25, b" ", b"  "), 3, "should be a signature"),
    ("root edited", lambda lines: put(23, base64.b64encode(bytes(32)) + b"\n")(lines), 3, "signature"),
    (
        "checkpoint of a stranger",
        note_instead(NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32))).sign(8, bytes(32))),
        3,
        "not signed with the key",
    ),
    (
        "checkpoint of another log",
        note_instead(NoteSigner("x", KEY).sign(8, bytes(32))),
        3,
        "not signed with the key",
    ),
    ("checkpoint of another tree", note_instead(NoteSigner(ORIGIN, KEY).sign(8, bytes(32))), 3, "another root"),
    ("checkpoint of no entries", note_instead(NoteSigner(ORIGIN, KEY).sign(0, bytes(32))), 3, "in its place"),
]


@pytest.mark.parametrize(
    ("change", "first_bad", "reason"),
    [row[1:] for row in CHANGES if row[2] >= 0],
    ids=[row[0] for row in CHANGES if row[2] >= 0],
)
async def test_every_bad_bundle_says_where(
    rig: "Rig", tmp_path: Path, change: Change, first_bad: int, reason: str
) -> None:
    lines = lines_of(await signed_bundle(rig))
    assert len(lines) == 32
    verdict = verify_bundle(kept(tmp_path, b"".join(change(lines))))
    assert (verdict.ok, verdict.first_bad) == (False, first_bad), verdict.reason
    assert reason in verdict.reason


async def test_every_single_bit_counts(rig: "Rig", tmp_path: Path) -> None:
    await rig.fill(2)
    await rig.checkpoints.sign_if_grown()
    bundle = await exported(rig)
    for at in range(len(bundle)):
        changed = bundle[:at] + bytes([bundle[at] ^ (1 << at % 7)]) + bundle[at + 1 :]
        assert not verify_bundle(kept(tmp_path, changed)).ok, f"byte {at} does not matter"


async def test_every_cut_is_noticed(rig: "Rig", tmp_path: Path) -> None:
    bundle = await signed_bundle(rig)
    for at in range(0, len(bundle), 41):
        assert not verify_bundle(kept(tmp_path, bundle[:at])).ok


async def test_a_bundle_signed_anew_fits_itself_but_not_the_published_key(rig: "Rig", tmp_path: Path) -> None:
    bundle = await signed_bundle(rig)
    file = kept(tmp_path, bundle)
    assert verify_bundle(file, key=f"{rig.checkpoints.verifier}\n").ok
    stranger = NoteSigner(ORIGIN, Ed25519PrivateKey.generate())
    verdict = verify_bundle(file, key=str(stranger.verifier))
    assert (verdict.ok, verdict.first_bad) == (False, 0)
    assert "another key than the one given" in verdict.reason
    assert "cannot be read" in verify_bundle(file, key="garbage").reason


async def test_a_bundle_against_a_checkpoint(rig: "Rig", tmp_path: Path) -> None:
    file = kept(tmp_path, await signed_bundle(rig))
    root = (await rig.read(lambda view: rig.log.root_at(view, 7)),)[0]
    signer = NoteSigner(ORIGIN, KEY)
    assert verify_bundle(file, against=signer.sign(7, root)).ok
    verdict = verify_bundle(file, against=signer.sign(7, bytes(32)))
    assert (verdict.ok, verdict.first_bad) == (False, 3)
    verdict = verify_bundle(file, against=signer.sign(13, root))
    assert (verdict.ok, verdict.first_bad) == (False, 12)
    assert "over 13 entries, but 12 are here" in verdict.reason
    verdict = verify_bundle(file, against="garbage")
    assert (verdict.ok, verdict.first_bad) == (False, None)


async def test_a_bundle_takes_no_more_memory_for_more_entries(rig: "Rig", tmp_path: Path) -> None:
    peaks = []
    for count in (1000, 4000):
        await rig.fill(count, each=1000)
        await rig.checkpoints.sign_if_grown()
        file = kept(tmp_path, await exported(rig))
        verify_bundle(file)
        tracemalloc.start()
        assert verify_bundle(file).ok
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 64 * 1024


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        verify_bundle(tmp_path / "nowhere")


async def test_export_stays_out_of_the_way(rig: "Rig") -> None:
    await rig.fill(3000, each=1000)
    await rig.checkpoints.sign_if_grown()
    turns = 0
    done = asyncio.Event()

    async def others() -> None:
        nonlocal turns
        while not done.is_set():
            turns += 1
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(others())
        await exported(rig)
        done.set()
    assert turns >= 3
