# SPDX-License-Identifier: Apache-2.0
"""Refusals in plain words."""

import pytest
from renkei_blobs_s3.words import is_full, may_pass, refusal

from appliance.contracts.blobs import BlobError, BlobStoreFull


@pytest.mark.parametrize(("status", "code"), [(507, ""), (403, "QuotaExceeded"), (503, "XMinioStorageFull")])
def test_full_is_full_and_does_not_pass(status: int, code: str) -> None:
    assert is_full(status, code) and not may_pass(status, code)
    assert isinstance(refusal("blob x", status, code), BlobStoreFull)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (503, "SlowDown"),
        (500, ""),
        (429, ""),
        (400, "RequestTimeout"),
        (400, "BadDigest"),
        (409, "OperationAborted"),
    ],
)
def test_what_may_pass(status: int, code: str) -> None:
    assert may_pass(status, code)


@pytest.mark.parametrize(
    ("status", "code"), [(200, ""), (403, "AccessDenied"), (404, "NoSuchKey"), (412, ""), (501, "")]
)
def test_what_stays_as_it_is(status: int, code: str) -> None:
    assert not may_pass(status, code)


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (
            403,
            "AccessDenied",
            "blob x: S3 answered 403 AccessDenied; the key may not do this: allow it, or name another",
        ),
        (403, "", "blob x: S3 answered 403; the key may not do this"),
        (400, "ExpiredToken", "the session has expired: renew the credentials"),
        (301, "PermanentRedirect", "set `endpoint` and `region`"),
        (418, "Teapot", "blob x: S3 answered 418 Teapot"),
    ],
)
def test_what_is_said(status: int, code: str, said: str) -> None:
    error = refusal("blob x", status, code)
    assert said in str(error)
    assert type(error) is BlobError
