# SPDX-License-Identifier: Apache-2.0
"""The manuals that the product brings, made once while the vault runs, and what the scanners said of them."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from appliance.model.time import Instant
from appliance.vault.manuals.books import Book
from appliance.vault.manuals.typesetting import typeset


@dataclass(frozen=True, slots=True)
class Printed:
    """One of them. engine names the scanners that called it clean at scanned_at; asked_at is when any were asked.

    is_objected_to: a scanner found something in it, so that nobody gets it.
    """

    book: Book
    pdf: bytes = field(repr=False)
    sha256: bytes = field(repr=False)
    engine: str = ""
    scanned_at: Instant = 0
    asked_at: Instant = 0
    is_objected_to: bool = False


@dataclass
class Shelf:
    """Those made so far, by the names of their books. Who comes while one is made waits for it."""

    printed: dict[str, Printed] = field(default_factory=dict)
    making: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    async def get(self, book: Book, facts: Mapping[str, str]) -> Printed:
        """This one, made aside: the loop goes on meanwhile."""
        if book.name in self.printed:
            return self.printed[book.name]
        async with self.making:
            if book.name not in self.printed:
                pdf = await asyncio.to_thread(_typeset, book, tuple(facts.items()))
                self.printed[book.name] = Printed(book, pdf, hashlib.sha256(pdf).digest())
            return self.printed[book.name]


@lru_cache(maxsize=8)
def _typeset(book: Book, facts: tuple[tuple[str, str], ...]) -> bytes:
    """Vaults of one process, as tests have them, share what is the same."""
    return typeset(book, dict(facts))
