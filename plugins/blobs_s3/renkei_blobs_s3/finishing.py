# SPDX-License-Identifier: Apache-2.0
"""Work that goes on to its end when its caller is cancelled, and that stop() waits for."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from appliance.contracts.blobs import BlobError

T = TypeVar("T")


class Finishing:
    """One TaskGroup from open() to close(); a failure belongs to whoever waits for it and ends nothing else."""

    def __init__(self) -> None:
        """Closed."""
        self._group: asyncio.TaskGroup | None = None

    async def open(self) -> None:
        """From now on work may begin."""
        self._group = await asyncio.TaskGroup().__aenter__()

    async def close(self) -> None:
        """Wait for all that was begun; later work raises BlobError."""
        group, self._group = self._group, None
        if group is not None:
            await group.__aexit__(None, None, None)

    def begin(self, work: Coroutine[Any, Any, T]) -> "asyncio.Future[T]":
        """Begin work; its result or its error is in the future, and cancelling the future cancels it."""
        if self._group is None:
            work.close()
            raise BlobError("the blob store is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        task = self._group.create_task(_into(future, work))
        task.add_done_callback(lambda _: work.close())  # it has not run if it was cancelled before its first step
        future.add_done_callback(lambda done: task.cancel() if done.cancelled() else done.exception())
        return future


async def _into(future: "asyncio.Future[T]", work: Coroutine[Any, Any, T]) -> None:
    try:
        value = await work
    except asyncio.CancelledError:
        future.cancel()
        raise
    except Exception as error:  # noqa: BLE001 - handed to whoever waits
        if not future.done():
            future.set_exception(error)
    else:
        if not future.done():
            future.set_result(value)
