# SPDX-License-Identifier: Apache-2.0
"""A connection that can be cut from outside, and the watch that cuts those whose server does not answer."""

import math
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from renkei_records_postgres.address import Parameters

Seconds = Callable[[], float]
Connection = psycopg.Connection[tuple[Any, ...]]


class Line:
    """One connection to the server, used by one thread at a time.

    warned is set when the server said a commit may be less durable than it should be.
    """

    def __init__(self, parameters: Parameters) -> None:
        """Connect; raises psycopg.Error. Transactions are begun and ended by explicit statements."""
        self.connection: Connection = psycopg.connect(
            make_conninfo(**parameters), autocommit=True, prepare_threshold=0
        )
        # A descriptor of our own: the library closes its one whenever it likes, and the number is used again.
        self._socket = socket.socket(fileno=os.dup(self.connection.fileno()))
        self.warned = False
        self.connection.add_notice_handler(self._note)

    def cut(self) -> None:
        """End the connection under whoever waits for it; from any thread."""
        with suppress(OSError):  # it has ended already
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up."""
        self.connection.close()
        self._socket.close()

    def roll_back(self) -> None:
        """End the transaction, if there is one, without a change; raises psycopg.Error."""
        if self.connection.info.transaction_status is not pq.TransactionStatus.IDLE:
            self.connection.execute("ROLLBACK")

    def _note(self, notice: psycopg.errors.Diagnostic) -> None:
        if notice.severity_nonlocalized == "WARNING":
            self.warned = True


class Watch:
    """One thread that looks twice a second which lines are overdue."""

    def __init__(self, seconds: Seconds, interval: float = 0.5) -> None:
        """seconds is a monotonic clock; interval is how often it looks, in seconds."""
        self._seconds = seconds
        self._interval = interval
        self._due: dict[Line, float] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, name="records-watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        self._thread.join()

    @contextmanager
    def until(self, deadline: float, line: Line) -> Iterator[None]:
        """Whatever is asked of line in this block is answered before deadline, or line is cut."""
        with self._lock:
            self._due[line] = deadline
        try:
            yield
        finally:
            with self._lock:
                del self._due[line]

    def _look(self) -> None:
        while not self._stopped.wait(self._interval):
            self.cut_overdue()

    def cut_overdue(self) -> None:
        """Cut every line whose deadline has passed."""
        self._cut(self._seconds())

    def cut_all(self) -> None:
        """Cut every line that something is asked of."""
        self._cut(math.inf)

    def _cut(self, now: float) -> None:
        with self._lock:
            for line, deadline in self._due.items():
                if deadline <= now:
                    line.cut()
