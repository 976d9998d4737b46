# SPDX-License-Identifier: Apache-2.0
"""Tries, from where a service stands, what none of it should do, and prints what came of each; runs by itself.

It is copied into the container and needs nothing but Python. Each try says "done", or the name of the error.
"""

import ctypes
import errno
import json
import mmap
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

CLONE_NEWUSER = 0x10000000
SECONDS = 0.5


def tried(deed: Callable[[], object]) -> str:
    """What came of it."""
    try:
        deed()
    except subprocess.CalledProcessError as error:
        return f"exit {error.returncode}"
    except TimeoutError:
        return "no answer"
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return "done"


def look(path: str) -> None:
    """Read a file, or a folder."""
    list(Path(path).iterdir()) if Path(path).is_dir() else Path(path).read_bytes()


def write(path: str) -> None:
    """Make a file in a folder, and remove it."""
    file = Path(path, "renkei-probe")
    file.write_text("#!/bin/sh\n")
    file.unlink()


def execute(path: str) -> None:
    """Run a program that lies in a folder."""
    file = Path(path, "renkei-probe")
    file.write_text("#!/bin/sh\nexit 0\n")
    file.chmod(0o700)
    try:
        subprocess.run([str(file)], check=True)
    finally:
        file.unlink()


def connect(place: str) -> None:
    """To a path, or to an address and a port."""
    host, _, port = place.rpartition(":")
    with socket.socket(socket.AF_INET if host else socket.AF_UNIX) as to:
        to.settimeout(SECONDS)
        to.connect((host, int(port)) if host else place)


def listen(port: str) -> None:
    """For all who can reach this host."""
    with socket.socket() as bound:
        bound.bind(("0.0.0.0", int(port)))  # noqa: S104 - the try is whether it may


def family(number: str) -> None:
    """Open a socket of another kind."""
    socket.socket(int(number), socket.SOCK_RAW).close()


def others(_: str) -> None:
    """Fail unless a process of somebody else is seen."""
    processes = [path for path in Path("/proc").iterdir() if path.name.isdigit()]
    if not [process for process in processes if process.stat().st_uid != os.getuid()]:
        raise FileNotFoundError(errno.ENOENT, "nobody")


def code(_: str) -> None:
    """Memory that can be written and run."""
    mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def namespace(_: str) -> None:
    """A world of its own, in which it would be root."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")


def mounted(path: str) -> None:
    """Mount something."""
    if ctypes.CDLL(None, use_errno=True).mount(b"tmpfs", path.encode(), b"tmpfs", 0, None):
        raise OSError(ctypes.get_errno(), "mount")


def become(user: str) -> None:
    """Be somebody else."""
    os.setuid(int(user))


def clock(_: str) -> None:
    """Set the clock, to what it shows."""
    import time

    time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME))


DEEDS: dict[str, Callable[[str], object]] = {
    deed.__name__: deed
    for deed in (
        *(look, write, execute, connect, listen, family),
        *(others, code, namespace, mounted, become, clock),
    )
}


def main() -> int:
    """probe.py WHERE: a list of [deed, argument] as JSON; the answers go to standard output in the same order."""
    asked = json.loads(sys.argv[1])
    print(json.dumps([tried(lambda deed=deed, to=to: DEEDS[deed](to)) for deed, to in asked]))  # type: ignore[misc]
    return 0


if __name__ == "__main__":
    sys.exit(main())
