# SPDX-License-Identifier: Apache-2.0
"""Whether something is reached from this PC, asked with little patience: whoever knocks often is let in early."""

import ipaddress
import socket
from urllib.parse import urlsplit

from renkei_kit_linux.on_pc.order import Trouble

KNOCK = 0.1
_HTTPS, _HTTP = 443, 80


def is_reached(url: str, most: float = KNOCK) -> bool:
    """Whether somebody takes a connection there, within so many seconds."""
    try:
        _connect(url, most)
    except OSError:
        return False
    return True


def is_heard(url: str, most: float) -> bool:
    """The same, or that somebody refuses it: a portal that is being started anew is at the end of a way, too."""
    try:
        _connect(url, most)
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return True


def _connect(url: str, most: float) -> None:
    parts = urlsplit(url)
    port = parts.port or (_HTTP if parts.scheme == "http" else _HTTPS)
    socket.create_connection((parts.hostname or "", port), timeout=most).close()


def address_of(host: str) -> str:
    """The IPv4 address of a host: while the PC is connected nobody is there to be asked for it. Raises Trouble."""
    try:
        return str(ipaddress.IPv4Address(host))
    except ValueError:
        return _looked_up(host)


def _looked_up(host: str) -> str:
    try:
        found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
    except OSError as error:
        raise Trouble("no_way", server=host) from error
    return str(found[0][4][0])
