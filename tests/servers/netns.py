# SPDX-License-Identifier: Apache-2.0
"""Machines for tests: each with a network and mounts of its own, joined by cables, gone afterwards.

Nothing leads out of them: no cable to the machine that plays the test, no resolver, no route but what a test sets.
"""

import asyncio
import ctypes
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest

PATIENCE = 20.0
PROGRAMS = ("ip", "nft", "wg", "wireguard-go", "vpnserver", "vpnclient", "vpncmd", "udhcpc", "ethtool", "nsenter")
# What the engines keep at fixed places; each machine has its own, empty at first.
PRIVATE = ("/var/lib/softether", "/var/log/softether", "/run/softether", "/run/wireguard")
ETC, RUN = Path("/etc/netns"), Path("/run/netns")
CLONE_NEWNET = 0x40000000
_numbers = itertools.count(1)
T = TypeVar("T")


def lab_missing(*more: str) -> list[str]:
    """What this machine lacks for tests with engines; more are programs beside the usual ones."""
    missing = [] if os.geteuid() == 0 else ["root"]
    missing += [] if Path("/dev/net/tun").exists() else ["/dev/net/tun"]
    missing += [name for name in (*PROGRAMS, *more) if not shutil.which(name)]
    if not missing and subprocess.run(["unshare", "-n", "-m", "true"], check=False).returncode:
        missing.append("network namespaces")
    return missing


def need_lab(*more: str) -> None:
    """Skip the test with what is missing; where the lab is required a skip is a failure (tests/conftest.py)."""
    if missing := lab_missing(*more):
        pytest.skip(f"needs {', '.join(missing)}")


def until(look: Callable[[], T], what: str, seconds: float = PATIENCE, pause: float = 0.01) -> T:
    """What look() says, as soon as that is anything. Raises AssertionError after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        threading.Event().wait(pause)
    return seen


class Machine:
    """A namespace by name; what runs in it sees its network and its private folders.

    name is the namespace's, for `ip -n` and `ip netns exec`; only run() and start() see the private folders.
    folder is a place for files of this machine, gone with it.
    """

    def __init__(self, name: str, folder: Path) -> None:
        """As machine() makes it."""
        self.name = name
        self.folder = folder
        self._holder: subprocess.Popen[bytes] | None = None
        self._entering: tuple[str, ...] = ()

    def open(self, private: Sequence[str]) -> None:
        """Make the namespace, and a process that holds its mounts."""
        (ETC / self.name).mkdir(parents=True)
        (ETC / self.name / "resolv.conf").touch()
        _ip("netns", "add", self.name)
        _ip("-n", self.name, "link", "set", "lo", "up")
        lines = ["set -e"]
        for place in private:
            own = self.private(place)
            own.mkdir(parents=True)
            Path(place).mkdir(parents=True, exist_ok=True)
            lines.append(f"mount --bind {own} {place}")
        script = "\n".join([*lines, "echo held", "exec sleep infinity"])
        command = [
            "ip",
            "netns",
            "exec",
            self.name,
            "unshare",
            "-m",
            "--propagation",
            "private",
            "sh",
            "-c",
            script,
        ]
        self._holder = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"held\n", f"{self.name} could not be made"
        self._entering = (f"--target={self._holder.pid}", "--net", "--mount")

    def attach(self, pid: int) -> None:
        """Be the network of a process that somebody else has started, with the files of this one."""
        _ip("netns", "attach", self.name, str(pid))
        self._entering = (f"--target={pid}", "--net")

    def private(self, place: str) -> Path:
        """Where this machine's own folder of this name is, seen from outside."""
        return self.folder / "private" / place.lstrip("/")

    def inside(self, *command: str | Path) -> list[str]:
        """The command line that runs this inside, in the folder that is the present one outside."""
        return ["nsenter", *self._entering, f"--wd={Path.cwd()}", *(str(part) for part in command)]

    def start(self, *command: str | Path, **how: Any) -> "subprocess.Popen[bytes]":
        """Start a program inside; how is as for Popen. Whatever still runs is killed with the machine."""
        given = {"stdin": subprocess.DEVNULL, "start_new_session": True, **how}
        return subprocess.Popen(self.inside(*command), **given)

    def tried(
        self, *command: str | Path, seconds: float = PATIENCE, env: Mapping[str, str] | None = None, given: str = ""
    ) -> "subprocess.CompletedProcess[str]":
        """Run a program inside to its end; given goes to its standard input."""
        words, own = self.inside(*command), None if env is None else {**os.environ, **env}
        return subprocess.run(
            words, input=given, env=own, capture_output=True, text=True, timeout=seconds, check=False
        )

    def run(self, *command: str | Path, seconds: float = PATIENCE, given: str = "") -> str:
        """What it prints. Raises AssertionError with what it says if it fails."""
        done = self.tried(*command, seconds=seconds, given=given)
        assert done.returncode == 0, f"{command[0]} in {self.name}: {done.stdout}{done.stderr}"
        return done.stdout

    def has(self, interface: str, address: str = "") -> None:
        """An interface is up, and has this address/length."""
        if address:
            self.run("ip", "address", "replace", address, "dev", interface)
        self.run("ip", "link", "set", interface, "up")

    def reaches(self, network: str, by: str) -> None:
        """A route."""
        self.run("ip", "route", "replace", network, "via", by)

    def socket(self, family: int = socket.AF_INET, kind: int = socket.SOCK_STREAM) -> socket.socket:
        """A socket of this machine, for the process that plays the test: it stays there wherever it is used."""
        made: list[socket.socket] = []

        def make() -> None:
            _enter(self.name)
            made.append(socket.socket(family, kind))

        # A namespace is that of one thread; this one ends with its errand.
        errand = threading.Thread(target=make)
        errand.start()
        errand.join()
        assert made, f"{self.name} is not there"
        made[0].setblocking(False)
        return made[0]

    def pids(self) -> list[int]:
        """What runs inside."""
        return [int(pid) for pid in _ip("netns", "pids", self.name).split()]

    def close(self) -> None:
        """End all that runs inside, and remove every trace of it."""
        with suppress(subprocess.CalledProcessError):
            until(self._nobody, f"everything in {self.name} has ended")
        if self._holder is not None:
            self._holder.wait(PATIENCE)
            assert self._holder.stdout is not None
            self._holder.stdout.close()
        with suppress(subprocess.CalledProcessError):
            _ip("netns", "del", self.name)
        shutil.rmtree(ETC / self.name, ignore_errors=True)

    def _nobody(self) -> bool:
        """Kill what is there; True when there was nothing."""
        pids = self.pids()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not pids


