# SPDX-License-Identifier: Apache-2.0
"""The SHA-256 of documents that are on their way in, carried on from part to part."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

MAX_KEPT = 1_000


@dataclass
class _Running:
    parts: int = 0
    hash: Any = field(default_factory=hashlib.sha256)


class RunningHashes:
    """Kept in memory for parts that come in order. What is forgotten is computed again from the kept parts."""

    def __init__(self) -> None:
        """No document is on its way."""
        self._running: dict[str, _Running] = {}

    def at(self, upload: str, parts: int) -> Any | None:
        """A copy of the hash after so many parts, to go on with; None where it is not known."""
        if parts == 0:
            return hashlib.sha256()
        running = self._running.get(upload)
        return running.hash.copy() if running is not None and running.parts == parts else None

    def keep(self, upload: str, parts: int, hash: Any) -> None:
        """The hash after so many parts."""
        self._running.pop(upload, None)
        self._running[upload] = _Running(parts, hash)
        while len(self._running) > MAX_KEPT:
            del self._running[next(iter(self._running))]

    def forget(self, upload: str) -> None:
        """The document is complete or gone."""
        self._running.pop(upload, None)
