# SPDX-License-Identifier: Apache-2.0
"""A host in memory, as far as the engine calls its `wg`, `ip` and `wireguard-go`, and the PCs that shake hands."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from renkei_tunnel_wireguard.link import INTERFACE
from renkei_tunnel_wireguard.programs import GIVEN, Ran

from appliance.contracts.tunnel import EngineAway, TunnelSeat
from appliance.model.time import SECOND
from appliance.testing.clock import FakeClock
from appliance.testing.memory_tunnel import address_of

PRIVATE = base64.b64encode(bytes(range(1, 33))).decode()
PROTOCOL_SECONDS = 180


def key_of(text: str) -> str:
    """A key, as good as any."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


OWN = key_of(PRIVATE)


def seat(number: int, key: str = "") -> TunnelSeat:
    """The seat of this number; another key is another PC."""
    name = f"{number:026d}".translate(str.maketrans("0123456789", "abcdefghij"))
    return TunnelSeat(name, b"certificate", key_of(f"{number} {key}"), address_of(number))


@dataclass
class FakePeer:
    """As the kernel has it."""

    allowed: str
    endpoint: str = "(none)"
    handshake: int = 0
    bytes_in: int = 0
    bytes_out: int = 0


@dataclass
class FakeWire:
    """An interface of WireGuard."""

    private: str = "(none)"
    port: int = 0
    peers: dict[str, FakePeer] = field(default_factory=dict)


