# SPDX-License-Identifier: Apache-2.0
"""Our engine on a machine of its own with a real WireGuard, and PCs that connect to it, for tests in the lab."""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

from renkei_tunnel_wireguard.engine import WireGuard as Engine
from renkei_tunnel_wireguard.link import INTERFACE as LINK
from renkei_tunnel_wireguard.programs import Ran
from renkei_tunnel_wireguard.settings import Settings

from appliance.contracts.tunnel import TunnelSeat
from appliance.host.system import SystemClock
from appliance.testing.services import FakeMetrics
from tests.plugins.tunnel_wireguard import fake_host
from tests.servers.netns import Machine, cable, machine, until
from tests.servers.wireguard import KeyPair, WireGuard, key_pair

PORTAL, PORT = "10.0.0.10", 443
INTERFACE = "wg-pc"
EVERY_PROTOCOL = 3
IPV6 = 6
SETTINGS = Settings(dial="198.18.1.1", portal=PORTAL)
# A handshake takes some milliseconds; who is not let in is not answered at all.
ANSWER_SECONDS = 0.7
# What had left before an order may be read so late.
LATE_SECONDS = 0.1
TICKING = """
import socketserver, sys, time
class Tick(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            self.request.sendall(b".")
            time.sleep(0.001)
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    def handle_error(self, request, client_address):
        pass
Server((sys.argv[1], int(sys.argv[2])), Tick).serve_forever()
"""


@cache
def keys(number: int, key: str = "") -> KeyPair:
    """Those of a PC."""
    return key_pair()


def seat(number: int, key: str = "") -> TunnelSeat:
    """With a key that a PC really has."""
    return replace(fake_host.seat(number), wireguard_key=keys(number, key).public)


class World:
    """The appliance, and PCs with a cable to it each."""

    def __init__(self, stack: ExitStack) -> None:
        """Nobody has WireGuard yet."""
        self._stack = stack
        self._pcs = 0
        self.appliance = stack.enter_context(machine("wg"))
        self.metrics = FakeMetrics()
        self.server = keys(-1)

    def new_engine(self) -> Engine:
        """One of this machine, not prepared."""
        made = Engine(SETTINGS, self._run, SystemClock(), logging.getLogger("renkei.test"), self.metrics)
        made.private = self.server.private
        return made

    def pc(self, number: int, key: str = "") -> "Pc":
        """A PC with the key of a seat, at a place of its own."""
        return self.pc_of(keys(number, key), seat(number).address)

    def pc_of(self, pair: KeyPair, address: str) -> "Pc":
        """A PC with this key, and this address in the tunnel."""
        self._pcs += 1
        near = f"198.18.{self._pcs}"
        made = self._stack.enter_context(machine(f"pc{self._pcs}"))
        cable(made, "eth0", f"{near}.20/24", self.appliance, f"pc{self._pcs}", f"{near}.1/24")
        end = WireGuard(made, INTERFACE, pair, f"{address}/32")
        self._stack.callback(end.stop)
        end.start()
        made.run("ip", "route", "add", f"{PORTAL}/32", "dev", INTERFACE)
        return Pc(made, end, self.server.public, f"{near}.1:{SETTINGS.port}")

    def kill_engine(self) -> None:
        """wireguard-go of the appliance dies."""
        for pid in self.appliance.pids():
            if Path(f"/proc/{pid}/comm").read_text().strip() == "wireguard-go":
                os.kill(pid, signal.SIGKILL)
        until(lambda: "rk-wg0" not in self.appliance.run("ip", "-br", "link"), "the interface went with it")

    @contextmanager
    def portal(self) -> Iterator[None]:
        """Something at the portal's address that says a byte each millisecond."""
        serving = self.appliance.start(sys.executable, "-I", "-c", TICKING, PORTAL, str(PORT))
        until(lambda: f"{PORTAL}:{PORT} " in self.appliance.run("ss", "-Hltn"), "the portal listens")
        try:
            yield
        finally:
            serving.kill()
            serving.wait()

    @contextmanager
    def heard(self) -> Iterator[set[str]]:
        """The IPv4 addresses of all packets that come out of the tunnels, and "IPv6" if one is that, in the end."""
        sources: set[str] = set()
        with self.appliance.socket(socket.AF_PACKET, socket.SOCK_DGRAM) as ear:
            ear.bind((LINK, EVERY_PROTOCOL))
            yield sources
            with suppress(BlockingIOError):
                while True:
                    packet, about = ear.recvfrom(2048)
                    if about[2] != socket.PACKET_OUTGOING:
                        is_ipv6 = packet[0] >> 4 == IPV6
                        sources.add("IPv6" if is_ipv6 else socket.inet_ntoa(packet[12:16]))

    async def _run(self, command: Sequence[str], given: str) -> Ran:
        if not given:
            ran = await asyncio.to_thread(self.appliance.tried, *command)
        else:
            file = self.appliance.folder / "given"
            file.write_text(given)
            ran = await asyncio.to_thread(self.appliance.tried, "sh", "-c", '"$@" <"$0"', file, *command)
        return Ran(ran.returncode, ran.stdout, ran.stderr)


class Pc:
    """A PC with a client."""

    def __init__(self, at: Machine, end: WireGuard, server: str, endpoint: str) -> None:
        """It knows the server by its public key."""
        self.machine = at
        self.end = end
        self._server = server
        self._endpoint = endpoint

    def gets_in(self) -> bool:
        """Whether it connects, from the beginning."""
        self.machine.run("wg", "set", INTERFACE, "peer", self._server, "remove")
        self.end.peer(self._server, self._endpoint, keepalive=1)
        for _ in range(round(ANSWER_SECONDS / 0.02)):
            if self.end.handshook():
                return True
            self.machine.run("sleep", "0.02")
        return False

    def sent_bytes(self) -> int:
        """What has left by the tunnel."""
        return int(self.machine.run("wg", "show", INTERFACE, "transfer").split()[2])

    def goes(self) -> None:
        """Without a word."""
        self.end.stop()

    async def reaches(self, address: str = PORTAL, port: int = PORT, source: str = "") -> bool:
        """Whether somebody answers there, asked from an address."""
        with self.machine.socket() as asking:
            asking.bind((source, 0))
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await asyncio.get_running_loop().sock_connect(asking, (address, port))
            except (TimeoutError, OSError):
                return False
        return True


class Ear:
    """at is when the last byte came, by the loop's clock."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.at = 0.0
        self.count = 0

    async def hear(self, asking: socket.socket) -> None:
        """For ever."""
        loop = asyncio.get_running_loop()
        while said := await loop.sock_recv(asking, 4096):
            self.at, self.count = loop.time(), self.count + len(said)

    async def more(self, seconds: float) -> bool:
        """Whether anything comes within so many seconds that had not left before."""
        await asyncio.sleep(LATE_SECONDS)
        before = self.count
        for _ in range(round(seconds / 0.02)):
            await asyncio.sleep(0.02)
            if self.count > before:
                return True
        return False


@asynccontextmanager
async def listening(at: Machine) -> AsyncIterator[Ear]:
    """A connection of a PC to the portal, and what is heard there."""
    with at.socket() as asking:
        await asyncio.get_running_loop().sock_connect(asking, (PORTAL, PORT))
        async with asyncio.TaskGroup() as group:
            made = Ear()
            hearing = group.create_task(made.hear(asking))
            yield made
            hearing.cancel()


@contextmanager
def world() -> Iterator[World]:
    """All of it, gone afterwards."""
    with ExitStack() as stack:
        yield World(stack)
