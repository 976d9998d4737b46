# SPDX-License-Identifier: Apache-2.0
"""What the start asks of the server: is the bucket there, what is checked, and does a lock really lock?"""

import logging
from dataclasses import replace

from appliance.contracts.blobs import BlobError
from appliance.contracts.plugin import PluginError
from renkei_blobs_s3 import documents, worm
from renkei_blobs_s3.body import Body
from renkei_blobs_s3.bucket import Bucket, Facts, checksum_headers
from renkei_blobs_s3.canaries import Canaries
from renkei_blobs_s3.settings import Settings
from renkei_blobs_s3.wire import Request
from renkei_blobs_s3.words import Unanswered


class Probe:
    """Nothing is believed that was not tried."""

    def __init__(self, settings: Settings, bucket: Bucket, canaries: Canaries, log: logging.Logger) -> None:
        """What is found out goes into bucket.facts."""
        self._settings = settings
        self._bucket = bucket
        self._canaries = canaries
        self._log = log

    async def run(self) -> None:
        """All of it. Raises PluginError with what to do."""
        try:
            await self._find_out()
        except Unanswered as error:
            raise PluginError(f"{error}: start it, or correct `endpoint`") from error
        except BlobError as error:
            raise PluginError(f"the bucket cannot be used: {error}") from error

    async def _find_out(self) -> None:
        await self._bucket.objects(self._settings.prefix, "", 1)
        state = await self._versioning()
        self._bucket.facts = Facts(versioned=state != "")
        if self._settings.worm:
            await worm.need_lock(self._settings, self._bucket, state)
        await self._canaries.sweep()
        await self._try_objects()
        if self._settings.worm:
            await worm.need_locked_for_good(self._bucket, self._canaries)

    async def _versioning(self) -> str:
        """Enabled, Suspended or, in a bucket that never had versions, nothing."""
        request = Request("GET", query=(("versioning", ""),))
        answer = await self._bucket.ask(request)
        if not answer.ok and (self._settings.worm or answer.status == 403):
            raise self._bucket.refused(request, answer)
        # A server that does not know versions has none.
        return documents.value(answer.content, "Status") if answer.ok else ""

    async def _try_objects(self) -> None:
        """Save, read and delete a canary, and on the way see what the server looks at."""
        key, kept = self._canaries.fresh()
        try:
            await self._bucket.need(self._bucket.putting(key, Body(kept), "canary"))
            await self._canaries.read(key, kept)
            conditional = await self._refuses_a_second(key)
            await self._bucket.remove(key)
            gone = await self._bucket.marks(key) is None
        finally:
            await self._canaries.sweep(key)
        if not gone:
            raise PluginError(
                f"bucket {self._settings.bucket}: what was deleted is still there; use another bucket"
            )
        self._bucket.facts = replace(self._bucket.facts, conditional=conditional, **await self._proof_of_bodies())
        self._log.info("bucket %s %s", self._settings.bucket, self._bucket.facts)

    async def _refuses_a_second(self, key: str) -> bool:
        """Whether If-None-Match keeps the object of a key from being replaced."""
        again = Request("PUT", key, headers={"If-None-Match": "*"}, body=Body(b"second"))
        return (await self._bucket.ask(again)).status == 412

    async def _proof_of_bodies(self) -> dict[str, bool]:
        """Whether the server compares a body with the SHA-256 that was signed, or else with the one beside it."""
        other = Body(b"another")
        if await self._refuses(other, {}):
            return {"proves_bodies": True, "needs_checksums": False}
        return {"proves_bodies": await self._refuses(other, checksum_headers(other)), "needs_checksums": True}

    async def _refuses(self, other: Body, headers: dict[str, str]) -> bool:
        """Whether a canary that is sent as if it were another body is refused."""
        key, kept = self._canaries.fresh()
        wrong = Request("PUT", key, (), headers, Body(kept), claimed_sha256=other.sha256)
        answer = await self._bucket.ask(wrong)
        await self._canaries.sweep(key)
        return not answer.ok
