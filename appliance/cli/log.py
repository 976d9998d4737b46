# SPDX-License-Identifier: Apache-2.0
"""Where the log of a service goes: to the journal under systemd, else as plain lines to standard error."""

import logging
import os
import sys
import threading
from types import TracebackType
from typing import TextIO

from appliance.cli import log_lines
from appliance.cli.log_journal import Journal, is_journal

# What stands behind a plain line; the rest of the fields is in the line itself.
_WHOSE = ("request", "message", "site", "job")
_log = logging.getLogger(__name__)


def start_log(level: str, tier: str) -> None:
    """Log from this level on. tier is what this process runs; what nobody catches is logged as well."""
    journal = is_journal(sys.stderr, os.environ.get("JOURNAL_STREAM", ""))
    logging.basicConfig(level=level.upper(), handlers=[Journal(tier) if journal else plain(sys.stderr)])
    # A handler in trouble would print the record that it could not write, and whom that quotes.
    logging.raiseExceptions = False
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def plain(stream: TextIO) -> logging.Handler:
    """Lines for people; who sits at a terminal sees them whole."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s") if stream.isatty() else Plain())
    return handler


class Plain(logging.Formatter):
    """The level, who says it, what it is, and on whose behalf."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and after it the traceback if there is one."""
        first, *more = log_lines.text(record).split("\n")
        known = {name.removeprefix("RENKEI_").lower(): value for name, value in log_lines.fields(record).items()}
        origin = ", ".join(f"{name} {value}" for name, value in known.items() if name in _WHOSE)
        line = f"{record.levelname} {record.name}: {first}" + (f" [{origin}]" if origin else "")
        return "\n".join((line, *more))


def _uncaught(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    _log.critical("the process ends by a fault of its own", exc_info=(kind, error, where))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread is not None else "unknown"
    error = args.exc_value or args.exc_type()
    _log.error("the thread %s ends by a fault of its own", name, exc_info=error)
