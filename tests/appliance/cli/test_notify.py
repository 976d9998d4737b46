# SPDX-License-Identifier: Apache-2.0
"""Words to a service manager that is a real socket."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.cli.notify import notify, tick_watchdog


@pytest.fixture
def manager(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Listens as systemd does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(folder / "notify"))
        listening.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(folder / "notify"))
        yield listening


def test_a_word_arrives(manager: socket.socket) -> None:
    notify("READY=1")
    assert manager.recv(100) == b"READY=1"


def test_an_abstract_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("")  # Linux chooses an abstract name
        listening.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{listening.getsockname()[1:].decode()}")
        notify("STOPPING=1")
        assert listening.recv(100) == b"STOPPING=1"


def test_without_a_manager_nothing_happens() -> None:
    notify("READY=1")


def test_a_manager_that_is_gone_harms_nobody(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(folder / "gone"))
    notify("READY=1")
    assert "READY=1 could not be told to the service manager" in caplog.text


async def test_the_watchdog_is_ticked_again_and_again(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "2000")
    manager.setblocking(False)
    async with asyncio.TaskGroup() as group:
        ticking = group.create_task(tick_watchdog())
        for _ in range(3):
            assert await asyncio.get_running_loop().sock_recv(manager, 100) == b"WATCHDOG=1"
        ticking.cancel()


async def test_without_a_watchdog_there_are_no_ticks(manager: socket.socket) -> None:
    await tick_watchdog()
    manager.setblocking(False)
    with pytest.raises(BlockingIOError):
        manager.recv(100)
