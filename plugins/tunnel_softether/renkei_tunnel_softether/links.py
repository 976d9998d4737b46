# SPDX-License-Identifier: Apache-2.0
"""The pair of interfaces between the hub and the portal, as `ip` and `ethtool` make it: both ends are ours.

A tap of the server's own would come and go with the hub, and lose the portal's address each time.
"""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from appliance.contracts.tunnel import EngineAway
from renkei_tunnel_softether.settings import Settings

# Both are named so that the gate's table shuts them.
INTERFACE = "rk-se0"
HUB_END = "rk-se0h"
SECONDS = 10.0
OFF = ("tx", "off", "rx", "off", "gro", "off", "gso", "off", "tso", "off")
# The portal's end is the same after it was made again: PCs go on at once, and need not ask for it anew.
HARDWARE = "02:72:6b:73:65:00"
Run = Callable[[Sequence[str]], Awaitable[tuple[int, str]]]
Index = Callable[[str], int]


async def run(command: Sequence[str]) -> tuple[int, str]:
    """The exit code of a program, and what it prints. Raises EngineAway if it does not exist, or end."""
    try:
        async with asyncio.timeout(SECONDS):
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            try:
                printed, _ = await process.communicate()
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.communicate()
    except TimeoutError as error:
        raise EngineAway(f"`{' '.join(command)}` did not end within {SECONDS:g} s") from error
    except OSError as error:
        raise EngineAway(f"`{command[0]}` cannot be run: {error}") from error
    return process.returncode or 0, printed.decode("utf-8", "replace")


class Links:
    """Makes them, and leaves them as they are where they are right."""

    def __init__(self, settings: Settings, run: Run = run, index: Index = socket.if_nametoindex) -> None:
        """run is how programs are run; index tells the number of an interface, or raises OSError."""
        self._settings = settings
        self._run = run
        self._index = index

    def need(self) -> None:
        """Raises EngineAway if they are gone."""
        try:
            self._index(INTERFACE)
        except OSError as error:
            raise EngineAway(f"the interface {INTERFACE} is gone, and has to be made again") from error

    async def prepare(self) -> None:
        """Both ends are there and up, and the portal has its address. Raises EngineAway."""
        here = {link["ifname"]: link for link in json.loads(await self._did("ip", "-j", "address", "show"))}
        if INTERFACE in here and here[INTERFACE].get("link") != HUB_END:
            raise EngineAway(f"there is an interface {INTERFACE} that is none of ours; remove it")
        if INTERFACE not in here:
            await self._made()
        if self._settings.portal not in _addresses(here.get(INTERFACE, {})):
            await self._did("ip", "address", "replace", self._settings.portal_with_length, "dev", INTERFACE)
        if not all("UP" in here.get(name, {}).get("flags", ()) for name in (INTERFACE, HUB_END)):
            for name in (INTERFACE, HUB_END):
                await self._did("ip", "link", "set", name, "up")

    async def _made(self) -> None:
        """Without offloading: the server takes what passes as it is, and would hand on sums that nobody made."""
        await self._did(
            "ip", "link", "add", INTERFACE, "address", HARDWARE, "type", "veth", "peer", "name", HUB_END
        )
        for name in (INTERFACE, HUB_END):
            await self._did("ip", "link", "set", name, "addrgenmode", "none")
            await self._did("ethtool", "-K", name, *OFF)

    async def _did(self, *command: str) -> str:
        code, printed = await self._run(command)
        if code:
            raise EngineAway(f"`{' '.join(command)}` failed: {printed.strip()[:200]}")
        return printed


def _addresses(link: dict[str, Any]) -> set[str]:
    return {str(info["local"]) for info in link.get("addr_info", ()) if "local" in info}
