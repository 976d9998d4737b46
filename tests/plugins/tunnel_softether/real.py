# SPDX-License-Identifier: Apache-2.0
"""A real SoftEther VPN server with our engine beside it, and PCs that connect to it, for tests in the lab."""

import asyncio
import base64
import datetime as dt
import fcntl
import re
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from typing import TypeVar

from aiohttp import AddrInfoType
from cryptography.hazmat.primitives.serialization import Encoding
from renkei_tunnel_softether import Settings
from renkei_tunnel_softether.engine import SoftEther
from renkei_tunnel_softether.host import ServerKey, admins_of, config_of, new_key
from renkei_tunnel_softether.links import INTERFACE, Links
from renkei_tunnel_softether.rpc import Rpc

from appliance.contracts.tunnel import TunnelSeat
from appliance.host.system import SystemClock
from appliance.testing.services import fake_services
from tests.plugins.tunnel_softether.pcs import Pc, pc, seat
from tests.servers import softether
from tests.servers.netns import Machine, cable, machine

LISTEN = "198.18.0.9"
SIZE = 200_000
EVERY_PROTOCOL = 3
SIOCGIFINDEX = 0x8933
DISK = "64m"
COUNTED = re.compile(r"Bytes|Count|Revision|Time ")
T = TypeVar("T")
INTERNET = "198.18.0.1"
PASSWORD = "a password of this test"
SETTINGS = Settings(dial=LISTEN, listen=LISTEN, password="softether.password")


class World:
    """The appliance, a PC or more, and the Internet between them: machines of this test."""

    def __init__(self, stack: ExitStack) -> None:
        """Nothing runs yet."""
        self._stack = stack
        self._pcs = 0
        self.key: ServerKey = new_key(dt.datetime.now(dt.UTC))
        self.appliance = stack.enter_context(machine("se"))
        self.internet = stack.enter_context(machine("in"))
        cable(self.appliance, "pub0", f"{LISTEN}/24", self.internet, "in0", f"{INTERNET}/24")
        self.internet.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        self.server = softether.SoftEther(self.appliance, LISTEN)
        self.appliance.reaches("198.18.0.0/16", INTERNET)

    def fill_disk(self) -> None:
        """Nothing more can be written where the server keeps what it has."""
        self.appliance.tried("dd", "if=/dev/zero", f"of={softether.HOME}/full", "bs=4096")
        assert self.appliance.run("df", "--output=avail", softether.HOME).split()[-1] == "0"

    def empty_disk(self) -> None:
        """There is room again."""
        self.appliance.run("rm", f"{softether.HOME}/full")

    def lay_out(self) -> None:
        """As prepare-host does before each start."""
        config = config_of(SETTINGS, PASSWORD, self.key)
        for name, text in (("vpn_server.config", config), ("adminip.txt", admins_of(SETTINGS))):
            (self.appliance.folder / name).write_text(text)
            self.appliance.run("cp", self.appliance.folder / name, softether.HOME)

    def start(self) -> None:
        """The server, prepared, on a small disk of its own."""
        self.appliance.run("mount", "-t", "tmpfs", "-o", f"size={DISK}", "renkei", softether.HOME)
        self.lay_out()
        self.server.start()
        self._stack.callback(self.server.kill9)

    @asynccontextmanager
    async def engine(self, *numbers: int) -> AsyncIterator[SoftEther]:
        """Ours, prepared for the seats of these numbers."""
        engine = self.new_engine()
        await engine.prepare([seat(number) for number in numbers])
        try:
            yield engine
        finally:
            await self.rpc.close()

    def new_engine(self) -> SoftEther:
        """Ours; its line has to be closed."""
        services = fake_services(clock=SystemClock())  # type: ignore[arg-type]
        rpc = Rpc(SETTINGS.url, 5, services, self._socket)
        pem, der = (self.key.certificate.public_bytes(form) for form in (Encoding.PEM, Encoding.DER))
        rpc.open(PASSWORD, der)
        self.rpc = rpc
        return SoftEther(SETTINGS, rpc, Links(SETTINGS, self._run, self._index), services.clock, pem.decode())

    async def configuration(self) -> list[str]:
        """What the server would write, without what it counts by itself."""
        text = base64.b64decode((await self.rpc("GetConfig"))["FileData_bin"]).decode("utf-8-sig")
        return [line.strip() for line in text.splitlines() if not COUNTED.search(line)]

    def pc(self) -> "Office":
        """Another PC at another place."""
        self._pcs += 1
        made = self._stack.enter_context(machine(f"pc{self._pcs}"))
        near = f"198.18.{self._pcs}"
        cable(made, "eth0", f"{near}.20/24", self.internet, f"pc{self._pcs}", f"{near}.1/24")
        made.reaches(f"{LISTEN}/32", f"{near}.1")
        return Office(made, self._stack.enter_context(softether.vpn_client(made)), self.key, f"{near}.20")

    @asynccontextmanager
    async def portal(self) -> AsyncIterator[None]:
        """Something that answers at the portal's address."""
        listening = self.appliance.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((SETTINGS.portal, 443))
        lines: list[asyncio.StreamWriter] = []

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            """The same to everybody; then it hangs up."""
            lines.append(writer)
            writer.write(bytes(SIZE))
            with suppress(OSError):
                await writer.drain()
                writer.write_eof()

        async with await asyncio.start_server(answer, sock=listening):
            yield
        # Whoever was cut off never says so.
        for line in lines:
            line.transport.abort()
        await asyncio.sleep(0)

    @contextmanager
    def heard(self) -> Iterator[list[bytes]]:
        """Every frame that comes out of the hub towards the portal, in the end."""
        frames: list[bytes] = []
        with self.appliance.socket(socket.AF_PACKET, socket.SOCK_RAW) as ear:
            ear.bind((INTERFACE, EVERY_PROTOCOL))
            yield frames
            with suppress(BlockingIOError):
                while True:
                    frame, about = ear.recvfrom(2048)
                    if about[2] != socket.PACKET_OUTGOING:
                        frames.append(frame)

    def _socket(self, about: AddrInfoType) -> socket.socket:
        return self.appliance.socket(about[0], about[1])

    def _index(self, name: str) -> int:
        with self.appliance.socket() as asking:
            asked = struct.pack("16si12x", name.encode(), 0)
            return int(struct.unpack_from("i", fcntl.ioctl(asking, SIOCGIFINDEX, asked), 16)[0])

    async def _run(self, command: Sequence[str]) -> tuple[int, str]:
        done = await asyncio.to_thread(self.appliance.tried, *command)
        return done.returncode, done.stdout + done.stderr


