# SPDX-License-Identifier: Apache-2.0
"""Several statements in one round trip; a failure of theirs is raised, and not told once more by the library."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from renkei_records_postgres.line import Connection

LIBRARY = logging.getLogger("psycopg")
_mine = threading.local()


@contextmanager
def pipeline(connection: Connection) -> Iterator[None]:
    """Statements of this block are sent without waiting for each; raises psycopg.Error at its end at the latest."""
    _mine.within = True
    try:
        with connection.pipeline():
            yield
    finally:
        _mine.within = False


def tell_once() -> None:
    """From now on the library is silent where a pipeline of ours fails again while it is being ended."""
    LIBRARY.addFilter(_is_news)


def tell_all() -> None:
    """Undo tell_once()."""
    LIBRARY.removeFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether nobody else tells of it: the first failure is raised, and what follows from it is not news."""
    return not (getattr(_mine, "within", False) and str(record.msg).startswith("error ignored"))
