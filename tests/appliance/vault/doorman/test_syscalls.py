# SPDX-License-Identifier: Apache-2.0
"""A worker can ask the kernel for next to nothing."""

import ctypes
import os
import platform
import struct

import pytest

from appliance.vault.doorman.syscalls import CALLS, MACHINES, allow_only_these, program_for
from tests.appliance.vault.doorman.forked import says

FILTERED = """
    import ctypes, os, signal, socket, sys
    libc = ctypes.CDLL(None, use_errno=True)
    from appliance.vault.doorman.syscalls import allow_only_these
    pair = socket.socketpair()
    libc.prctl(38, 1, 0, 0, 0)
    allow_only_these(libc)
    {act}
    """
here = pytest.mark.skipif(platform.machine() not in MACHINES, reason="no filter for this kind of machine")


def when_filtered(act: str) -> str:
    return says(FILTERED.format(act=act))


@here
@pytest.mark.parametrize(
    "act",
    [
        "open('/etc/passwd')",
        "os.listdir('/')",
        "socket.socket()",
        "socket.socketpair()",
        "os.pipe()",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "os.kill(os.getpid(), 0)",
        "os.setuid(0)",
        "os.dup(0)",
        "os.sched_setaffinity(0, {0})",
        "pair[0].connect('/x')",
        "socket.send_fds(pair[0], [b'x'], [0])",
    ],
)
def test_what_a_worker_does_not_need_is_refused(act: str) -> None:
    assert "PermissionError" in when_filtered(act)


@here
@pytest.mark.parametrize(
    "number", [101, 310, 311, 165, 157, 425, 321] if platform.machine() == "x86_64" else [117, 270]
)
def test_neither_memory_of_others_nor_the_filter_itself_can_be_reached(number: int) -> None:
    """ptrace, process_vm_readv, process_vm_writev, mount, prctl, io_uring_setup, bpf."""
    act = f"print(libc.syscall({number}, 0, os.getpid(), 0, 0, 0), ctypes.get_errno())"
    assert when_filtered(act) == "-1 1"


@here
def test_what_it_needs_goes_on() -> None:
    work = "pair[0].sendall(b'x' * 1000); data = pair[1].recv(1000); big = bytearray(50_000_000); print(len(data))"
    assert when_filtered(work) == "1000"
    assert when_filtered("os._exit(3)").startswith(" 3")
    assert "ZeroDivisionError" in when_filtered("1 / 0")


def decided(program: bytes, number: int, machine: int) -> int:
    """What the filter says, step by step as the kernel goes."""
    steps, at, value = list(struct.iter_unpack("<HBBI", program)), 0, 0
    while True:
        code, yes, no, operand = steps[at]
        at += 1
        if code == 0x20:
            value = {0: number, 4: machine}[operand]
        elif code == 0x15:
            at += yes if value == operand else no
        else:
            assert code == 0x06
            return int(operand)


@pytest.mark.parametrize("machine", MACHINES)
def test_the_filter_says_what_the_list_says(machine: str) -> None:
    name, column = MACHINES[machine]
    program = program_for(machine)
    allowed = {number for number in range(500) if decided(program, number, name) == 0x7FFF0000}
    assert allowed == {call[column] for call in CALLS.values()} and len(allowed) == len(CALLS)
    assert {decided(program, number, name) for number in range(500)} == {0x7FFF0000, 0x00050001}
    assert {decided(program, number, name ^ 1) for number in range(500)} == {0x80000000}, "another kind of call"


def test_on_another_kind_of_machine_there_is_none() -> None:
    allow_only_these(ctypes.CDLL(None), "riscv64")
    assert os.getppid() > 0


@here
def test_a_kernel_that_takes_no_filter_is_an_error() -> None:
    without_right = FILTERED.replace("libc.prctl(38, 1, 0, 0, 0)", "libc.prctl = lambda *given: -1")
    assert "takes no filter" in says(without_right.format(act="pass"))
