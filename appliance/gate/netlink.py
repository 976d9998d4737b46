# SPDX-License-Identifier: Apache-2.0
"""Hearing the kernel's netfilter by a netlink socket: messages out of bytes, read as they come."""

import asyncio
import errno
import logging
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager

NETLINK_NETFILTER = 12
MOST_BYTES = 65_536
HEADER = struct.Struct("=IHHII")
ATTRIBUTE = struct.Struct("=HH")
# Family, version and resource stand before the attributes of each message.
FAMILY_BYTES = 4
_log = logging.getLogger(__name__)


def messages(received: bytes) -> Iterator[tuple[int, dict[int, bytes]]]:
    """The messages in what was received: the type of each, and its attributes. What is bent is passed over."""
    place = 0
    while place + HEADER.size <= len(received):
        length, kind, *_ = HEADER.unpack_from(received, place)
        if length < HEADER.size:
            return
        yield kind, dict(_attributes(received[place + HEADER.size + FAMILY_BYTES : place + length]))
        place += padded(length)


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + ATTRIBUTE.size <= len(content):
        length, kind = ATTRIBUTE.unpack_from(content, place)
        if length < ATTRIBUTE.size:
            return
        yield kind, content[place + ATTRIBUTE.size : place + length]
        place += padded(length)


def padded(length: int) -> int:
    """Where the next one begins."""
    return (length + 3) & ~3


@contextmanager
def opened(groups: int = 0) -> Iterator[socket.socket]:
    """A socket that hears these groups, a bit each, to be set up in the block; then it waits no more.

    Raises OSError, and leaves no socket behind when the block does.
    """
    made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETLINK_NETFILTER)
    try:
        made.bind((0, groups))
        yield made
        made.setblocking(False)
    except OSError:
        made.close()
        raise


class Hearing:
    """Reads a socket whenever something comes, until close()."""

    def __init__(
        self, what: str, heard: Callable[[int, dict[int, bytes]], None], too_much: Callable[[], None]
    ) -> None:
        """what is for the log. heard is told each message; too_much that some were lost, as they were too many."""
        self._what = what
        self._heard = heard
        self._too_much = too_much
        self._socket: socket.socket | None = None

    def listen(self, bind: Callable[[], socket.socket]) -> bool:
        """Begin; whether the kernel lets us. bind makes the socket, or raises OSError."""
        try:
            self._socket = bind()
        except OSError as error:
            _log.warning("%s is not heard: %s", self._what, error)
            return False
        asyncio.get_running_loop().add_reader(self._socket, self.read)
        return True

    def close(self) -> None:
        """Hear no more."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def read(self) -> None:
        """What has come now."""
        assert self._socket is not None
        try:
            received = self._socket.recv(MOST_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._failed(error)
            return
        for kind, attributes in messages(received):
            self._heard(kind, attributes)

    def _failed(self, error: OSError) -> None:
        if error.errno == errno.ENOBUFS:
            self._too_much()
            return
        _log.warning("%s is not heard any more: %s", self._what, error)
        self.close()
