# SPDX-License-Identifier: Apache-2.0
"""Interfaces in memory, told as `ip -j` would."""

import errno
import json
from collections.abc import Sequence
from typing import Any

from renkei_tunnel_softether.links import Links
from renkei_tunnel_softether.settings import Settings


class FakeKernel:
    """`ip` and `ethtool`, as far as Links calls them. done are the commands that changed something."""

    def __init__(self) -> None:
        """A loopback, and no more."""
        self.links: dict[str, dict[str, Any]] = {"lo": {"ifname": "lo", "flags": ["UP"], "addr_info": []}}
        self.done: list[str] = []
        self.fails = ""

    def index(self, name: str) -> int:
        """The number of an interface. Raises OSError."""
        if name not in self.links:
            raise OSError(errno.ENODEV, "No such device")
        return list(self.links).index(name) + 1

    async def run(self, command: Sequence[str]) -> tuple[int, str]:
        """One command."""
        text = " ".join(command)
        if self.fails and self.fails in text:
            return 2, "RTNETLINK answers: Operation not permitted"
        if command[:3] == ("ip", "-j", "address"):
            return 0, json.dumps(list(self.links.values()))
        self.done.append(text)
        match tuple(command):
            case ("ip", "link", "add", name, "address", _, "type", "veth", "peer", "name", peer):
                self.links[name] = {"ifname": name, "link": peer, "flags": [], "addr_info": []}
                self.links[peer] = {"ifname": peer, "link": name, "flags": [], "addr_info": []}
            case ("ip", "address", "replace", address, "dev", name):
                self.links[name]["addr_info"].append({"local": address.partition("/")[0]})
            case ("ip", "link", "set", name, "up"):
                self.links[name]["flags"].append("UP")
        return 0, ""


class FakeLinks(Links):
    """Those of a FakeKernel of its own."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is made yet."""
        self.kernel = FakeKernel()
        super().__init__(settings, self.kernel.run, self.kernel.index)
