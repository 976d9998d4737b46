# SPDX-License-Identifier: Apache-2.0
"""What LMDB and the operating system say, in the words of the contract."""

import errno

import lmdb

from appliance.contracts.records import StoreError, StoreFull

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def store_error(error: lmdb.Error | OSError) -> StoreError:
    """The contract's error for error: StoreFull if map, disk or quota has no room, else StoreError."""
    if isinstance(error, lmdb.MapFullError):
        return StoreFull("the map of the record store is full")
    if _number(error) in NO_ROOM:
        return StoreFull("the disk of the record store is full")
    return StoreError(f"the record store failed: {error}")


def may_hide_a_full_disk(error: lmdb.Error) -> bool:
    """LMDB reports a write that the disk took only in part as EIO."""
    return _number(error) == errno.EIO


def _number(error: lmdb.Error | OSError) -> int | None:
    # Errors that py-lmdb raises itself, without asking LMDB, have no code.
    return error.errno if isinstance(error, OSError) else getattr(error, "code", None)
