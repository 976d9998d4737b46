# SPDX-License-Identifier: Apache-2.0
"""Records in a PostgreSQL server: one vault writes, a fence in the database makes sure of it (design §5)."""

import threading
from dataclasses import dataclass
from typing import Any

from appliance.contracts.plugin import Plugin, Services, hookimpl
from appliance.contracts.records import RecordStore
from renkei_records_postgres.absence import Absence
from renkei_records_postgres.address import parameters
from renkei_records_postgres.patience import Patience
from renkei_records_postgres.pipeline import tell_all, tell_once
from renkei_records_postgres.store import Limits, PostgresStore

__all__ = ["RecordsPostgres", "Settings"]


@dataclass(frozen=True)
class Settings:
    """connection is a libpq connection string without a password; password names the credential that holds it.

    readers is how many reads go on at once. max_gib is the most that keys and values may ever have together.
    patience_seconds is how long a call goes on trying while the server is away; lock_seconds how long a start waits
    for the vault before it. allow_plain permits an unencrypted connection over a network.
    """

    connection: str = "dbname=renkei"
    password: str = ""
    allow_plain: bool = False
    readers: int = 4
    max_gib: int = 256
    patience_seconds: float = 20.0
    lock_seconds: float = 15.0

    def __post_init__(self) -> None:
        """Refuse numbers that make no sense."""
        for name in ("readers", "max_gib"):
            if getattr(self, name) < 1:
                raise ValueError(f"`{name}` must be at least 1")
        if not 0 < self.patience_seconds <= 25:
            raise ValueError("`patience_seconds` must be more than 0 and at most 25: a call has 30 s in all")
        if not 0 <= self.lock_seconds <= 30:
            raise ValueError("`lock_seconds` must be from 0 to 30: a start has 60 s in all")


class RecordsPostgres(Plugin):
    """The record store in a database."""

    Settings = Settings

    def __init__(self, settings: Any, services: Services) -> None:
        """Keep both; the store is opened by start()."""
        super().__init__(settings, services)
        pause = threading.Event().wait
        monotonic = services.clock.monotonic
        absence = Absence(monotonic, services.log)
        patience = Patience(settings.patience_seconds, monotonic, pause, services.random, absence)
        limits = Limits(settings.max_gib << 30, settings.readers, settings.lock_seconds)
        self._store = PostgresStore(limits, patience, services.in_thread)

    @hookimpl
    def register_records(self) -> list[RecordStore]:
        """One store."""
        return [self._store]

    async def start(self) -> None:
        """Open the store and become the one that writes; PluginError says which setting or server is wrong."""
        tell_once()
        given = self.settings
        found = parameters(given.connection, given.password, self.services.credential, given.allow_plain)
        await self.services.in_thread(self._store.open, found)

    async def check(self) -> None:
        """Prove that a write survives and a snapshot stands still."""
        await self._store.check()

    async def stop(self) -> None:
        """Finish the last batch and let go of the database."""
        await self._store.close()
        tell_all()
