# SPDX-License-Identifier: Apache-2.0
"""A PC in an office's network, an Internet with a site, and a fund: each a machine of its own, with real engines.

The fund's portal is whatever takes connections at PORTAL; nobody judges, so whoever the engine lets in reaches it.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from appliance.contracts.kit import KitTunnel
from tests.plugins.kit_linux.office_pc import kit_file, order
from tests.servers.netns import Machine, cable, machine, until
from tests.servers.softether import PASSWORD, SoftEther, softether
from tests.servers.wireguard import WireGuard, key_pair, wireguard

PORTAL = "10.0.0.10"
FUND, SITE, NEIGHBOUR = "198.18.0.9", "203.0.113.7", "192.168.7.1"
USER = "a" * 26
ADDRESS = "10.8.0.2"
_LISTEN = """
import http.server, sys
http.server.HTTPServer((sys.argv[1], int(sys.argv[2])), http.server.BaseHTTPRequestHandler).serve_forever()
"""
_CERTIFICATE = "import ssl, sys; print(ssl.get_server_certificate((sys.argv[1], 443)))"
_REACH = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 1.0).close()"


@dataclass
class World:
    """The machines, and the PC's kit, which is installed at first use."""

    pc: Machine
    internet: Machine
    fund: Machine
    kit: Path | None = None
    listening: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def home(self) -> Path:
        """Of the person at the PC."""
        return self.pc.folder / "home"

    @property
    def own(self) -> Path:
        """What the kit keeps there."""
        return self.home / ".local/share/renkei"

    async def install(self, *tunnels: KitTunnel) -> None:
        """Install a kit that connects by these."""
        self.home.mkdir(exist_ok=True)
        self.kit = await kit_file(self.pc.folder, replace(order(kit=USER), tunnels=tunnels))
        self.runs("--agree", kit=self.kit)

    def tried(self, *words: str, kit: Path | None = None) -> tuple[int, str]:
        """Run the installed kit on the PC: its code, and all that it said."""
        command: tuple[str | Path, ...] = (sys.executable, "-I", kit or self.own / "renkei-kit", *words)
        done = self.pc.tried(*command, seconds=60, env={"HOME": str(self.home), "SSH_CONNECTION": ""})
        return done.returncode, done.stdout + done.stderr

    def runs(self, *words: str, kit: Path | None = None) -> str:
        """The same where it has to succeed."""
        code, said = self.tried(*words, kit=kit)
        assert code == 0, said
        return said

    def reaches(self, host: str, port: int = 80) -> bool:
        """Whether the PC gets a connection there."""
        return self.pc.tried(sys.executable, "-I", "-c", _REACH, host, str(port)).returncode == 0

    def reached(self) -> dict[str, bool]:
        """What the PC reaches."""
        return {
            "portal": self.reaches(PORTAL, 443),
            "internet": self.reaches(SITE),
            "neighbour": self.reaches(NEIGHBOUR),
        }

    def listens(self, host: Machine, address: str, port: int) -> None:
        """Something takes connections there."""
        self.listening.append(host.start(sys.executable, "-I", "-c", _LISTEN, address, str(port)))
        until(lambda: f"{address}:{port} " in host.run("ss", "-Hltn"), f"{address}:{port} listens")

    def close(self) -> None:
        """Nothing listens any more."""
        for process in self.listening:
            process.kill()
            process.wait()


ALONE = {"portal": True, "internet": False, "neighbour": False}
AS_EVER = {"portal": False, "internet": True, "neighbour": True}


@contextmanager
def world() -> Iterator[World]:
    """All of it, without an engine."""
    with machine("pc") as pc, machine("internet") as internet, machine("fund") as fund:
        cable(pc, "eth0", "192.168.7.2/24", internet, "office", f"{NEIGHBOUR}/24")
        cable(fund, "wan", f"{FUND}/24", internet, "fund", "198.18.0.1/24")
        internet.run("ip", "address", "add", f"{SITE}/32", "dev", "lo")
        internet.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
        pc.reaches("default", NEIGHBOUR)
        fund.reaches("default", "198.18.0.1")
        made = World(pc, internet, fund)
        try:
            for address in (SITE, NEIGHBOUR):
                made.listens(internet, address, 80)
            yield made
        finally:
            made.close()


