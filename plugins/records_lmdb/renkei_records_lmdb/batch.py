# SPDX-License-Identifier: Apache-2.0
"""One batch: each function in a transaction of its own, all of them in one durable commit."""

from collections.abc import Callable, Sequence
from typing import Any

import lmdb

from appliance.contracts.records import (
    MAX_SECONDS,
    Done,
    Failed,
    LimitExceeded,
    Outcome,
    StoreError,
    StoreFull,
    Work,
)
from renkei_records_lmdb.errors import may_hide_a_full_disk, store_error
from renkei_records_lmdb.room import Room
from renkei_records_lmdb.view import Change

Seconds = Callable[[], float]


def write_batch(
    env: lmdb.Environment, batch: Sequence[Work], room: Room, seconds: Seconds, given_up: Callable[[], bool]
) -> list[Outcome]:
    """Run the functions in order and commit once; StoreError or StoreFull if that is not possible.

    If given_up() before the commit, nobody waits for it any more and nothing happens.
    """
    try:
        txn = env.begin(write=True)
        try:
            if len(batch) == 1:
                outcomes = [_run(txn, batch[0], seconds)]
            else:
                outcomes = [_run_nested(env, txn, work, seconds) for work in batch]
            _commit(txn, outcomes, room, given_up)
            return outcomes
        finally:
            txn.abort()  # does nothing after a commit
    except lmdb.Error as error:
        if may_hide_a_full_disk(error) and room.disk_is_full():
            raise StoreFull("the disk of the record store is full") from error
        raise store_error(error) from error


def _commit(
    txn: "lmdb.Transaction[bytes]", outcomes: list[Outcome], room: Room, given_up: Callable[[], bool]
) -> None:
    # A function alone runs in the outer transaction: if it failed, there is nothing to commit.
    if len(outcomes) == 1 and isinstance(outcomes[0], Failed):
        return
    pages = room.admit(txn)
    if given_up():
        raise StoreError("the caller did not wait for the commit")
    txn.commit()
    room.settle(pages)


def _run_nested(env: lmdb.Environment, parent: "lmdb.Transaction[bytes]", work: Work, seconds: Seconds) -> Outcome:
    child = env.begin(write=True, parent=parent)
    try:
        outcome = _run(child, work, seconds)
        if isinstance(outcome, Done):
            child.commit()
        return outcome
    except lmdb.Error as error:
        return Failed(store_error(error))
    finally:
        child.abort()  # does nothing after a commit


def _run(txn: "lmdb.Transaction[bytes]", work: Work, seconds: Seconds) -> Outcome:
    began = seconds()
    change = Change(txn)
    try:
        value: Any = work(change)
    except Exception as error:  # noqa: BLE001 - whatever a function raises is its own outcome
        return Failed(error)
    if change.failure is not None:
        return Failed(change.failure)
    if seconds() - began > MAX_SECONDS:
        return Failed(LimitExceeded(f"a function takes at most {MAX_SECONDS} s"))
    return Done(value)
