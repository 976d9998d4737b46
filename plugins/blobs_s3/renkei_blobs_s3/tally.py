# SPDX-License-Identifier: Apache-2.0
"""How many bytes the bucket holds: counted once, page by page, then kept by what is saved and deleted."""

from collections.abc import Awaitable, Callable

from renkei_blobs_s3.documents import Page

Query = tuple[tuple[str, str], ...]


class Tally:
    """Counts along the keys: what is saved or deleted behind the place of the count is met by it later."""

    def __init__(self, page: Callable[[Query], Awaitable[Page]]) -> None:
        """page lists from where the query of the page before says; () is the beginning."""
        self._page = page
        self._next: Query | None = ()
        self._place = ""
        self.bytes = 0

    @property
    def complete(self) -> bool:
        """Whether all was counted."""
        return self._next is None

    async def go_on(self) -> None:
        """Count to the end. Where it is cancelled, the next call goes on. Raises BlobError."""
        while self._next is not None:
            page = await self._page(self._next)
            self.bytes += sum(kept.size for kept in page.kept)
            self._next = page.more or None
            self._place = page.kept[-1].key if page.kept else self._place

    def changed(self, key: str, size: int) -> None:
        """size bytes came, or with a minus went, under key."""
        if self.complete or key <= self._place:
            self.bytes += size
