# SPDX-License-Identifier: Apache-2.0
"""A real SoftEther VPN server, and the client of a PC, each inside a machine of its own (see netns.py)."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.servers.netns import PATIENCE, Machine, is_gone, until

HOME = "/var/lib/softether"
SERVER = "/usr/libexec/softether/vpnserver/vpnserver"
CLIENT = "/usr/libexec/softether/vpnclient/vpnclient"
PASSWORD = "adminpw"  # of a server that lives for one test
HASHED = "26KDTH2woEqTBgoNUfFv6JdtxxE="
# What the server starts with unless a test brings its own; all that could call out is off.
CONFIG = """declare root
{{
	declare DDnsClient
	{{
		bool Disabled true
	}}
	declare ListenerList
	{{
		declare Listener0
		{{
			bool DisableDos true
			bool Enabled true
			uint Port {port}
		}}
	}}
	declare ServerConfiguration
	{{
		bool DisableGetHostNameWhenAcceptTcp true
		bool DisableIPv6Listener true
		bool DisableNatTraversal true
		byte HashedPassword {hashed}
		string KeepConnectHost $
		string ListenIP {listen}
		string PortsUDP $
		bool Tls_Disable1_0 true
		bool Tls_Disable1_1 true
		bool UseKeepConnect false
	}}
	declare VirtualHUB
	{{
	}}
}}
"""
# Sets what a lease says; the route to everything is the tunnel's as long as the interface is there.
ON_LEASE = """#!/bin/sh
case "$1" in
bound|renew)
	ip address replace "$ip/${mask:-24}" dev "$interface"
	for router in $router; do ip route replace default via "$router" dev "$interface" metric 1; done
	;;
esac
"""


class Daemon:
    """`execsvc` in the foreground: a parent, and the child that does the work."""

    def __init__(self, machine: Machine, program: str) -> None:
        """program is the server's or the client's."""
        self.machine = machine
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def worker(self) -> int:
        """The pid of the child; 0 if there is none (yet)."""
        if self._process is None or self._process.poll() is not None:
            return 0
        found = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return int((found.read_text().split() or ["0"])[0]) if found.exists() else 0

    def start(self) -> None:
        """Start it; it answers soon after."""
        assert self._process is None
        with (self.machine.folder / f"{Path(self._program).name}.log").open("ab") as log:
            self._process = self.machine.start(self._program, "execsvc", stdout=log, stderr=log)
        until(lambda: self.worker, f"{self._program} has started")

    def pause(self) -> None:
        """It hangs: it takes connections, and answers nobody."""
        os.kill(self.worker, signal.SIGSTOP)

    def resume(self) -> None:
        """It goes on."""
        os.kill(self.worker, signal.SIGCONT)

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def kill9(self) -> None:
        """End it at once; what it has not written is lost."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        """The parent would start another child in place of one that was killed."""
        worker, process, self._process = self.worker, self._process, None
        if process is None:
            return
        if how is signal.SIGKILL:
            process.kill()
        if worker:
            with suppress(ProcessLookupError):
                os.kill(worker, how)
        process.wait(PATIENCE)
        until(lambda: not worker or is_gone(worker), "its worker has ended")


class SoftEther(Daemon):
    """A server with no hub yet; its API is at https://listen:port/api/, open to the addresses of admins alone."""

    def __init__(self, machine: Machine, listen: str, port: int = 443, password: str = PASSWORD) -> None:
        """listen is an address of the machine; "0.0.0.0" for all of them."""
        super().__init__(machine, SERVER)
        self.listen = listen
        self.port = port
        self.password = password

    def preseed(self, config: str = "", admins: Sequence[str] = ("127.0.0.1",)) -> None:
        """Lay out its configuration, as ours does before the first start; its password is PASSWORD."""
        home = self.machine.private(HOME)
        text = config or CONFIG.format(port=self.port, hashed=HASHED, listen=self.listen)
        (home / "vpn_server.config").write_text(text, "utf-8")
        (home / "adminip.txt").write_text("".join(f"{admin}\n" for admin in admins), "utf-8")

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        super().start()
        until(self._answers, f"the server listens at {self.listen}:{self.port}")

    def _answers(self) -> bool:
        return f":{self.port} " in self.machine.run("ss", "-Hltn")