@contextmanager
def with_softether(made: World) -> Iterator[tuple[SoftEther, KitTunnel]]:
    """The fund has SoftEther, whose sessions arrive where its portal is."""
    fund = made.fund
    fund.run("ip", "link", "add", "rk-se0", "type", "veth", "peer", "name", "rk_hub")
    fund.has("rk-se0", f"{PORTAL}/24")
    fund.run("ip", "link", "set", "rk_hub", "up")
    for end in ("rk-se0", "rk_hub"):
        fund.run("ethtool", "-K", end, "tx", "off", "gro", "off", "gso", "off", "tso", "off")
    with softether(fund, FUND) as server:
        made.listens(fund, PORTAL, 443)
        commanded(made, "HubCreate RENKEI /PASSWORD:x", "BridgeCreate RENKEI /DEVICE:rk_hub /TAP:no")
        in_hub(
            made,
            "DhcpSet /START:10.0.0.100 /END:10.0.0.250 /MASK:255.255.255.0 /EXPIRE:7200 /GW:10.0.0.10 /DNS:none"
            " /DNS2:none /DOMAIN:none /LOG:no",
            "SecureNatEnable",
            "NatDisable",
            "DhcpEnable",
        )
        certificate = fund.run(sys.executable, "-I", "-c", _CERTIFICATE, FUND)
        client = {"host": FUND, "port": "443", "hub": "RENKEI", "certificate": certificate}
        yield server, KitTunnel("tunnel_softether", USER, "", client, minutes=90)


def admit(made: World) -> None:
    """The PC's certificate is the one by which its seat connects."""
    in_hub(
        made,
        f"UserCreate {USER} /GROUP:none /REALNAME:none /NOTE:none",
        f"UserCertSet {USER} /LOADCERT:{made.own / 'device.pem'}",
        f"UserPolicySet {USER} /NAME:TimeOut /VALUE:5",
        f"UserPolicySet {USER} /NAME:MultiLogins /VALUE:1",
    )


def commanded(made: World, *lines: str) -> str:
    """Commands to the server."""
    return _commanded(made, lines)


def in_hub(made: World, *lines: str) -> str:
    """Commands to its hub."""
    return _commanded(made, lines, "/ADMINHUB:RENKEI")


def _commanded(made: World, lines: tuple[str, ...], *more: str) -> str:
    file = made.fund.folder / "commands"
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    words = ("vpncmd", f"{FUND}:443", "/SERVER", f"/PASSWORD:{PASSWORD}", *more, "/CSV", f"/IN:{file}")
    said = made.fund.run(*words)
    assert "Error occurred" not in said, said
    return said


def sessions(made: World) -> list[str]:
    """The sessions of the PC, by the server's names."""
    rows = [line.split(",") for line in in_hub(made, "SessionList").splitlines()]
    return [row[0] for row in rows if USER in row]


@contextmanager
def with_wireguard(made: World) -> Iterator[tuple[WireGuard, KitTunnel]]:
    """The fund has WireGuard, at whose interface its portal is."""
    keys = key_pair()
    name = f"rk-wg{made.fund.name.split('-')[1]}"
    with wireguard(made.fund, name, keys, f"{PORTAL}/32", 51820) as server:
        made.fund.run("ip", "route", "add", "10.8.0.0/24", "dev", server.interface)
        made.listens(made.fund, PORTAL, 443)
        client = {"host": FUND, "port": "51820", "public_key": keys.public, "portal": PORTAL}
        yield server, KitTunnel("tunnel_wireguard", USER, ADDRESS, client, minutes=90)
