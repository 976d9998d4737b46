# SPDX-License-Identifier: Apache-2.0
"""The clock of this PC, and its chance: nobody hands them on to a program of its own."""

import datetime as dt
import os
import threading
import time
from collections.abc import Callable

_ID_BYTES = 8


def now() -> dt.datetime:
    """The instant, in UTC."""
    return dt.datetime.now(dt.UTC)


def as_line(moment: dt.datetime) -> str:
    """As it stands in files, to the second."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def fresh_id() -> str:
    """A name that nothing has had before."""
    return os.urandom(_ID_BYTES).hex()


def seconds() -> float:
    """A count of seconds that no setting of the clock moves: for what takes how long."""
    return time.monotonic()


def pause(length: float) -> None:
    """Do nothing for so many seconds."""
    threading.Event().wait(length)


def until(look: Callable[[], bool], most: float, between: float = 0.02) -> bool:
    """Whether look() says yes within so many seconds; it is asked again and again."""
    deadline = seconds() + most
    while not look():
        if seconds() >= deadline:
            return False
        pause(between)
    return True
