# SPDX-License-Identifier: Apache-2.0
"""The tests of what is kept notice each store that forgets, mixes, or miscounts its room."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from appliance.contracts.records import LimitExceeded, Outcome, StoreError, StoreFull, Usage, Work
from appliance.testing.memory_records import MemoryRecords, Rows
from tests.contracts.breaking import Bent, BentSuite


class ForgetsTheLast(Bent):
    """The last batch was not on disk when it was answered."""

    def __init__(self, inner: MemoryRecords) -> None:
        super().__init__(inner)
        self._durable = inner._rows

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        self._durable = self.inner._rows
        return await self.inner.write(batch)

    async def backup(self, to: Path) -> None:
        await MemoryRecords(rows=self._durable.values).backup(to)


class MixedBackup(Bent):
    """The first half of a backup is one batch older than the second."""

    def __init__(self, inner: MemoryRecords) -> None:
        super().__init__(inner)
        self._older = inner._rows

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        before = self.inner._rows
        outcomes = await self.inner.write(batch)
        self._older = before
        return outcomes

    async def backup(self, to: Path) -> None:
        low = {key: value for key, value in self._older.values.items() if key < b"event 002000"}
        high = {key: value for key, value in self.inner._rows.values.items() if key >= b"event 002000"}
        await MemoryRecords(rows=low | high).backup(to)


class ShortBackup(Bent):
    """A backup has one page."""

    async def backup(self, to: Path) -> None:
        rows = self.inner._rows
        await MemoryRecords(rows={key: rows.values[key] for key in rows.keys[:1000]}).backup(to)


class BackupOfText(Bent):
    """A backup takes values for lines."""

    async def backup(self, to: Path) -> None:
        rows = {key: value.replace(b"\r\n", b"\n") for key, value in self.inner._rows.values.items()}
        await MemoryRecords(rows=rows).backup(to)


class Overwrites(Bent):
    """A backup replaces what is there, and makes the folders above it."""

    async def backup(self, to: Path) -> None:
        await asyncio.to_thread(shutil.rmtree, to, ignore_errors=True)
        await asyncio.to_thread(to.parent.mkdir, parents=True, exist_ok=True)
        await super().backup(to)


class NoBackupOfNothing(Bent):
    """A backup without rows fails."""

    async def backup(self, to: Path) -> None:
        if not self.inner._rows.keys:
            raise StoreError("there is nothing to copy")
        await super().backup(to)


class CountsNothing(Bent):
    """It is never full by its own words."""

    async def usage(self) -> Usage:
        return Usage(0, 1 << 40)


class NeverShrinks(Bent):
    """What was used once counts for ever."""

    def __init__(self, inner: MemoryRecords) -> None:
        super().__init__(inner)
        self._most = 0

    async def usage(self) -> Usage:
        now = await super().usage()
        self._most = max(self._most, now.used)
        return Usage(self._most, now.total)


class CountsFailures(NeverShrinks):
    """What a function put before it failed counts."""

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        outcomes = await super().write(batch)
        self._most += (1 << 16) * sum(outcome != outcomes[0] for outcome in outcomes)
        return outcomes


class Overfull(Bent):
    """It takes more than it says it has."""

    async def usage(self) -> Usage:
        now = await super().usage()
        return Usage(now.used, now.total // 2)


class NeverFull(Bent):
    """It takes whatever comes."""

    def __init__(self, inner: MemoryRecords) -> None:
        inner.capacity = 1 << 40
        super().__init__(inner)


class OtherWordForFull(Bent):
    """It says something else when it is full."""

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        try:
            return await super().write(batch)
        except StoreFull as error:
            raise LimitExceeded(str(error)) from error


class FullLosesTheLast(Bent):
    """When there is no room, the newest row makes some."""

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        try:
            return await super().write(batch)
        except StoreFull:
            kept = dict(self.inner._rows.values)
            kept.pop(max(kept))
            self.inner._rows = Rows(kept)
            raise


class FullForEver(Bent):
    """Once it is full, not even a delete has room."""

    def __init__(self, inner: MemoryRecords) -> None:
        super().__init__(inner)
        self._full = False

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        if self._full:
            raise StoreFull("it is full")
        try:
            return await super().write(batch)
        except StoreFull:
            self._full = True
            raise


class FullIsBroken(Bent):
    """check() fails where there is no room."""

    async def check(self) -> None:
        if (await self.usage()).ratio > 0.8:
            raise StoreError("the proof had no room")


class CheckLeavesARow(Bent):
    """The proof stays."""

    async def check(self) -> None:
        await self.inner.write([lambda txn: txn.put(b"proof", b"")])


BROKEN: list[tuple[type[Bent], str]] = [
    (ForgetsTheLast, "what_was_written_is_there_after_reopening"),
    (ForgetsTheLast, "the_last_answer_before_the_end_is_there_after_it"),
    (MixedBackup, "a_backup_is_one_state_of_the_past"),
    (ShortBackup, "a_backup_is_one_state_of_the_past"),
    (BackupOfText, "a_backup_keeps_every_byte"),
    (Overwrites, "a_backup_overwrites_nothing"),
    (Overwrites, "a_backup_that_cannot_be_written_harms_nobody"),
    (NoBackupOfNothing, "a_backup_of_nothing_is_an_empty_store"),
    (CountsNothing, "usage_grows_with_the_rows"),
    (NeverShrinks, "usage_shrinks_with_deletes_and_not_with_failures"),
    (CountsFailures, "usage_shrinks_with_deletes_and_not_with_failures"),
    (Overfull, "a_full_store_keeps_what_it_acknowledged_and_takes_no_more"),
    (CountsNothing, "a_full_store_keeps_what_it_acknowledged_and_takes_no_more"),
    (NeverFull, "a_full_store_keeps_what_it_acknowledged_and_takes_no_more"),
    (OtherWordForFull, "a_full_store_keeps_what_it_acknowledged_and_takes_no_more"),
    (FullLosesTheLast, "a_full_store_keeps_what_it_acknowledged_and_takes_no_more"),
    (FullForEver, "a_full_store_can_be_emptied_and_filled_again"),
    (FullIsBroken, "a_full_store_opens_and_checks"),
    (CheckLeavesARow, "check_passes_and_leaves_nothing"),
]


@pytest.mark.parametrize(("bent", "test"), BROKEN)
async def test_what_is_broken_is_noticed(bent: type[Bent], test: str, tmp_path: Path) -> None:
    assert await BentSuite(bent).notices(test, tmp_path)


@pytest.mark.parametrize("test", sorted({test for _, test in BROKEN}))
async def test_what_is_good_is_not(test: str, tmp_path: Path) -> None:
    suite = BentSuite(Bent)
    suite.patience = 30
    assert not await suite.notices(test, tmp_path)
