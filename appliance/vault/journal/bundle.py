# SPDX-License-Identifier: Apache-2.0
"""The bundle: the whole journal as one text file that anybody can verify, without a key and without the service.

renkei-journal-bundle 1
name+id+key                          the verifier key
<base64 leaf hash> <leaf>            one line an entry, from 0 on
…
                                     before each checkpoint an empty line
<signed note>                        the checkpoints, ascending; the last one is over all entries
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from appliance.contracts.records import MAX_ROWS, View
from appliance.link.messages import JournalVerdict
from appliance.vault.journal import rows
from appliance.vault.journal.checkpoint import Checkpoints
from appliance.vault.journal.log import JournalDamaged, Log
from appliance.vault.journal.merkle import HASH_SIZE
from appliance.vault.journal.note import BadNote, VerifierKey, claim, encoded
from appliance.vault.journal.rows import Snapshots
from appliance.vault.journal.walk import Broken, Walk, outside, size_of

TITLE = b"renkei-journal-bundle 1\n"
MAX_LINE = 128 * 1024
MAX_NOTE_LINES = 24

ENDS = (b"\n", b"")
NEVER = (0, b"")

_HASH_TEXT = 44

Rows = list[tuple[bytes, bytes]]


# --- writing ------------------------------------------------------------------------------------------------------


async def export(store: Snapshots, log: Log, checkpoints: Checkpoints) -> AsyncIterator[bytes]:
    """The bundle of all entries up to the newest checkpoint, in pieces of at most 1,000 entries.

    It tells what is kept and does not judge it. Raises JournalDamaged if nothing was ever signed.
    """
    newest = await store.read(checkpoints.latest)
    if newest is None:
        raise JournalDamaged("no checkpoint was signed yet, so there is nothing to prove")
    size = claim(newest).size
    yield TITLE + f"{checkpoints.verifier}\n".encode()
    for start in range(0, size, MAX_ROWS):
        stop = min(start + MAX_ROWS, size)
        yield await asyncio.to_thread(_lines, log, await store.read(partial(_sealed, start=start, stop=stop)))
    start = 0
    while notes := await store.read(partial(checkpoints.page, start=start, limit=MAX_ROWS)):
        due = [note for note in notes if claim(note).size <= size]
        yield "".join(f"\n{note}" for note in due).encode()
        start = claim(notes[-1]).size + 1


def _sealed(view: View, *, start: int, stop: int) -> Rows:
    return view.scan(rows.leaf_key(start), rows.leaf_key(stop))


def _lines(log: Log, found: Rows) -> bytes:
    return b"".join(
        b"%s %s\n" % (base64.b64encode(leaf.hash), leaf.text)
        for leaf in (log.leaf(key, sealed) for key, sealed in found)
    )


# --- verifying ----------------------------------------------------------------------------------------------------


def verify_bundle(path: Path, *, key: str = "", against: str = "") -> JournalVerdict:
    """Check a bundle, in constant memory. OSError if it cannot be read.

    key is the verifier key as the fund has published it, without which a bundle only proves that it fits itself;
    against is a checkpoint from elsewhere, which the bundle must contain. Both may be "".
    """
    walk = Walk()
    try:
        with path.open("rb") as leaves, path.open("rb") as notes:
            _check(walk, leaves, notes, key, against)
    except Broken as broken:
        return JournalVerdict(walk.size, encoded(walk.frontier.root()), False, broken.first_bad, broken.reason)
    return JournalVerdict(walk.size, encoded(walk.frontier.root()), True, None)


def _check(walk: Walk, leaves: BinaryIO, notes: BinaryIO, key: str, against: str) -> None:
    """The file is read at two places at once: its leaves, and the checkpoints that they lead up to."""
    verifier = _begin(leaves, key)
    given = outside(against, verifier) if against else NEVER
    upcoming = _notes(notes, walk)
    size, note = next(upcoming, (0, ""))
    for line in _leaf_lines(leaves, walk):
        walk.leaf(*_leaf(line, walk.size))
        if walk.size == size:
            walk.note(note, verifier)
            size, note = next(upcoming, (0, ""))
        if walk.size == given[0]:
            walk.root(given[1], "the given checkpoint")
    _need_end(walk, max(size, given[0]))


def _need_end(walk: Walk, claimed: int) -> None:
    """Nothing may be left over: no checkpoint of more entries, no entry behind the last checkpoint."""
    if claimed > walk.size:
        raise Broken(walk.size, f"a checkpoint is over {claimed} entries, but {walk.size} are here")
    if walk.size == 0 or walk.proven != walk.size:
        raise Broken(walk.proven, f"no checkpoint covers the entries from {walk.proven} on: something was cut off")


def _begin(file: BinaryIO, key: str) -> VerifierKey:
    """Read the first two lines; the key that must have signed."""
    if file.readline(len(TITLE)) != TITLE:
        raise Broken(0, "this is no journal bundle, or one of another version")
    try:
        found = VerifierKey.parse(_line(file, 0).decode())
        trusted = VerifierKey.parse(key.strip()) if key else found
    except (BadNote, UnicodeDecodeError) as error:
        raise Broken(0, f"the verifier key cannot be read: {error}") from error
    if trusted != found:
        raise Broken(0, "the bundle was signed with another key than the one given")
    return found


def _line(file: BinaryIO, seq: int) -> bytes:
    """The next line without its end; b"" for an empty line. Broken at the end of the file."""
    line = file.readline(MAX_LINE + 1)
    if len(line) > MAX_LINE:
        raise Broken(seq, f"a line after entry {seq} is longer than {MAX_LINE} bytes")
    if not line.endswith(b"\n"):
        raise Broken(seq, f"the bundle is cut off at entry {seq}")
    return line[:-1]


def _leaf_lines(file: BinaryIO, walk: Walk) -> Iterator[bytes]:
    while line := _line(file, walk.size):
        yield line


def _leaf(line: bytes, seq: int) -> tuple[bytes, bytes]:
    """Leaf hash and leaf of a line."""
    text, blank, leaf = line[:_HASH_TEXT], line[_HASH_TEXT : _HASH_TEXT + 1], line[_HASH_TEXT + 1 :]
    try:
        kept = base64.b64decode(text, validate=True)
    except ValueError:
        kept = b""
    if len(kept) != HASH_SIZE or blank != b" " or base64.b64encode(kept) != text:
        raise Broken(seq, f"the line of entry {seq} does not begin with a hash")
    return kept, leaf


def _notes(file: BinaryIO, walk: Walk) -> Iterator[tuple[int, str]]:
    """Each checkpoint with its size, ascending. What is wrong with the leaves on the way, their reader tells."""
    while file.readline(MAX_LINE + 1) not in ENDS:
        pass
    last = 0
    while text := _block(file, walk):
        note = f"{text}\n{_block(file, walk)}"
        size = size_of(note, walk.proven)
        if size <= last:
            raise Broken(walk.proven, f"the checkpoint over {size} entries does not stand in its place")
        yield size, note
        last = size
    if file.read(1):
        raise Broken(walk.proven, "something that is no checkpoint follows the checkpoints")


def _block(file: BinaryIO, walk: Walk) -> str:
    """The lines up to the next empty line, or to the end of the file."""
    lines: list[bytes] = []
    while (line := file.readline(MAX_LINE + 1)) not in ENDS:
        lines.append(line)
        if len(line) > MAX_LINE or len(lines) > MAX_NOTE_LINES:
            raise Broken(walk.proven, "something far too long stands in the place of a checkpoint")
    return b"".join(lines).decode(errors="replace")
