# SPDX-License-Identifier: Apache-2.0
"""The contract of the record store, kept by a real PostgreSQL."""

import asyncio
import threading
from pathlib import Path

import pytest
from renkei_records_postgres.address import parameters
from renkei_records_postgres.backup import SCRIPT
from renkei_records_postgres.patience import Patience
from renkei_records_postgres.store import Limits, PostgresStore

from appliance.testing.clock import FakeClock, FakeRandom
from appliance.testing.records_suite import RecordsSuite
from tests.plugins.records_postgres.conftest import in_thread
from tests.servers.postgres import Postgres

pytestmark = pytest.mark.lab


class TestPostgresStore(RecordsSuite):
    @pytest.fixture(autouse=True)
    def _databases(self, server: Postgres) -> None:
        self.server = server
        self.databases: dict[Path, str] = {}

    def database_of(self, folder: Path) -> str:
        """One database a folder; a backup is loaded into its one."""
        if folder not in self.databases:
            self.databases[folder] = self.server.database()
            if (folder / SCRIPT).exists():
                self.server.load(self.databases[folder], folder / SCRIPT)
        return self.server.socket_conninfo(self.databases[folder])

    async def make_store(self, folder: Path, clock: FakeClock) -> PostgresStore:
        return await self.make_small_store(folder, clock, 1 << 40)

    async def make_small_store(self, folder: Path, clock: FakeClock, size: int) -> PostgresStore:
        patience = Patience(20, clock.monotonic, threading.Event().wait, FakeRandom())
        store = PostgresStore(Limits(most=size, lock_seconds=5), patience, in_thread)
        connection = await asyncio.to_thread(self.database_of, folder)
        await asyncio.to_thread(store.open, parameters(connection, "", lambda name: b"", False))
        return store

    async def close_store(self, store: PostgresStore) -> None:
        await store.close()