class FakeHost:
    """done are the commands that changed something, ran all of them.

    fails: a command with these words in it fails; missing: a program that is not installed; away: none ends.
    lies: those of `wg` do nothing, and say so not.
    refuses are keys that `wg` takes without keeping them; a PC with the key returns shakes hands as soon as it may.
    """

    def __init__(self, clock: FakeClock) -> None:
        """A kernel with WireGuard, and no interface."""
        self.clock = clock
        self.links: dict[str, dict[str, Any]] = {}
        self.routes: list[str] = []
        self.wire: FakeWire | None = None
        self.has_kernel = self.has_go = True
        self.fails, self.missing, self.away, self.lies = "", "", "", ""
        self.refuses: set[str] = set()
        self.returns = ""
        self.ran: list[str] = []
        self.done: list[str] = []

    # --- what PCs do ----------------------------------------------------------------------------------------------

    def shake(self, key: str, endpoint: str = "198.51.100.7:40000") -> bool:
        """A PC with this key shakes hands: whether it is answered."""
        peer = self.wire and self.wire.peers.get(key)
        if not peer:
            return False
        peer.handshake, peer.endpoint = round(self.clock.now() / SECOND), endpoint
        peer.bytes_in += 148
        peer.bytes_out += 92
        return True

    def remove(self) -> None:
        """Somebody removes the interface."""
        self.links, self.wire, self.routes = {}, None, []

    def start_unit(self) -> None:
        """wireguard-renkei.service makes the interface."""
        self._made(True, INTERFACE, "")
        self.done.pop()

    # --- what we do -----------------------------------------------------------------------------------------------

    async def run(self, command: Sequence[str], given: str) -> Ran:
        """One command."""
        text = " ".join(command)
        assert PRIVATE not in text, "the key stands in a command line"
        self.ran.append(text)
        if self.away:
            raise EngineAway(self.away)
        if self.missing == command[0]:
            raise EngineAway(f"`{text}` cannot be run: No such file or directory")
        if self.fails and self.fails in text:
            return Ran(2, "", "Operation not permitted\n")
        match tuple(command):
            case ("wg", "pubkey"):
                return Ran(0, key_of(given.strip()) + "\n")
            case ("wg", verb, name, *words):
                return self._wg(verb, name, words, given, text)
            case ("wireguard-go", name):
                return self._made(self.has_go, name, text)
            case ("ip", "-j", what, "show", *_):
                return Ran(0, json.dumps(self._listed(what)))
            case ("ip", *words):
                return self._ip(words, text)
        raise AssertionError(text)

    def _wg(self, verb: str, name: str, words: list[str], given: str, text: str) -> Ran:
        if self.wire is None or name != INTERFACE:
            return Ran(1, "", f"Unable to access interface {name}: No such device\n")
        if verb == "show":
            return Ran(0, OWN + "\n" if words == ["public-key"] else self._dump(self.wire))
        self.done.append(text)
        if self.lies and self.lies in text:
            return Ran(0, "")
        if verb == "syncconf":
            assert words == [GIVEN]
            self._sync(self.wire, given)
        else:
            self._set(self.wire, words)
        return Ran(0, "")

    def _set(self, wire: FakeWire, words: list[str]) -> None:
        match words:
            case ["peer", key, "remove"]:
                wire.peers.pop(key, None)
            case ["peer", key, "allowed-ips", allowed]:
                self._keep(wire, key, allowed)
            case _:
                raise AssertionError(words)

    def _keep(self, wire: FakeWire, key: str, allowed: str) -> None:
        """An address is one peer's; it is taken from whoever had it."""
        for other, peer in wire.peers.items():
            if other != key and peer.allowed == allowed:
                peer.allowed = "(none)"
        if key not in self.refuses:
            wire.peers.setdefault(key, FakePeer(allowed)).allowed = allowed
        if key == self.returns:
            self.shake(key)

    def _sync(self, wire: FakeWire, text: str) -> None:
        ours, *peers = text.split("[Peer]\n")
        about = _pairs(ours.removeprefix("[Interface]\n"))
        wire.private, wire.port = about["PrivateKey"], int(about["ListenPort"])
        wanted = {pair["PublicKey"]: pair["AllowedIPs"] for pair in map(_pairs, peers)}
        assert len(wanted) == len(peers), "a key stands there twice"
        wire.peers = {key: peer for key, peer in wire.peers.items() if key in wanted}
        for key, allowed in wanted.items():
            self._keep(wire, key, allowed)

    def _dump(self, wire: FakeWire) -> str:
        public = key_of(wire.private) if wire.private != "(none)" else "(none)"
        lines = [f"{wire.private}\t{public}\t{wire.port}\toff"]
        for key, peer in wire.peers.items():
            about = (peer.endpoint, peer.allowed, peer.handshake, peer.bytes_in, peer.bytes_out)
            lines.append("\t".join(map(str, (key, "(none)", *about, "off"))))
        return "\n".join(lines) + "\n"

    def _listed(self, what: str) -> list[dict[str, Any]]:
        return [{"dst": dst} for dst in self.routes] if what == "route" else list(self.links.values())

    def _made(self, can: bool, name: str, text: str) -> Ran:
        if not can:
            return Ran(2, "", "Error: Unknown device type.\n")
        self.done.append(text)
        self.links[name] = {"ifname": name, "mtu": 1280, "flags": ["POINTOPOINT"], "addr_info": []}
        self.wire = FakeWire()
        return Ran(0, "")

    def _ip(self, words: list[str], text: str) -> Ran:
        match words:
            case ["link", "add", "dev", name, "type", "wireguard"]:
                return self._made(self.has_kernel, name, text)
            case ["link", "set", "dev", name, "mtu", mtu]:
                self.links[name]["mtu"] = int(mtu)
            case ["link", "set", "dev", name, "up"]:
                self.links[name]["flags"].append("UP")
            case ["link", "set", "dev", _, "addrgenmode", "none"]:
                pass
            case ["address", "replace", address, "dev", name]:
                self.links[name]["addr_info"].append({"local": address.partition("/")[0]})
            case ["route", "replace", network, "dev", _]:
                self.routes.append(network)
            case _:
                raise AssertionError(text)
        self.done.append(text)
        return Ran(0, "")


def _pairs(text: str) -> dict[str, str]:
    return dict(line.split(" = ") for line in text.strip().splitlines())
