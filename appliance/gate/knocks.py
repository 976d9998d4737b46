# SPDX-License-Identifier: Apache-2.0
"""Hears from the kernel who was turned away at an interface, so that engines are looked at at once.

It reads what the rule with `log group` sends (nfnetlink_log). What comes is a hint and nothing more: without it the
engines are looked at every few seconds all the same.
"""

import asyncio
import errno
import ipaddress
import logging
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from appliance.contracts.plugin import Clock
from appliance.gate.kernel import Place
from appliance.gate.ruleset import KNOCK_BYTES, KNOCK_GROUP

NETLINK_NETFILTER = 12
# One place is heard once in so many seconds: whoever goes on knocking is known by then.
AGAIN_SECONDS = 5.0
MOST_PLACES = 1024
MOST_BYTES = 65_536
_CONFIG, _PACKET = (4 << 8) | 1, 4 << 8
_BIND, _COMMAND, _MODE, _COPY_PACKET = 1, 1, 2, 2
_REQUEST_AND_ACK = 1 | 4
_INTERFACE, _PAYLOAD = 4, 9
_HEADER = struct.Struct("=IHHII")
_ATTRIBUTE = struct.Struct("=HH")
_FAMILY_HEADER = 4
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A packet that was turned away: the number of the interface, and the source it claims, "" if no IPv4."""

    interface: int
    source: str


class Knocks:
    """heard counts those that were told to the gate."""

    def __init__(self, knocked: Callable[[str], None], clock: Clock) -> None:
        """knocked is told the interface."""
        self._knocked = knocked
        self._clock = clock
        self._last: dict[Place, float] = {}
        self._socket: socket.socket | None = None
        self.heard = 0

    def listen(self) -> bool:
        """Begin to hear; whether the kernel lets us."""
        try:
            self._socket = bound_to(KNOCK_GROUP)
        except OSError as error:
            _log.warning("who knocks is not heard, engines are looked at less promptly: %s", error)
            return False
        asyncio.get_running_loop().add_reader(self._socket, self._read)
        return True

    def close(self) -> None:
        """Hear no more."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _read(self) -> None:
        assert self._socket is not None
        try:
            received = self._socket.recv(MOST_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            # ENOBUFS: more knocks than could be kept, which is a knock by itself.
            if error.errno != errno.ENOBUFS:
                _log.warning("who knocks is not heard any more: %s", error)
                self.close()
                return
            received = b""
            self._knocked("")
        for dropped in dropped_in(received):
            self.hear(_name_of(dropped.interface), dropped.source)

    def hear(self, interface: str, source: str) -> None:
        """Somebody knocked."""
        now, place = self._clock.monotonic(), Place(interface, source)
        if not interface or now - self._last.get(place, now - AGAIN_SECONDS) < AGAIN_SECONDS:
            return
        if len(self._last) >= MOST_PLACES:
            self._last.clear()
        self._last[place] = now
        self.heard += 1
        self._knocked(interface)


def bound_to(group: int) -> socket.socket:
    """A socket to which the kernel sends what rules log to this group. Raises OSError."""
    made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETLINK_NETFILTER)
    try:
        made.bind((0, 0))
        made.settimeout(1.0)
        _told(made, group, _COMMAND, struct.pack("B", _BIND))
        _told(made, group, _MODE, struct.pack("!IBB", KNOCK_BYTES, _COPY_PACKET, 0))
        made.setblocking(False)
    except OSError:
        made.close()
        raise
    return made


def _told(kernel: socket.socket, group: int, kind: int, value: bytes) -> None:
    """One word of configuration, acknowledged."""
    attribute = _padded(_ATTRIBUTE.pack(_ATTRIBUTE.size + len(value), kind) + value)
    body = struct.pack("!BBH", socket.AF_UNSPEC, 0, group) + attribute
    kernel.send(_HEADER.pack(_HEADER.size + len(body), _CONFIG, _REQUEST_AND_ACK, 1, 0) + body)
    answer = kernel.recv(MOST_BYTES)
    (code,) = struct.unpack_from("=i", answer, _HEADER.size)
    if code:
        raise OSError(-code, "the kernel does not tell what it logs")


def dropped_in(received: bytes) -> Iterator[Dropped]:
    """The packets that one message of the kernel speaks of; what is no such thing is passed over."""
    place = 0
    while place + _HEADER.size <= len(received):
        length, kind, *_ = _HEADER.unpack_from(received, place)
        if length < _HEADER.size:
            return
        if kind == _PACKET:
            yield _dropped(received[place + _HEADER.size + _FAMILY_HEADER : place + length])
        place += (length + 3) & ~3


def _dropped(attributes: bytes) -> Dropped:
    found = dict(_attributes(attributes))
    interface = found.get(_INTERFACE, b"")
    packet = found.get(_PAYLOAD, b"")
    is_ipv4 = len(packet) >= 20 and packet[0] >> 4 == 4
    source = str(ipaddress.IPv4Address(packet[12:16])) if is_ipv4 else ""
    return Dropped(int.from_bytes(interface, "big"), source)


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + _ATTRIBUTE.size <= len(content):
        length, kind = _ATTRIBUTE.unpack_from(content, place)
        if length < _ATTRIBUTE.size:
            return
        yield kind, content[place + _ATTRIBUTE.size : place + length]
        place += (length + 3) & ~3


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 4)


def _name_of(interface: int) -> str:
    """Its name, "" where it is gone already."""
    try:
        return socket.if_indextoname(interface)
    except OSError:
        return ""
