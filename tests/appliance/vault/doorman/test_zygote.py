# SPDX-License-Identifier: Apache-2.0
"""The process that makes workers obeys two orders, ignores nonsense, and ends with the vault."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from appliance.vault.doorman import frames
from appliance.vault.doorman.asked import Answer
from appliance.vault.doorman.frames import END, ORDER, READY, START
from appliance.vault.doorman.workers import PROGRAM
from tests.appliance.vault.doorman.making import NAME, aes_zip, asked_of, small_pdf
from tests.appliance.vault.doorman.processes import children_of, is_gone, until

PACKAGE = aes_zip({NAME: small_pdf()})


@contextmanager
def running() -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(20)
    with ours:
        process = subprocess.Popen([sys.executable, "-I", *PROGRAM], stdin=theirs.fileno(), env={})
        theirs.close()
        try:
            assert ours.recv(len(READY)) == READY
            yield process, ours
        finally:
            ours.close()
            process.wait(20)


def started(code: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)


def begin(control: socket.socket, number: int = 1) -> socket.socket:
    ours, theirs = socket.socketpair()
    ours.settimeout(20)
    with theirs:
        socket.send_fds(control, [ORDER.pack(START, number)], [theirs.fileno()])
    return ours


def judged(job: socket.socket) -> Answer:
    job.sendall(frames.packed(asked_of(PACKAGE)) + PACKAGE)
    return frames.unpacked(frames.received(job, frames.length_of(frames.received(job, 4))), Answer)


def test_each_order_makes_a_worker() -> None:
    with running() as (_, control):
        jobs = [begin(control, number) for number in range(5)]
        for job in reversed(jobs):
            with job:
                assert [one.name for one in judged(job).documents] == [NAME]


async def test_a_number_ends_its_worker_and_no_other() -> None:
    with running() as (process, control), begin(control, 1) as one, begin(control, 2) as other:
        await until(lambda: len(children_of(process.pid)) == 2)
        control.send(ORDER.pack(END, 1))
        assert one.recv(1) == b""
        assert judged(other).problems == ()
        control.send(ORDER.pack(END, 1))
        control.send(ORDER.pack(END, 77))
        with begin(control, 3) as third:
            assert judged(third).problems == ()


def test_an_order_without_a_socket_or_of_another_kind_is_nothing() -> None:
    with running() as (_, control):
        control.send(ORDER.pack(START, 1))
        control.send(ORDER.pack(9, 1))
        with begin(control) as job:
            assert judged(job).problems == ()


async def test_it_ends_with_the_vault_and_so_do_its_workers() -> None:
    with running() as (process, control), begin(control):
        await until(lambda: len(children_of(process.pid)) == 1)
        [worker] = children_of(process.pid)
        control.close()
        assert process.wait(20) == 0
        await until(lambda: is_gone(worker.pid))


@pytest.mark.parametrize("order", [b"", b"short"])
def test_half_an_order_is_the_end(order: bytes) -> None:
    with running() as (process, control):
        control.send(order)
        assert process.wait(20) == 0


async def test_it_ends_when_the_vault_is_killed() -> None:
    """The vault of this test is a process that starts workers and is killed in the middle of a file."""
    vault = """
import asyncio
from appliance.vault.doorman.workers import Workers

async def main():
    workers = Workers()
    await workers.start()
    with workers.one():
        print(workers.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""
    with started(vault) as process:
        assert process.stdout is not None
        zygote = int(process.stdout.readline())
        await until(lambda: len(children_of(zygote)) == 1)
        [worker] = children_of(zygote)
        os.kill(process.pid, signal.SIGKILL)
    await until(lambda: is_gone(zygote) and is_gone(worker.pid))


async def test_a_worker_that_is_killed_is_buried() -> None:
    with running() as (process, control), begin(control) as job:
        await until(lambda: len(children_of(process.pid)) == 1)
        children_of(process.pid)[0].send_signal(signal.SIGKILL)
        assert job.recv(1) == b""
        await until(lambda: children_of(process.pid) == [])
        assert psutil.Process(process.pid).is_running()
