# SPDX-License-Identifier: Apache-2.0
"""A real kernel says who was turned away, also in a flood of others (promise 3)."""

import itertools
import sys
import threading
import time

import pytest

from appliance.gate.knocks import Knocks
from appliance.host.system import SystemClock
from tests.appliance.gate.sites import PC, Site
from tests.servers.netns import until

pytestmark = pytest.mark.lab


def test_whoever_is_turned_away_is_heard(site: Site) -> None:
    heard: list[str] = []
    knocks = Knocks(heard.append, SystemClock())

    async def listen() -> bool:
        return knocks.listen()

    async def close() -> None:
        knocks.close()

    assert site.inside.run(listen())
    assert not site.reaches(site.pc)
    assert heard == ["rk-t0"]
    site.inside.run(close())


# Two seconds of packets from as many addresses as are said.
FLOOD = """
import socket, sys, time
made = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
until, number = time.monotonic() + 2, 0
while time.monotonic() < until:
    number += 1
    source = (10 << 24) + (77 << 16) + number % int(sys.argv[1])
    head = bytes([69, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0]) + source.to_bytes(4, "big") + bytes([10, 0, 0, 10])
    made.sendto(head + bytes(8), ("10.0.0.10", 0))
"""


@pytest.mark.parametrize("sources", [1, 900, 30_000], ids=["one", "many", "more_than_are_told_apart"])
def test_a_flood_of_knocks_hides_nobody(site: Site, sources: int) -> None:
    """An honest PC is heard in spite of it; of many invented addresses, its engine is looked at all the time."""
    heard: list[float] = []
    knocks = Knocks(lambda interface: heard.append(time.monotonic()), SystemClock())

    async def listen() -> bool:
        return knocks.listen()

    async def close() -> None:
        knocks.close()

    site.inside.run(listen())
    try:
        flood = threading.Thread(target=site.pc.run, args=(sys.executable, "-c", FLOOD, str(sources)))
        flood.start()
        until(lambda: heard, "the flood is heard")
        while flood.is_alive():
            site.reaches(site.pc)
        flood.join()
        apart = [after - before for before, after in itertools.pairwise(heard)]
        honest = PC in {place.address for place in knocks._last}
        print(f"{len(heard)} heard, {max(apart, default=0):.2f} s apart at most, the PC among them: {honest}")
        assert honest or (len(heard) > 5 and max(apart) < 1.0)
        assert sources > 1 or honest
    finally:
        site.inside.run(close())
