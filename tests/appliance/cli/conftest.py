# SPDX-License-Identifier: Apache-2.0
"""Installations for the commands: one that never runs, copies of it, and one that runs all the time."""

import io
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.appliance.cli.command import Installation, Serving, renkei


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own service is seen, and nobody sits at a terminal."""
    for name in ("RENKEI_CONFIG", "CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET", "WATCHDOG_USEC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())


def short_folder() -> Iterator[Path]:
    """A folder whose sockets have names short enough."""
    folder = Path(tempfile.mkdtemp(prefix="rk-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder."""
    yield from short_folder()


@pytest.fixture(scope="session")
def sown() -> Iterator[Installation]:
    """The demo that all others are copies of; nothing changes it."""
    for folder in short_folder():
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        words = ("init", "--root", folder, "--demo", "--port", port, "--metrics", "", "--json")
        made = renkei(*words).json
        yield Installation(folder, port, made["login"], made["password"], made["verifier"])


@pytest.fixture
def made(sown: Installation, folder: Path) -> Installation:
    """An installation that does not run, for this test alone."""
    return sown.copied(folder)


@pytest.fixture(scope="package")
def running(sown: Installation) -> Iterator[Installation]:
    """An installation whose vault runs; tests share it and leave it running."""
    for folder in short_folder():
        installation = sown.copied(folder)
        with Serving(installation, "vault"):
            yield installation
