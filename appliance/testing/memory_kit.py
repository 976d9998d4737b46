# SPDX-License-Identifier: Apache-2.0
"""A kit builder whose kits are their order as text, and that a test can make unable."""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import asdict

from appliance.contracts.kit import Kit, KitNotBuilt, KitOrder, KitPlatform

_PIECE = 64


class MemoryKits:
    """The fake of contracts.kit.KitBuilder.

    missing, if it is set, is what fund IT has to do first; broken is why no kit can be made although none is
    missing. version stands in every kit; salt spoils that the same order makes the same bytes. built counts kits.
    """

    def __init__(self, name: str = "Memory", ending: str = ".txt") -> None:
        """Able to build."""
        self.name = name
        self.ending = ending
        self.version = "1"
        self.missing = ""
        self.broken = ""
        self.salt = ""
        self.built = 0

    async def platform(self) -> KitPlatform:
        """As the test wants it."""
        return KitPlatform(self.name, self.version, self.missing)

    async def build(self, order: KitOrder) -> Kit:
        """The order as JSON."""
        if self.missing or self.broken:
            raise KitNotBuilt(self.missing or self.broken)
        self.built += 1
        said = {**asdict(order), "version": self.version, "salt": self.salt}
        content = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()

        async def chunks() -> AsyncIterator[bytes]:
            for start in range(0, len(content), _PIECE):
                yield content[start : start + _PIECE]

        return Kit(order.stem + self.ending, len(content), hashlib.sha256(content).digest(), chunks)
