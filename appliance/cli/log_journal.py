# SPDX-License-Identifier: Apache-2.0
"""The log goes to the system journal, field by field (systemd's native protocol)."""

import logging
import os
import socket
import sys
from collections.abc import Mapping
from typing import TextIO

from appliance.cli import log_lines

SOCKET = "/run/systemd/journal/socket"
IDENTIFIER = "renkei"
BUFFER = 8 * 1024 * 1024


def is_journal(stream: TextIO, told: str) -> bool:
    """Whether a stream leads to the journal, by what systemd has told in JOURNAL_STREAM."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):  # it is closed, or there is no file behind it
        return False
    return told == f"{found.st_dev}:{found.st_ino}"


def packed(fields: Mapping[str, str]) -> bytes:
    """The fields of one entry as bytes; a value with line breaks has its length before it."""
    lines = []
    for name, value in fields.items():
        raw = value.encode("utf-8", "replace")
        if b"\n" in raw:
            lines.append(name.encode() + b"\n" + len(raw).to_bytes(8, "little") + raw + b"\n")
        else:
            lines.append(name.encode() + b"=" + raw + b"\n")
    return b"".join(lines)


class Journal(logging.Handler):
    """Hands each record to the journal, and never waits for it.

    A journal that is busy loses lines, and is told how many as soon as it takes one again. Where there is none, the
    lines go to standard error, with the priority before them as in sd-daemon(3).
    """

    def __init__(self, tier: str, address: str = SOCKET) -> None:
        """tier is what this process runs, for the field RENKEI_TIER."""
        super().__init__()
        self._always = {"SYSLOG_IDENTIFIER": IDENTIFIER, "RENKEI_TIER": tier}
        self._address = address
        self._lost = 0
        self._out = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._out.setblocking(False)
        self._out.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record; nothing is raised."""
        try:
            self._send(self._entry(record))
        except Exception:  # noqa: BLE001 - a line that cannot be said must not stop who says it
            self.handleError(record)

    def close(self) -> None:
        """Say no more."""
        self._out.close()
        super().close()

    def _entry(self, record: logging.LogRecord) -> dict[str, str]:
        return {
            "MESSAGE": log_lines.text(record),
            "PRIORITY": str(log_lines.priority(record.levelno)),
            "LOGGER": record.name,
            "CODE_FILE": record.pathname,
            "CODE_LINE": str(record.lineno),
            "CODE_FUNC": record.funcName or "",
            **self._always,
            **log_lines.fields(record),
        }

    def _send(self, entry: Mapping[str, str]) -> None:
        try:
            if self._lost:
                said = f"{self._lost} lines before this one are lost: the journal took none"
                self._out.sendto(packed({"MESSAGE": said, "PRIORITY": "4", **self._always}), self._address)
                self._lost = 0
            self._out.sendto(packed(entry), self._address)
        except BlockingIOError:
            self._lost += 1
        except OSError:
            lines = entry["MESSAGE"].splitlines()
            sys.stderr.write("".join(f"<{entry['PRIORITY']}>{line}\n" for line in lines))
