# SPDX-License-Identifier: Apache-2.0
"""Settings that cannot be right are refused by their key."""

from typing import Any

import pytest
from renkei_blobs_s3 import Settings

from appliance.config.decode import ConfigError, Where, decode


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("endpoint", "s3.example.jp"),
        ("endpoint", "ftp://s3.example.jp"),
        ("endpoint", "https://"),
        ("endpoint", "https://s3.example.jp/path"),
        ("endpoint", "https://s3.example.jp?x=1"),
        ("endpoint", "https://name:secret@s3.example.jp"),
        ("endpoint", "https://s3.example.jp:port"),
        ("endpoint", "http://s3.example.jp"),
        ("endpoint", "http://192.0.2.1"),
        ("bucket", "No"),
        ("bucket", "a/b"),
        ("prefix", "/x"),
        ("prefix", "あ"),
        ("prefix", "x" * 201),
        ("prefix", "a//b"),
        ("prefix", "../other/"),
        ("prefix", "a/../../other/"),
        ("prefix", "a/./b"),
        ("region", ""),
        ("region", "a\nb"),
        ("region", "us east"),
        ("region", "a/s3/aws4_request"),
        ("retention_days", 0),
        ("max_gib", 0),
        ("parallel", 0),
        ("parallel", 65),
        ("timeout_seconds", 0),
        ("timeout_seconds", 30),
        ("attempts", 0),
        ("access_key", ""),
    ],
)
def test_nonsense_is_refused(key: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=rf"config.toml: \[plugins.blobs_s3\]: `{key}` must be"):
        decode({key: value}, Settings, Where("config.toml", "plugins.blobs_s3"))


@pytest.mark.parametrize("prefix", ["", "a", "a/", "a/b-c/.d_e..f", "x" * 200])
def test_places_in_a_bucket(prefix: str) -> None:
    assert Settings(prefix=prefix).path(f"{prefix}k") == f"/renkei-blobs/{prefix}k"


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]:9000", "localhost:8333"])
def test_plain_http_is_for_this_machine(host: str) -> None:
    assert Settings(endpoint=f"http://{host}").host == host


def test_plain_http_elsewhere_must_be_allowed() -> None:
    assert Settings(endpoint="http://s3.example.jp", allow_plain=True).scheme == "http"


@pytest.mark.parametrize(
    ("path_style", "host", "path"),
    [(True, "s3.example.jp:9000", "/blobs/x/k"), (False, "blobs.s3.example.jp:9000", "/x/k")],
)
def test_where_the_bucket_stands(path_style: bool, host: str, path: str) -> None:
    settings = Settings(endpoint="https://s3.example.jp:9000/", bucket="blobs", path_style=path_style)
    assert (settings.host, settings.path("x/k")) == (host, path)


def test_a_usual_port_is_not_named() -> None:
    assert Settings(endpoint="https://s3.example.jp:443").host == "s3.example.jp"
