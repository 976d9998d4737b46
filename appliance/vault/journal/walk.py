# SPDX-License-Identifier: Apache-2.0
"""One walk over all leaves in their order: what the live journal and a bundle are both verified with."""

from appliance.vault.journal import leaf as leaves_of
from appliance.vault.journal.leaf import Facts, NotALeaf
from appliance.vault.journal.merkle import Frontier, leaf_hash
from appliance.vault.journal.note import BadNote, VerifierKey, claim, open_note


class Broken(Exception):
    """The journal is not proven. first_bad is the first entry that is not, or None if it cannot be any entry."""

    def __init__(self, first_bad: int | None, reason: str) -> None:
        """reason is one clear sentence."""
        super().__init__(reason)
        self.first_bad = first_bad
        self.reason = reason


class Walk:
    """Rebuilds the tree leaf by leaf. proven is the size at which its root was last confirmed."""

    def __init__(self) -> None:
        """Begin before the first leaf."""
        self.frontier = Frontier()
        self.proven = 0
        self.completed: list[bytes] = []

    @property
    def size(self) -> int:
        """The number of leaves so far."""
        return self.frontier.size

    def leaf(self, kept: bytes, text: bytes) -> Facts:
        """Add the next leaf, with the hash that was kept of it; Broken names it if it is not what it was."""
        seq = self.frontier.size
        if leaf_hash(text) != kept:
            raise Broken(seq, f"entry {seq} was changed: it does not have the hash that was kept")
        try:
            facts = leaves_of.facts(text)
        except NotALeaf as error:
            raise Broken(seq, f"entry {seq} cannot be read: {error}") from error
        if facts.seq != seq:
            raise Broken(seq, f"entry {seq} is missing: entry {facts.seq} stands in its place")
        self.completed = self.frontier.append(kept)
        return facts

    def root(self, root: bytes, what: str) -> None:
        """Confirm the tree so far; Broken if what says that its root is another."""
        if self.frontier.root() != root:
            since = f"something was changed from entry {self.proven} on"
            raise Broken(self.proven, f"{what} over {self.size} entries has another root: {since}")
        self.proven = self.size

    def note(self, note: str, key: VerifierKey) -> None:
        """Confirm the tree so far with a signed checkpoint of its size."""
        try:
            checkpoint = open_note(note, key)
        except BadNote as error:
            raise Broken(self.proven, f"the checkpoint over {self.size} entries is bad: {error}") from error
        if checkpoint.size != self.size:
            raise Broken(self.proven, f"a checkpoint over {checkpoint.size} entries stands at {self.size}")
        self.root(checkpoint.root, "the checkpoint")


def outside(note: str, key: VerifierKey) -> tuple[int, bytes]:
    """Size and root of a checkpoint that somebody brought from elsewhere; Broken if it cannot be compared."""
    try:
        checkpoint = open_note(note, key)
    except BadNote as error:
        raise Broken(None, f"the given checkpoint is of no use: {error}") from error
    return checkpoint.size, checkpoint.root


def size_of(note: str, proven: int) -> int:
    """The size that a note claims; Broken if it is none."""
    try:
        return claim(note).size
    except BadNote as error:
        raise Broken(proven, f"a checkpoint after entry {proven} is bad: {error}") from error
