# SPDX-License-Identifier: Apache-2.0
"""`wg`, `ip` and `wireguard-go`, run to their end; what they are given stands in no command line and no file."""

import asyncio
import os
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
        async with asyncio.timeout(SECONDS):
            with _held(given) as file:
                return await _ended(command, file)
    except TimeoutError as error:
        raise EngineAway(f"`{' '.join(command)}` did not end within {SECONDS:g} s") from error
    except OSError as error:
        raise EngineAway(f"`{command[0]}` cannot be run: {error}") from error


async def printed(run: Run, *command: str, given: str = "") -> str:
    """What a program prints. Raises EngineAway where it fails, with what it complained of."""
    ran = await run(command, given)
    if ran.code:
        raise EngineAway(f"`{' '.join(command)}` failed: {ran.complained.strip()[:_SAID]}")
    return ran.printed


async def _ended(command: Sequence[str], file: int) -> Ran:
    """In a session of its own: what it leaves behind, as wireguard-go does, hears no signal that is for us."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=file,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    return Ran(process.returncode or 0, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))


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
