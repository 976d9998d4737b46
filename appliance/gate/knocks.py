# SPDX-License-Identifier: Apache-2.0
"""Hears from the kernel who was turned away at an interface, so that engines are looked at at once.

It reads what the rule with `log group` sends (nfnetlink_log). What comes is a hint and nothing more: without it the
engines are looked at every few seconds all the same.
"""

import ipaddress
import math
import socket
import struct
from collections.abc import Callable

from appliance.contracts.plugin import Clock
from appliance.gate.kernel import Place
from appliance.gate.netlink import ATTRIBUTE, HEADER, MOST_BYTES, Hearing, opened, padded
from appliance.gate.ruleset import KNOCK_BYTES, KNOCK_GROUP

# One place is heard once in so many seconds: whoever goes on knocking is known by then.
AGAIN_SECONDS = 5.0
# An interface is told once in so many: its engine is being looked at, and often for a while.
APART_SECONDS = 0.2
MOST_PLACES = 1024
IPV4_BYTES = 20
_CONFIG, _PACKET = (4 << 8) | 1, 4 << 8
_BIND, _COMMAND, _MODE, _COPY_PACKET = 1, 1, 2, 2
_REQUEST_AND_ACK = 1 | 4
_INTERFACE, _PAYLOAD = 4, 9


class Knocks:
    """heard counts those that were told to the gate."""

    def __init__(self, knocked: Callable[[str], None], clock: Clock) -> None:
        """knocked is told the interface, "" where there were too many to say which."""
        self._knocked = knocked
        self._clock = clock
        self._last: dict[Place, float] = {}
        self._told: dict[str, float] = {}
        self._hearing = Hearing("who knocks", self._dropped, lambda: knocked(""))
        self.heard = 0

    def listen(self) -> bool:
        """Begin to hear; whether the kernel lets us."""
        return self._hearing.listen(lambda: bound_to(KNOCK_GROUP))

    def close(self) -> None:
        """Hear no more."""
        self._hearing.close()

    def _dropped(self, kind: int, attributes: dict[int, bytes]) -> None:
        """A packet was turned away: by the number of the interface, and the source that it claims."""
        if kind == _PACKET:
            interface = int.from_bytes(attributes.get(_INTERFACE, b""), "big")
            self.hear(_name_of(interface), source_of(attributes.get(_PAYLOAD, b"")))

    def hear(self, interface: str, source: str) -> None:
        """Somebody knocked. Who invents sources does not have an engine looked at all the time."""
        now, place = self._clock.monotonic(), Place(interface, source)
        if not interface or now - self._last.get(place, -math.inf) < AGAIN_SECONDS:
            return
        if now - self._told.get(interface, -math.inf) < APART_SECONDS:
            return
        if len(self._last) >= MOST_PLACES:
            self._last.clear()
        self._last[place] = self._told[interface] = now
        self.heard += 1
        self._knocked(interface)


def source_of(packet: bytes) -> str:
    """From where it says to be, "" if it is no IPv4."""
    is_ipv4 = len(packet) >= IPV4_BYTES and packet[0] >> 4 == 4
    return str(ipaddress.IPv4Address(packet[12:16])) if is_ipv4 else ""


def bound_to(group: int) -> socket.socket:
    """A socket to which the kernel sends what rules log to this group. Raises OSError."""
    with opened() as made:
        made.settimeout(1.0)
        _told(made, group, _COMMAND, struct.pack("B", _BIND))
        _told(made, group, _MODE, struct.pack("!IBB", KNOCK_BYTES, _COPY_PACKET, 0))
        return made


def _told(kernel: socket.socket, group: int, kind: int, value: bytes) -> None:
    """One word of configuration, acknowledged."""
    attribute = ATTRIBUTE.pack(ATTRIBUTE.size + len(value), kind) + value
    body = struct.pack("!BBH", socket.AF_UNSPEC, 0, group) + attribute.ljust(padded(len(attribute)), b"\0")
    kernel.send(HEADER.pack(HEADER.size + len(body), _CONFIG, _REQUEST_AND_ACK, 1, 0) + body)
    answer = kernel.recv(MOST_BYTES)
    (code,) = struct.unpack_from("=i", answer, HEADER.size)
    if code:
        raise OSError(-code, "the kernel does not tell what it logs")


def _name_of(interface: int) -> str:
    """Its name, "" where it is gone already."""
    try:
        return socket.if_indextoname(interface)
    except OSError:
        return ""
