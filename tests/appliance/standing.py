# SPDX-License-Identifier: Apache-2.0
"""The process that makes workers for doormen, once for all tests: each start of it is a quarter of a second."""

import asyncio

from appliance.vault.doorman.workers import Workers


class StandingWorkers(Workers):
    """It outlives the doormen that use it, and their event loops; one that was killed is started again."""

    def __init__(self) -> None:
        """Nothing is started yet."""
        super().__init__()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """As its like do. A lock that belonged to an event loop of before is of no use."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._starting = loop, asyncio.Lock()
        await super().start()

    async def close(self) -> None:
        """Somebody else may want it."""

    def end(self) -> None:
        """Now nobody does."""
        self._lose()
