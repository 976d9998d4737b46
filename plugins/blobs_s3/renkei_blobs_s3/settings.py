# SPDX-License-Identifier: Apache-2.0
"""The settings of the store, refused where they cannot be right."""

import ipaddress
import re
from dataclasses import dataclass

from yarl import URL

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION = re.compile(r"[A-Za-z0-9-]{1,64}")
# Empty parts and dots would mean another place to whatever tidies paths on the way.
_PREFIX = re.compile(r"(?!.{201})(?:(?!\.\.?/)[A-Za-z0-9._-]+/)*[A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Settings:
    """Where the bucket is, what it promises, and how patient we are.

    endpoint is "https://host[:port]"; http only on this machine, or with allow_plain. path_style puts the bucket
    into the path, else into the host name. authority is a PEM file of the authorities that are believed, "" for
    those of the system. worm locks every blob for retention_days (compliance mode); max_gib is what the bucket may
    hold, as no S3 server tells. access_key, secret_key and session_token are names of credentials.
    """

    endpoint: str = "https://s3.example.jp"
    region: str = "us-east-1"
    bucket: str = "renkei-blobs"
    prefix: str = ""
    path_style: bool = True
    worm: bool = False
    retention_days: int = 2557
    max_gib: int = 1024
    parallel: int = 8
    timeout_seconds: float = 10.0
    attempts: int = 4
    authority: str = ""
    allow_plain: bool = False
    access_key: str = "s3-access.key"
    secret_key: str = "s3-secret.key"  # noqa: S105 - the name of a credential, not the secret
    session_token: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError, which the configuration turns into a message, for what cannot be right."""
        self._need_endpoint()
        _need(_BUCKET.fullmatch(self.bucket), "bucket", "the name of an S3 bucket, 3 to 63 of a-z 0-9 . -")
        _need(_PREFIX.fullmatch(self.prefix), "prefix", 'at most 200 of A-Z a-z 0-9 . _ -, as "fund/blobs/"')
        _need(_REGION.fullmatch(self.region), "region", 'a word as "us-east-1"')
        _need(1 <= self.retention_days <= 36_500, "retention_days", "from 1 to 36500")
        _need(1 <= self.max_gib <= 1 << 30, "max_gib", "at least 1")
        _need(1 <= self.parallel <= 64, "parallel", "from 1 to 64")
        _need(0.01 <= self.timeout_seconds <= 20, "timeout_seconds", "from 0.01 to 20")
        _need(1 <= self.attempts <= 10, "attempts", "from 1 to 10")
        _need(self.access_key and self.secret_key, "access_key", "and `secret_key` the names of two credentials")

    @property
    def host(self) -> str:
        """The host that is spoken to, with the port where the endpoint names one that is not usual."""
        url = URL(self.endpoint)
        name = url.host_subcomponent or ""
        name = name if self.path_style else f"{self.bucket}.{name}"
        return name if url.is_default_port() else f"{name}:{url.port}"

    @property
    def scheme(self) -> str:
        """http or https."""
        return URL(self.endpoint).scheme

    def path(self, key: str) -> str:
        """The path of an object, or with "" of the bucket."""
        return f"/{self.bucket}/{key}" if self.path_style else f"/{key}"

    def _need_endpoint(self) -> None:
        wanted = 'an address such as "https://s3.example.jp:9000"'
        try:
            url = URL(self.endpoint)
            plain = url.path == "/" and not (url.query_string or url.fragment or url.user or url.password)
            _need(url.scheme in ("http", "https") and url.host and url.port and plain, "endpoint", wanted)
        except (ValueError, TypeError) as error:
            raise ValueError(f"`endpoint` must be {wanted}") from error
        safe = url.scheme == "https" or self.allow_plain or _is_here(url.host or "")
        _need(safe, "endpoint", "https; or set `allow_plain` if nobody else can listen on that network")


def _is_here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _need(right: object, key: str, wanted: str) -> None:
    if not right:
        raise ValueError(f"`{key}` must be {wanted}")
