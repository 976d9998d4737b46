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
VERSION = "x-amz-version-id"
GONE = frozenset({"NoSuchKey", "NoSuchVersion"})
Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the probe found out about the server and its bucket. Until then, nothing is believed.

    conditional: If-None-Match keeps an object from being replaced. proves_bodies: a body is compared with its
    SHA-256; needs_checksums: but not with the signed one alone.
    """

    conditional: bool = False
    proves_bodies: bool = False
    needs_checksums: bool = True
    versioned: bool = True

    def __str__(self) -> str:
        """For the log."""
        return (
            f"{'has' if self.versioned else 'has no'} versions, "
            f"{'honours' if self.conditional else 'ignores'} If-None-Match, "
            f"{'compares' if self.proves_bodies else 'does not compare'} bodies with their SHA-256"
        )


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
        headers = {SAVE_MARK: mark, SHA256_MARK: body.sha256}
        if self.facts.needs_checksums or locked is not None:
            headers |= checksum_headers(body)
        if self.facts.conditional:
            headers["If-None-Match"] = "*"
        if locked is not None:
            headers |= lock_headers(locked)
        return Request("PUT", key, headers=headers, body=body)

    def lock_until(self) -> Instant | None:
        """Until when a blob that is saved now is locked; None where blobs are not.

        In the server's time, but never shorter than in ours: any proxy may put a wrong date into an answer.
        """
        return self._wire.clock.latest() + self._settings.retention_days * DAY if self._settings.worm else None

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
            return await self._behind_the_end(key, first)
        if not answer.ok:
            raise self.refused(request, answer)
        size = documents.size(answer.headers.get("Content-Range", "").rpartition("/")[2])
        if len(answer.content) != min(stop, size) - first:
            raise self._wrong_length(key)
        headers = answer.headers
        return Part(answer.content, size, headers.get(SHA256_MARK, ""), headers.get("ETag", ""))

    async def _behind_the_end(self, key: str, first: int) -> Part:
        """No bytes, if there are really none: otherwise a wrong answer would read as a blob that is empty."""
        marks = await self.marks(key)
        if marks is not None and documents.size(marks.get("Content-Length", "")) > first:
            raise self._wrong_length(key)
        return Part()

    def _wrong_length(self, key: str) -> BlobError:
        return BlobError(f"blob {key.removeprefix(self._settings.prefix)} came back with the wrong length")

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
        if self.facts.versioned:
            return await self._versions(self._settings.prefix, more)
        query = (("list-type", "2"), ("prefix", self._settings.prefix), *more)
        return _next(documents.objects((await self.need(Request("GET", query=query))).content), more)

    async def _versions(self, prefix: str, more: Query) -> Page:
        query = (("versions", ""), ("prefix", prefix), *more)
        return _next(documents.versions((await self.need(Request("GET", query=query))).content), more)

    async def versions_of(self, prefix: str) -> AsyncIterator[Kept]:
        """All versions and markers of the keys that begin with prefix."""
        query: Query | None = ()
        while query is not None:
            page = await self._versions(prefix, query)
            for kept in page.kept:
                yield kept
            query = page.more or None


def _next(page: Page, asked: Query) -> Page:
    """page, if it leads on from where it was asked for."""
    if asked and page.more == asked:
        raise BlobError("the S3 server shows the same page again and again")
    return page


def checksum_headers(body: Body) -> dict[str, str]:
    """The SHA-256 once more, beside the signed one: some servers look at this one only, AWS wants it with locks.

    It costs the server a second reading of every body, so it is left out where it changes nothing.
    """
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
