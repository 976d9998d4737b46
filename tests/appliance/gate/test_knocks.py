# SPDX-License-Identifier: Apache-2.0
"""Who is turned away is read out of what the kernel sends; test_kernel_real.py has a kernel that does."""

import socket
import struct

import pytest

from appliance.gate import knocks as knocks_module
from appliance.gate.knocks import Dropped, Knocks, dropped_in
from appliance.testing.clock import FakeClock

# A ping from 10.0.0.100 at the interface 3, as a 6.18 kernel sent it.
REAL = bytes.fromhex(
    "b800000000040000000000000000000002001d29080001000800010005000a000000000008000400000000031000080000060000e2f4f257"
    "f2d4000006000f000001000006001100000e0000120010001e9aac8a0104e2f4f257f2d40800000014000300000000006b02fdc000000000"
    "000886864400090045000054c3404000400162fb0a0000640a00000a0800ced2606a0001c0fd026b000000003e8608000000000010111213"
    "1415161718191a1b1c1d1e1f20212223"
)


def test_what_a_real_kernel_sent_is_understood() -> None:
    assert list(dropped_in(REAL)) == [Dropped(3, "10.0.0.100")]
    assert list(dropped_in(REAL * 3)) == [Dropped(3, "10.0.0.100")] * 3


def test_cut_or_bent_it_is_no_error() -> None:
    for length in range(len(REAL)):
        list(dropped_in(REAL[:length]))
    for place in range(len(REAL)):
        bent = bytearray(REAL)
        bent[place] ^= 0xFF
        list(dropped_in(bytes(bent)))


def test_other_messages_are_passed_over() -> None:
    other = struct.pack("=IHHII", 20, 2, 0, 1, 0) + bytes(4)
    assert list(dropped_in(other + REAL)) == [Dropped(3, "10.0.0.100")]


@pytest.fixture
def heard() -> list[str]:
    return []


def test_one_place_is_heard_once_in_a_while(heard: list[str]) -> None:
    clock = FakeClock()
    knocks = Knocks(heard.append, clock)
    for _ in range(3):
        knocks.hear("rk-a", "10.0.0.5")
    knocks.hear("rk-a", "10.0.0.6")
    knocks.hear("rk-b", "10.0.0.5")
    assert heard == ["rk-a", "rk-a", "rk-b"]
    clock.move(4999)
    knocks.hear("rk-a", "10.0.0.5")
    clock.move(1)
    knocks.hear("rk-a", "10.0.0.5")
    assert (len(heard), knocks.heard) == (4, 4)


def test_an_interface_that_is_gone_is_not_heard(heard: list[str]) -> None:
    knocks = Knocks(heard.append, FakeClock())
    knocks.hear(knocks_module._name_of(2_000_000), "10.0.0.5")
    assert heard == []


def test_who_invents_sources_fills_no_memory(heard: list[str]) -> None:
    knocks = Knocks(heard.append, FakeClock())
    for number in range(5000):
        knocks.hear("rk-a", str(number))
    assert len(knocks._last) <= knocks_module.MOST_PLACES


async def test_without_the_kernels_leave_there_are_none(
    heard: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(group: int) -> socket.socket:
        raise PermissionError("not permitted")

    monkeypatch.setattr(knocks_module, "bound_to", refused)
    knocks = Knocks(heard.append, FakeClock())
    assert not knocks.listen()
    assert "not permitted" in caplog.text
    knocks.close()


class Pipe:
    """Stands for the kernel's socket."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, clock: FakeClock, heard: list[str]) -> None:
        self.far, self.near = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.near.setblocking(False)
        monkeypatch.setattr(knocks_module, "bound_to", lambda group: self.near)
        monkeypatch.setattr(knocks_module, "_name_of", lambda interface: f"rk-{interface}")
        self.knocks = Knocks(heard.append, clock)


async def test_it_reads_when_the_kernel_sends(heard: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe(monkeypatch, FakeClock(), heard)
    assert pipe.knocks.listen()
    pipe.far.send(REAL)
    pipe.knocks._read()
    assert heard == ["rk-3"]
    pipe.knocks._read()
    assert heard == ["rk-3"]
    pipe.knocks.close()
    pipe.far.close()
    assert pipe.near.fileno() == -1


@pytest.mark.parametrize(("number", "goes_on"), [(105, True), (9, False)])
async def test_too_many_knocks_are_a_knock_and_a_broken_socket_is_closed(
    heard: list[str], monkeypatch: pytest.MonkeyPatch, number: int, goes_on: bool
) -> None:
    pipe = Pipe(monkeypatch, FakeClock(), heard)
    pipe.knocks.listen()

    class Failing:
        def recv(self, most: int) -> bytes:
            raise OSError(number, "bad")

        def fileno(self) -> int:
            return pipe.near.fileno()

        def close(self) -> None:
            pipe.near.close()

    pipe.knocks._socket = Failing()  # type: ignore[assignment]
    pipe.knocks._read()
    assert heard == ([""] if goes_on else [])
    assert (pipe.knocks._socket is not None) is goes_on
    pipe.knocks.close()
    pipe.far.close()
