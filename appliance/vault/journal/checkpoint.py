# SPDX-License-Identifier: Apache-2.0
"""Checkpoints: the log signs its size and root whenever it has grown, and never takes anything back.

1. The size and root about to be signed are durable before the signature is made.
2. A tree that is smaller than one already announced, or no continuation of it, is never signed.
3. At one size only one root is ever signed.
4. What was last signed is kept outside of the record store as well, so that an older copy of it is not signed on.
"""

import asyncio
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.contracts.records import Txn, View
from appliance.vault.journal import merkle, rows
from appliance.vault.journal.log import Head, JournalDamaged, Log
from appliance.vault.journal.note import NoteSigner, VerifierKey, open_note
from appliance.vault.journal.rows import Commit, Snapshots

FORK = (
    "{size} entries were signed, and some of them are others now: these records are a fork, such as an older copy "
    "on which a vault went on"
)


class Mark(Protocol):
    """What mark.MarkFile does."""

    head: Head | None

    async def keep(self, head: Head) -> None:
        """The tree of this head is about to be signed; durable on return. Raises StoreError if it is not."""


class Checkpoints:
    """The signed checkpoints of one log; all are kept."""

    def __init__(
        self, log: Log, key: Ed25519PrivateKey, store: Snapshots, commit: Commit, mark: Mark | None = None
    ) -> None:
        """key signs for the origin of log, which lies in store; commit is durable when it returns.

        mark lies outside of store (promise 4); without one, an older copy of store goes unnoticed.
        """
        self._mark = mark
        self._log = log
        self._signer = NoteSigner(log.origin, key)
        self._store = store
        self._commit = commit
        self._one_at_a_time = asyncio.Lock()

    @property
    def verifier(self) -> VerifierKey:
        """What auditors need to check a checkpoint; str() of it is the text form."""
        return self._signer.verifier

    @property
    def marked(self) -> Head | None:
        """What was last about to be signed, by the mark outside of the store."""
        return self._mark.head if self._mark is not None else None

    async def need_own(self) -> None:
        """Raise BadNote if another key has signed what is there: nobody could prove what comes after."""
        newest = await self._store.read(self.latest)
        if newest is not None:
            open_note(newest, self.verifier)

    async def sign_if_grown(self) -> str | None:
        """Sign the tree if it has grown since the last checkpoint; the new note, or None.

        Called every second by a core task, and before an export. Raises JournalDamaged for a tree that must not be
        signed.
        """
        async with self._one_at_a_time:
            head = await self._store.read(self._due)
            return None if head is None else await self._sign(head)

    async def _sign(self, head: Head) -> str:
        if self._mark is not None:
            await self._mark.keep(head)
        await self._commit(lambda txn: self._announce(txn, head))
        note = self._signer.sign(head.size, head.root)
        await self._commit(lambda txn: self._log.keep(txn, rows.checkpoint_key(head.size), note.encode()))
        return note

    def latest(self, view: View) -> str | None:
        """The newest checkpoint, or None."""
        start, stop = rows.checkpoint_key(0), rows.checkpoint_key(rows.END)
        found = view.scan(start, stop, limit=1, reverse=True)
        return self._log.open(*found[0]).decode() if found else None

    def signed_size(self, view: View) -> int:
        """Of how many entries the newest checkpoint is, 0 before the first."""
        found = view.scan(rows.checkpoint_key(0), rows.checkpoint_key(rows.END), limit=1, reverse=True)
        return rows.number_of(found[0][0]) if found else 0

    def page(self, view: View, start: int, limit: int) -> list[str]:
        """At most limit (≤ 1,000) checkpoints of at least start entries, ascending."""
        found = view.scan(rows.checkpoint_key(start), rows.checkpoint_key(rows.END), limit=limit)
        return [self._log.open(key, sealed).decode() for key, sealed in found]

    def _due(self, view: View) -> Head | None:
        """The tree that should be signed now, or None."""
        head, last = self._log.head(view), announced(self._log, view)
        if self.marked is not None and self.marked not in (head, last):
            self._need_beyond(view, self.marked, head)
        if last is None:
            return head if head.size else None
        if head == last:
            return None if view.get(rows.checkpoint_key(head.size)) is not None else head
        if head.size == last.size:
            raise JournalDamaged(FORK.format(size=last.size))
        if head.size < last.size:
            raise JournalDamaged(f"a tree of {last.size} entries was signed; now there is another of {head.size}")
        self._need_continuation(view, last, head)
        return head

    def _need_beyond(self, view: View, marked: Head, head: Head) -> None:
        if head.size == marked.size:
            raise JournalDamaged(FORK.format(size=marked.size))
        if head.size < marked.size:
            raise JournalDamaged(
                f"{marked.size} entries were signed, now there are {head.size}: an older copy of the records?"
            )
        self._need_continuation(view, marked, head)

    def _need_continuation(self, view: View, last: Head, head: Head) -> None:
        proof = self._log.consistency_proof(view, last.size, head.size)
        try:
            merkle.verify_consistency(last.size, head.size, last.root, head.root, proof)
        except merkle.BadProof as error:
            raise JournalDamaged(f"{FORK.format(size=last.size)} ({error}, which was signed)") from error

    def _announce(self, txn: Txn, head: Head) -> None:
        last = announced(self._log, txn)
        if last is not None and last != head and head.size <= last.size:
            raise JournalDamaged(f"a tree of {last.size} entries was signed meanwhile")
        self._log.keep(txn, rows.SIGNED, head.size.to_bytes(8, "big") + head.root)


def announced(log: Log, view: View) -> Head | None:
    """Size and root of the tree that was last about to be signed; JournalDamaged if a larger one was signed."""
    raw = log.get(view, rows.SIGNED)
    last = None if raw is None else Head(int.from_bytes(raw[:8], "big"), raw[8:])
    start, stop = rows.checkpoint_key(0), rows.checkpoint_key(rows.END)
    newest = [rows.number_of(key) for key, _ in view.scan(start, stop, limit=1, reverse=True)]
    told = last.size if last else 0
    if newest and newest[0] > told:
        raise JournalDamaged(f"{newest[0]} entries were signed, but the record of what was signed says {told}")
    return last
