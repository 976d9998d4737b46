# SPDX-License-Identifier: Apache-2.0
"""Where the log goes, from which level on, and what nobody has caught."""

import io
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.cli.log import plain
from appliance.model import origin

TYPED = "山田 太郎"
BEGIN = "import logging; from appliance.cli.log import start_log; start_log(LEVEL, 'gate'); "


class Terminal(io.StringIO):
    """Somebody sits at it."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def said(stream: io.StringIO, error: Exception | None = None) -> str:
    """What a plain handler writes of a warning."""
    logger = logging.Logger("appliance.web.site")
    logger.addHandler(plain(stream))
    logger.warning("request failed", exc_info=error)
    return stream.getvalue()


def test_a_plain_line_says_on_whose_behalf() -> None:
    request, site = origin.REQUEST.set("00ff"), origin.SITE.set("portal")
    assert said(io.StringIO()) == "WARNING appliance.web.site: request failed [request 00ff, site portal]\n"
    origin.REQUEST.reset(request)
    origin.SITE.reset(site)
    assert said(io.StringIO()) == "WARNING appliance.web.site: request failed\n"


def test_who_sits_at_a_terminal_sees_the_words_of_an_error() -> None:
    assert TYPED in said(Terminal(), ValueError(TYPED))
    assert said(io.StringIO(), ValueError(TYPED)).endswith(
        "request failed\nTraceback (most recent call last):\nValueError\n"
    )


def program(script: str, level: str = "info", **environment: str) -> subprocess.CompletedProcess[str]:
    """A process that logs."""
    return subprocess.run(
        [sys.executable, "-c", BEGIN.replace("LEVEL", repr(level)) + script],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(("level", "lines"), [("debug", 2), ("warning", 1), ("error", 0)])
def test_the_level(level: str, lines: int) -> None:
    ran = program("logging.getLogger('renkei').debug('a'); logging.getLogger('renkei').warning('b')", level)
    assert (len(ran.stderr.splitlines()), ran.returncode) == (lines, 0)


def test_what_nobody_catches_is_logged_without_its_words() -> None:
    ran = program(f"int({TYPED!r})")
    assert ran.stderr.startswith("CRITICAL appliance.cli.log: the process ends by a fault of its own\nTraceback ")
    assert ran.stderr.endswith("\nValueError\n") and ran.returncode == 1
    assert TYPED not in ran.stderr


def test_what_nobody_catches_in_a_thread_is_logged_as_well() -> None:
    ran = program(
        f"import threading; t = threading.Thread(target=int, args=({TYPED!r},), name='w'); t.start(); t.join()"
    )
    assert ran.stderr.startswith("ERROR appliance.cli.log: the thread w ends by a fault of its own\nTraceback ")
    assert TYPED not in ran.stderr and ran.returncode == 0


def test_under_systemd_the_lines_have_priorities(tmp_path: Path) -> None:
    """The socket of a journal is not to be had here; the stream to it is a file."""
    with (tmp_path / "stream").open("w+") as stream:
        status = os.fstat(stream.fileno())
        elsewhere = (
            "from appliance.cli import log_journal; log_journal.Journal.__init__.__defaults__ = ('/none',); "
        )
        script = elsewhere + BEGIN.replace("LEVEL", "'info'") + "logging.getLogger('renkei').warning('b')"
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"},
            stderr=stream,
            timeout=60,
            check=True,
        )
        stream.seek(0)
        assert stream.read() == "<4>b\n"
