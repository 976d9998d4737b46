# SPDX-License-Identifier: Apache-2.0
"""`wg`, `ip`, `wireguard-go`, run to their end; what they are given stands in no command line and no file."""

import asyncio
import os
import subprocess
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from appliance.contracts.tunnel import EngineAway

SECONDS = 4.0
# Where a program reads what it is given: a file that only it and we have open, and that it may read from the start.
GIVEN = "/dev/stdin"
_SAID = 200


@dataclass(frozen=True, slots=True)
class Ran:
    """The exit code of a program, what it printed, and what it complained of."""

    code: int
    printed: str
    complained: str = ""


Run = Callable[[Sequence[str], str], Awaitable[Ran]]


async def run(command: Sequence[str], given: str = "") -> Ran:
    """Run a program; given is what it finds at GIVEN. Raises EngineAway if it does not exist, or end."""
    try:
        return await asyncio.to_thread(_ended, command, given)
    except subprocess.TimeoutExpired as error:
        raise EngineAway(f"`{' '.join(command)}` did not end within {SECONDS:g} s") from error
    except OSError as error:
        raise EngineAway(f"`{command[0]}` cannot be run: {error}") from error


async def printed(run: Run, *command: str, given: str = "") -> str:
    """What a program prints. Raises EngineAway where it fails, with what it complained of."""
    ran = await run(command, given)
    if ran.code:
        raise EngineAway(f"`{' '.join(command)}` failed: {ran.complained.strip()[:_SAID]}")
    return ran.printed


def _ended(command: Sequence[str], given: str) -> Ran:
    """In a session of its own, and with no file of ours: wireguard-go stays behind, and shall keep none open.

    For that it is done in a thread: the event loop that serves us lets programs inherit what it has opened.
    """
    with _held(given) as file:
        ended = subprocess.run(  # noqa: S603 - one of ours by name, and no shell
            command, stdin=file, capture_output=True, timeout=SECONDS, start_new_session=True, check=False
        )
    return Ran(ended.returncode, ended.stdout.decode("utf-8", "replace"), ended.stderr.decode("utf-8", "replace"))


@contextmanager
def _held(text: str) -> Iterator[int]:
    """A file without a name."""
    file = os.memfd_create("given", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(file), "wb") as writing:
            writing.write(text.encode())
        os.lseek(file, 0, os.SEEK_SET)
        yield file
    finally:
        os.close(file)
