# SPDX-License-Identifier: Apache-2.0
"""Records in an embedded LMDB: one process, one writer thread, one fsync a batch (design §5)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.contracts.plugin import Plugin, PluginError, Services, hookimpl
from appliance.contracts.records import RecordStore
from renkei_records_lmdb.store import LmdbStore

__all__ = ["RecordsLmdb", "Settings"]


@dataclass(frozen=True)
class Settings:
    """path is the folder, on a local disk. map_gib is the most that it can ever hold; the file is sparse."""

    path: str = "/var/lib/renkei/vault/records"
    map_gib: int = 256


class RecordsLmdb(Plugin):
    """The embedded record store."""

    Settings = Settings

    def __init__(self, settings: Any, services: Services) -> None:
        """Keep both; the store is opened by start()."""
        super().__init__(settings, services)
        map_bytes = settings.map_gib << 30
        self._store = LmdbStore(Path(settings.path), map_bytes, services.clock.monotonic, services.in_thread)

    @hookimpl
    def register_records(self) -> list[RecordStore]:
        """One store."""
        return [self._store]

    async def start(self) -> None:
        """Lock the folder and open the store; PluginError says which path or setting is wrong."""
        if self.settings.map_gib < 1:
            raise PluginError("map_gib must be at least 1")
        self._store.open()

    async def check(self) -> None:
        """Prove that a write survives and a snapshot stands still."""
        await self._store.check()

    async def stop(self) -> None:
        """Finish the last batch and let go of the folder."""
        await self._store.close()
