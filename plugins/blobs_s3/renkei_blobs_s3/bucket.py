# SPDX-License-Identifier: Apache-2.0
"""What one can do with the objects of a bucket: put, head, get a range, delete, list. Keys come from the store."""

import datetime as dt
import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace

from appliance.contracts.blobs import BlobError, BlobMissing
from appliance.model.time import DAY, Instant
from renkei_blobs_s3 import documents
from renkei_blobs_s3.body import Body
from renkei_blobs_s3.documents import Kept, Page
from renkei_blobs_s3.settings import Settings
from renkei_blobs_s3.wire import Answer, Request, Wire
from renkei_blobs_s3.words import refusal

SAVE_MARK = "x-amz-meta-renkei-save"
SHA256_MARK = "x-amz-meta-renkei-sha256"
GONE = frozenset({"NoSuchKey", "NoSuchVersion"})
Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the probe found out about the server and its bucket. Until then, nothing is believed."""

    conditional: bool = False
    proves_bodies: bool = False
    versioned: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """Some bytes of an object, and of the whole: its size, the SHA-256 it was saved with, which object it is."""

    content: bytes = b""
    size: int = 0
    sha256: str = ""
    etag: str = ""


class Bucket:
    """Single operations, each an error of contracts.blobs where the server refuses."""

    def __init__(self, settings: Settings, wire: Wire) -> None:
        """facts are replaced by the probe."""
        self._settings = settings
        self._wire = wire
        self.facts = Facts()

    async def ask(self, request: Request) -> Answer:
        """The answer, whatever it says."""
        return await self._wire.ask(request)

    async def need(self, request: Request) -> Answer:
        """The answer of a request that must not be refused. Raises BlobMissing, BlobStoreFull, BlobError."""
        answer = await self._wire.ask(request)
        if not answer.ok:
            raise self.refused(request, answer)
        return answer

    def refused(self, request: Request, answer: Answer) -> BlobError:
        """The error for a refused request."""
        name = request.key.removeprefix(self._settings.prefix)
        if request.key and answer.status == 404 and answer.code in GONE:
            return BlobMissing(f"there is no blob {name}")
        what = f"blob {name}" if name else f"bucket {self._settings.bucket}"
        return refusal(what, answer.status, answer.code)

    def putting(self, key: str, body: Body, mark: str, *, locked: Instant | None = None) -> Request:
        """The request that saves body; mark tells this save from all others. locked is in the server's time."""
        headers = {SAVE_MARK: mark, SHA256_MARK: body.sha256, **checksum_headers(body)}
        if self.facts.conditional:
            headers["If-None-Match"] = "*"
        if locked is not None:
            headers |= lock_headers(locked)
        return Request("PUT", key, headers=headers, body=body)

    def lock_until(self) -> Instant | None:
        """Until when a blob that is saved now is locked, in the server's time; None where blobs are not."""
        return self._wire.clock.now() + self._settings.retention_days * DAY if self._settings.worm else None

    async def marks(self, key: str) -> Mapping[str, str] | None:
        """The headers of an object, None if there is no such object. Raises BlobError."""
        request = Request("HEAD", key)
        answer = await self._wire.ask(request)
        if answer.status == 404:
            # An answer to HEAD says nothing more: a bucket that is gone must not look like a blob that is.
            request = replace(request, method="GET", span=(0, 1))
            answer = await self._wire.ask(request)
            if answer.status == 404 and answer.code in GONE:
                return None
        if not answer.ok:
            raise self.refused(request, answer)
        return answer.headers

    async def part(self, key: str, first: int, stop: int) -> Part:
        """The bytes of a range, none where it begins behind the end. Raises BlobMissing, BlobError."""
        request = Request("GET", key, span=(first, stop))
        answer = await self._wire.ask(request)
        if answer.status == 416:
            return Part()
        if not answer.ok:
            raise self.refused(request, answer)
        size = _whole_size(answer)
        if len(answer.content) != min(stop, size) - first:
            raise BlobError(f"blob {key.removeprefix(self._settings.prefix)} came back with the wrong length")
        headers = answer.headers
        return Part(answer.content, size, headers.get(SHA256_MARK, ""), headers.get("ETag", ""))

    async def sha256(self, key: str, piece: int) -> str:
        """The SHA-256 of an object as it is read back. Raises BlobMissing, BlobError."""
        found = hashlib.sha256()
        at, size = 0, 1
        while at < size:
            part = await self.part(key, at, at + piece)
            found.update(part.content)
            at, size = at + len(part.content), part.size
        return found.hexdigest()

    async def remove(self, key: str) -> None:
        """Delete an object. In a bucket with versions all of them go; locked ones are hidden by a marker."""
        if not self.facts.versioned or self._settings.worm:
            await self.remove_version(key, "")
            return
        async for kept in self.versions_of(key):
            await self.remove_version(key, kept.version)

    async def remove_version(self, key: str, version: str) -> None:
        """Delete one version, or with "" the object. Raises BlobError."""
        query = (("versionId", version),) if version else ()
        request = Request("DELETE", key, query)
        answer = await self._wire.ask(request)
        if not answer.ok and answer.status != 404:
            raise self.refused(request, answer)

    async def objects(self, prefix: str, after: str, limit: int) -> Page:
        """A page of at most limit objects with keys greater than after."""
        query = (("list-type", "2"), ("prefix", prefix), ("start-after", after), ("max-keys", str(limit)))
        return documents.objects((await self.need(Request("GET", query=query))).content)

    async def page(self, more: Query) -> Page:
        """A page of all that takes room; more is that of the page before, or ()."""
        prefix = ("prefix", self._settings.prefix)
        if self.facts.versioned:
            return documents.versions(
                (await self.need(Request("GET", query=(("versions", ""), prefix, *more)))).content
            )
        query = (("list-type", "2"), prefix, *more)
        return documents.objects((await self.need(Request("GET", query=query))).content)

    async def versions_of(self, prefix: str) -> AsyncIterator[Kept]:
        """All versions and markers of the keys that begin with prefix."""
        query: Query | None = ()
        while query is not None:
            request = Request("GET", query=(("versions", ""), ("prefix", prefix), *query))
            page = documents.versions((await self.need(request)).content)
            for kept in page.kept:
                yield kept
            query = page.more or None


def checksum_headers(body: Body) -> dict[str, str]:
    """The SHA-256 once more, beside the signed one: some servers look at this one only, AWS wants it with locks."""
    return {"x-amz-sdk-checksum-algorithm": "SHA256", "x-amz-checksum-sha256": body.checksum}


def lock_headers(until: Instant) -> dict[str, str]:
    """What locks an object against everybody (Object Lock, compliance mode)."""
    return {
        "x-amz-object-lock-mode": "COMPLIANCE",
        "x-amz-object-lock-retain-until-date": moment(until),
    }


def moment(at: Instant) -> str:
    """An instant as S3 writes it."""
    return dt.datetime.fromtimestamp(at // 1000, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _whole_size(answer: Answer) -> int:
    total = answer.headers.get("Content-Range", "").rpartition("/")[2]
    if not total.isdecimal():
        raise BlobError("the S3 server does not tell how large a blob is")
    return int(total)
