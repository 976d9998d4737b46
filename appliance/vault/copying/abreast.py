# SPDX-License-Identifier: Apache-2.0
"""A few things done side by side, never more."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
ABREAST = 4


async def each(items: Iterable[T], work: Callable[[T], Awaitable[None]]) -> None:
    """Do work for every item, four at a time. What is raised first ends it and comes out as it is."""
    waiting = iter(items)
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(ABREAST):
                group.create_task(_some(waiting, work))
    except* Exception as failed:  # noqa: BLE001 - whatever it is, it goes on to the caller
        raise _first(failed) from None


async def _some(waiting: Iterator[T], work: Callable[[T], Awaitable[None]]) -> None:
    for item in waiting:
        await work(item)


def _first(failed: BaseExceptionGroup[Exception]) -> Exception:
    first = failed.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
