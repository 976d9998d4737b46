# SPDX-License-Identifier: Apache-2.0
"""The two rows that keep a vault from starting: in an unfinished copy, and in what was moved elsewhere.

    \\0copy    in the target until everything in it is proven: of whom it is a copy, and how far it has come
    \\0moved   in the source once the copy is proven: where the fund is now, and since when

Neither is sealed, for there may be no key ring yet. No row of the vault begins with a zero byte: such rows are the
room's own, as those by which stores prove themselves, and are never copied.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from appliance.contracts.records import Failed, RecordStore, Txn, View
from appliance.host.refused import StartRefused
from appliance.model.time import Instant, in_japan

COPY, MOVED = b"\0copy", b"\0moved"
FIRST, END = b"\1", b"\xff" * 501  # every row of the vault lies between

T = TypeVar("T")
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A copy on its way. id names the copy, source what is copied, state how that stood when it began, place where
    the blobs go.

    Rows up to the key row are there, and blobs up to the id blob are there and proven.
    """

    id: str
    source: bytes
    state: bytes
    place: str
    row: bytes = FIRST
    blob: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved: by which copy, where to, and when."""

    copy: str
    to: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one record store."""

    unfinished: Unfinished | None = None
    moved: Moved | None = None


async def marks_of(records: RecordStore) -> Marks:
    """What is marked. Raises StartRefused for a mark that cannot be read, and what the store raises."""
    copy, moved = await records.read(lambda view: (view.get(COPY), view.get(MOVED)))
    return Marks(_decoded(copy, Unfinished), _decoded(moved, Moved))


def _decoded(raw: bytes | None, kind: type[T]) -> T | None:
    try:
        return None if raw is None else msgspec.json.decode(raw, type=kind)
    except msgspec.DecodeError as error:
        raise StartRefused(f"the record store says something of a copy that cannot be read: {error}") from error


def put_unfinished(txn: Txn, mark: Unfinished) -> None:
    """Mark a target, or how far it has come."""
    txn.put(COPY, _encode(mark))


def put_moved(txn: Txn, mark: Moved) -> None:
    """Mark a source."""
    txn.put(MOVED, _encode(mark))


async def refuse_marked(records: RecordStore) -> None:
    """Raise StartRefused where no vault may start."""
    await refuse_unfinished(records)
    if (moved := (await marks_of(records)).moved) is not None:
        raise StartRefused(
            f"the fund was moved from these stores to {described(moved)}: start with that configuration, "
            "or go back to what was here then by `renkei store reopen`"
        )


async def refuse_unfinished(records: RecordStore) -> None:
    """Raise StartRefused for an unfinished copy, which may lack even the key ring."""
    if (await marks_of(records)).unfinished is not None:
        raise StartRefused(
            "these stores are an unfinished copy, and the fund is still where it was: run the same "
            "`renkei store copy` again until it ends well, or start with the configuration that it copies from"
        )


def described(moved: Moved) -> str:
    """Where the fund is, and since when."""
    return f"{moved.to} on {in_japan(moved.at):%Y-%m-%d %H:%M} JST"


async def written(records: RecordStore, work: Callable[[Txn], Any]) -> Any:
    """The value of work, durable. Raises what work raised, and what the store raises."""
    (outcome,) = await records.write([work])
    if isinstance(outcome, Failed):
        raise outcome.error
    return outcome.value


def is_empty(view: View) -> bool:
    """Whether there is no row of a vault."""
    return not view.scan(FIRST, END, limit=1)