class Office:
    """A PC with a client."""

    def __init__(self, at: Machine, client: softether.VpnClient, server: ServerKey, address: str) -> None:
        """It knows the server by its certificate; address is where it is on the Internet."""
        self.machine = at
        self.address = address
        self.client = client
        self._server = at.folder / "server.pem"
        self._server.write_bytes(server.certificate.public_bytes(Encoding.PEM))

    def has_seat(self, number: int) -> str:
        """A setting "a" with the key of this seat; its interface."""
        return self.has("a", seat(number), pc(str(number)))

    def has(self, name: str, seat: TunnelSeat, pc: Pc, nic: str = "") -> str:
        """A setting with this key; its interface."""
        certificate, key = self.machine.folder / f"{name}.crt", self.machine.folder / f"{name}.key"
        certificate.write_bytes(pc.certificate)
        key.write_bytes(pc.key)
        where = f"{LISTEN}:443"
        interface = self.client.account(name, where, SETTINGS.hub, seat.name, certificate, key, nic)
        self.client.command("AccountServerCertEnable", name)
        self.client.command("AccountServerCertSet", name, f"/LOADCERT:{self._server}")
        return interface

    def gets_in(self, name: str, seconds: float = 5.0) -> bool:
        """Whether it connects, from the beginning."""
        self.client.tried("AccountDisconnect", name)
        self.client.connect(name)
        for _ in range(round(seconds / 0.05)):
            status = self.client.status(name)
            if "Completed" in status:
                return True
            if not status:
                return False
        return False

    def reaches(self, address: str = SETTINGS.portal, port: int = 443) -> bool:
        """Whether somebody answers there."""
        asked = ("timeout", "3", "bash", "-c", f"exec 3<>/dev/tcp/{address}/{port}")
        return self.machine.tried(*asked).returncode == 0

    def fetches(self) -> bool:
        """Whether all that the portal says arrives."""
        asked = ("timeout", "10", "bash", "-c", f"wc -c < /dev/tcp/{SETTINGS.portal}/443")
        return self.machine.tried(*asked).stdout.strip() == str(SIZE)


async def seen(look: Callable[[], Awaitable[T]], right: Callable[[T], bool], seconds: float = 10.0) -> T:
    """What look() says once that is right, or at last."""
    for _ in range(round(seconds / 0.05)):
        if right(found := await look()):
            return found
        await asyncio.sleep(0.05)
    return await look()


@contextmanager
def world() -> Iterator[World]:
    """All of it, gone afterwards."""
    with ExitStack() as stack:
        made = World(stack)
        made.start()
        yield made
