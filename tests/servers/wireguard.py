# SPDX-License-Identifier: Apache-2.0
"""The WireGuard of a PC, by wireguard-go, inside a machine of its own (tests/servers/netns.py)."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.servers.netns import PATIENCE, Machine, until

EVERYTHING = "0.0.0.0/0,::/0"


@dataclass(frozen=True)
class KeyPair:
    """Both base64."""

    private: str = field(repr=False)
    public: str


def key_pair() -> KeyPair:
    """A fresh one."""
    private = _wg("genkey")
    return KeyPair(private, _wg("pubkey", given=private))


def _wg(*words: str, given: str = "") -> str:
    return subprocess.run(["wg", *words], input=given, check=True, capture_output=True, text=True).stdout.strip()


class WireGuard:
    """One interface of one machine, of a process of its own."""

    def __init__(self, machine: Machine, interface: str, keys: KeyPair, address: str) -> None:
        """address is that inside the tunnel, with its length."""
        self.machine = machine
        self.interface = interface
        self.keys = keys
        self.address = address
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, port: int = 0) -> None:
        """The interface is there and up; port is where it listens, 0 for any."""
        with (self.machine.folder / f"{self.interface}.log").open("ab") as log:
            go = ("env", "WG_PROCESS_FOREGROUND=1", "LOG_LEVEL=error", "wireguard-go", "-f", self.interface)
            self._process = self.machine.start(*go, stdout=log, stderr=log)
        asked = ("wg", "show", self.interface)
        until(lambda: self.machine.tried(*asked).returncode == 0, f"{self.interface} takes commands")
        listening = ("listen-port", str(port)) if port else ()
        self.machine.run(
            "wg", "set", self.interface, *listening, "private-key", "/dev/stdin", given=self.keys.private
        )
        self.machine.run("ip", "link", "set", self.interface, "mtu", "1420")
        self.machine.has(self.interface, self.address)

    def peer(self, public: str, endpoint: str = "", allowed: str = EVERYTHING, keepalive: int = 0) -> None:
        """Whom it talks to."""
        there = ("endpoint", endpoint) if endpoint else ()
        alive = ("persistent-keepalive", str(keepalive)) if keepalive else ()
        self.machine.run("wg", "set", self.interface, "peer", public, "allowed-ips", allowed, *there, *alive)

    def handshook(self) -> bool:
        """Whether it ever had an answer."""
        lines = self.machine.run("wg", "show", self.interface, "latest-handshakes").split()
        return any(seconds != "0" for seconds in lines[1::2])

    def stop(self) -> None:
        """The interface is gone."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(PATIENCE)


@contextmanager
def wireguard(machine: Machine, interface: str, keys: KeyPair, address: str, port: int = 0) -> Iterator[WireGuard]:
    """An interface without peers; gone afterwards. At most 15 characters, and unique in its machine."""
    made = WireGuard(machine, interface, keys, address)
    try:
        made.start(port)
        yield made
    finally:
        made.stop()
