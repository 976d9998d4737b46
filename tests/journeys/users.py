# SPDX-License-Identifier: Apache-2.0
"""Processes under users of their own, also where checkout or interpreter lie in a private folder."""

import os
import shlex
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class User:
    """A user and a group with one number, and the groups of others that it belongs to."""

    number: int
    groups: tuple[int, ...] = ()

    def own(self, path: Path, mode: int) -> None:
        """Give it a file or a folder with all that is in it; mode is that of path itself."""
        for below in (path, *path.rglob("*")):
            os.chown(below, self.number, self.number)
        path.chmod(mode)

    def prefix(self, stage: Path) -> tuple[str, ...]:
        """The words before a command that run it as this user. stage is an empty folder of root's."""
        groups = f"--groups={','.join(map(str, self.groups))}" if self.groups else "--clear-groups"
        become = f"--reuid={self.number} --regid={self.number} {groups} --no-new-privs"
        script = "\n".join(["set -e", *shown(needed(), stage), f"cd {_q(ROOT)}", f'exec setpriv {become} -- "$@"'])
        return "unshare", "--mount", "sh", "-c", script, "sh"


def needed() -> list[Path]:
    """The folders without which no renkei runs: the checkout, the environment, the interpreter."""
    found = {ROOT.resolve(), Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()}
    return sorted(path for path in found if not any(path.is_relative_to(other) for other in found - {path}))


def shown(folders: list[Path], stage: Path) -> list[str]:
    """Shell lines that show folders inside private ones to everybody, in a mount namespace of their own."""
    tops = {folder: top for folder in folders if (top := private_above(folder)) is not None}
    kept = {folder: stage / str(number) for number, folder in enumerate(tops)}
    return [
        *(f"mkdir -p {_q(place)}; mount --bind {_q(folder)} {_q(place)}" for folder, place in kept.items()),
        *(f"mount -t tmpfs -o mode=755 private {_q(top)}" for top in dict.fromkeys(tops.values())),
        *(f"mkdir -p {_q(folder)}; mount --move {_q(place)} {_q(folder)}" for folder, place in kept.items()),
    ]


def private_above(folder: Path) -> Path | None:
    """The outermost folder on the way that others may not pass."""
    ways = [*reversed(folder.parents), folder]
    return next((way for way in ways if not way.stat().st_mode & stat.S_IXOTH), None)


def _q(path: Path) -> str:
    return shlex.quote(str(path))
