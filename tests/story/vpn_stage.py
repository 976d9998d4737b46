# SPDX-License-Identifier: Apache-2.0
"""An installation on a machine of its own, with a real VPN engine, and the PCs of its offices (vpn_world.py)."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.installation import Process
from tests.plugins.kit_linux.office_pc import OfficePc
from tests.servers.mailbox import Mailbox, mailbox
from tests.servers.netns import Machine
from tests.servers.softether import SoftEther
from tests.story.stage import PEOPLE_AT_ONCE, SITES, Stage, command, post_to, served, staged
from tests.story.vpn_world import ENGINE_ADDRESS, PORTAL_ADDRESS, PUBLIC_ADDRESS, World

SOFTETHER, WIREGUARD = "softether", "wireguard"
ENGINES = (SOFTETHER, WIREGUARD)
PORT = 443
KIT_SECONDS = 60


@dataclass
class MachinePc(OfficePc):
    """A PC whose network is that of a machine; its files stay below its folder."""

    machine: Machine | None = None

    def run(self, kit: Path, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run a kit there, with nobody at the keyboard."""
        assert self.machine is not None
        inside = self.machine.inside(sys.executable, "-I", kit, *words, "--root", self.root)
        return subprocess.run(
            inside,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=KIT_SECONDS,
            check=False,
        )


@dataclass
class VpnStage(Stage):
    """A stage in a world. server is the engine where it is a program of its own."""

    world: World | None = None
    server: SoftEther | None = None

    @property
    def there(self) -> World:
        """The world."""
        assert self.world is not None
        return self.world


@asynccontextmanager
async def vpn_opened(
    world: World, root: Path, engine: str, tiers: Sequence[str] = ("--all",)
) -> AsyncIterator[VpnStage]:
    """A fresh installation below root, served on the appliance's machine until the block ends."""
    stage = await installed(world, root, engine)
    async with equipped(stage, engine), served(stage.config, tiers, stage.inside):
        yield stage


@asynccontextmanager
async def equipped(stage: VpnStage, engine: str) -> AsyncIterator[None]:
    """Its mail server and its engine run, until the block ends."""
    async with mailbox(sockets=stage.there.appliance.socket) as box:
        stage.mailbox = box
        post_to(box, stage.config)
        if engine == SOFTETHER:
            await stage.renkei("tunnel-softether", "prepare-host")
        with started(stage, engine):
            yield


@asynccontextmanager
async def tier_by_tier(world: World, root: Path, engine: str) -> AsyncIterator[tuple[VpnStage, dict[str, Process]]]:
    """The same with a process for each tier, to be killed and started again."""
    stage = await installed(world, root, engine)
    tiers = {name: Process(stage.config, (name,), tuple(stage.inside)) for name in ("gate", "vault", "web")}
    async with equipped(stage, engine):
        try:
            for process in tiers.values():
                await asyncio.to_thread(process.start)
            yield stage, tiers
        finally:
            for process in tiers.values():
                process.kill()


async def installed(world: World, root: Path, engine: str) -> VpnStage:
    """What `renkei init` makes of it; nothing runs yet, and there is no mail."""
    inside = tuple(world.appliance.inside())
    words = ["init", "--root", str(root), "--demo", "--port", str(PORT), "--metrics", "", "--json"]
    words += ["--engine", engine, "--engine-address", ENGINE_ADDRESS, "--public", PUBLIC_ADDRESS]
    made = json.loads(await command(*words, inside=inside))
    stage = VpnStage(**vars(staged(made, root, PORT, Mailbox())), world=world)
    stage.inside = inside
    hosts = {"public": PUBLIC_ADDRESS, "portal": PORTAL_ADDRESS, "console": SITES["console"]}
    stage.addresses = {site: f"https://{host}" for site, host in hosts.items()}
    stage.sockets = {site: world.pc.socket for site in ("public", "portal")}
    stage.sockets["console"] = world.appliance.socket
    stage.pc = lambda folder, files: MachinePc(folder, files, world.pc)
    stage.config.write_text(stage.config.read_text("utf-8") + PEOPLE_AT_ONCE, "utf-8")
    return stage


@contextmanager
def started(stage: VpnStage, engine: str) -> Iterator[None]:
    """The engine runs, where it is a program of its own, and has ended afterwards."""
    if engine != SOFTETHER:
        yield
        return
    stage.server = SoftEther(stage.there.appliance, ENGINE_ADDRESS)
    try:
        stage.server.start()
        yield
    finally:
        stage.server.kill9()
