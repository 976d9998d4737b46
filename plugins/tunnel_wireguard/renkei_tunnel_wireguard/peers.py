# SPDX-License-Identifier: Apache-2.0
"""Seats as WireGuard has them: peers with the one address that is theirs, and why some seats are none."""

import base64
import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from appliance.contracts.tunnel import TunnelSeat

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Peer:
    """A public key, and the one address from which its packets are taken; everything else it sends is dropped."""

    key: str
    address: str

    @property
    def allowed(self) -> str:
        """As `wg` says it."""
        return f"{self.address}/32"


@dataclass(slots=True)
class Peers:
    """Those who may connect, by the names of their seats. own is our public key, portal our address inside.

    left_out are seats that WireGuard could not tell from others, or would not take, with the reason.
    """

    own: str
    portal: str
    seats: dict[str, Peer] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _addresses: dict[str, str] = field(default_factory=dict)

    def add(self, seat: TunnelSeat) -> Peer | None:
        """Let a seat be a peer, in place of what it was; None where it cannot be, or has no key of WireGuard's."""
        self.remove(seat.name)
        if not seat.wireguard_key:
            return None
        if why := self._against(seat):
            self.left_out[seat.name] = why
            return None
        peer = Peer(seat.wireguard_key, seat.address)
        self.seats[seat.name] = peer
        self._names[peer.key], self._addresses[peer.address] = seat.name, seat.name
        return peer

    def remove(self, seat: str) -> Peer | None:
        """Let it be none any more; what it was."""
        self.left_out.pop(seat, None)
        peer = self.seats.pop(seat, None)
        if peer is not None:
            del self._names[peer.key], self._addresses[peer.address]
        return peer

    def seat_of(self, key: str) -> str:
        """Whose key this is, "" if nobody's."""
        return self._names.get(key, "")

    def _against(self, seat: TunnelSeat) -> str:
        """Why a seat cannot be a peer: whoever comes first keeps a key, or it would take another PC's place."""
        if not is_key(seat.wireguard_key):
            return "its key is none"
        if seat.wireguard_key == self.own:
            return "its key is ours"
        if seat.wireguard_key in self._names:
            return f"its key is that of {self._names[seat.wireguard_key]}"
        if not is_address(seat.address) or seat.address == self.portal:
            return f"its address is {seat.address!r}"
        if seat.address in self._addresses:
            return f"its address is that of {self._addresses[seat.address]}"
        return ""


def chosen(seats: Iterable[TunnelSeat], own: str, portal: str) -> Peers:
    """Who may connect of these."""
    peers = Peers(own, portal)
    for seat in seats:
        peers.add(seat)
    return peers


def configuration(private: str, port: int, peers: Iterable[Peer]) -> str:
    """What `wg syncconf` reads: these peers, and no others."""
    lines = ["[Interface]", f"PrivateKey = {private}", f"ListenPort = {port}"]
    for peer in peers:
        lines += ["[Peer]", f"PublicKey = {peer.key}", f"AllowedIPs = {peer.allowed}"]
    return "\n".join(lines) + "\n"


def networks(addresses: Iterable[str]) -> list[str]:
    """Where these are, in steps of /24, as no smaller network is taken by `[tunnels] addresses`."""
    found = {ipaddress.IPv4Network(f"{address}/24", strict=False) for address in addresses}
    return [str(network) for network in sorted(found)]


def missing(peers: Mapping[str, Peer], there: Mapping[str, Sequence[str]]) -> list[str]:
    """The seats whose peer is not there as it should be; there are the allowed addresses of each key."""
    return [name for name, peer in peers.items() if list(there.get(peer.key, ())) != [peer.allowed]]


def is_key(text: str) -> bool:
    """Whether `wg` takes it: 32 bytes in base64, written as everybody would; zeros are what it calls no key."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return len(raw) == KEY_BYTES and any(raw) and base64.b64encode(raw).decode() == text


def is_address(text: str) -> bool:
    """Whether it is one of a PC."""
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return address.is_private and not (address.is_loopback or address.is_unspecified or address.is_link_local)
