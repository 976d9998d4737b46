# SPDX-License-Identifier: Apache-2.0
"""Waiting for what comes by itself, in a bounded number of looks."""

import asyncio
from collections.abc import Awaitable, Callable

LOOKS = 400
PAUSE_SECONDS = 0.05


async def until(true: Callable[[], Awaitable[bool]], looks: int = LOOKS) -> None:
    """Return as soon as true() is. Raises AssertionError if it never is."""
    for _ in range(looks):
        if await true():
            return
        await asyncio.sleep(PAUSE_SECONDS)
    raise AssertionError("what should have come by itself did not come")
