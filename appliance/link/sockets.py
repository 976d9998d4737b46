# SPDX-License-Identifier: Apache-2.0
"""Unix sockets that appear with the right owner and mode in one step, and go away with their server."""

import errno
import grp
import os
import socket
import stat
import sys
from pathlib import Path
from typing import Any

BACKLOG = 512
SEND_BYTES = 1024 * 1024
# Where the gate hears the vault, below the run directory.
OF_GATE = Path("gate") / "vault.sock"
# For create_unix_server(): since Python 3.13 a server removes the file of its socket, which here is not its own
# to remove: systemd keeps it open over a restart, and what is ours remove_if() removes.
_KEEPS_FILE: dict[str, Any] = {"cleanup_socket": False} if sys.version_info >= (3, 13) else {}
SERVING: dict[str, Any] = {"backlog": BACKLOG, **_KEEPS_FILE}


def bind_unix(path: Path, mode: int = 0o660, group: str | int | None = None) -> socket.socket:
    """A listening Unix socket at path, of group (a name or a gid) and mode.

    It is made under another name and renamed, so that nobody ever finds it with other rights. A socket that a dead
    server left is replaced. Raises OSError EADDRINUSE when something answers at path, EEXIST when path is no
    socket, PermissionError when this user may not give files to the group; LookupError for an unknown group.
    """
    _refuse_taken(path)
    gid = None if group is None else _gid(group)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.stem}.new")
    fresh.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        bound.bind(str(fresh))
        _settle(fresh, mode, gid)
        bound.listen(BACKLOG)
        bound.setblocking(False)
        fresh.rename(path)
    except BaseException:
        bound.close()
        fresh.unlink(missing_ok=True)
        raise
    return bound


def widen(sock: socket.socket) -> None:
    """Give a connection a send buffer that takes several pieces at once; the kernel caps it as it likes."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)


def identity(path: Path) -> tuple[int, int]:
    """Which file is at path now, so that a server removes only its own socket."""
    found = path.stat()
    return found.st_dev, found.st_ino


def remove_if(path: Path, known: tuple[int, int]) -> None:
    """Remove the socket at path unless another server has put its own there."""
    if path.exists() and identity(path) == known:
        path.unlink()


def _settle(path: Path, mode: int, gid: int | None) -> None:
    """Rights before the name is known: first nobody's, then the group, then the mode."""
    path.chmod(0o600)
    if gid is not None:
        os.chown(path, -1, gid)
    path.chmod(mode)


def _gid(group: str | int) -> int:
    """The number of a group given by name or number."""
    if isinstance(group, int) or group.isdigit():
        return int(group)
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise LookupError(f"there is no group {group!r} on this machine") from None


def _refuse_taken(path: Path) -> None:
    """Raise unless path is free or a socket nobody listens on."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise FileExistsError(errno.EEXIST, "is in the way and no socket", str(path))
    if _answers(path):
        raise OSError(
            errno.EADDRINUSE, "another process listens there, perhaps another vault; stop it first", str(path)
        )


def _answers(path: Path) -> bool:
    """Whether somebody listens at path."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            return False
    return True
