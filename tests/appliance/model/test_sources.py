# SPDX-License-Identifier: Apache-2.0
"""Sources: an address of IPv4, a subscriber's network of IPv6."""

import pytest

from appliance.model.sources import network_of


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", ""),
        ("many", "many"),
        ("192.0.2.1, 198.51.100.7", "192.0.2.1, 198.51.100.7"),
    ],
)
def test_one_subscriber_is_one_source(address: str, source: str) -> None:
    assert network_of(address) == source
