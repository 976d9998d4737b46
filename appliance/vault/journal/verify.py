# SPDX-License-Identifier: Apache-2.0
"""Verification of the live journal. It only reads: nothing that was found bad becomes good by looking at it again.

Pages of at most 1,000 rows are read from snapshots on the loop and checked in a thread, so that the vault goes on.
What is compared, in the order of the entries: each leaf with its kept hash and its number; each payload with the
commitments; the list of each office; the kept nodes; each checkpoint, its signature and its root; at the end the
head.
"""

import asyncio
from dataclasses import dataclass
from functools import partial

from appliance.contracts.records import MAX_ROWS, View
from appliance.link.messages import JournalVerdict
from appliance.vault.journal import leaf as leaves_of
from appliance.vault.journal import rows
from appliance.vault.journal.checkpoint import Checkpoints, announced
from appliance.vault.journal.leaf import Facts, NotALeaf
from appliance.vault.journal.log import KEPT_LEVEL, Head, JournalDamaged, Log
from appliance.vault.journal.merkle import HASH_SIZE
from appliance.vault.journal.note import VerifierKey, encoded
from appliance.vault.journal.rows import Snapshots
from appliance.vault.journal.walk import Broken, Walk, outside
from appliance.vault.keys.sealing import Unsealable

Rows = list[tuple[bytes, bytes]]
Mark = tuple[int, bytes, str]  # size, root, who says so


@dataclass(frozen=True, slots=True)
class _Outline:
    """What the journal says of itself: head, marks, and what stands behind its head."""

    head: Head
    marks: tuple[Mark, ...]
    too_far: str


@dataclass(frozen=True, slots=True)
class _Page:
    """The rows of the entries from start on, still sealed."""

    leaves: Rows
    payloads: dict[bytes, bytes]
    notes: dict[int, bytes]
    nodes: dict[bytes, bytes]


async def verify(store: Snapshots, log: Log, checkpoints: Checkpoints, against: str = "") -> JournalVerdict:
    """Check everything that stands when it begins; against is the text of a checkpoint kept elsewhere, or "".

    first_bad is the first entry that is bad or, where only a root tells, the first that is not proven any more.
    """
    head = Head(0, b"")
    marked = checkpoints.marked  # before the snapshot: later marks may be of entries that it does not have
    try:
        given = outside(against, checkpoints.verifier) if against else None
        outline = await store.read(lambda view: _outline(log, view))
        head = outline.head
        marks = [*outline.marks, (*given, "the given checkpoint")] if given else list(outline.marks)
        if marked is not None:
            marks.append((marked.size, marked.root, "the mark beside the records"))
        await _check_all(store, log, _Checker(log, checkpoints.verifier, marks), outline)
    except Broken as broken:
        return JournalVerdict(head.size, encoded(head.root), False, broken.first_bad, broken.reason)
    return JournalVerdict(head.size, encoded(head.root), True, None)


def _outline(log: Log, view: View) -> _Outline:
    """The journal's head and what must fit to it, of one snapshot."""
    try:
        head = log.head(view)
        last, too_far = announced(log, view), _behind(view, head.size)
    except (Unsealable, ValueError) as error:
        raise Broken(0, f"the head of the journal cannot be read: {error}") from error
    except JournalDamaged as error:
        last, too_far = None, _behind(view, head.size) or str(error)
    marks = () if last is None else ((last.size, last.root, "the record of what was last signed"),)
    return _Outline(head, marks, too_far)


def _behind(view: View, size: int) -> str:
    """What stands behind the head and must not, as a sentence, or ""."""
    if view.scan(rows.leaf_key(size), rows.leaf_key(rows.END), limit=1):
        return f"the head says {size} entries, but more exist"
    found = view.scan(rows.checkpoint_key(size + 1), rows.checkpoint_key(rows.END), limit=1)
    return f"{rows.number_of(found[0][0])} entries were signed, {size} are left" if found else ""


async def _check_all(store: Snapshots, log: Log, checker: "_Checker", outline: _Outline) -> None:
    size = outline.head.size
    checker.empty_tree()
    for start in range(0, size, MAX_ROWS):
        stop = min(start + MAX_ROWS, size)
        page = await store.read(partial(_page, start=start, stop=stop))
        listed = await asyncio.to_thread(checker.page, page, stop)
        await store.read(partial(_need_listed, listed=listed))
    if outline.too_far:
        raise Broken(size, outline.too_far)
    checker.walk.root(outline.head.root, "the head")
    checker.end()


