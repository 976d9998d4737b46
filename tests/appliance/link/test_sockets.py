# SPDX-License-Identifier: Apache-2.0
"""A socket appears with its rights, replaces only what is dead, and is removed only by its owner."""

import errno
import os
import socket
import stat
from pathlib import Path

import pytest

from appliance.link.sockets import bind_unix, identity, remove_if


def rights(path: Path) -> int:
    """The mode bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mode", [0o660, 0o600])
def test_mode_and_listening(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "new" / "portal.sock"
    with bind_unix(path, mode), socket.socket(socket.AF_UNIX) as caller:
        assert rights(path) == mode
        caller.connect(str(path))
        assert [found.name for found in path.parent.iterdir()] == ["portal.sock"]


@pytest.mark.parametrize("form", [int, str])
def test_the_group_may_be_a_number(tmp_path: Path, form: type) -> None:
    path = tmp_path / "s.sock"
    with bind_unix(path, group=form(os.getgid())):
        assert path.stat().st_gid == os.getgid()


def test_the_group_may_be_a_name(tmp_path: Path) -> None:
    import grp

    path = tmp_path / "s.sock"
    with bind_unix(path, group=grp.getgrgid(os.getgid()).gr_name):
        assert path.stat().st_gid == os.getgid()


def test_an_unknown_group_stops_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no group 'renkei-nobody'"):
        bind_unix(tmp_path / "s.sock", group="renkei-nobody")
    assert list(tmp_path.iterdir()) == []


def test_a_group_that_may_not_be_given_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "not yours")

    monkeypatch.setattr(os, "chown", refuse)
    with pytest.raises(PermissionError):
        bind_unix(tmp_path / "s.sock", group=0)
    assert list(tmp_path.iterdir()) == []


def test_a_dead_servers_socket_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    bind_unix(path).close()
    assert path.exists()
    with bind_unix(path), socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(path))


def test_a_half_made_socket_of_a_crash_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    (tmp_path / ".s.new").touch()
    with bind_unix(path):
        assert rights(path) == 0o660


def test_a_living_servers_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    with bind_unix(path):
        before = identity(path)
        with pytest.raises(OSError, match=r"another process .* perhaps another vault; stop it first") as taken:
            bind_unix(path)
        assert taken.value.errno == errno.EADDRINUSE
        assert identity(path) == before


def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    path.write_text("precious")
    with pytest.raises(FileExistsError):
        bind_unix(path)
    assert path.read_text() == "precious"


def test_a_link_to_elsewhere_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        bind_unix(path)


def test_only_the_own_socket_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    with bind_unix(path):
        known = identity(path)
    with bind_unix(tmp_path / "t.sock") as other:
        (tmp_path / "t.sock").rename(path)
        remove_if(path, known)
        assert path.exists()
        remove_if(path, identity(path))
        assert not path.exists()
        remove_if(path, known)
        other.close()
