# SPDX-License-Identifier: Apache-2.0
"""How far a copy has come, and what it has counted."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """What a copy does, in its order."""

    SOURCE = "proving the journal"
    RECORDS = "copying records"
    BLOBS = "copying blobs"
    COMPARING = "comparing records"
    JOURNAL = "proving the copied journal"
    DOCUMENTS = "opening documents"


@dataclass(slots=True)
class Counts:
    """What there is in the copy. bytes are those of rows with their keys, blob_bytes those of blobs.

    shredded documents are among the documents, but nobody can open them any more.
    """

    rows: int = 0
    bytes: int = 0
    blobs: int = 0
    blob_bytes: int = 0
    entries: int = 0
    documents: int = 0
    shredded: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """How far one stage is: done of total things, and the bytes of those that are done. total 0 is unknown."""

    stage: Stage
    done: int
    total: int
    bytes: int = 0


Tell = Callable[[Told], None]
