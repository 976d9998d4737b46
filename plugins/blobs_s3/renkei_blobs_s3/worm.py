# SPDX-License-Identifier: Apache-2.0
"""Write once, read many: the start tries to break the lock in every way, and refuses a server that lets it."""

from collections.abc import AsyncIterator

from appliance.contracts.blobs import BlobError
from appliance.contracts.plugin import PluginError
from appliance.model.time import SECOND
from renkei_blobs_s3 import documents
from renkei_blobs_s3.body import Body
from renkei_blobs_s3.bucket import Bucket, checksum_headers, moment
from renkei_blobs_s3.canaries import Canaries
from renkei_blobs_s3.settings import Settings
from renkei_blobs_s3.wire import Request

_BYPASS = {"x-amz-bypass-governance-retention": "true"}
_REFUSED = range(400, 500)
_FORBIDDEN = frozenset({401, 403})


async def need_lock(settings: Settings, bucket: Bucket, versioning: str) -> None:
    """Raise PluginError unless the bucket has versions and Object Lock."""
    answer = await bucket.ask(Request("GET", query=(("object-lock", ""),)))
    if answer.status in _FORBIDDEN:
        raise PluginError(
            f"`worm` is set, but the key may not look whether bucket {settings.bucket} has Object Lock: allow it "
            "GetBucketObjectLockConfiguration, GetObjectRetention and PutObjectRetention"
        )
    state = documents.value(answer.content, "ObjectLockEnabled") if answer.ok else ""
    if (versioning, state) != ("Enabled", "Enabled"):
        raise PluginError(
            f"`worm` is set, but bucket {settings.bucket} has versioning {versioning or 'off'} and Object Lock "
            f"{state or 'off'}: make a bucket with Object Lock, which cannot be added everywhere later"
        )


async def need_locked_for_good(bucket: Bucket, canaries: Canaries) -> None:
    """Lock a canary for a minute and try everything against it. Raises PluginError naming what was possible."""
    sooner = moment(canaries.now() + 20 * SECOND)
    key, kept, version = await canaries.lock()
    if not version:
        raise _broken("a locked object got no version")
    done = [what async for what in _broken_by(bucket, key, version, sooner)]
    if done:
        raise _broken(f"it was possible to {' and to '.join(done)}")
    await _need_kept(bucket, canaries, key, kept, version)


async def _broken_by(bucket: Bucket, key: str, version: str, sooner: str) -> AsyncIterator[str]:
    """Everything against the lock that was not refused."""
    of_version = (("versionId", version),)
    shorter = _document(
        f"<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>{sooner}</RetainUntilDate></Retention>"
    )
    governed = _document(
        f"<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>{sooner}</RetainUntilDate></Retention>"
    )
    retention = (("retention", ""), *of_version)
    attempts = {
        "delete a locked version": Request("DELETE", key, of_version),
        "delete a locked version by the bypass for governors": Request("DELETE", key, of_version, _BYPASS),
        "shorten the time of a lock": _put(key, retention, shorter),
        "weaken a lock": _put(key, retention, governed, _BYPASS),
    }
    for what, attempt in attempts.items():
        if (await bucket.ask(attempt)).status not in _REFUSED:
            yield what
    if await _could_suspend(bucket):
        yield "suspend the versions of the bucket"


async def _could_suspend(bucket: Bucket) -> bool:
    """Whether versioning could be ended; it is begun again at once."""
    if (await bucket.ask(_versioning("Suspended"))).status in _REFUSED:
        return False
    await bucket.need(_versioning("Enabled"))
    return True


async def _need_kept(bucket: Bucket, canaries: Canaries, key: str, kept: bytes, version: str) -> None:
    """The canary is there, its lock too, whatever was tried."""
    try:
        await canaries.read(key, kept)
        lock = await bucket.need(Request("GET", key, (("retention", ""), ("versionId", version))))
        mode = documents.value(lock.content, "Mode")
    except BlobError as error:
        raise _broken(f"a locked object, or its lock, cannot be read: {error}") from error
    if mode != "COMPLIANCE":
        raise _broken(f"an object that was locked in mode COMPLIANCE has mode {mode or 'none'}")


def _put(
    key: str, query: tuple[tuple[str, str], ...], body: Body, headers: dict[str, str] | None = None
) -> Request:
    return Request("PUT", key, query, {**checksum_headers(body), **(headers or {})}, body)


def _versioning(state: str) -> Request:
    body = _document(f"<VersioningConfiguration><Status>{state}</Status></VersioningConfiguration>")
    return _put("", (("versioning", ""),), body)


def _document(text: str) -> Body:
    return Body(text.encode("ascii"))


def _broken(what: str) -> PluginError:
    return PluginError(f"`worm` is set, but this server does not keep what it promises: {what}; use another server")
