# SPDX-License-Identifier: Apache-2.0
"""What the kernel sends is read as it comes, and whatever comes is no error."""

import socket
import struct

import pytest

from appliance.gate.netlink import Hearing, messages, opened
from tests.appliance.gate.wire import PING

PACKET = 4 << 8


def test_what_a_real_kernel_sent_is_understood() -> None:
    [(kind, attributes)] = messages(PING)
    assert (kind, attributes[4]) == (PACKET, bytes([0, 0, 0, 3]))
    assert attributes[9][12:16] == bytes([10, 0, 0, 100])
    assert len(list(messages(PING * 3))) == 3


def test_cut_or_bent_it_is_no_error() -> None:
    for length in range(len(PING)):
        list(messages(PING[:length]))
    for place in range(len(PING)):
        bent = bytearray(PING)
        bent[place] ^= 0xFF
        list(messages(bytes(bent)))


def test_one_without_attributes_has_none() -> None:
    assert list(messages(struct.pack("=IHHII", 20, 2, 0, 1, 0) + bytes(4))) == [(2, {})]


class Ear:
    """A hearing at the near end of a pair of sockets."""

    def __init__(self) -> None:
        self.far, self.near = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.near.setblocking(False)
        self.heard: list[int] = []
        self.lost = 0
        self.hearing = Hearing("who knocks", lambda kind, attributes: self.heard.append(kind), self._too_much)

    def _too_much(self) -> None:
        self.lost += 1


async def test_it_reads_what_comes_and_nothing_when_nothing_comes() -> None:
    ear = Ear()
    assert ear.hearing.listen(lambda: ear.near)
    ear.far.send(PING)
    ear.hearing.read()
    ear.hearing.read()
    assert ear.heard == [PACKET]
    ear.hearing.close()
    ear.hearing.close()
    assert ear.near.fileno() == -1
    ear.far.close()


async def test_without_the_kernels_leave_nothing_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    def refused() -> socket.socket:
        raise PermissionError("not permitted")

    hearing = Hearing("who knocks", lambda kind, attributes: None, lambda: None)
    assert not hearing.listen(refused)
    assert "who knocks is not heard: not permitted" in caplog.text
    hearing.close()


@pytest.mark.parametrize(("number", "goes_on"), [(105, True), (9, False)])
async def test_what_was_too_much_is_said_and_a_broken_socket_is_closed(number: int, goes_on: bool) -> None:
    ear = Ear()

    class Failing:
        def recv(self, most: int) -> bytes:
            raise OSError(number, "bad")

        def fileno(self) -> int:
            return ear.near.fileno()

        def close(self) -> None:
            ear.near.close()

    ear.hearing.listen(lambda: ear.near)
    ear.hearing._socket = Failing()  # type: ignore[assignment]
    ear.hearing.read()
    assert ear.lost == (1 if goes_on else 0)
    assert (ear.near.fileno() >= 0) is goes_on
    ear.hearing.close()
    ear.far.close()


def test_a_socket_that_cannot_be_set_up_is_closed() -> None:
    with pytest.raises(OSError, match="the kernel does not tell"), opened() as made:
        raise OSError("the kernel does not tell")
    assert made.fileno() == -1


def test_one_that_was_set_up_waits_for_nothing() -> None:
    with opened() as made:
        made.settimeout(1.0)
    assert made.gettimeout() == 0
    made.close()
