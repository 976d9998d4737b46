# SPDX-License-Identifier: Apache-2.0
"""One part of a document while it arrives: counted, looked at, hashed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from appliance.link.refusals import Refused, Why

PDF_MAGIC = b"%PDF-"
# Readers look for the magic among the first 1,024 bytes.
HEAD = 1024


@dataclass
class Arriving:
    """A stream that must have exactly the expected size. hash goes on with it.

    shows_pdf: it is the first part of what calls itself a PDF; what else there is in it is the doorman's business.
    refusal is what was wrong with it: the store that takes the pieces may tell of it in words of its own.
    """

    source: AsyncIterator[bytes]
    expected: int
    hash: Any
    shows_pdf: bool
    size: int = 0
    refusal: Refused | None = None

    async def pieces(self) -> AsyncIterator[bytes]:
        """The pieces, as they come. Raises Refused for too many, too few, or what is no PDF."""
        head = b"" if self.shows_pdf else None
        async for piece in self.source:
            self.size += len(piece)
            if self.size > self.expected:
                self._refuse(Refused(Why.TOO_LARGE, "upload.part_size"))
            head = self._looked_at(head, piece)
            self.hash.update(piece)
            yield piece
        if self.size < self.expected:
            self._refuse(Refused(Why.INVALID, "upload.cut"))
        if head is not None:
            self._refuse(Refused(Why.INVALID, "upload.not_pdf"))

    def _looked_at(self, head: bytes | None, piece: bytes) -> bytes | None:
        """The beginning that was seen so far, None once it is known to be a PDF's."""
        if head is None:
            return None
        head += piece[: HEAD - len(head)]
        if PDF_MAGIC in head:
            return None
        if len(head) == HEAD:
            self._refuse(Refused(Why.INVALID, "upload.not_pdf"))
        return head

    def _refuse(self, refusal: Refused) -> None:
        self.refusal = refusal
        raise refusal
