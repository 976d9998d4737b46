# SPDX-License-Identifier: Apache-2.0
"""Hears from the kernel that somebody changed our table, so that it is mended at once and not seconds later."""

import socket
from collections.abc import Callable

from appliance.gate.netlink import Hearing, opened
from appliance.gate.ruleset import TABLE

# What nf_tables tells its listeners, of table, chain, rule and set; elements come and go by our own doing.
_GROUP = 7
_TABLES = 10 << 8
_NEW_AND_GONE = frozenset(_TABLES | change for change in (0, 2, 3, 5, 6, 8, 9, 11))
_TABLE = 1


class Harm:
    """Tells of each change to the table, ours included."""

    def __init__(self, changed: Callable[[], None]) -> None:
        """changed is called; what has changed is seen when the table is read."""
        self._changed = changed
        self._hearing = Hearing("who changes the table", self._heard, changed)

    def listen(self) -> bool:
        """Begin to hear; whether the kernel lets us."""
        return self._hearing.listen(_bound)

    def close(self) -> None:
        """Hear no more."""
        self._hearing.close()

    def _heard(self, kind: int, attributes: dict[int, bytes]) -> None:
        if kind in _NEW_AND_GONE and attributes.get(_TABLE, b"").rstrip(b"\0") == TABLE.encode():
            self._changed()


def _bound() -> socket.socket:
    with opened(1 << (_GROUP - 1)) as made:
        return made
