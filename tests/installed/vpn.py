# SPDX-License-Identifier: Apache-2.0
"""An installed host with a VPN engine, a PC and an Internet beside it, for the tests of both engines."""

import asyncio
import json
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tests.installed.container import CACHE, Container
from tests.installed.play import inside
from tests.servers.mailbox import Mailbox, mailbox
from tests.servers.netns import attached
from tests.story.stage import SITES, Login, post_to
from tests.story.vpn_stage import MachinePc, VpnStage
from tests.story.vpn_world import ENGINE_ADDRESS, PORTAL_ADDRESS, PUBLIC_ADDRESS, World, world


class InstalledVpnStage(VpnStage):
    """A stage whose command runs inside of a container."""

    leader: int = 0

    async def renkei(self, *words: str) -> str:
        """What the command prints inside. Raises StoryFailed with what it says when it fails."""
        outside = f"/proc/{self.leader}/root"
        return await inside(self.leader, "renkei", *(word.removeprefix(outside) for word in words))


def fetched(engine: str, packages: Sequence[str]) -> Path:
    """A folder with packages of Debian 12, fetched once a week: the container has no network."""
    folder = CACHE / f"{engine}-bookworm-{time.strftime('%G-%V')}"
    if not folder.exists():
        making = folder.with_suffix(".making")
        making.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "-qq", "download", *packages], cwd=making, check=True, capture_output=True)
        making.rename(folder)
    return folder


@contextmanager
def beside(host: Container) -> Iterator[World]:
    """A PC and an Internet, until the block ends."""
    with attached(host.leader, "host") as appliance, world(appliance) as made:
        yield made


@asynccontextmanager
async def begun(host: Container, there: World, engine: str) -> AsyncIterator[InstalledVpnStage]:
    """The host after `renkei init` with an engine; all of it runs."""
    words = ("--engine", engine, "--engine-address", ENGINE_ADDRESS, "--public", PUBLIC_ADDRESS)
    made = json.loads(host.run("renkei", "init", "--demo", "--json", *words).splitlines()[-1])
    root = Path(f"/proc/{host.leader}/root")
    hosts = {"public": PUBLIC_ADDRESS, "portal": PORTAL_ADDRESS, "console": SITES["console"]}
    stage = InstalledVpnStage(
        config=root / "etc/renkei/config.toml",
        authority=root / "etc/renkei/certificates/trusted.pem",
        addresses={site: f"https://{address}" for site, address in hosts.items()},
        staff=Login("", made["login"], made["password"]),
        mailbox=Mailbox(),
        world=there,
        # Not below the container's files: nobody outside of it can mount those.
        pc=lambda folder, files: MachinePc(there.pc.folder / folder.name, files, there.pc),
    )
    stage.leader = host.leader
    stage.sockets = {"public": there.pc.socket, "portal": there.pc.socket, "console": there.appliance.socket}
    async with mailbox(sockets=there.appliance.socket) as box:
        stage.mailbox = box
        post_to(box, stage.config)
        await asyncio.to_thread(host.run, "systemctl", "restart", "renkei.target")
        yield stage
