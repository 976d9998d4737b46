# SPDX-License-Identifier: Apache-2.0
"""Whether something is reached from this PC, asked with little patience: whoever knocks often is let in early."""

import ipaddress
import socket
from urllib.parse import urlsplit

from renkei_kit_linux.on_pc.order import Trouble

KNOCK = 0.2
_HTTPS, _HTTP = 443, 80


def is_reached(url: str, most: float = KNOCK) -> bool:
    """Whether somebody takes a connection there, within so many seconds."""
    parts = urlsplit(url)
    port = parts.port or (_HTTP if parts.scheme == "http" else _HTTPS)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=most).close()
    except OSError:
        return False
    return True


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
