# SPDX-License-Identifier: Apache-2.0
"""The proof, at start, that the store does what it promises."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from appliance.contracts.plugin import PluginError
from appliance.contracts.records import Failed, Outcome, StoreError, StoreFull, Work

KEY = b"\x00check"
Write = Callable[[Sequence[Work]], Awaitable[list[Outcome]]]
Get = Callable[[bytes], Awaitable[bytes | None]]


async def prove(snapshot: Get, write: Write) -> None:
    """Write, read back and remove one row, unnoticed by snapshot; PluginError says what went wrong.

    A full store passes if it can still delete: otherwise nobody could ever start it to empty it.
    """
    try:
        with suppress(StoreFull):
            await _prove_write(snapshot, write)
        await _do(write, lambda txn: txn.delete(KEY))
    except StoreError as error:
        raise PluginError(f"the record store cannot be used: {error}") from error


async def _prove_write(snapshot: Get, write: Write) -> None:
    before = await snapshot(KEY)
    fresh = b"2" if before == b"1" else b"1"  # a check that was killed may have left its row
    await _do(write, lambda txn: txn.put(KEY, fresh))
    if await snapshot(KEY) != before:
        raise PluginError("the database changed a snapshot that was being read: it does not isolate transactions")
    if await _do(write, lambda txn: txn.get(KEY)) != fresh:
        raise PluginError("the database lost what it had just written: check its disk, restore a backup")


async def _do(write: Write, work: Work) -> Any:
    """The value of work, written alone."""
    (outcome,) = await write([work])
    if isinstance(outcome, Failed):
        raise outcome.error
    return outcome.value