def _page(view: View, *, start: int, stop: int) -> _Page:
    notes = view.scan(rows.checkpoint_key(start + 1), rows.checkpoint_key(stop + 1))
    nodes = {key: view.get(key) for key in _nodes_of(start, stop)}
    return _Page(
        view.scan(rows.leaf_key(start), rows.leaf_key(stop)),
        dict(view.scan(rows.payload_key(start), rows.payload_key(stop))),
        {rows.number_of(key): sealed for key, sealed in notes},
        {key: sealed for key, sealed in nodes.items() if sealed is not None},
    )


def _nodes_of(start: int, stop: int) -> list[bytes]:
    """The keys of all nodes that are completed by the entries from start to stop."""
    return [
        rows.node_key(level, index)
        for level in range(KEPT_LEVEL, stop.bit_length())
        for index in range(start >> level, stop >> level)
    ]


def _need_listed(view: View, *, listed: list[bytes]) -> None:
    for key in listed:
        if view.get(key) is None:
            seq = rows.number_of(key)
            raise Broken(seq, f"entry {seq} is missing in the list of its office")


class _Checker:
    """Checks page after page; lives in one thread at a time."""

    def __init__(self, log: Log, key: VerifierKey, marks: list[Mark]) -> None:
        self.walk = Walk()
        self._log = log
        self._key = key
        self._marks = sorted(marks)

    def empty_tree(self) -> None:
        """What was said of the tree before its first entry."""
        self._confirm(0, {})

    def page(self, page: _Page, stop: int) -> list[bytes]:
        """Check the rows up to stop; the keys under which offices must find them."""
        listed: list[bytes] = []
        said = {mark[0] for mark in self._marks} | page.notes.keys()
        for key, sealed in page.leaves:
            facts = self._leaf(key, sealed)
            seq = facts.seq
            if facts.office:
                listed.append(rows.office_key(facts.office, seq))
            payload_key = rows.payload_key(seq)
            if payload_key in page.payloads:
                self._payload(facts, payload_key, page.payloads[payload_key])
            if not (seq + 1) % (1 << KEPT_LEVEL):
                self._nodes(page)
            if seq + 1 in said:
                self._confirm(seq + 1, page.notes)
        if self.walk.size != stop:
            raise Broken(self.walk.size, f"entry {self.walk.size} is missing")
        return listed

    def end(self) -> None:
        """Raise Broken for what was said of a larger tree."""
        for size, _, what in self._marks:
            raise Broken(self.walk.size, f"{what} is over {size} entries, {self.walk.size} are left")

    def _opened(self, key: bytes, sealed: bytes, first_bad: int, what: str) -> bytes:
        try:
            return self._log.open(key, sealed)
        except Unsealable as error:
            raise Broken(first_bad, f"{what} was changed: {error}") from error

    def _leaf(self, key: bytes, sealed: bytes) -> Facts:
        seq = self.walk.frontier.size
        if key != rows.leaf_key(seq):
            raise Broken(seq, f"entry {seq} is missing")
        try:
            plain = self._log.open(key, sealed)
        except Unsealable as error:
            raise Broken(seq, f"entry {seq} was changed: {error}") from error
        return self.walk.leaf(plain[:HASH_SIZE], plain[HASH_SIZE:])

    def _payload(self, facts: Facts, key: bytes, sealed: bytes) -> None:
        try:
            payload = leaves_of.payload(self._log.open(key, sealed))
        except (Unsealable, NotALeaf) as error:
            raise Broken(facts.seq, f"the personal part of entry {facts.seq} was changed: {error}") from error
        if leaves_of.commitments(payload.salt, payload.personal) != facts.commit:
            raise Broken(facts.seq, f"the personal part of entry {facts.seq} is not what was committed to")

    def _nodes(self, page: _Page) -> None:
        last = self.walk.size - 1
        for level in range(KEPT_LEVEL, len(self.walk.completed)):
            index = last >> level
            what = f"the node over the entries {index << level} to {last}"
            key = rows.node_key(level, index)
            if key not in page.nodes:
                raise Broken(self.walk.proven, f"{what} is missing")
            if self._opened(key, page.nodes[key], self.walk.proven, what) != self.walk.completed[level]:
                raise Broken(self.walk.proven, f"{what} is another")

    def _confirm(self, size: int, notes: dict[int, bytes]) -> None:
        """Compare the tree so far with the checkpoint and the marks of its size."""
        if size in notes:
            what = f"the checkpoint over {size} entries"
            note = self._opened(rows.checkpoint_key(size), notes[size], self.walk.proven, what)
            self.walk.note(note.decode(errors="replace"), self._key)
        while self._marks and self._marks[0][0] == size:
            _, root, what = self._marks.pop(0)
            self.walk.root(root, what)
