# SPDX-License-Identifier: Apache-2.0
"""The programs of the PC that the connection is made with; each has a time, and none is waited for beyond it."""

import os
import subprocess
from collections.abc import Sequence
from shutil import which

from renkei_kit_linux.on_pc.order import Trouble

SECONDS = 10.0
# What a person's PATH leaves out.
_SYSTEM = "/usr/local/sbin:/usr/sbin:/sbin"
_LATE = 124
# By what package Debian and its kin bring a program.
PACKAGES = {
    "ip": "iproute2",
    "udhcpc": "udhcpc",
    "vpncmd": "softether-vpncmd",
    "vpnclient": "softether-vpnclient",
    "wg": "wireguard-tools",
    "wireguard-go": "wireguard-go",
}


def path_of(name: str) -> str | None:
    """Where a program is, None where there is none."""
    return which(name, path=f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM}")


def needed(*names: str) -> None:
    """Raise Trouble for the first one that is not there."""
    for name in names:
        if path_of(name) is None:
            raise Trouble("no_program", program=name, package=PACKAGES.get(name, name))


def tried(*words: str, given: str = "", most: float = SECONDS) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end, or to that of its time, which is a failure as any other."""
    needed(words[0])
    command: Sequence[str] = [str(path_of(words[0])), *words[1:]]
    try:
        return subprocess.run(
            command, input=given, capture_output=True, text=True, errors="replace", timeout=most, check=False
        )
    except subprocess.TimeoutExpired as late:
        said = late.stdout.decode(errors="replace") if isinstance(late.stdout, bytes) else ""
        return subprocess.CompletedProcess(command, _LATE, said, f"{most:.0f} s")


def ran(*words: str, given: str = "", most: float = SECONDS) -> str:
    """What it says. Raises Trouble where it fails."""
    done = tried(*words, given=given, most=most)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise Trouble("not_done", detail=f"{words[0]}: {said[-1] if said else done.returncode}")
    return done.stdout


def begun(*words: str) -> int:
    """Start a program that outlives this one, and that nobody hears; its number."""
    needed(words[0])
    null = os.open(os.devnull, os.O_RDWR)
    silent = [(os.POSIX_SPAWN_DUP2, null, number) for number in (0, 1, 2)]
    try:
        return _spawned(words, silent)
    finally:
        os.close(null)


def _spawned(words: tuple[str, ...], silent: Sequence[tuple[int, int, int]]) -> int:
    return os.posix_spawn(str(path_of(words[0])), words, os.environ, file_actions=silent, setsid=True)
