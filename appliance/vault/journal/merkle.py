# SPDX-License-Identifier: Apache-2.0
"""The Merkle tree of RFC 6962 and RFC 9162: hashes, the frontier, inclusion and consistency proofs.

A *node* is the root of a perfect subtree: (level, index) covers the leaves index·2^level to (index+1)·2^level.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_SIZE = 32
MAX_SIZE = 2**63 - 1
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]
Span = tuple[int, int]

_SIZE = struct.Struct(">Q")


class BadProof(Exception):
    """The proof does not show what it should."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf (RFC 6962 §2.1)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side (RFC 6962 §2.1)."""
    return sha256(b"\x01" + left + right).digest()


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root over subtrees of falling size, given from left to right."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for left in reversed(peaks[:-1]):
        root = node_hash(left, root)
    return root


class Frontier:
    """The right edge of a tree: the roots of its perfect subtrees, largest first, one for each set bit of its size.

    It is all that is needed to append a leaf and to know the root.
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """size is the number of leaves; peaks are the roots of its perfect subtrees."""
        self.size = size
        self.peaks = list(peaks)
        if not 0 <= size <= MAX_SIZE or len(self.peaks) != size.bit_count():
            raise ValueError(f"{len(self.peaks)} subtrees do not make a tree of {size} leaves")

    def append(self, leaf: bytes) -> list[bytes]:
        """Add a leaf hash; the nodes that it completes, of level 0 (the leaf itself), 1, 2, …"""
        completed, peaks = [leaf], self.peaks
        size = self.size
        while size & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            completed.append(leaf)
            size >>= 1
        peaks.append(leaf)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """The root of the tree, 32 bytes."""
        return fold(self.peaks)

    def to_bytes(self) -> bytes:
        """Size and subtrees, at most 2 KiB."""
        return _SIZE.pack(self.size) + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Frontier":
        """The inverse of to_bytes(); ValueError if raw is none."""
        if len(raw) % HASH_SIZE != _SIZE.size:
            raise ValueError(f"{len(raw)} bytes are no frontier")
        peaks = [raw[at : at + HASH_SIZE] for at in range(_SIZE.size, len(raw), HASH_SIZE)]
        return cls(_SIZE.unpack_from(raw)[0], peaks)


def _split(size: int) -> int:
    """The largest power of two smaller than size."""
    return 1 << ((size - 1).bit_length() - 1)


def root_of(span: Span, node: Node) -> bytes:
    """The root over a span of leaves; it begins where a subtree of its size may begin, as spans of proofs do."""
    start, stop = span
    peaks = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        peaks.append(node(level, start >> level))
        start += 1 << level
    return fold(peaks)


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """What proves that leaf index is in the tree of the first size leaves (RFC 9162 §2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    spans: list[Span] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            spans.append((middle, stop))
            stop = middle
        else:
            spans.append((start, middle))
            start = middle
    return [root_of(span, node) for span in reversed(spans)]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """What proves that the first old of new leaves are unchanged (RFC 9162 §2.1.4.1); empty for 0 and for equal."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} does not come before one of {new}")
    spans: list[Span] = []
    start, stop = 0, new
    while 0 < old != stop:
        middle = start + _split(stop - start)
        if old <= middle:
            spans.append((middle, stop))
            stop = middle
        else:
            spans.append((start, middle))
            start = middle
    if start and old:  # an old tree that is a subtree on the left edge is known to whoever asks
        spans.append((start, stop))
    return [root_of(span, node) for span in reversed(spans)]


def verify_inclusion(index: int, size: int, leaf: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    """Raise BadProof unless proof leads from the leaf hash to root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        raise BadProof(f"leaf {index} is not in a tree of {size}")
    at, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise BadProof("the proof is too long")
        if at & 1 or at == last:
            found = node_hash(step, found)
            at, last = _climb(at, last)
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    if last:
        raise BadProof("the proof is too short")
    if found != root:
        raise BadProof(f"leaf {index} is another in the tree of {size}")


def _climb(at: int, last: int) -> Span:
    """Skip the levels at which a right edge has no left sibling."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise BadProof unless proof shows that the old tree is the beginning of the new (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new:
        raise BadProof(f"a tree of {old} does not come before one of {new}")
    if old in (0, new):
        if proof or old_root != (new_root if old == new else EMPTY_ROOT):
            raise BadProof(f"the trees of {old} and of {new} have other roots")
        return
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not steps:
        raise BadProof("the proof is too short")
    if _two_roots(old, new, steps) != (old_root, new_root):
        raise BadProof(f"the tree of {new} is no continuation of the tree of {old}")


def _two_roots(old: int, new: int, steps: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots of both trees that a consistency proof leads to."""
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise BadProof("the proof is too long")
        if at & 1 or at == last:
            first, second = node_hash(step, first), node_hash(step, second)
            at, last = _climb(at, last)
        else:
            second = node_hash(second, step)
        at, last = at >> 1, last >> 1
    if last:
        raise BadProof("the proof is too short")
    return first, second
