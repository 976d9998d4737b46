# SPDX-License-Identifier: Apache-2.0
"""Connecting in a demo, where there is no tunnel: its engine is told, and the network of this PC stays as it is."""

import base64
import hashlib
import http.client
import urllib.parse

from renkei_kit_linux.on_pc.connection import Connection, Keep
from renkei_kit_linux.on_pc.keys import certificate_line
from renkei_kit_linux.on_pc.order import Trouble, Tunnel
from renkei_kit_linux.on_pc.places import Places

_SECONDS = 3.0


class Loopback:
    """`url` is where the engine of the demo listens, on this very PC."""

    needs_root = False
    is_silent = False

    def __init__(self, places: Places, tunnel: Tunnel) -> None:
        """Asks nobody yet."""
        self._places = places
        self._tunnel = tunnel

    def need(self) -> None:
        """Nothing."""

    def connect(self, fresh: Connection, keep: Keep) -> Connection:
        """Tell it. Raises Trouble."""
        keep(fresh)
        if not self._told("connect"):
            raise Trouble("not_let_in", server=self._tunnel.told("url"))
        return fresh

    def is_up(self, connection: Connection) -> bool:
        """Whether it says so."""
        return self._told("connected")

    def disconnect(self, connection: Connection | None) -> None:
        """Tell it; that nobody is there to hear it is the same."""
        self._told("disconnect")

    def _told(self, word: str) -> bool:
        """Whether the engine says yes to this."""
        url = urllib.parse.urlsplit(self._tunnel.told("url"))
        seat = {"seat": self._tunnel.user, "certificate": proof_of(self._places)}
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=_SECONDS)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request("POST", f"{url.path}{word}", urllib.parse.urlencode(seat), form)
            return connection.getresponse().status < http.client.BAD_REQUEST
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def proof_of(places: Places) -> str:
    """The SHA-256 of this PC's certificate, in hex; "" where it has none. Raises Trouble."""
    if not places.certificate.exists():
        return ""
    return hashlib.sha256(base64.b64decode(certificate_line(places))).hexdigest()
