# SPDX-License-Identifier: Apache-2.0
"""How many kits are made at once, and what came of it."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from appliance.link.refusals import Refused, Why

# The builders' programs share the processors with everybody else.
AT_ONCE = 2
MOST_WAITING = 100
# Of one office: whoever has its letter keeps no other one from its kits.
MOST_OF_OFFICE = 8


@dataclass
class KitWork:
    """built and failed count kits; different those that came out otherwise than when they were first made.

    waiting is how many people wait for a kit now, of_office how many of them by contract number.
    """

    built: int = 0
    failed: int = 0
    different: int = 0
    waiting: int = 0
    of_office: Counter[str] = field(default_factory=Counter)
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    @contextmanager
    def place(self, contract_number: str) -> Iterator[None]:
        """A place among those who wait, as long as the block lasts. Raises Refused BUSY where too many wait."""
        if self.waiting >= MOST_WAITING or self.of_office[contract_number] >= MOST_OF_OFFICE:
            raise Refused(Why.BUSY)
        self.waiting += 1
        self.of_office[contract_number] += 1
        try:
            yield
        finally:
            self.waiting -= 1
            self.of_office -= Counter({contract_number: 1})
