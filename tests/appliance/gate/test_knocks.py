# SPDX-License-Identifier: Apache-2.0
"""Who is turned away is read out of what the kernel sends; test_knocks_real.py has a kernel that does."""

import socket

import pytest

from appliance.gate import knocks as knocks_module
from appliance.gate.knocks import Knocks, source_of
from appliance.gate.netlink import messages
from appliance.testing.clock import FakeClock
from tests.appliance.gate.wire import PING


@pytest.fixture
def heard() -> list[str]:
    return []


def test_one_place_is_heard_once_in_a_while(heard: list[str]) -> None:
    clock = FakeClock()
    knocks = Knocks(heard.append, clock)
    for _ in range(3):
        knocks.hear("rk-a", "10.0.0.5")
        clock.move(200)
    knocks.hear("rk-a", "10.0.0.6")
    knocks.hear("rk-b", "10.0.0.5")
    assert heard == ["rk-a", "rk-a", "rk-b"]
    clock.move(4399)
    knocks.hear("rk-a", "10.0.0.5")
    clock.move(1)
    knocks.hear("rk-a", "10.0.0.5")
    assert (len(heard), knocks.heard) == (4, 4)


@pytest.mark.parametrize("uptime", [0, 86_791.332104765, 1e7 / 3])
def test_the_first_one_is_heard_whatever_the_clock_says(heard: list[str], uptime: float) -> None:
    clock = FakeClock()
    clock.monotonic = lambda: uptime  # type: ignore[method-assign]
    Knocks(heard.append, clock).hear("rk-a", "10.0.0.5")
    assert heard == ["rk-a"]


def test_an_interface_that_is_gone_is_not_heard(heard: list[str]) -> None:
    knocks = Knocks(heard.append, FakeClock())
    knocks.hear(knocks_module._name_of(2_000_000), "10.0.0.5")
    assert heard == []


def test_who_invents_sources_fills_no_memory(heard: list[str]) -> None:
    clock = FakeClock()
    knocks = Knocks(heard.append, clock)
    for number in range(5000):
        knocks.hear("rk-a", str(number))
        clock.move(200)
    assert 1 < len(knocks._last) <= knocks_module.MOST_PLACES


def test_a_flood_has_its_engine_looked_at_now_and_then_and_hides_nobody(heard: list[str]) -> None:
    """Of each place at its own interface, whatever goes on at another; and within a moment at the same one."""
    clock = FakeClock()
    knocks = Knocks(heard.append, clock)
    for number in range(10_000):
        knocks.hear("rk-a", str(number))
        clock.move(1)
    assert heard == ["rk-a"] * 50
    knocks.hear("rk-b", "10.8.0.2")
    assert heard[50:] == ["rk-b"]
    clock.move(200)
    knocks.hear("rk-a", "10.0.0.5")
    assert heard[51:] == ["rk-a"]


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


def test_what_a_real_kernel_sent_is_a_knock(heard: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knocks_module, "_name_of", lambda interface: f"rk-{interface}")
    knocks = Knocks(heard.append, FakeClock())
    [message] = messages(PING)
    knocks._dropped(*message)
    assert heard == ["rk-3"] and "10.0.0.100" in {place.address for place in knocks._last}
    knocks._dropped(message[0] + 1, message[1])
    assert len(heard) == 1


@pytest.mark.parametrize("packet", [b"", b"E" * 19, b"\x60" + bytes(40)])
def test_what_is_no_ipv4_has_no_source(packet: bytes) -> None:
    assert source_of(packet) == ""
