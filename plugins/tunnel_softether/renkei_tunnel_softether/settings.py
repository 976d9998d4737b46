# SPDX-License-Identifier: Apache-2.0
"""The plugin's table in the configuration."""

import ipaddress
import re
from dataclasses import dataclass

_HUB = re.compile(r"[A-Z][A-Z0-9]{0,30}")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
# Below the ten seconds that the host gives one call, some of which ask the server more than once.
LONGEST_TIMEOUT = 8.0
TOP_PORT = 65_535
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Settings:
    """Where the server is, and the network behind it.

    dial is the name or address that PCs connect to, listen the server's own public address on this host: it has
    port 443 of it alone (R17), and portal, an address inside the tunnels, keeps its own. ports are the portal's.
    network is that of the tunnels, with server as the address of the server itself, and first to last for PCs. A
    PC keeps its address for longer than a session lasts, so there have to be as many as PCs that connect within
    two hours, not at once. minutes is what the server asks of clients by itself, a courtesy; 0 is nothing.
    certificate is a PEM file with the server's own; password is the name of a credential. api is "host:port" of
    its API, "" for that of listen; folder is where the server keeps its configuration.
    """

    dial: str = "vpn.example.jp"
    listen: str = "192.0.2.1"
    port: int = 443
    hub: str = "RENKEI"
    portal: str = "10.0.0.10"
    ports: tuple[int, ...] = (443,)
    network: str = "10.0.0.0/18"
    server: str = "10.0.0.1"
    first: str = "10.0.1.0"
    last: str = "10.0.63.250"
    minutes: int = 90
    certificate: str = "/etc/renkei/certificates/softether.pem"
    password: str = "softether.password"  # noqa: S105 - the name of a credential, not the secret
    timeout_seconds: float = 4.0
    api: str = ""
    folder: str = "/var/lib/softether"

    def __post_init__(self) -> None:
        """Raise ValueError, which the configuration turns into a message, for what cannot be right."""
        _need(_HOST.fullmatch(self.dial), "dial", "the name or address that PCs connect to")
        _need(_is_address(self.listen) and not self._is_any(), "listen", "an IPv4 address of this host")
        _need(self.listen != self.portal, "listen", "another address than `portal`, which has its own port 443")
        _need(1 <= self.port <= TOP_PORT, "port", "from 1 to 65535")
        _need(_HUB.fullmatch(self.hub) and self.hub != "DEFAULT", "hub", "a word of A-Z and 0-9, not DEFAULT")
        _need(self.ports and all(1 <= port <= TOP_PORT for port in self.ports), "ports", "at least one port")
        _need(0 <= self.minutes <= DAY_MINUTES, "minutes", "from 0 to 1440")
        _need(self.password, "password", "the name of a credential")
        _need(0.1 <= self.timeout_seconds <= LONGEST_TIMEOUT, "timeout_seconds", f"0.1 to {LONGEST_TIMEOUT:g}")
        _need(not self.api or _is_place(self.api), "api", '"host:port", or ""')
        self._need_network()

    def _is_any(self) -> bool:
        """Every address of the host would be the portal's as well."""
        return ipaddress.IPv4Address(self.listen).is_unspecified

    def _need_network(self) -> None:
        try:
            inside = ipaddress.IPv4Network(self.network)
        except ValueError as error:
            raise ValueError(f"`network` must be a network such as 10.0.0.0/24: {error}") from error
        _need(inside.is_private and 16 <= inside.prefixlen <= 28, "network", "private, and from /16 to /28")
        for key in ("portal", "server", "first", "last"):
            address = getattr(self, key)
            _need(_is_address(address) and ipaddress.IPv4Address(address) in inside, key, "an address of `network`")
        span = range(int(ipaddress.IPv4Address(self.first)), int(ipaddress.IPv4Address(self.last)) + 1)
        _need(span, "last", "not before `first`")
        ours = {int(ipaddress.IPv4Address(address)) for address in (self.portal, self.server)}
        _need(len(ours) == 2 and not ours & set(span), "first", "to `last` without `portal` and `server`")

    @property
    def lease_seconds(self) -> int:
        """For how long a PC has its address: longer than a session, for some clients never ask again."""
        return (self.minutes or DAY_MINUTES) * 60 + 600

    @property
    def mask(self) -> str:
        """The mask of the network."""
        return str(ipaddress.IPv4Network(self.network).netmask)

    @property
    def portal_with_length(self) -> str:
        """The portal's address as its interface has it."""
        return f"{self.portal}/{ipaddress.IPv4Network(self.network).prefixlen}"

    @property
    def url(self) -> str:
        """Where the API is."""
        return f"https://{self.api or f'{self.listen}:{self.port}'}/api/"


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def _is_place(text: str) -> bool:
    host, _, port = text.rpartition(":")
    return bool(_HOST.fullmatch(host)) and port.isascii() and port.isdigit() and 1 <= int(port) <= TOP_PORT


def _need(right: object, key: str, wanted: str) -> None:
    if not right:
        raise ValueError(f"`{key}` must be {wanted}")
