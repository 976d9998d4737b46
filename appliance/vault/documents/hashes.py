# SPDX-License-Identifier: Apache-2.0
"""The SHA-256 of documents that are on their way in, carried on from part to part."""

import hashlib
from typing import Any

MAX_KEPT = 1_000


class RunningHashes:
    """For each upload the hash after each of its parts. What is forgotten is computed again from the kept parts."""

    def __init__(self) -> None:
        """No document is on its way."""
        self._after: dict[str, dict[int, Any]] = {}

    def at(self, upload: str, parts: int) -> Any | None:
        """A copy of the hash after so many parts, to go on with; None where it is not known."""
        if parts == 0:
            return hashlib.sha256()
        known = self._after.get(upload, {}).get(parts)
        return None if known is None else known.copy()

    def keep(self, upload: str, parts: int, hash: Any) -> None:
        """The hash after so many parts; the upload that was heard of longest ago is forgotten for it."""
        known = self._after.pop(upload, {})
        self._after[upload] = known
        known[parts] = hash
        while len(self._after) > MAX_KEPT:
            del self._after[next(iter(self._after))]

    def forget(self, upload: str) -> None:
        """The document is complete or gone."""
        self._after.pop(upload, None)
