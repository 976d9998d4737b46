# SPDX-License-Identifier: Apache-2.0
"""Runs single tests of a suite against stores that are broken on purpose: a check that cannot fail is a defect."""

import asyncio
import inspect
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
import pytest

from appliance.contracts.records import Outcome, Txn, Usage, View, Work
from appliance.testing.clock import FakeClock
from appliance.testing.memory_records import MemoryRecords
from appliance.testing.records_suite import RecordsSuite

T = TypeVar("T")
NOTICED = (Exception, pytest.fail.Exception)


def cases(test: Callable[..., Any]) -> list[dict[str, Any]]:
    """The arguments of each of its parametrized runs."""
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    return [dict(pair for given in chosen for pair in given) for chosen in product(*map(_given, marks))]


def _given(mark: pytest.Mark) -> list[list[tuple[str, Any]]]:
    names, values = mark.args
    if isinstance(names, str):
        return [[(names, value)] for value in values]
    return [list(zip(names, value, strict=True)) for value in values]


async def notices(test: Callable[..., Any], fixtures: Callable[[Path], Any], folder: Path) -> bool:
    """Whether a test fails in at least one of its cases. fixtures makes what it may ask for, in a fresh folder."""
    asked = inspect.signature(test).parameters
    for number, case in enumerate(cases(test)):
        async with fixtures(folder / str(number)) as made:
            try:
                await test(**{name: case[name] if name in case else await made(name) for name in asked})
            except NOTICED:
                return True
    return False


async def failures(suite: type[Any]) -> set[str]:
    """Which tests of a suite fail, by their names without test_; they ask for no fixtures."""

    @asynccontextmanager
    async def nothing(folder: Path) -> AsyncIterator[Any]:
        yield None

    tests = inspect.getmembers(suite(), inspect.iscoroutinefunction)
    names = [(name, test) for name, test in tests if name.startswith("test_")]
    return {name.removeprefix("test_") for name, test in names if await notices(test, nothing, Path())}


class Bent:
    """A record store that does what a good one does; a subclass breaks it in one place."""

    def __init__(self, inner: MemoryRecords) -> None:
        """Everything comes from inner."""
        self.inner = inner

    def view(self, view: Any) -> Any:
        """What a function gets to see instead of view."""
        return view

    async def write(self, batch: Sequence[Work]) -> list[Outcome]:
        """As inner does."""

        def bent(work: Work) -> Work:
            return lambda txn: work(self.view(txn))

        return await self.inner.write([bent(work) for work in batch])

    async def read(self, work: Callable[[View], T]) -> T:
        """As inner does."""
        return await self.inner.read(lambda view: work(self.view(view)))

    async def check(self) -> None:
        """As inner does."""
        await self.inner.check()

    async def backup(self, to: Path) -> None:
        """As inner does."""
        await self.inner.backup(to)

    async def usage(self) -> Usage:
        """As inner does."""
        return await self.inner.usage()


class BentView:
    """A view that does what a good one does; a subclass breaks it in one place."""

    def __init__(self, view: Txn) -> None:
        """Everything comes from view."""
        self._view = view

    def get(self, key: bytes) -> bytes | None:
        """As view does."""
        return self._view.get(key)

    def scan(self, start: bytes, stop: bytes, *, limit: int = 1000, reverse: bool = False) -> Any:
        """As view does."""
        return self._view.scan(start, stop, limit=limit, reverse=reverse)

    def put(self, key: bytes, value: bytes) -> None:
        """As view does."""
        self._view.put(key, value)

    def delete(self, key: bytes) -> bool:
        """As view does."""
        return self._view.delete(key)


def seeing(view: type[BentView]) -> type[Bent]:
    """A store that is good but for its views."""

    class Seeing(Bent):
        def view(self, inner: Any) -> BentView:
            return view(inner)

    Seeing.__name__ = view.__name__
    return Seeing


class MemorySuite(RecordsSuite):
    """The whole suite for the store in memory, or for one that bends it."""

    threaded = True
    bent: type[Bent] | None = None

    async def make_store(self, folder: Path, clock: FakeClock) -> Any:
        """What an earlier one has left in folder is found again."""
        return await self.make_small_store(folder, clock, 1 << 40)

    async def make_small_store(self, folder: Path, clock: FakeClock, size: int) -> Any:
        """Its rows have size bytes at most."""
        inner = MemoryRecords.restored(folder, clock, threaded=self.threaded)
        inner.capacity = size
        made = self.bent(inner) if self.bent else inner
        self.folders[id(made)] = folder
        return made

    async def close_store(self, store: Any) -> None:
        """It leaves a backup."""
        folder = self.folders.pop(id(store))
        shutil.rmtree(folder, ignore_errors=True)
        await store.backup(folder)

    def setup_method(self) -> None:
        """No store is open."""
        self.folders: dict[int, Path] = {}


class BentSuite(MemorySuite):
    """Short of patience, as nothing is slow here."""

    patience = 0.3
    programs = 300
    phases = (hypothesis.Phase.generate,)

    def __init__(self, bent: type[Bent]) -> None:
        """For this store."""
        self.bent = bent
        self.setup_method()

    @asynccontextmanager
    async def fixtures(self, folder: Path) -> AsyncIterator[Callable[[str], Any]]:
        """What pytest would give."""
        await asyncio.to_thread(folder.mkdir)
        clock = FakeClock()

        async def made(name: str) -> Any:
            if name == "store":
                return await self.make_store(folder / "store", clock)
            if name == "small":
                return await self.make_small_store(folder / "small", clock, 8 << 20)
            return {"clock": clock, "tmp_path": folder}[name]

        yield made

    async def notices(self, test: str, folder: Path) -> bool:
        """Whether one test of the suite fails."""
        return await notices(getattr(self, f"test_{test}"), self.fixtures, folder)
