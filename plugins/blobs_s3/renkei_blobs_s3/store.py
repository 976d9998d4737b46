# SPDX-License-Identifier: Apache-2.0
"""The blob store: one object a blob, its key the prefix and the id."""

import asyncio
import logging
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from appliance.contracts.blobs import (
    MAX_IDS,
    BlobError,
    BlobExists,
    BlobInfo,
    BlobMissing,
    BlobStoreFull,
)
from appliance.contracts.plugin import Services
from appliance.contracts.records import Usage
from appliance.model.ids import is_id
from renkei_blobs_s3 import documents
from renkei_blobs_s3.body import Body, Proof, collected
from renkei_blobs_s3.bucket import SAVE_MARK, Bucket, Part
from renkei_blobs_s3.canaries import Canaries
from renkei_blobs_s3.finishing import Finishing
from renkei_blobs_s3.probe import Probe
from renkei_blobs_s3.settings import Settings
from renkei_blobs_s3.tally import Tally
from renkei_blobs_s3.turns import Turns
from renkei_blobs_s3.wire import Wire
from renkei_blobs_s3.words import Unanswered

PIECE = 1024 * 1024
CALL_SECONDS, UNDO_SECONDS = 20.0, 5.0  # together less than the host gives a call
_GIB = 1 << 30
_BELOW_IDS = "0"  # ids are made of a-z and 2-7
_COUNT_SECONDS = 5.0


@dataclass(slots=True)
class _Save:
    """One save on its way. mark tells it from all others, on the server too."""

    id: str
    key: str
    body: Body
    mark: str
    given_up: bool = False


