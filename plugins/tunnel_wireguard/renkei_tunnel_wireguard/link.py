# SPDX-License-Identifier: Apache-2.0
"""The interface at which sessions arrive: the kernel's own, or wireguard-go's where the kernel has none.

On an installed host the unit wireguard-renkei.service has made it, if the kernel cannot, before `wg` is answered.
"""

import json
from collections.abc import Iterable
from typing import Any

from appliance.contracts.tunnel import EngineAway
from renkei_tunnel_wireguard.programs import Run, printed

INTERFACE = "rk-wg0"
MTU = 1420
ADVICE = "`renkei tunnel-wireguard prepare-host` says what it needs"
_AT = ("dev", INTERFACE)


class Link:
    """Makes it, and leaves it as it is where it is right."""

    def __init__(self, run: Run, portal: str) -> None:
        """run is how programs are run; portal is the address that it has, with which the portal answers."""
        self._run = run
        self._portal = portal
        self._led: set[str] = set()

    async def make(self) -> None:
        """It is there, and takes commands of `wg`. Raises EngineAway."""
        if await self._speaks():
            return
        if any(one["ifname"] == INTERFACE for one in await self._listed("link", "show")):
            raise EngineAway(f"there is an interface {INTERFACE} that is none of WireGuard's; remove it")
        made = await self._run(("ip", "link", "add", *_AT, "type", "wireguard"), "")
        if made.code:
            await self._by_wireguard_go(made.complained)

    async def open(self) -> None:
        """It has its address, and is up; which routes lead there is known. Raises EngineAway."""
        [here] = await self._listed("address", "show", *_AT)
        if here.get("mtu") != MTU:
            await printed(self._run, "ip", "link", "set", *_AT, "mtu", str(MTU))
        if self._portal not in {info.get("local") for info in here.get("addr_info", ())}:
            await printed(self._run, "ip", "address", "replace", f"{self._portal}/32", *_AT)
        if "UP" not in here.get("flags", ()):
            # Whoever made it: it takes an address of IPv6 by itself as soon as it is up.
            await printed(self._run, "ip", "link", "set", *_AT, "addrgenmode", "none")
            await printed(self._run, "ip", "link", "set", *_AT, "up")
        self._led = {row["dst"] for row in await self._listed("route", "show", *_AT)}

    async def lead(self, networks: Iterable[str]) -> None:
        """What is for these networks goes there, too. Raises EngineAway."""
        for network in networks:
            if network not in self._led:
                await printed(self._run, "ip", "route", "replace", network, *_AT)
                self._led.add(network)

    async def _speaks(self) -> bool:
        return not (await self._run(("wg", "show", INTERFACE, "public-key"), "")).code

    async def _by_wireguard_go(self, why: str) -> None:
        """It goes on by itself when we end, as the kernel's does."""
        try:
            await printed(self._run, "wireguard-go", INTERFACE)
        except EngineAway as error:
            said = f"the kernel: {why.strip()[:80]}; {str(error)[:160]}"
            raise EngineAway(f"there is no WireGuard here; {ADVICE} ({said})") from error

    async def _listed(self, *words: str) -> list[dict[str, Any]]:
        found = json.loads(await printed(self._run, "ip", "-j", *words) or "[]")
        return [one for one in found if one]
