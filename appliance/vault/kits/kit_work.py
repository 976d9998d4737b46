# SPDX-License-Identifier: Apache-2.0
"""How many kits are made at once, and what came of it."""

import asyncio
from dataclasses import dataclass, field

# The builders' programs share the processors with everybody else.
AT_ONCE = 2
MOST_WAITING = 100


@dataclass
class KitWork:
    """built and failed count kits; different those that came out otherwise than when they were first made.

    waiting is how many people wait for a kit now.
    """

    built: int = 0
    failed: int = 0
    different: int = 0
    waiting: int = 0
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
