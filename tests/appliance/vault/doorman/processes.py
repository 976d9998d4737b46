# SPDX-License-Identifier: Apache-2.0
"""What processes there are and what they hold, for tests that leave nothing behind; and workers that misbehave."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil

ENOUGH = 20.0


def open_files() -> int:
    """How many this process holds."""
    return len(list(Path("/proc/self/fd").iterdir()))


def children_of(pid: int | None) -> list[psutil.Process]:
    """The processes that it has begun and that are there, also those that nobody has buried."""
    assert pid is not None
    return psutil.Process(pid).children()


def is_gone(pid: int) -> bool:
    """Whether there is no such process, not even a dead one that somebody else will bury."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def until(
    holds: Callable[[], bool], turn: Callable[[], Awaitable[object]] = lambda: asyncio.sleep(0)
) -> None:
    """Wait for something outside of this process."""
    async with asyncio.timeout(ENOUGH):
        while not holds():
            await turn()
            os.sched_yield()


def misbehaving(folder: Path, act: str, fork: str = "os.fork()", first: str = "") -> list[str]:
    """A program for Workers like the true one, whose workers do this instead of judging.

    fork is how they are made; first is done before there are any.
    """
    script = folder / "misbehaving.py"
    script.write_text(
        "import os, signal, sys\n"
        "from appliance.vault.doorman import confine, worker, zygote\n"
        f"{first}\n"
        "def fail():\n    raise OSError(11, 'no more processes')\n"
        f"def act(package, asked):\n    {act}\n"
        f"def fork(fork=os.fork):\n    return {fork.replace('os.fork', 'fork')}\n"
        "worker.warm_up = zygote.warm_up = lambda: None\n"
        "worker.judge = act\n"
        "os.fork = fork\n"
        "zygote.main()\n"
    )
    return [str(script)]
