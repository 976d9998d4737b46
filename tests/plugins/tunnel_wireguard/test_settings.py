# SPDX-License-Identifier: Apache-2.0
"""What cannot be right stops the start, with the key that is wrong."""

from typing import Any

import pytest
from renkei_tunnel_wireguard.settings import Settings


def test_what_is_written_by_init_is_enough() -> None:
    made = Settings(dial="203.0.113.9", portal="10.0.0.10")
    assert (made.port, made.key) == (51_820, "wireguard.key")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("dial", ""),
        ("dial", "vpn example"),
        ("dial", "-vpn"),
        ("dial", "vpn:51820"),
        ("port", 0),
        ("port", 65_536),
        ("portal", ""),
        ("portal", "portal"),
        ("portal", "203.0.113.9/24"),
        ("portal", "8.8.8.8"),
        ("portal", "127.0.0.12"),
        ("portal", "0.0.0.0"),  # noqa: S104 - a wrong one
        ("portal", "fd00::1"),
        ("key", ""),
    ],
)
def test_what_cannot_be_right_is_named(key: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"`{key}` must be"):
        Settings(**{key: value})
