# SPDX-License-Identifier: Apache-2.0
"""Where the journal lies in the record store, and what it needs of the vault.

    j/h                      sealed  the frontier: size and right edge of the tree
    j/l/ seq                 sealed  leaf hash and leaf
    j/p/ seq                 sealed  payload; absent where nothing is personal or the payload was destroyed
    j/o/ office / seq        empty   the entries of an office
    j/n/ level index         sealed  the node of a subtree of 256 leaves or more
    j/c/ size                sealed  a signed checkpoint
    j/s                      sealed  size and root of the tree that was last about to be signed

Numbers are 8 bytes, the level one byte, all big-endian.
"""

import struct
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from appliance.contracts.records import Txn, View

T = TypeVar("T")

HEAD = b"j/h"
SIGNED = b"j/s"
LEAVES = b"j/l/"
PAYLOADS = b"j/p/"
OFFICES = b"j/o/"
NODES = b"j/n/"
CHECKPOINTS = b"j/c/"
END = 2**64 - 1

_SEQ = struct.Struct(">Q")
_NODE = struct.Struct(">BQ")

Commit = Callable[[Callable[[Txn], Any]], Awaitable[Any]]


class Sealer(Protocol):
    """Seals a value to its key; sealing.Sealer does."""

    def seal(self, key: bytes, plain: bytes) -> bytes:
        """plain, sealed to its key."""

    def open(self, key: bytes, sealed: bytes) -> bytes:
        """What was sealed to key; raises Unsealable if it was not."""


class Snapshots(Protocol):
    """The reading half of a RecordStore."""

    async def read(self, work: Callable[[View], T]) -> T:
        """The result of work on one consistent state."""


def leaf_key(seq: int) -> bytes:
    """Where a leaf lies."""
    return LEAVES + _SEQ.pack(seq)


def payload_key(seq: int) -> bytes:
    """Where a payload lies."""
    return PAYLOADS + _SEQ.pack(seq)


def office_key(office: str, seq: int) -> bytes:
    """Where it stands that an entry is of an office."""
    return OFFICES + office.encode() + b"/" + _SEQ.pack(seq)


def node_key(level: int, index: int) -> bytes:
    """Where a node lies."""
    return NODES + _NODE.pack(level, index)


def checkpoint_key(size: int) -> bytes:
    """Where the checkpoint of a size lies."""
    return CHECKPOINTS + _SEQ.pack(size)


def number_of(key: bytes) -> int:
    """The number at the end of a key."""
    found: int = _SEQ.unpack(key[-8:])[0]
    return found
