# SPDX-License-Identifier: Apache-2.0
"""An appliance with its portal, a PC and another machine, in networks of their own, with a real kernel's table."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.gate.kernel import Opening, Place, mark_of
from appliance.gate.nft import NftKernel
from tests.appliance.gate.gates import ONE
from tests.servers.netns import Machine, Resident, cable, machine, need_lab, resident

PORTAL, OTHER, PC = "10.0.0.10", "10.0.0.11", "10.0.0.100"
HERE = Place("rk-t0", PC)
MARK = mark_of(ONE.name, "SID-1")

# What the portal is here: bytes every millisecond, at each of some addresses and ports, until nobody takes them.
SERVER = """
import socket, sys, threading, time

def stream(connection):
    try:
        while True:
            connection.send(b"x")
            time.sleep(0.001)
    except OSError:
        connection.close()

def serve(listener):
    while True:
        threading.Thread(target=stream, args=(listener.accept()[0],), daemon=True).start()

for address in sys.argv[1:]:
    for port in (443, 444):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        threading.Thread(target=serve, args=(socket.create_server((address, port), family=family),)).start()
print("listening", flush=True)
"""


class Site:
    """The appliance with its portal, a PC at an interface of an engine, and one at another interface."""

    def __init__(self, appliance: Machine, pc: Machine, outside: Machine, inside: Resident) -> None:
        self.appliance, self.pc, self.outside, self.inside = appliance, pc, outside, inside
        self.kernel = NftKernel(PORTAL, (443,))
        self.streams: list[socket.socket] = []

    def open(self, seconds: int = 600, place: Place = HERE) -> None:
        self.change([Opening(place, seconds, MARK)])

    def change(self, opening: list[Opening] = [], shutting: list[Place] = []) -> None:  # noqa: B006 - never changed
        self.inside.run(self.kernel.change(opening, shutting))

    def held(self) -> list[Opening]:
        return self.inside.run(self.kernel.held())

    def reaches(self, machine: Machine, address: str = PORTAL, port: int = 443, source: str = "") -> bool:
        """Whether a connection can be made, at once."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with machine.socket(family) as tried:
            tried.settimeout(0.3)
            if source:
                tried.bind((source, 0))
            try:
                tried.connect((address, port))
            except OSError:
                return False
            return True

    def stream(self) -> socket.socket:
        """A connection of the PC at which bytes arrive every millisecond, for as long as they pass."""
        made = self.pc.socket()
        made.settimeout(5)
        made.connect((PORTAL, 443))
        made.recv(1)
        self.streams.append(made)
        return made


@contextmanager
def place_of_site() -> Iterator[Site]:
    """All of it, until the block ends."""
    need_lab()
    with machine("gate") as appliance, machine("pc") as pc, machine("out") as outside:
        cable(appliance, "rk-t0", "10.0.0.10/24", pc, "t0", "10.0.0.100/24")
        cable(appliance, "eth0", "192.0.2.1/24", outside, "eth0", "192.0.2.2/24")
        for address in ("10.0.0.11/24", "fd00::10/64"):
            flag = "nodad" if ":" in address else "noprefixroute"
            appliance.run("ip", "address", "add", address, "dev", "rk-t0", flag)
        for address in ("10.0.0.101/24", "fd00::100/64"):
            pc.run("ip", "address", "add", address, "dev", "t0", *(["nodad"] if ":" in address else []))
        appliance.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        for inside in (pc, outside):
            inside.run("ip", "route", "add", "default", "via", PORTAL if inside is pc else "192.0.2.1")
        command = (sys.executable, "-c", SERVER, PORTAL, OTHER, "fd00::10")
        with appliance.start(*command, stdout=subprocess.PIPE) as server, resident(appliance) as thread:
            assert server.stdout is not None and server.stdout.readline()
            yield Site(appliance, pc, outside, thread)
            server.kill()
