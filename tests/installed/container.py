# SPDX-License-Identifier: Apache-2.0
"""A Debian of its own with a real systemd, in which packages are installed; nothing of it reaches any network.

systemd-nspawn is never killed: its init would live on. A container is asked to power off, and that is waited for.
"""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CACHE = Path(os.environ.get("RENKEI_TEST_CACHE", "/var/cache/renkei-tests"))
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
# What the packages depend on, and what the tests look with: the container cannot fetch anything.
INSIDE = "systemd,systemd-sysv,dbus,python3,ca-certificates,tzdata,nftables,curl,iproute2,procps"
BOOT_SECONDS, STOP_SECONDS, COMMAND_SECONDS = 30.0, 30.0, 120.0
# It lives in memory: laying out ten thousand files and removing them again takes a disk longer than all tests.
MEMORY = "4g"
FILTER = "bpf add_key keyctl request_key"


class ContainerFailed(Exception):
    """It did not boot, or a command in it failed; the text is what was said."""


def tree(suite: str) -> Path:
    """An archive of a Debian with systemd, made anew each week."""
    week = time.strftime("%G-%V")
    archive = CACHE / f"{suite}-{week}.tar"
    if not archive.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        making = CACHE / f"{suite}-{week}.{os.getpid()}.tar"
        command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={INSIDE}", suite, str(making)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        making.rename(archive)
    return archive


@dataclass
class Container:
    """One that is up. root is its root folder as seen from outside; leader the pid of its init."""

    name: str
    root: Path
    _command: list[str] = field(repr=False)

    def __post_init__(self) -> None:
        self._boot()

    def _boot(self) -> None:
        with self.root.with_suffix(".log").open("ab") as log:
            self._nspawn = subprocess.Popen(
                [*self._command, "-b"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.leader = _leader(self._nspawn)

    def run(self, *words: str, check: bool = True, stdin: str = "", seconds: float = COMMAND_SECONDS) -> str:
        """What a command says inside, on both streams. Raises ContainerFailed if it fails, unless check is off."""
        done = subprocess.run(
            [*self.inside(), *words],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )
        if check and done.returncode != 0:
            raise ContainerFailed(f"{' '.join(words)}: exit {done.returncode}\n{done.stdout}")
        return done.stdout

    def shell(self, script: str, *, check: bool = True) -> str:
        """The same of a script."""
        return self.run("/bin/sh", "-euc", script, check=check)

    def write(self, path: str, text: str) -> None:
        """Write a file inside, and the folders that lead to it."""
        self.run("install", "-D", "-m", "0644", "/dev/stdin", path, stdin=text)

    def inside(self) -> list[str]:
        """What to put before a command, so that it runs inside."""
        clean = ("env", "-i", f"PATH={PATH}", "LANG=C.UTF-8", "HOME=/root")
        return ["nsenter", "-t", str(self.leader), "-a", *clean]

    def network(self) -> list[str]:
        """What to put before a command of ours, so that it has the container's network, and our files."""
        return ["nsenter", "-t", str(self.leader), "-n"]

    def journal(self, unit: str = "renkei*") -> str:
        """What a unit, or those of a pattern, have said."""
        return self.run("journalctl", "--no-pager", "--quiet", "-o", "cat", "-u", unit, check=False)

    def property(self, unit: str, name: str) -> str:
        """A property of a unit, as systemd has it."""
        return self.run("systemctl", "show", "--value", "-p", name, unit).strip()

    def until(self, script: str, seconds: float = BOOT_SECONDS) -> str:
        """What a script says once it succeeds. Raises ContainerFailed with the last words when it does not."""
        end = time.monotonic() + seconds
        while True:
            try:
                return self.shell(script)
            except ContainerFailed:
                if time.monotonic() > end:
                    raise

    def reboot(self) -> None:
        """Let it start anew, and wait until it has."""
        self.power_off()
        self._boot()
        self.wait()

    def wait(self) -> None:
        """Until everything that starts has started."""
        self.until("systemctl is-system-running | grep -qE 'running|degraded'")

    def power_off(self) -> None:
        """Ask it to stop, and wait until it has."""
        if self._nspawn.poll() is None:
            self.run("systemctl", "poweroff", check=False)
            self._nspawn.wait(STOP_SECONDS)


@contextmanager
def booted(
    suite: str, folder: Path, shared: Sequence[Path] = (), devices: Sequence[Path] = ()
) -> Iterator[Container]:
    """A fresh container below folder until the block ends. Shared folders are there read-only, by the same path."""
    name = f"renkei-{suite}-{os.getpid()}"
    with _in_memory(folder / name) as root:
        subprocess.run(["tar", "-xf", str(tree(suite)), "-C", str(root)], check=True)
        container = Container(name, root, _command(name, root, shared, devices))
        try:
            container.wait()
            yield container
        finally:
            container.power_off()


@contextmanager
def _in_memory(folder: Path) -> Iterator[Path]:
    """A folder that costs no disk, and is gone at once."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEMORY},mode=0755", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def _command(name: str, root: Path, shared: Sequence[Path], devices: Sequence[Path]) -> list[str]:
    """What boots a folder."""
    command = ["systemd-nspawn", "--quiet", "-D", str(root), "-M", name, "--register=no", "--keep-unit"]
    command += ["--private-network", "--console=pipe", "--capability=all", f"--system-call-filter={FILTER}"]
    command += [f"--bind={_lasting(root)}:/var/lib/systemd", *(f"--bind={path}" for path in devices)]
    return [*command, *(f"--bind-ro={path}" for path in shared)]


def _lasting(root: Path) -> Path:
    """A folder on a disk: systemd-creds makes no key of a host in memory."""
    folder = root.with_suffix(".systemd")
    folder.mkdir()
    return folder


def _is_init(pid: str) -> bool:
    """Whether a process is the first of its own: before that, there is one that only makes the mounts."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    numbers = next(line for line in status.splitlines() if line.startswith("NSpid:")).split()
    return len(numbers) > 2 and numbers[-1] == "1" and "Name:\tsystemd\n" in status


def _leader(nspawn: "subprocess.Popen[bytes]") -> int:
    """The pid of the container's init, once there is one."""
    children = Path(f"/proc/{nspawn.pid}/task/{nspawn.pid}/children")
    end = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < end and nspawn.poll() is None:
        for pid in children.read_text().split():
            if _is_init(pid):
                return int(pid)
    raise ContainerFailed(f"the container has no init: systemd-nspawn ended with {nspawn.poll()}")
