# SPDX-License-Identifier: Apache-2.0
"""Which failures mean that there is no room, and which mean something else."""

import errno

import lmdb
import pytest
from renkei_records_lmdb.errors import may_hide_a_full_disk, store_error

from appliance.contracts.records import StoreError, StoreFull


def coded(kind: type[lmdb.Error], code: int) -> lmdb.Error:
    """As LMDB raises it: with a code, which those made in Python lack."""
    error = kind("mdb_txn_commit")
    error.__dict__["code"] = code
    return error


@pytest.mark.parametrize(
    "error",
    [
        lmdb.MapFullError("mdb_put"),
        coded(lmdb.Error, errno.ENOSPC),
        coded(lmdb.DiskError, errno.ENOSPC),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        OSError(errno.EFBIG, "File too large"),
    ],
)
def test_no_room_is_full(error: lmdb.Error | OSError) -> None:
    assert type(store_error(error)) is StoreFull


@pytest.mark.parametrize(
    "error",
    [
        lmdb.BadTxnError("mdb_put"),
        coded(lmdb.Error, errno.EIO),
        lmdb.PanicError("mdb_txn_begin"),
        OSError(errno.EACCES, "Permission denied"),
    ],
)
def test_everything_else_is_a_failure_that_names_its_cause(error: lmdb.Error | OSError) -> None:
    found = store_error(error)
    assert type(found) is StoreError
    assert str(error) in str(found)


def test_a_disk_that_took_a_part_looks_like_a_broken_one() -> None:
    assert may_hide_a_full_disk(coded(lmdb.Error, errno.EIO))
    assert not may_hide_a_full_disk(coded(lmdb.Error, errno.EINVAL))
    assert not may_hide_a_full_disk(lmdb.BadTxnError("mdb_put"))
