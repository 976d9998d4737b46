# SPDX-License-Identifier: Apache-2.0
"""What a worker may still ask the kernel for: bytes of its socket, memory, the end. Everything else is refused.

Without this, one that was taken over could read the memory of the vault, which runs as the same user, without
opening a single file. A filter of the kernel (seccomp) cannot be taken off again.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Mapping

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
# Of the classic BPF: load a word, compare and jump, return. The data is number, architecture, and so on.
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER_AT, _MACHINE_AT = 0, 4
_STEP = struct.Struct("<HBBI")
# What may be called, by its number on x86_64 and on aarch64.
CALLS: Mapping[str, tuple[int, int]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "poll": (7, 73),  # ppoll on ARM
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "restart_syscall": (219, 128),
    "sched_yield": (24, 124),
    "futex": (202, 98),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "clock_gettime": (228, 113),
    "getrandom": (318, 278),
    "rseq": (334, 293),
    "sendto": (44, 206),
    "recvfrom": (45, 207),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
# How the kernel names a machine, and which column is its.
MACHINES: Mapping[str, tuple[int, int]] = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def program_for(machine: str) -> bytes:
    """The filter: another architecture is the end, what is on the list is allowed, the rest is refused (EPERM)."""
    name, column = MACHINES[machine]
    steps = [(_LOAD, 0, 0, _MACHINE_AT), (_EQUAL, 1, 0, name), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _NUMBER_AT)]
    numbers = [call[column] for call in CALLS.values()]
    # Over those that follow, and over the refusal.
    steps += ((_EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers))
    steps += [(_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(_STEP.pack(*step) for step in steps)


def allow_only_these(libc: ctypes.CDLL, machine: str = "") -> None:
    """From now on, for ever; needs PR_SET_NO_NEW_PRIVS. Nothing happens on a machine of another kind.

    Raises OSError where the kernel takes no filter.
    """
    machine = machine or os.uname().machine
    if machine not in MACHINES:
        return
    steps = program_for(machine)
    program = _Program(len(steps) // _STEP.size, steps)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter")
