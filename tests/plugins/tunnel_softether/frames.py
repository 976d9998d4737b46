# SPDX-License-Identifier: Apache-2.0
"""Frames as a PC sends them whose owner writes his own."""

import socket
import struct
from contextlib import suppress
from itertools import count

from tests.servers.netns import Machine

TO_ALL = b"\xff" * 6
IPV4, ARP = 0x0800, 0x0806
UDP, TCP = 17, 6
ASKS, DISCOVER, REQUEST = 1, 1, 3
COOKIE = bytes.fromhex("63825363")
_numbers = count(1)


def hardware(text: str) -> bytes:
    """As it stands in a frame."""
    return bytes.fromhex(text.replace(":", "").strip())


def frame(to: bytes, source: bytes, kind: int, inside: bytes) -> bytes:
    """Of Ethernet."""
    return (to + source + struct.pack("!H", kind) + inside).ljust(60, b"\0")


def ipv4(source: str, to: str, protocol: int, inside: bytes) -> bytes:
    """A packet."""
    places = socket.inet_aton(source) + socket.inet_aton(to)
    head = struct.pack("!BBHHHBB", 0x45, 0, 20 + len(inside), next(_numbers), 0, 64, protocol)
    return head + struct.pack("!H", _sum(head + places)) + places + inside


def udp(source: int, to: int, inside: bytes = b"") -> bytes:
    """Without a sum, which none needs."""
    return struct.pack("!HHHH", source, to, 8 + len(inside), 0) + inside


def syn(source: str, to: str, port: int) -> bytes:
    """The first of a connection."""
    said = struct.pack("!HHIIBBHHH", 40_000, port, 1, 0, 0x50, 2, 8192, 0, 0)
    pseudo = socket.inet_aton(source) + socket.inet_aton(to) + struct.pack("!BBH", 0, TCP, len(said))
    return ipv4(source, to, TCP, said[:16] + struct.pack("!H", _sum(pseudo + said)) + said[18:])


def arp(hardware: bytes, source: str, to: str) -> bytes:
    """Who has an address?"""
    own, asked = (socket.inet_aton(address) for address in (source, to))
    return struct.pack("!HHBBH", 1, IPV4, 6, 4, ASKS) + hardware + own + bytes(6) + asked


def dhcp(kind: int, hardware: bytes, wish: str = "", server: str = "") -> bytes:
    """A question for an address, from one that has none."""
    options = COOKIE + bytes([53, 1, kind])
    for number, address in ((50, wish), (54, server)):
        options += bytes([number, 4]) + socket.inet_aton(address) if address else b""
    head = struct.pack("!BBBBIHH16x", ASKS, 1, 6, 0, next(_numbers), 0, 0)
    said = head + hardware.ljust(16, b"\0") + bytes(192) + options + b"\xff"
    return ipv4("0.0.0.0", "255.255.255.255", UDP, udp(68, 67, said.ljust(300, b"\0")))  # noqa: S104 - has none


class Card:
    """An interface of a PC, without the PC's own rules."""

    def __init__(self, machine: Machine, interface: str) -> None:
        """It has to be there."""
        self.own = hardware(machine.run("cat", f"/sys/class/net/{interface}/address"))
        self._socket = machine.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self._socket.bind((interface, 0))

    def send(self, *frames: bytes) -> None:
        """One after another; what does not fit into the queue any more is lost."""
        for one in frames:
            with suppress(BlockingIOError, OSError):
                self._socket.send(one)

    def close(self) -> None:
        """It sends no more."""
        self._socket.close()


def _sum(data: bytes) -> int:
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
