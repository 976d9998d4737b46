# SPDX-License-Identifier: Apache-2.0
"""Write once, read many: the start tries to break the lock in every way, and refuses a server that lets it."""

from collections.abc import AsyncIterator

from appliance.contracts.blobs import BlobError
from appliance.contracts.plugin import PluginError
from appliance.model.time import SECOND
from renkei_blobs_s3 import documents
from renkei_blobs_s3.body import Body
from renkei_blobs_s3.bucket import VERSION, Bucket, Query, checksum_headers, moment
from renkei_blobs_s3.canaries import Canaries, Locked
from renkei_blobs_s3.settings import Settings
from renkei_blobs_s3.wire import Answer, Request
from renkei_blobs_s3.words import Unanswered

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
    canary = await canaries.lock()
    if not canary.version:
        raise _broken("a locked object got no version")
    await _need_right_to_delete(bucket, canaries)
    done = [what async for what in _broken_by(bucket, canary, moment(canary.until - 40 * SECOND))]
    if done:
        raise _broken(f"it was possible to {' and to '.join(done)}")
    await _need_kept(bucket, canaries, canary)


async def _need_right_to_delete(bucket: Bucket, canaries: Canaries) -> None:
    """The key may delete versions that are not locked: else it would be no lock that refuses it the others."""
    key, kept = canaries.fresh()
    answer = await bucket.need(bucket.putting(key, Body(kept), "canary"))
    of_version = (("versionId", answer.headers.get(VERSION, "")),)
    deleted = await bucket.ask(Request("DELETE", key, of_version))
    # A bucket may lock by itself whatever comes without a lock of its own.
    if not deleted.ok and not (await _lock_of(bucket, key, of_version)).ok:
        raise PluginError(
            "`worm` is set, but the key may not delete versions that are not locked either, so nothing shows that "
            "locks hold: allow it DeleteObjectVersion"
        )


async def _broken_by(bucket: Bucket, canary: Locked, sooner: str) -> AsyncIterator[str]:
    """Everything against the lock that was not refused."""
    key, of_version = canary.key, (("versionId", canary.version),)
    retention = (("retention", ""), *of_version)
    shorter, governed = (
        _document(f"<Retention><Mode>{mode}</Mode><RetainUntilDate>{sooner}</RetainUntilDate></Retention>")
        for mode in ("COMPLIANCE", "GOVERNANCE")
    )
    attempts = {
        "delete a locked version": Request("DELETE", key, of_version),
        "delete a locked version by the bypass for governors": Request("DELETE", key, of_version, _BYPASS),
        "shorten the time of a lock": _put(key, retention, shorter),
        "weaken a lock": _put(key, retention, governed, _BYPASS),
        "take a lock away": _put(key, retention, _document("<Retention/>"), _BYPASS),
    }
    for what, attempt in attempts.items():
        if await _was_accepted(bucket, attempt):
            yield what
    if await _could_delete_in_a_batch(bucket, canary):
        yield "delete a locked version in a batch"
    if await _could_suspend(bucket):
        yield "suspend the versions of the bucket"


async def _was_accepted(bucket: Bucket, attempt: Request) -> bool:
    try:
        return (await bucket.ask(attempt)).status not in _REFUSED
    except Unanswered:
        return False  # it fell over; what it did before, if anything, is seen in the end


async def _could_delete_in_a_batch(bucket: Bucket, canary: Locked) -> bool:
    """Whether a list of one was not refused; the answer to a list is 200 also where nothing of it was done."""
    one = f"<Object><Key>{canary.key}</Key><VersionId>{canary.version}</VersionId></Object>"
    body = _document(f"<Delete>{one}</Delete>")
    headers = {**_BYPASS, **checksum_headers(body), "Content-MD5": body.md5}
    answer = await bucket.ask(Request("POST", query=(("delete", ""),), headers=headers, body=body))
    return answer.ok and not documents.code(answer.content)


async def _could_suspend(bucket: Bucket) -> bool:
    """Whether versioning could be ended, whatever was answered; it is begun again at once."""
    accepted = await _was_accepted(bucket, _versioning("Suspended"))
    state = await bucket.need(Request("GET", query=(("versioning", ""),)))
    if not accepted and documents.value(state.content, "Status") == "Enabled":
        return False
    await bucket.need(_versioning("Enabled"))
    return True


async def _need_kept(bucket: Bucket, canaries: Canaries, canary: Locked) -> None:
    """The canary is there, its lock too and for as long as was asked, whatever was tried."""
    try:
        await canaries.read(canary.key, canary.content)
        answer = await _lock_of(bucket, canary.key, (("versionId", canary.version),))
        mode = documents.value(answer.content, "Mode") if answer.ok else ""
        until = documents.value(answer.content, "RetainUntilDate") if answer.ok else ""
        is_short = not until or documents.instant_of(until) < canary.until
    except BlobError as error:
        raise _broken(f"a locked object, or its lock, cannot be read: {error}") from error
    if mode != "COMPLIANCE":
        raise _broken(f"an object that was locked in mode COMPLIANCE has mode {mode or 'none'}")
    if is_short:
        raise _broken(f"an object that was locked until {moment(canary.until)} is locked until {until or 'nowhen'}")


async def _lock_of(bucket: Bucket, key: str, of_version: Query) -> Answer:
    """What the server says of a version's lock; a refusal where there is none."""
    return await bucket.ask(Request("GET", key, (("retention", ""), *of_version)))


def _put(key: str, query: Query, body: Body, headers: dict[str, str] | None = None) -> Request:
    return Request("PUT", key, query, {**checksum_headers(body), **(headers or {})}, body)


def _versioning(state: str) -> Request:
    body = _document(f"<VersioningConfiguration><Status>{state}</Status></VersioningConfiguration>")
    return _put("", (("versioning", ""),), body)


def _document(text: str) -> Body:
    return Body(text.encode("ascii"))


def _broken(what: str) -> PluginError:
    return PluginError(f"`worm` is set, but this server does not keep what it promises: {what}; use another server")
