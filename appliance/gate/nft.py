# SPDX-License-Identifier: Apache-2.0
"""The kernel's table by the program nft: one short process for each change, or for each look."""

import asyncio
import json
import os
import shutil
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import BinaryIO

from appliance.gate import ruleset
from appliance.gate.kernel import KernelRefused, Opening, Place

SECONDS = 10.0
# Debian has it where a service without a shell's PATH may not look.
PLACES = "/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/sbin"
Observe = Callable[[str, bool, float], None]


class NftKernel:
    """The Kernel, in the network namespace of this process. Needs CAP_NET_ADMIN and no file."""

    def __init__(
        self, portal: str, ports: Sequence[int], *, program: str = "", observe: Observe | None = None
    ) -> None:
        """portal is the address, ports the TCP ports that open sessions reach. program is nft.

        observe is told each run: "prepare", "change" or "held", whether it went well, and its seconds.
        """
        self._rules = ruleset.rules(portal, ports)
        self._table = ruleset.table(portal, ports)
        self._program = program or shutil.which("nft", path=PLACES) or "nft"
        self._observe = observe or (lambda what, well, seconds: None)

    async def prepare(self) -> None:
        """As Kernel. A chain that somebody put elsewhere cannot be moved: it is taken away, and made anew."""
        try:
            await self._run("prepare", self._table)
        except KernelRefused:
            crooked = await self._crooked()
            if not crooked:
                raise
            await self._run("prepare", [*ruleset.without(crooked), *self._table])

    async def _crooked(self) -> list[str]:
        """The chains in the way, none where that cannot be seen. A table that is off is not listed well."""
        try:
            await self._run("prepare", self._table[:1])
            return ruleset.crooked(await self._run("held", ruleset.LISTING))
        except KernelRefused:
            return []

    async def change(self, opening: Sequence[Opening], shutting: Sequence[Place]) -> None:
        """As Kernel."""
        if commands := ruleset.changes(opening, shutting):
            await self._run("change", commands)

    async def held(self) -> list[Opening]:
        """As Kernel."""
        return ruleset.read(await self._run("held", ruleset.LISTING), self._rules)

    async def _run(self, what: str, commands: list[ruleset.Json]) -> str:
        """What nft prints; it does all of the commands or none."""
        began = perf_counter()
        well = False
        try:
            printed = await self._printed(json.dumps({"nftables": commands}).encode())
            well = True
        finally:
            self._observe(what, well, perf_counter() - began)
        return printed

    async def _printed(self, told: bytes) -> str:
        """What nft prints goes to a file: ten thousand elements are 500 pieces in a pipe."""
        try:
            with _file(told) as commands, _file() as printed:
                process = await asyncio.create_subprocess_exec(
                    self._program,
                    *("-j", "-f", "-"),
                    stdin=commands,
                    stdout=printed,
                    stderr=asyncio.subprocess.PIPE,
                )
                await _done(process)
                printed.seek(0)
                return printed.read().decode(errors="replace")
        except OSError as error:
            raise KernelRefused(f"nft cannot be run: {error}") from error


async def _done(process: asyncio.subprocess.Process) -> None:
    """Wait for its end. Raises KernelRefused with its complaint."""
    try:
        async with asyncio.timeout(SECONDS):
            _, complaint = await process.communicate()
    except TimeoutError as error:
        raise KernelRefused(f"nft did not end within {SECONDS:g} s") from error
    finally:
        await _ended(process)
    if process.returncode:
        raise KernelRefused(f"nft: {complaint.decode(errors='replace').strip()[:500]}")


def _file(told: bytes = b"") -> BinaryIO:
    """What nft reads, from its beginning. Uvloop's pipes are sockets; nft, which opens /dev/stdin, opens none."""
    file = os.fdopen(os.memfd_create("nft"), "w+b")
    file.write(told)
    file.seek(0)
    return file


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Leave no process behind, whatever came between."""
    if process.returncode is None:
        process.kill()
        await process.wait()
