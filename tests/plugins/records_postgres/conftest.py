# SPDX-License-Identifier: Apache-2.0
"""A server for all tests, fresh databases, stores in them, and all that a plugin gets from its host."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import psycopg
import pytest
from renkei_records_postgres.address import parameters
from renkei_records_postgres.patience import Patience
from renkei_records_postgres.store import Limits, PostgresStore

from appliance.testing.clock import FakeRandom
from tests.servers.postgres import Postgres, postgres, programs, template

T = TypeVar("T")


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """As the host's, but in any thread."""
    return await asyncio.to_thread(function, *args)


class MakeStore(Protocol):
    """Opens a store on a connection string."""

    async def __call__(
        self,
        connection: str,
        *,
        limits: Limits | None = None,
        patience: float = 20,
        seconds: Callable[[], float] = time.monotonic,
    ) -> PostgresStore:
        """It is closed after the test."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """A cluster to copy; the tests are skipped where the server is not installed."""
    if programs() is None:
        pytest.skip("postgresql is not installed: `make apt`")
    with template() as made:
        yield made


@pytest.fixture(scope="session")
def server(cluster: Path) -> Iterator[Postgres]:
    """One server for all tests that leave it alone."""
    with postgres(cluster) as running:
        yield running


@pytest.fixture
def own_server(cluster: Path) -> Iterator[Postgres]:
    """A server that a test may kill."""
    with postgres(cluster) as running:
        yield running


@pytest.fixture
def database(server: Postgres) -> str:
    """The connection string of a fresh database."""
    return server.socket_conninfo(server.database())


@pytest.fixture
def connection(database: str) -> Iterator[psycopg.Connection[Any]]:
    """A plain connection to the fresh database."""
    with psycopg.connect(database, autocommit=True) as connected:
        yield connected


def patience_of(seconds: float, clock: Callable[[], float] = time.monotonic) -> Patience:
    """Patience that really waits."""
    return Patience(seconds, clock, threading.Event().wait, FakeRandom())


def no_secret(name: str) -> bytes:
    """There is no credential."""
    raise AssertionError(name)


@pytest.fixture
async def make_store() -> AsyncIterator[MakeStore]:
    """Stores of any database."""
    made: list[PostgresStore] = []

    async def make(
        connection: str,
        *,
        limits: Limits | None = None,
        patience: float = 20,
        seconds: Callable[[], float] = time.monotonic,
    ) -> PostgresStore:
        store = PostgresStore(limits or Limits(lock_seconds=5), patience_of(patience, seconds), in_thread)
        await in_thread(store.open, parameters(connection, "", no_secret, False))
        made.append(store)
        return store

    yield make
    for store in made:
        await store.close()
