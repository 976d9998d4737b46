# SPDX-License-Identifier: Apache-2.0
"""AWS Signature Version 4 for S3: headers that prove who asks for what, and when (AWS, "Signature calculations for
the Authorization header", one chunk).

Everything in a request that is ours is signed: each header given here, the whole query, the SHA-256 of the body.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from appliance.model.time import Instant

ALGORITHM = "AWS4-HMAC-SHA256"
Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Keys:
    """Who signs; the secret and the token are never shown."""

    access: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)


def target(path: str, query: Query) -> str:
    """Path and query as they are signed, and as they must be sent."""
    text = quote(path, safe="/-._~")
    return f"{text}?{_canonical(query)}" if query else text


def signed(
    method: str,
    path: str,
    query: Query,
    headers: Mapping[str, str],
    body_sha256: str,
    *,
    keys: Keys,
    region: str,
    at: Instant,
) -> dict[str, str]:
    """The headers to send: those given, of which `host` must be one, with date, body hash, token and signature."""
    stamp = dt.datetime.fromtimestamp(at / 1000, dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    token = {"x-amz-security-token": keys.token} if keys.token else {}
    sent = {**headers, "x-amz-date": stamp, "x-amz-content-sha256": body_sha256, **token}
    lower = {name.lower(): " ".join(value.split()) for name, value in sorted(sent.items())}
    names = ";".join(sorted(lower))
    lines = "".join(f"{name}:{lower[name]}\n" for name in sorted(lower))
    asked = "\n".join((method, quote(path, safe="/-._~"), _canonical(query), lines, names, body_sha256))
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    text = "\n".join((ALGORITHM, stamp, scope, hashlib.sha256(asked.encode()).hexdigest()))
    signature = _hmac(_day_key(keys.secret, stamp[:8], region), text).hex()
    sent["Authorization"] = (
        f"{ALGORITHM} Credential={keys.access}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return sent


def _canonical(query: Query) -> str:
    encoded = sorted((quote(name, safe="-._~"), quote(value, safe="-._~")) for name, value in query)
    return "&".join(f"{name}={value}" for name, value in encoded)


def _day_key(secret: str, day: str, region: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
