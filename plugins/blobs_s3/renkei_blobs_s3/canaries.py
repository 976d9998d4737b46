# SPDX-License-Identifier: Apache-2.0
"""Small objects that prove that the bucket keeps what it is given; their keys are none of blobs."""

from dataclasses import dataclass

from appliance.contracts.blobs import BlobError, BlobMissing
from appliance.contracts.plugin import Random
from appliance.model.time import MINUTE, SECOND, Instant
from renkei_blobs_s3.body import Body
from renkei_blobs_s3.bucket import VERSION, Bucket
from renkei_blobs_s3.settings import Settings
from renkei_blobs_s3.wire import Request, Wire

FOLDER = "-probe/"  # behind the prefix and before every id: the listing of blobs never meets it
SIZE = 4096


@dataclass(frozen=True, slots=True)
class Locked:
    """A canary that is locked until an instant of the server's time."""

    key: str
    content: bytes
    version: str
    until: Instant


class Canaries:
    """Makes, reads and removes canaries. Where blobs are locked, one is locked for a minute and then read again."""

    def __init__(self, settings: Settings, bucket: Bucket, wire: Wire, random: Random) -> None:
        """None yet."""
        self._folder = settings.prefix + FOLDER
        self._worm = settings.worm
        self._bucket = bucket
        self._wire = wire
        self._random = random
        self._locked: Locked | None = None

    def now(self) -> Instant:
        """The server's time."""
        return self._wire.clock.now()

    def fresh(self) -> tuple[str, bytes]:
        """A key and some bytes that were never there."""
        return self._folder + self._random.bytes(16).hex(), self._random.bytes(SIZE)

    async def prove(self) -> None:
        """A canary survives a save, a ranged read and a delete; a locked one is saved once and read each time.

        Raises BlobStoreFull, BlobError.
        """
        if self._worm:
            await self._prove_locked()
            return
        key, kept = self.fresh()
        await self._bucket.need(self._bucket.putting(key, Body(kept), "canary"))
        try:
            await self.read(key, kept)
        finally:
            await self._bucket.remove(key)

    async def read(self, key: str, kept: bytes) -> None:
        """Raise BlobError unless a range of a canary comes back as it was saved."""
        part = await self._bucket.part(key, 1000, 3000)
        if part.content != kept[1000:3000] or part.size != len(kept):
            raise BlobError("a blob that was just saved did not come back")

    async def lock(self) -> Locked:
        """Save a canary that is locked for a minute from now."""
        key, kept = self.fresh()
        until = (self.now() + MINUTE) // SECOND * SECOND
        answer = await self._bucket.need(self._bucket.putting(key, Body(kept), "canary", locked=until))
        self._locked = Locked(key, kept, answer.headers.get(VERSION, ""), until)
        return self._locked

    async def sweep(self, key: str = "") -> None:
        """Remove one canary, or all that earlier starts have left, with all their versions, unless locked."""
        prefix = key or self._folder
        if self._bucket.facts.versioned:
            found = [kept async for kept in self._bucket.versions_of(prefix)]
        else:
            found = (await self._bucket.objects(prefix, "", 1000)).kept
        for kept in found:
            query = (("versionId", kept.version),) if kept.version else ()
            # A refusal means that it is locked still; the next start tries again.
            await self._bucket.ask(Request("DELETE", kept.key, query))

    async def _prove_locked(self) -> None:
        try:
            if self._locked is not None:
                await self.read(self._locked.key, self._locked.content)
                return
        except BlobMissing:
            self._locked = None
        made = await self.lock()
        await self.read(made.key, made.content)