@contextmanager
def softether(machine: Machine, listen: str, port: int = 443) -> Iterator[SoftEther]:
    """A fresh server that runs, up in about 0.4 s, and has ended afterwards."""
    server = SoftEther(machine, listen, port)
    server.preseed(admins=("127.0.0.1", listen))
    try:
        server.start()
        yield server
    finally:
        server.kill9()


class VpnClient(Daemon):
    """The client of one PC, driven as its owner would by vpncmd."""

    def __init__(self, machine: Machine) -> None:
        """One for a machine, and a fresh one for each test: it may wedge after many quick reconnects."""
        super().__init__(machine, CLIENT)
        self._on_lease = machine.folder / "on-lease"
        self._on_lease.write_text(ON_LEASE)
        self._on_lease.chmod(0o755)

    def start(self) -> None:
        """Start it, and wait until it takes commands; it listens to this machine alone."""
        super().start()
        until(lambda: self.tried("VersionGet").returncode == 0, "the client takes commands")
        self.command("RemoteDisable")

    def tried(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """One command of vpncmd, whether it fails or not; it takes its time to leave a server that was killed."""
        return self.machine.tried("vpncmd", "localhost", "/CLIENT", "/CSV", "/CMD", *words, seconds=3 * PATIENCE)

    def command(self, *words: str) -> str:
        """What vpncmd prints. Raises AssertionError with what it says."""
        done = self.tried(*words)
        assert done.returncode == 0, f"vpncmd {' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def account(
        self, name: str, server: str, hub: str, user: str, certificate: Path, key: Path, nic: str = ""
    ) -> str:
        """A setting to connect with, and its interface; the name of that, such as vpn_n1."""
        nic = nic or name
        if f"vpn_{nic}" not in self.machine.run("ip", "-br", "link"):
            self.command("NicCreate", nic)
        where = (f"/SERVER:{server}", f"/HUB:{hub}", f"/USERNAME:{user}", f"/NICNAME:{nic}")
        self.command("AccountCreate", name, *where)
        self.command("AccountCertSet", name, f"/LOADCERT:{certificate}", f"/LOADKEY:{key}")
        self.command("AccountRetrySet", name, "/NUM:0", "/INTERVAL:5")
        return f"vpn_{nic}"

    def connect(self, name: str) -> None:
        """Ask it to; it goes on by itself."""
        self.command("AccountConnect", name)

    def disconnect(self, name: str) -> None:
        """「切断」."""
        self.command("AccountDisconnect", name)

    def status(self, name: str) -> str:
        """The first word of what it says of itself, "" when it is not even trying."""
        lines = self.tried("AccountStatusGet", name).stdout.splitlines()
        states = [line.partition(",")[2] for line in lines if line.startswith("Session Status,")]
        return states[0] if states else ""

    def connected(self, name: str, seconds: float = PATIENCE) -> None:
        """Wait until the session is there."""
        until(lambda: "Completed" in self.status(name), f"{name} is connected", seconds)

    def lease(self, interface: str, seconds: int = 15) -> str:
        """An address by DHCP; the interface has to be up first, or the program hangs."""
        until(lambda: "LOWER_UP" in self.machine.run("ip", "link", "show", interface), f"{interface} is up")
        asking = ("udhcpc", "-i", interface, "-n", "-q", "-f", "-t", "8", "-T", "1", "-s", self._on_lease)
        self.machine.run("timeout", str(seconds), *asking, seconds=seconds + 5)
        shown = self.machine.run("ip", "-4", "-br", "address", "show", interface).split()
        return shown[2].partition("/")[0]


@contextmanager
def vpn_client(machine: Machine) -> Iterator[VpnClient]:
    """A fresh client that runs, and has ended afterwards."""
    client = VpnClient(machine)
    try:
        client.start()
        yield client
    finally:
        client.kill9()