class S3Blobs:
    """The store. Blobs are in memory while they are sent; callers are bounded by the vault."""

    def __init__(self, settings: Settings, services: Services, wire: Wire) -> None:
        """Nothing is opened yet."""
        self._settings = settings
        self._random = services.random
        self._log: logging.Logger = services.log
        self._wire = wire
        self._turns = Turns()
        self._sending = asyncio.Semaphore(settings.parallel)
        self._finishing = Finishing()
        self._total = settings.max_gib * _GIB
        self.bucket = Bucket(settings, wire)
        self._tally = Tally(self.bucket.page)
        self._canaries = Canaries(settings, self.bucket, wire, services.random)

    async def start(self) -> None:
        """Open connections lazily from now on."""
        self._wire.open()
        await self._finishing.open()

    async def stop(self) -> None:
        """Wait for what must be finished; later calls raise BlobError."""
        await self._finishing.close()
        await self._wire.close()

    async def save(self, id: str, chunks: AsyncIterable[bytes]) -> int:
        """Keep the chunks under id, all or nothing; the size (contracts.blobs)."""
        key = self._key(id)
        body = await collected(chunks)
        if self._tally.bytes + body.size > self._total:
            raise BlobStoreFull(f"no room for blob {id}: `max_gib` is reached")
        save = _Save(id, key, body, self._random.bytes(16).hex())
        saving = self._finishing.begin(self._saved(save))
        try:
            await asyncio.shield(saving)
        except asyncio.CancelledError:
            save.given_up = True
            await asyncio.shield(self._finishing.begin(self._given_up(save, saving)))
            raise
        return body.size

    async def open(self, id: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes of a range in pieces of at most 1 MiB (contracts.blobs).

        No connection is held while the caller uses a piece; the next one is fetched meanwhile. A blob that is read
        as a whole must have the SHA-256 that it was saved with: else the last piece does not come.
        """
        key = self._key(id)
        if stop is not None and stop <= start:
            await self._need_blob(id, key)
            return
        part = await self._part(id, key, start, stop)
        end = part.size if stop is None else min(stop, part.size)
        proof = Proof(id, part.sha256 if (start, end) == (0, part.size) else "")
        at = start + len(part.content)
        while at < end:
            fetching = self._finishing.begin(self._part(id, key, at, end, part))
            try:
                proof.update(part.content)
                yield part.content
                part = await fetching
            finally:
                fetching.cancel()
            at += len(part.content)
        proof.end_with(part.content)
        if part.content:
            yield part.content

    async def delete(self, id: str) -> bool:
        """Remove the blob; whether it was there (contracts.blobs)."""
        key = self._key(id)
        async with _in_time(f"blob {id}"):
            marks = await self.bucket.marks(key)
            if marks is None:
                return False
            await self.bucket.remove(key)
        if not self._settings.worm:
            self._tally.changed(key, -documents.size(marks.get("Content-Length", "0")))
        return True

    async def ids(self, after: str = "", limit: int = MAX_IDS) -> list[BlobInfo]:
        """At most limit blobs in the order of their ids (contracts.blobs)."""
        prefix = self._settings.prefix
        last = prefix + max(after, _BELOW_IDS)
        found: list[BlobInfo] = []
        async with _in_time("the list"):
            while len(found) < limit:
                page = await self.bucket.objects(prefix, last, min(limit - len(found), MAX_IDS))
                for kept in page.kept:
                    if kept.key <= last:
                        raise BlobError("the S3 server lists what was listed before, so there is no end")
                    id, last = kept.key.removeprefix(prefix), kept.key
                    if is_id(id):
                        found.append(BlobInfo(id, kept.size, self._wire.clock.ours(kept.modified)))
                if not page.more:
                    break
                if not page.kept:
                    raise BlobError("the S3 server lists nothing, and says that there is more")
        return found

    async def check(self) -> Usage:
        """Prove a save, a ranged read and a delete; how much of `max_gib` is in use (contracts.blobs).

        What was there before the start is counted in the first checks, a few seconds each. Where blobs are locked,
        one canary is read again each time. A full store is not a broken one: it can be read and emptied.
        """
        try:
            async with _in_time("the check"):
                await self._canaries.prove()
        except BlobStoreFull:
            return Usage(self._total, self._total)
        with suppress(TimeoutError):  # the next check goes on
            async with asyncio.timeout(_COUNT_SECONDS):
                await self._tally.go_on()
        return Usage(min(max(self._tally.bytes, 0), self._total), self._total)

    async def probe(self) -> None:
        """Find out what server and bucket are good for. Raises PluginError."""
        await Probe(self._settings, self.bucket, self._canaries, self._log).run()

    async def _saved(self, save: _Save) -> None:
        """Save it, or leave nothing."""
        async with self._turns.of(save.id) as turn, self._sending:
            if save.given_up:
                return
            if turn.taken:
                raise BlobExists(f"there is a blob {save.id}")
            try:
                async with _in_time(f"blob {save.id}"):
                    await self._put(save)
            except BlobExists:
                turn.taken = True
                raise
            except BlobError:
                await self._undone(save)
                raise
            turn.taken = True
        self._tally.changed(save.key, save.body.size)

    async def _put(self, save: _Save) -> None:
        """Send it, and know that it is there as it was sent. After an error, it may be there or not."""
        facts = self.bucket.facts
        if not facts.conditional and await self.bucket.marks(save.key) is not None:
            raise BlobExists(f"there is a blob {save.id}")
        request = self.bucket.putting(save.key, save.body, save.mark, locked=self.bucket.lock_until())
        answer = await self.bucket.ask(request)
        if answer.status == 412 and not await self._is_ours(save):
            raise BlobExists(f"there is a blob {save.id}")
        if not answer.ok and answer.status != 412:
            raise self.bucket.refused(request, answer)
        if not facts.proves_bodies and await self.bucket.sha256(save.key, PIECE) != save.body.sha256:
            raise BlobError(f"blob {save.id} came back changed right after it was saved")

    async def _is_ours(self, save: _Save) -> bool:
        """Whether what is there comes from this save: an answer was lost, and the second try met the first."""
        marks = await self.bucket.marks(save.key)
        return marks is not None and marks.get(SAVE_MARK) == save.mark

    async def _given_up(self, save: _Save, saving: "asyncio.Future[None]") -> None:
        """Nobody waits for this save any more: what it has kept goes."""
        await asyncio.wait([saving])
        if saving.exception() is None and await self._undone(save):
            self._tally.changed(save.key, -save.body.size)

    async def _undone(self, save: _Save) -> bool:
        """Remove what this save, and no other, may have left; whether there was something."""
        try:
            async with asyncio.timeout(UNDO_SECONDS):
                ours = await self._is_ours(save)
                if ours:
                    await self.bucket.remove(save.key)
                return ours
        except (BlobError, TimeoutError) as error:
            # The reason why the save failed is the one to tell; the vault sweeps what nothing refers to.
            self._log.warning("blob %s was not saved, but something of it may stay: %s", save.id, error)
            return False

    async def _part(self, id: str, key: str, first: int, stop: int | None, before: Part | None = None) -> Part:
        """The next piece; before is one of the same object."""
        async with _in_time(f"blob {id}"):
            part = await self.bucket.part(key, first, min(first + PIECE, stop or first + PIECE))
        if before is not None and (part.etag, part.size) != (before.etag, before.size):
            raise BlobMissing(f"blob {id} is gone, and something else is in its place")
        return part

    async def _need_blob(self, id: str, key: str) -> None:
        async with _in_time(f"blob {id}"):
            if await self.bucket.marks(key) is None:
                raise BlobMissing(f"there is no blob {id}")

    def _key(self, id: str) -> str:
        if not is_id(id):
            raise BlobError("a blob is named by an id, and by nothing else")
        return self._settings.prefix + id


@asynccontextmanager
async def _in_time(what: str) -> AsyncIterator[None]:
    """A call ends before the host loses its patience."""
    try:
        async with asyncio.timeout(CALL_SECONDS):
            yield
    except TimeoutError as error:
        raise Unanswered(f"{what}: the S3 server did not answer within {CALL_SECONDS:g} s") from error
