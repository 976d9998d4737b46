# SPDX-License-Identifier: Apache-2.0
"""What was handed over so far: of each download, and of each document to each visit."""

from dataclasses import dataclass

MAX_KEPT = 10_000
MAX_SPANS = 64

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many bytes of a download, and whether that was its end."""

    size: int = 0
    ended: bool = False


class Served:
    """In memory alone. What is forgotten was not handed over: nothing becomes received by that.

    A document can be fetched in pieces: a reader asks for ranges, or goes on where a connection broke. It is whole
    once one visit has been handed each of its bytes.
    """

    def __init__(self) -> None:
        """Nothing was handed over."""
        self._downloads: dict[str, HandedOver] = {}
        self._documents: dict[tuple[bytes, str], tuple[Span, ...]] = {}

    def more(self, download: str, size: int) -> None:
        """So many bytes more of a download."""
        before = self._downloads.pop(download, HandedOver())
        self._downloads[download] = HandedOver(before.size + size)
        while len(self._downloads) > MAX_KEPT:
            del self._downloads[next(iter(self._downloads))]

    def end(self, download: str) -> None:
        """Those were all."""
        if download in self._downloads:
            self._downloads[download] = HandedOver(self._downloads[download].size, ended=True)

    def of(self, download: str) -> HandedOver:
        """What is known of a download."""
        return self._downloads.get(download, HandedOver())

    def forget(self, download: str) -> None:
        """Its end was told."""
        self._downloads.pop(download, None)

    def put_together(self, visit: bytes, document: str, span: Span) -> Span:
        """The visit has these bytes of the document, too, from span[0] to before span[1]; the longest beginning.

        Too many pieces that do not touch are forgotten, the last ones first.
        """
        known = self._documents.pop((visit, document), ())
        self._documents[visit, document] = joined = _joined([*known, span])[:MAX_SPANS]
        while len(self._documents) > MAX_KEPT:
            del self._documents[next(iter(self._documents))]
        return joined[0]

    def begin_anew(self, visit: bytes, document: str) -> None:
        """The document was whole; the next time counts by itself."""
        self._documents.pop((visit, document), None)


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """The same bytes in as few spans as can be, in order."""
    joined: list[Span] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return tuple(joined)
