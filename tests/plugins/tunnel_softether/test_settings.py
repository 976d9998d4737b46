# SPDX-License-Identifier: Apache-2.0
"""Settings that cannot be right are refused with their key."""

import ipaddress
from dataclasses import replace
from typing import Any

import pytest
from renkei_tunnel_softether.settings import Settings

from appliance.contracts.tunnel import MOST_SEATS

WRONG: list[tuple[str, Any]] = [
    ("dial", ""),
    ("dial", "vpn example"),
    ("listen", "vpn.example.jp"),
    ("listen", "0.0.0.0"),  # noqa: S104 - what is refused
    ("listen", "10.0.0.10"),
    ("port", 0),
    ("port", 65_536),
    ("hub", "DEFAULT"),
    ("hub", "renkei hub"),
    ("ports", ()),
    ("ports", (443, 0)),
    ("minutes", -1),
    ("minutes", 1441),
    ("password", ""),
    ("timeout_seconds", 0.0),
    ("timeout_seconds", 9.0),
    ("api", "localhost"),
    ("api", "localhost:0"),
    ("network", "10.0.0.0"),
    ("network", "10.0.0.7/24"),
    ("network", "192.0.2.0/15"),
    ("portal", "10.0.64.10"),
    ("server", "10.0.0.10"),
    ("first", "10.0.63.251"),
    ("last", "10.0.64.1"),
    ("first", "10.0.0.1"),
    ("server", "10.0.1.120"),
]


@pytest.mark.parametrize(("key", "value"), WRONG)
def test_what_cannot_be_right_is_refused(key: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"`[a-z_]+` must be"):
        replace(Settings(), **{key: value})


def test_the_api_is_where_the_server_listens() -> None:
    assert replace(Settings(), listen="198.51.100.7", port=8443).url == "https://198.51.100.7:8443/api/"
    assert replace(Settings(), api="localhost:5555").url == "https://localhost:5555/api/"


def test_the_network_says_mask_and_length() -> None:
    assert (Settings().mask, Settings().portal_with_length) == ("255.255.192.0", "10.0.0.10/18")
    small = replace(Settings(), network="10.0.0.0/24", first="10.0.0.100", last="10.0.0.250")
    assert (small.mask, small.portal_with_length) == ("255.255.255.0", "10.0.0.10/24")


def test_there_are_as_many_addresses_as_seats() -> None:
    first, last = (ipaddress.IPv4Address(one) for one in (Settings().first, Settings().last))
    assert int(last) - int(first) >= MOST_SEATS


def test_an_address_outlasts_a_session() -> None:
    assert replace(Settings(), minutes=90).lease_seconds == 6000
    assert replace(Settings(), minutes=0).lease_seconds > 86_400
