# SPDX-License-Identifier: Apache-2.0
"""Generated programs find every store that does not do what sorted rows do."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from appliance.contracts.records import MAX_ROWS, Done, Failed, Outcome, Txn, Work
from appliance.testing.records_making import BEYOND
from appliance.testing.records_model_suite import Delete, Function, Get, Put, Scan, Sorted, told
from tests.contracts.breaking import Bent, BentSuite, BentView, seeing

Row = tuple[bytes, bytes]


def signed(key: bytes) -> list[int]:
    """Bytes from -128 to 127."""
    return [byte - 256 if byte > 127 else byte for byte in key]


class SignedOrder(BentView):
    """Bytes above 127 come first."""

    def scan(self, start: bytes, stop: bytes, *, limit: int = MAX_ROWS, reverse: bool = False) -> list[Row]:
        rows = self._view.scan(b"", BEYOND)
        inside = [row for row in rows if signed(start) <= signed(row[0]) and (row[0] < stop)]
        return sorted(inside, key=lambda row: signed(row[0]), reverse=reverse)[:limit]


class StopIncluded(BentView):
    """A page has the row at its stop."""

    def scan(self, start: bytes, stop: bytes, *, limit: int = MAX_ROWS, reverse: bool = False) -> Any:
        return self._view.scan(start, stop + b"\0", limit=limit, reverse=reverse)


class WrongEnd(BentView):
    """Descending pages are the first rows, turned round."""

    def scan(self, start: bytes, stop: bytes, *, limit: int = MAX_ROWS, reverse: bool = False) -> Any:
        return self._view.scan(start, stop, limit=limit)[:: -1 if reverse else 1]


class NoLimit(BentView):
    """Pages are always as long as they may be."""

    def scan(self, start: bytes, stop: bytes, *, limit: int = MAX_ROWS, reverse: bool = False) -> Any:
        return self._view.scan(start, stop, reverse=reverse)


class ShortKeys(BentView):
    """Only the first 255 bytes of a key count."""

    def put(self, key: bytes, value: bytes) -> None:
        self._view.put(key[:255], value)

    def get(self, key: bytes) -> bytes | None:
        return self._view.get(key[:255])


class NoZeroAtTheEnd(BentView):
    """Zeros at the end of a key are taken for padding."""

    def put(self, key: bytes, value: bytes) -> None:
        self._view.put(key.rstrip(b"\0") or key, value)


class EmptyIsNothing(BentView):
    """An empty value is none."""

    def get(self, key: bytes) -> bytes | None:
        return self._view.get(key) or None


class AlwaysThere(BentView):
    """A delete says that there was something."""

    def delete(self, key: bytes) -> bool:
        self._view.delete(key)
        return True


class OwnChangesUnseen(BentView):
    """A scan shows what was there when the function began."""

    def __init__(self, view: Txn) -> None:
        super().__init__(view)
        self._rows = Sorted(dict(view.scan(b"", BEYOND)))

    def scan(self, start: bytes, stop: bytes, *, limit: int = MAX_ROWS, reverse: bool = False) -> list[Row]:
        return self._rows.scan(start, stop, limit=limit, reverse=reverse)


class DeletedIsScanned(OwnChangesUnseen):
    """A scan shows own puts, but also what was deleted by the same function."""

    def put(self, key: bytes, value: bytes) -> None:
        super().put(key, value)
        self._rows.put(key, value)


class KeepsHalf(Bent):
    """What a function did before it failed stays."""

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        def hiding(work: Work) -> Work:
            def run(txn: Txn) -> object:
                try:
                    return work(txn)
                except Exception as error:  # noqa: BLE001 - whatever it is
                    return Failed(error)

            return run

        outcomes = await super().write([hiding(work) for work in batch])
        values = [outcome.value for outcome in outcomes if isinstance(outcome, Done)]
        return [value if isinstance(value, Failed) else Done(value) for value in values]


class StaleInBatch(Bent):
    """Within a batch, a key that was read once keeps its value."""

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        known: dict[bytes, bytes | None] = {}

        class Remembering(BentView):
            def get(self, key: bytes) -> bytes | None:
                return known.setdefault(key, super().get(key))

        def bent(work: Work) -> Work:
            return lambda txn: work(Remembering(txn))

        return await self.inner.write([bent(work) for work in batch])


VIEWS: list[type[BentView]] = [
    SignedOrder,
    StopIncluded,
    WrongEnd,
    NoLimit,
    ShortKeys,
    NoZeroAtTheEnd,
    EmptyIsNothing,
    AlwaysThere,
    OwnChangesUnseen,
    DeletedIsScanned,
]
BROKEN = [*map(seeing, VIEWS), KeepsHalf, StaleInBatch]


@pytest.mark.parametrize("bent", BROKEN, ids=lambda bent: bent.__name__)
async def test_programs_find_what_is_broken(bent: type[Bent], tmp_path: Path) -> None:
    suite = BentSuite(bent)
    assert await suite.notices("it_does_what_sorted_rows_do", tmp_path)


async def test_programs_find_nothing_in_a_good_store(tmp_path: Path) -> None:
    suite = BentSuite(Bent)
    suite.patience, suite.programs = 30, 40
    assert not await suite.notices("it_does_what_sorted_rows_do", tmp_path)


def test_sorted_rows_take_back_what_a_function_did_that_failed() -> None:
    rows = Sorted({b"a": b"1", b"b": b"2"})
    steps = (Put(b"c", b"3"), Delete(b"a"), Get(b"a"), Scan(b"", BEYOND, 2, True))
    seen = [None, True, None, [(b"c", b"3"), (b"b", b"2")]]
    outcomes = rows.write([Function(steps, fails=True), Function(steps[:1], fails=False)])
    assert told(outcomes) == [f"Refused({seen})", [None]]
    assert rows.rows == {b"a": b"1", b"b": b"2", b"c": b"3"}
