# SPDX-License-Identifier: Apache-2.0
"""Who counts as one source, where a limit is kept for each."""

import ipaddress

SUBSCRIBER_BITS = 64


def network_of(address: str) -> str:
    """The source that an address belongs to: itself, but in IPv6 the /64 network that one subscriber has.

    What is no address is a source of its own.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), SUBSCRIBER_BITS), strict=False))
