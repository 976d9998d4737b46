# SPDX-License-Identifier: Apache-2.0
"""What S3's refusals mean, and what to do about them."""

from appliance.contracts.blobs import BlobError, BlobStoreFull

FULL = frozenset(
    {"QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "StorageFull", "ServiceQuotaExceeded"}
)
PASSING = frozenset({408, 429, 500, 502, 503, 504})
PASSING_CODES = frozenset(
    {
        "RequestTimeout",
        "SlowDown",
        "ConditionalRequestConflict",
        "OperationAborted",
        "InternalError",
        "ServiceUnavailable",
    }
    | {"BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch", "InvalidDigest", "IncompleteBody"}
)
_MEANING = {
    "NoSuchBucket": "there is no such bucket: make it, or set `bucket`",
    "AccessDenied": "the key may not do this: allow it, or name another key in `access_key`",
    "InvalidAccessKeyId": "the server does not know this key: renew the credential that `access_key` names",
    "SignatureDoesNotMatch": "the secret key is wrong: renew the credential that `secret_key` names",
    "ExpiredToken": "the session has expired: renew the credentials",
    "InvalidToken": "the session token is wrong: renew the credential that `session_token` names",
    "RequestTimeTooSkewed": "the server does not accept our time, although it told its own",
    "PermanentRedirect": "the bucket is elsewhere: set `endpoint` and `region`",
    "TemporaryRedirect": "the bucket is elsewhere: set `endpoint` and `region`",
    "AuthorizationHeaderMalformed": "the bucket is in another region: set `region`",
}
_OF_STATUS = {
    301: _MEANING["PermanentRedirect"],
    307: _MEANING["TemporaryRedirect"],
    401: _MEANING["AccessDenied"],
    403: _MEANING["AccessDenied"],
    404: "there is no such bucket or object: look at `bucket` and `endpoint`",
}


class Unanswered(BlobError):
    """No attempt was answered for good; whether the server did what was asked is unknown."""


def is_full(status: int, code: str) -> bool:
    """Whether an answer says that there is no room."""
    return status == 507 or code in FULL


def may_pass(status: int, code: str) -> bool:
    """Whether the same request may be answered better in a moment."""
    return not is_full(status, code) and (status in PASSING or code in PASSING_CODES)


def refusal(what: str, status: int, code: str) -> BlobError:
    """The error for a refused request; what is the blob or the place that it was about."""
    if is_full(status, code):
        return BlobStoreFull(f"no room for {what}: S3 answered {code or status}")
    meaning = _MEANING.get(code) or _OF_STATUS.get(status)
    said = f"S3 answered {status} {code}".strip()
    return BlobError(f"{what}: {said}" + (f"; {meaning}" if meaning else ""))
