# SPDX-License-Identifier: Apache-2.0
"""The records: copied page by page in the order of their keys, so that a broken copy goes on; then compared."""

import asyncio
from dataclasses import replace
from functools import partial
from hashlib import sha256
from itertools import accumulate, takewhile

from appliance.contracts.records import MAX_ROWS, LimitExceeded, RecordStore, Txn, View
from appliance.vault.copying.errors import CopyRefused, Different
from appliance.vault.copying.marks import END, FIRST, Unfinished, put_unfinished, written
from appliance.vault.copying.progress import Counts, Stage, Tell, Told
from appliance.vault.journal.rows import HEAD, leaf_key
from appliance.vault.records.row_keys import after

PAGE_BYTES = 4 * 1024 * 1024
_MASTER = b"k/master"

Row = tuple[bytes, bytes]


async def identity(records: RecordStore) -> tuple[bytes, bytes]:
    """What tells a fund's records from all others, and how they stand now.

    The sealed first entry of the journal is never written again, and no other has its nonce. Whatever a vault does
    with the records, it writes an entry when it starts, so the sealed head of the journal is another one then.
    Raises CopyRefused where there is no fund.
    """
    keys = leaf_key(0), HEAD, _MASTER
    first, head, master = await records.read(lambda view: [view.get(key) for key in keys])
    if first is None or head is None or master is None:
        raise CopyRefused("there is no fund in the present record store: nothing to copy")
    return sha256(first).digest(), sha256(master + head).digest()


async def count_rows(records: RecordStore, last: bytes = FIRST) -> Counts:
    """How many rows there are behind the key last, and how many bytes."""
    counts = Counts()
    while page := await records.read(partial(page_after, last=last)):
        last = page[-1][0]
        _add(counts, page)
    return counts


def page_after(view: View, *, last: bytes) -> list[Row]:
    """The next rows behind the key last: at most a thousand, and few enough that they are soon written."""
    page = view.scan(after(last), END, limit=MAX_ROWS)
    sizes = accumulate(len(key) + len(value) for key, value in page)
    return page[: max(1, sum(1 for _ in takewhile(lambda size: size <= PAGE_BYTES, sizes)))]


async def copy_rows(
    source: RecordStore, target: RecordStore, mark: Unfinished, total: int, tell: Tell
) -> Unfinished:
    """Copy all rows behind those that are there; the mark moves in the same transactions."""
    counts = Counts()
    page = await source.read(partial(page_after, last=mark.row))
    while page:
        last = page[-1][0]
        _, following = await asyncio.gather(
            _copy_page(target, page, mark), source.read(partial(page_after, last=last))
        )
        mark = replace(mark, row=last)
        _add(counts, page)
        tell(Told(Stage.RECORDS, counts.rows, total, counts.bytes))
        page = following
    return mark


async def _copy_page(target: RecordStore, page: list[Row], mark: Unfinished) -> None:
    """In one function, or in two that each have half of the time if that was too long."""
    try:
        await written(target, partial(_put_page, page=page, mark=replace(mark, row=page[-1][0])))
    except LimitExceeded:
        if len(page) == 1:
            raise
        half = len(page) // 2
        await _copy_page(target, page[:half], mark)
        await _copy_page(target, page[half:], mark)


def _put_page(txn: Txn, *, page: list[Row], mark: Unfinished) -> None:
    for key, value in page:
        txn.put(key, value)
    put_unfinished(txn, mark)


async def empty(target: RecordStore) -> None:
    """Delete all rows of a vault, page by page."""
    while await written(target, _delete_page):
        continue


def _delete_page(txn: Txn) -> int:
    page = txn.scan(FIRST, END)
    for key, _ in page:
        txn.delete(key)
    return len(page)


async def compare_rows(source: RecordStore, target: RecordStore, total: int, tell: Tell) -> Counts:
    """Walk through both in order; how much that was. Raises Different for the first row that is not the same."""
    counts, last = Counts(), FIRST
    while True:
        read = partial(page_after, last=last)
        ours, theirs = await asyncio.gather(source.read(read), target.read(read))
        if ours != theirs:
            raise Different(_first_difference(ours, theirs))
        if not ours:
            return counts
        last = ours[-1][0]
        _add(counts, ours)
        tell(Told(Stage.COMPARING, counts.rows, total, counts.bytes))


def _first_difference(ours: list[Row], theirs: list[Row]) -> str:
    """Keys name nobody, so they may be told."""
    there, here = dict(theirs), dict(ours)
    key = min(key for key, value in {*ours, *theirs} if here.get(key) != there.get(key) or key not in there)
    what = "is missing in the copy" if key not in there else "is only in the copy"
    return f"the row {key!r} {what if key not in here or key not in there else 'is another one in the copy'}"


def _add(counts: Counts, page: list[Row]) -> None:
    counts.rows += len(page)
    counts.bytes += sum(len(key) + len(value) for key, value in page)
