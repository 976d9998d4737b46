# SPDX-License-Identifier: Apache-2.0
"""A store in a fresh folder, and all that a plugin gets from its host."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from renkei_records_lmdb.store import LmdbStore

from appliance.contracts.plugin import Services
from appliance.testing.clock import FakeClock, FakeRandom

T = TypeVar("T")
MIB = 1 << 20


class MakeStore(Protocol):
    """Opens a store of map_mib in tmp_path/records."""

    def __call__(self, map_mib: int = 64) -> LmdbStore:
        """It is closed after the test."""


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """As the host's, but in any thread."""
    return await asyncio.to_thread(function, *args)


@pytest.fixture
async def make_store(tmp_path: Path, clock: FakeClock) -> AsyncIterator[MakeStore]:
    """Stores one after the other in the same folder."""
    made: list[LmdbStore] = []

    def make(map_mib: int = 64) -> LmdbStore:
        store = LmdbStore(tmp_path / "records", map_mib * MIB, clock.monotonic, in_thread)
        store.open()
        made.append(store)
        return store

    yield make
    for store in made:
        await store.close()


@pytest.fixture
def clock() -> FakeClock:
    """Time stands still."""
    return FakeClock()


@pytest.fixture
def services(clock: FakeClock) -> Services:
    """Services of which a store needs clock and thread only."""
    nothing: Any = None
    return Services(
        clock=clock,
        random=FakeRandom(),
        log=logging.getLogger("records_lmdb"),
        metrics=nothing,
        records=nothing,
        ask=nothing,
        credential=nothing,
        in_thread=in_thread,
    )
