# SPDX-License-Identifier: Apache-2.0
"""A small S3 server in memory that keeps every promise except those on a list."""

import base64
import contextlib
import hashlib
import itertools
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.utils import formatdate

from aiohttp import web

from tests.servers.s3_place import S3Place

CARELESS = frozenset(
    {
        "replaces",  # ignores If-None-Match
        "believes",  # ignores the SHA-256 of a body
        "ignores ranges",
        "keeps deleted",
        "no versions",
        "versions without lock",
        "hides the state of locks",
        "deletes locked",
        "bypasses",
        "shortens",
        "weakens",
        "suspends",
        "forgets locks",
        "locks for less",
        "releases",
        "deletes in batches",
        "suspends quietly",
        "forbids deletes",
        "locks by itself",
        "looks beside",  # at x-amz-checksum-sha256 only
        "lists from the beginning",
        "finds no range",
        "hides versions",
    }
)


@dataclass
class Version:
    """One version of an object; a marker has no body."""

    id: str
    body: bytes | None
    headers: dict[str, str] = field(default_factory=dict)
    until: str = ""
    locked: bool = False


class CarelessS3:
    """One bucket of any name. flaws are what it does wrong; full and gone are states that come and go."""

    def __init__(self, *flaws: str, page: int = 1000) -> None:
        """page is how many objects a listing shows at most."""
        assert set(flaws) <= CARELESS
        self.flaws = frozenset(flaws)
        self.page = page
        self.objects: dict[str, list[Version]] = {}
        self.requests: list[str] = []
        self.suspended = self.full = self.gone = False
        self._numbers = itertools.count(1)

    @contextlib.asynccontextmanager
    async def running(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[S3Place]:
        """Its place while it runs; with tls by its name, which is localhost."""
        app = web.Application(client_max_size=32 << 20)
        app.router.add_route("*", "/{bucket}/{key:.*}", self._handle)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
            await site.start()
            where = "https://localhost" if tls else "http://127.0.0.1"
            yield S3Place(f"{where}:{runner.addresses[0][1]}")
        finally:
            await runner.cleanup()

    @property
    def keys(self) -> list[str]:
        """The keys of which something is kept, hidden or not."""
        return sorted(key for key, versions in self.objects.items() if versions)

    async def _handle(self, request: web.Request) -> web.Response:
        key = request.match_info["key"]
        what = next((name for name in _PARTS if name in request.query), "object" if key else "list")
        self.requests.append(f"{request.method} {what}")
        if self.gone:
            return refusal(404, "NoSuchBucket")
        answer = getattr(self, f"_{request.method.lower()}_{what.replace('-', '_')}")
        response: web.Response = answer(request, key, await request.read())
        response.headers["Date"] = formatdate(usegmt=True)
        return response

    # --- the bucket ---

    def _get_versioning(self, *_: object) -> web.Response:
        status = "" if "no versions" in self.flaws else "Suspended" if self.suspended else "Enabled"
        return document(f"<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>")

    def _put_versioning(self, request: web.Request, key: str, body: bytes) -> web.Response:
        wants = b"Suspended" in body
        if wants and "suspends quietly" in self.flaws:
            self.suspended = True
        if wants and "suspends" not in self.flaws:
            return refusal(409, "InvalidBucketState")
        self.suspended = wants
        return web.Response()

    def _get_object_lock(self, *_: object) -> web.Response:
        if "hides the state of locks" in self.flaws:
            return refusal(403, "AccessDenied")
        if self.flaws & {"no versions", "versions without lock"}:
            return refusal(404, "ObjectLockConfigurationNotFoundError")
        return document("<Config><ObjectLockEnabled>Enabled</ObjectLockEnabled></Config>")

    def _get_list(self, request: web.Request, *_: object) -> web.Response:
        after = request.query.get("continuation-token") or request.query.get("start-after", "")
        after = "" if "lists from the beginning" in self.flaws else after
        shown = [(key, now) for key in self.keys if (now := self._current(key)) and now.body is not None]
        found = [one for one in shown if one[0] > after and one[0].startswith(request.query.get("prefix", ""))]
        some = found[: min(self.page, int(request.query.get("max-keys", 1000)))]
        more = f"<NextContinuationToken>{some[-1][0]}</NextContinuationToken>" if len(some) < len(found) else ""
        return _listing([_entry("Contents", *one) for one in some], more)

    def _get_versions(self, request: web.Request, *_: object) -> web.Response:
        prefix, after = request.query.get("prefix", ""), request.query.get("key-marker", "")
        keys = [key for key in self.keys if key > after and key.startswith(prefix)]
        some = keys[: self.page]
        more = f"<NextKeyMarker>{some[-1]}</NextKeyMarker>" if len(some) < len(keys) else ""
        every = [(key, version) for key in some for version in reversed(self.objects[key])]
        return _listing([_entry("DeleteMarker" if v.body is None else "Version", key, v) for key, v in every], more)

    # --- objects ---

    def _put_object(self, request: web.Request, key: str, body: bytes) -> web.Response:
        now = self._current(key)
        if self.full:
            return refusal(507, "XMinioStorageFull")
        if request.headers.get("If-None-Match") and "replaces" not in self.flaws and now and now.body is not None:
            return refusal(412, "PreconditionFailed")
        if not self._is_proven(request, body):
            return refusal(400, "XAmzContentSHA256Mismatch")
        marks = {name: value for name, value in request.headers.items() if name.lower().startswith("x-amz-meta-")}
        until = request.headers.get("x-amz-object-lock-retain-until-date", "")
        locked = bool(until) or "locks by itself" in self.flaws
        version = Version(str(next(self._numbers)), body, marks, until or "2099-01-01T00:00:00Z", locked)
        versions = self.objects.setdefault(key, [])
        if "no versions" in self.flaws:
            versions.clear()
        versions.append(version)
        return web.Response(headers={} if "hides versions" in self.flaws else {"x-amz-version-id": version.id})

    def _is_proven(self, request: web.Request, body: bytes) -> bool:
        found = hashlib.sha256(body)
        if "looks beside" in self.flaws:
            beside = base64.b64encode(found.digest()).decode()
            return request.headers.get("x-amz-checksum-sha256", beside) == beside
        return "believes" in self.flaws or request.headers["x-amz-content-sha256"] == found.hexdigest()

    def _get_object(self, request: web.Request, key: str, body: bytes) -> web.Response:
        now = self._current(key)
        if now is None or now.body is None:
            return refusal(404, "NoSuchKey")
        headers = {**now.headers, "ETag": hashlib.sha256(now.body).hexdigest()}
        if "Range" not in request.headers or "ignores ranges" in self.flaws:
            return web.Response(body=now.body, headers=headers)
        span = request.http_range
        if (span.start or 0) >= len(now.body) or ("finds no range" in self.flaws and "-probe" not in key):
            return refusal(416, "InvalidRange")
        part = now.body[span]
        first = span.start or 0
        headers["Content-Range"] = f"bytes {first}-{first + len(part) - 1}/{len(now.body)}"
        return web.Response(status=206, body=part, headers=headers)

    def _head_object(self, request: web.Request, key: str, body: bytes) -> web.Response:
        now = self._current(key)
        if now is None or now.body is None:
            return refusal(404, "NoSuchKey")
        return web.Response(headers={**now.headers, "Content-Length": str(len(now.body))})

    def _delete_object(self, request: web.Request, key: str, body: bytes) -> web.Response:
        versions = self.objects.get(key, [])
        if "keeps deleted" in self.flaws:
            return web.Response(status=204)
        if "versionId" in request.query:
            return self._delete_version(request, versions)
        if "no versions" in self.flaws:
            versions.clear()
        elif versions:
            versions.append(Version(str(next(self._numbers)), None))
        return web.Response(status=204)

    def _delete_version(self, request: web.Request, versions: list[Version]) -> web.Response:
        if "forbids deletes" in self.flaws:
            return refusal(403, "AccessDenied")
        bypass = "bypasses" in self.flaws and "x-amz-bypass-governance-retention" in request.headers
        for version in [one for one in versions if one.id == request.query["versionId"]]:
            if version.locked and not bypass and "deletes locked" not in self.flaws:
                return refusal(403, "AccessDenied")
            versions.remove(version)
        return web.Response(status=204)

    def _put_retention(self, request: web.Request, key: str, body: bytes) -> web.Response:
        flaw = "weakens" if b"GOVERNANCE" in body else "shortens" if b"COMPLIANCE" in body else "releases"
        return web.Response() if flaw in self.flaws else refusal(403, "AccessDenied")

    def _post_delete(self, request: web.Request, key: str, body: bytes) -> web.Response:
        assert request.headers["Content-MD5"] == base64.b64encode(hashlib.md5(body).digest()).decode()  # noqa: S324
        if "deletes in batches" not in self.flaws:
            return document("<DeleteResult><Error><Code>AccessDenied</Code></Error></DeleteResult>")
        return document("<DeleteResult><Deleted/></DeleteResult>")

    def _get_retention(self, request: web.Request, key: str, body: bytes) -> web.Response:
        [version] = [one for one in self.objects[key] if one.id == request.query["versionId"]]
        if "forgets locks" in self.flaws or not version.locked:
            return refusal(404, "NoSuchObjectLockConfiguration")
        until = "2026-01-01T00:00:00Z" if "locks for less" in self.flaws else version.until
        return document(f"<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>")

    def _current(self, key: str) -> Version | None:
        versions = self.objects.get(key)
        return versions[-1] if versions else None


_PARTS = ("versioning", "object-lock", "versions", "retention", "delete")


def refusal(status: int, code: str, **headers: str) -> web.Response:
    """An answer as S3 refuses, with the things in it that must never be shown."""
    text = f"<Error><Code>{code}</Code><Message>secret-in-message</Message></Error>"
    return web.Response(status=status, text=text, headers=headers, content_type="application/xml")


def document(text: str) -> web.Response:
    """An XML answer."""
    return web.Response(text=text, content_type="application/xml")


def _entry(kind: str, key: str, version: Version) -> str:
    return (
        f"<{kind}><Key>{key}</Key><VersionId>{version.id}</VersionId><Size>{len(version.body or b'')}</Size>"
        f"<LastModified>2026-11-21T00:00:00.000Z</LastModified></{kind}>"
    )


def _listing(entries: list[str], more: str) -> web.Response:
    truncated = "true" if more else "false"
    return document(f"<R><IsTruncated>{truncated}</IsTruncated>{more}{''.join(entries)}</R>")
