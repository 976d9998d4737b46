# SPDX-License-Identifier: Apache-2.0
"""Whether the server is away, as the log tells it: one line when that begins, one when it is over."""

import logging
import threading
import time
from collections.abc import Callable

from renkei_records_postgres.errors import UNREACHED

_log = logging.getLogger("renkei.plugin.records_postgres")


class Absence:
    """One for all who read and write, from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, log: logging.Logger = _log) -> None:
        """clock is monotonic, in seconds."""
        self._clock = clock
        self._log = log
        self._lock = threading.Lock()
        self._since: float | None = None

    def begins(self, error: Exception) -> None:
        """Another try has failed."""
        with self._lock:
            if self._since is not None:
                return
            self._since = self._clock()
        self._log.warning("the server is away: %s", str(error).removeprefix(UNREACHED))

    def ends(self) -> None:
        """A connection was made anew, and takes changes."""
        with self._lock:
            since, self._since = self._since, None
        if since is not None:
            self._log.warning("the server is back after %.0f s", self._clock() - since)
