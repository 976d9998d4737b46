# SPDX-License-Identifier: Apache-2.0
"""Blob store in a bucket of a server that speaks S3, locked against everybody where the bucket can."""

from typing import Any

from appliance.contracts.blobs import BlobStore
from appliance.contracts.plugin import Plugin, PluginError, Services, hookimpl
from renkei_blobs_s3.settings import Settings
from renkei_blobs_s3.store import S3Blobs
from renkei_blobs_s3.wire import Wire

__all__ = ["BlobsS3", "Settings"]


class BlobsS3(Plugin):
    """Keeps every blob as one object."""

    Settings = Settings

    def __init__(self, settings: Any, services: Services) -> None:
        """Nothing is opened yet."""
        super().__init__(settings, services)
        self._blobs = S3Blobs(settings, services, Wire(settings, services))

    @hookimpl
    def register_blobs(self) -> list[BlobStore]:
        """The one store."""
        return [self._blobs]

    async def start(self) -> None:
        """Read the credentials and the authorities."""
        try:
            await self._blobs.start()
        except OSError as error:
            raise PluginError(
                f"`authority` is {self.settings.authority!r}, which is no PEM file of certificates ({error})"
            ) from error

    async def check(self) -> None:
        """Find out what the server and its bucket can do, and that it is enough."""
        await self._blobs.probe()

    async def stop(self) -> None:
        """Finish what was begun."""
        await self._blobs.stop()
