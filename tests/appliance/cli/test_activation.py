# SPDX-License-Identifier: Apache-2.0
"""Listeners that systemd has opened: taken by name, once, by the process that they are for."""

import os
import socket
from collections.abc import Iterator

import pytest

from appliance.cli import activation
from appliance.cli.activation import inherited
from appliance.cli.failure import Failure


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The number of the first of two listeners, one after the other, as systemd hands them over."""
    first, second = socket.socketpair()
    spare = [os.dup(first.fileno()) for _ in range(8)]
    base = next(one for one in spare if one + 1 in spare)
    os.dup2(second.fileno(), base + 1, inheritable=True)
    os.set_inheritable(base, True)
    for one in spare:
        if one not in (base, base + 1):
            os.close(one)
    first.close()
    second.close()
    monkeypatch.setattr(activation, "FIRST", base)
    yield base
    for number in (base, base + 1):
        try:
            os.close(number)
        except OSError:
            continue  # the test has closed it


def given(names: str, count: int = 2, pid: int | None = None) -> dict[str, str]:
    """What systemd says of them."""
    return {"LISTEN_PID": str(pid or os.getpid()), "LISTEN_FDS": str(count), "LISTEN_FDNAMES": names, "HOME": "/"}


def test_they_are_taken_by_their_names(handed: int) -> None:
    environ = given("web-portal:figures")
    found = inherited(environ)
    assert {name: one.fileno() for name, one in found.items()} == {"web-portal": handed, "figures": handed + 1}
    for one in found.values():
        assert not one.getblocking() and not os.get_inheritable(one.fileno())
        one.detach()
    assert environ == {"HOME": "/"}
    assert inherited(environ) == {}


def test_a_child_takes_nothing_of_its_parents(handed: int) -> None:
    environ = given("web-portal:figures", pid=os.getppid())
    assert inherited(environ) == {}
    assert environ == {"HOME": "/"}
    assert os.get_inheritable(handed)


def test_two_of_one_name_are_refused(handed: int) -> None:
    with pytest.raises(Failure, match="two listeners `web-portal`"):
        inherited(given("web-portal:web-portal"))


def test_without_systemd_there_are_none() -> None:
    assert inherited({"LISTEN_FDS": "1"}) == {}