@contextmanager
def attached(pid: int, label: str = "") -> Iterator[Machine]:
    """The network of another process, such as a container's init, as a machine; that goes on afterwards."""
    name = f"rk{os.getpid()}-{next(_numbers)}{label and '-'}{label}"
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as folder:
        made = Machine(name, Path(folder))
        made.attach(pid)
        try:
            yield made
        finally:
            _ip("netns", "del", name)


@contextmanager
def machine(label: str = "", private: Sequence[str] = PRIVATE) -> Iterator[Machine]:
    """A machine with nothing but a loopback. private are folders of which it has its own."""
    name = f"rk{os.getpid()}-{next(_numbers)}{label and '-'}{label}"
    with tempfile.TemporaryDirectory(prefix=f"{name}-", ignore_cleanup_errors=True) as folder:
        made = Machine(name, Path(folder))
        try:
            made.open(private)
            yield made
        finally:
            made.close()


def cable(
    left: Machine, left_end: str, left_address: str, right: Machine, right_end: str, right_address: str
) -> None:
    """Join two machines; addresses with their length, such as 192.0.2.1/24. It never appears outside of them."""
    peer = ("peer", "name", right_end, "netns", right.name)
    _ip("link", "add", left_end, "netns", left.name, "type", "veth", *peer)
    left.has(left_end, left_address)
    right.has(right_end, right_address)


class Resident:
    """A thread with a loop, whose sockets and programs are those of a machine; the rest of the process stays."""

    def __init__(self, machine: Machine) -> None:
        """It runs until stop()."""
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(machine.name,), daemon=True)
        self._thread.start()

    def _run(self, name: str) -> None:
        _enter(name)
        self.loop.run_forever()
        self.loop.run_until_complete(_end_tasks())
        self.loop.close()

    def run(self, doing: Coroutine[Any, Any, T], seconds: float = PATIENCE) -> T:
        """What a coroutine returns, or raises."""
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(seconds)

    def stop(self) -> None:
        """End the thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()


@contextmanager
def resident(machine: Machine) -> Iterator[Resident]:
    """A thread of a machine, until the block ends."""
    made = Resident(machine)
    try:
        yield made
    finally:
        made.stop()


async def _end_tasks() -> None:
    """All but this one."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def _enter(name: str) -> None:
    """Let this thread have the network of a namespace. Raises OSError."""
    with (RUN / name).open("rb") as network:
        if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {name}")


def is_gone(pid: int) -> bool:
    """Whether a process has ended with all its threads, be it that nobody has asked how yet.

    The first thread may be dead while others still hold what the process had open.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
    except (FileNotFoundError, ProcessLookupError):
        return True
    return stat.rpartition(") ")[2].startswith("Z") and threads <= 1


def _ip(*words: str) -> str:
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout
