# SPDX-License-Identifier: Apache-2.0
"""Settings that can reach no clamd, or would show documents to a network, are refused."""

from typing import Any

import pytest
from renkei_scan_clamav.clamd import Place
from renkei_scan_clamav.settings import Settings


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({}, "/run/clamav/clamd.ctl"),
        ({"socket": "/run/other"}, "/run/other"),
        ({"address": "127.0.0.1:3310"}, ("127.0.0.1", 3310)),
        ({"address": "[::1]:3310"}, ("::1", 3310)),
        ({"address": "LocalHost:1", "socket": ""}, ("LocalHost", 1)),
        ({"address": "clamd.example.jp:3310", "allow_plain": True}, ("clamd.example.jp", 3310)),
    ],
)
def test_where_clamd_is(given: dict[str, Any], place: Place) -> None:
    assert Settings(**given).place == place


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"socket": ""}, "`socket`"),
        ({"socket": "clamd.ctl"}, "full path"),
        ({"address": "127.0.0.1"}, "`host:port`"),
        ({"address": "::1:3310"}, "`host:port`"),
        ({"address": "a b:1"}, "`host:port`"),
        ({"address": ":3310"}, "`host:port`"),
        ({"address": "localhost:0"}, "port"),
        ({"address": "localhost:65536"}, "port"),
        ({"address": "10.0.0.5:3310"}, "allow_plain"),
        ({"address": "clamd.example.jp:3310"}, "in the clear"),
        ({"timeout_seconds": 0}, "`timeout_seconds`"),
        ({"timeout_seconds": 111}, "`timeout_seconds`"),
        ({"max_mib": 0}, "`max_mib`"),
        ({"max_mib": 1024}, "`max_mib`"),
        ({"max_signature_age_days": -1}, "`max_signature_age_days`"),
        ({"parallel": 0}, "`parallel`"),
        ({"parallel": 65}, "`parallel`"),
    ],
)
def test_what_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Settings(**given)
