# SPDX-License-Identifier: Apache-2.0
"""Blob store in a directory of files: durable, immutable, found by id."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.contracts.blobs import BlobError, BlobStore
from appliance.contracts.plugin import Plugin, PluginError, Services, hookimpl
from renkei_blobs_files.store import FileBlobs

__all__ = ["BlobsFiles", "Settings"]


@dataclass(frozen=True)
class Settings:
    """path is a directory of our own; threads do the blocking calls, 1 to 32."""

    path: str = "/var/lib/renkei/vault/blobs"
    threads: int = 2


class BlobsFiles(Plugin):
    """Keeps every blob as one file."""

    Settings = Settings

    def __init__(self, settings: Any, services: Services) -> None:
        """Nothing is opened yet."""
        super().__init__(settings, services)
        path, threads = Path(settings.path), settings.threads
        self._blobs = FileBlobs(path, threads, services.clock, services.random, services.log)

    @hookimpl
    def register_blobs(self) -> list[BlobStore]:
        """The one store."""
        return [self._blobs]

    async def start(self) -> None:
        """Make the directories, and sweep what a crash has left."""
        if not 1 <= self.settings.threads <= 32:
            raise PluginError(f"threads is {self.settings.threads}: write a number from 1 to 32")
        try:
            await self._blobs.start()
        except OSError as error:
            raise PluginError(
                f"the directory {self.settings.path} cannot be used ({error.strerror}): "
                "give it to the user of the vault, or set path"
            ) from error

    async def check(self) -> None:
        """Prove that a blob can be saved, read and deleted."""
        try:
            await self._blobs.check()
        except BlobError as error:
            raise PluginError(f"the directory {self.settings.path} does not keep blobs: {error}") from error

    async def stop(self) -> None:
        """Wait for the calls that run."""
        await self._blobs.stop()
