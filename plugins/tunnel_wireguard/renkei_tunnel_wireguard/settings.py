# SPDX-License-Identifier: Apache-2.0
"""The plugin's table in the configuration."""

import ipaddress
import re
from dataclasses import dataclass

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
TOP_PORT = 65_535


@dataclass(frozen=True)
class Settings:
    """Where PCs connect, and what is inside.

    dial is the name or address that PCs connect to, port the UDP port of this host. portal is the portal's address
    inside the tunnels, which the interface has. key is the name of the credential with the private key. The
    addresses of PCs are those of `[tunnels] addresses`.
    """

    dial: str = "vpn.example.jp"
    port: int = 51_820
    portal: str = "10.0.0.10"
    key: str = "wireguard.key"

    def __post_init__(self) -> None:
        """Raise ValueError, which the configuration turns into a message, for what cannot be right."""
        _need(_HOST.fullmatch(self.dial), "dial", "the name or address that PCs connect to")
        _need(1 <= self.port <= TOP_PORT, "port", "from 1 to 65535")
        _need(_is_inside(self.portal), "portal", "a private IPv4 address, as in [gate]")
        _need(self.key, "key", "the name of a credential")


def _is_inside(text: str) -> bool:
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return address.is_private and not (address.is_loopback or address.is_unspecified)


def _need(right: object, key: str, wanted: str) -> None:
    if not right:
        raise ValueError(f"`{key}` must be {wanted}")
