# SPDX-License-Identifier: Apache-2.0
"""Takes from a worker what it will not need: memory, time, files, other programs, new rights (lesson 8)."""

import ctypes
import os
import resource
import signal
from pathlib import Path

from appliance.vault.doorman.asked import MIB
from appliance.vault.doorman.syscalls import allow_only_these

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_DUMPABLE = 1, 38, 4
# Beside the package and all that is in it: what the interpreter asks for meanwhile.
SPARE = 96 * MIB
# The old encryption is undone in Python, at some 2 MiB a second.
SECONDS, SECONDS_A_MIB = 20, 2
# The socket and two ends of nowhere; no other file or socket can be opened.
FILES = 3
_libc = ctypes.CDLL(None, use_errno=True)


def process_option(option: int, value: int) -> None:
    """prctl(option, value). Raises OSError."""
    if _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def die_with(parent: int) -> None:
    """End when the parent does, even if that is now. Of another process than the caller's."""
    process_option(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def memory_now() -> int:
    """How many bytes of addresses the process has."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()


def confine(memory: int, package: int, opened: int) -> None:
    """No more than a package of so many bytes needs, opened to so many more; memory is what there was before."""
    seconds = SECONDS + SECONDS_A_MIB * package // MIB
    # A content is twice in memory while it is put together.
    limits = {
        resource.RLIMIT_AS: memory + SPARE + 2 * package + 2 * opened,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_NOFILE: FILES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))
    process_option(PR_SET_NO_NEW_PRIVS, 1)
    process_option(PR_SET_DUMPABLE, 0)
    allow_only_these(_libc)
