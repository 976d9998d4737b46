# SPDX-License-Identifier: Apache-2.0
"""SoftEther beside our packages on one host: it never runs unprepared, and a PC comes in through it."""

import asyncio
import json
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.installed.container import CACHE, Container, booted
from tests.installed.play import inside
from tests.servers.mailbox import Mailbox, mailbox
from tests.servers.netns import attached, need_lab
from tests.story.stage import SITES, Login, post_to
from tests.story.vpn import VpnStory
from tests.story.vpn_stage import MachinePc, VpnStage
from tests.story.vpn_world import ENGINE_ADDRESS, PORTAL_ADDRESS, PUBLIC_ADDRESS, World, world

pytestmark = pytest.mark.installed
# What a Debian of the container has not, and the gate recommends.
ENGINE = ("softether-vpnserver", "softether-common", "softether-vpncmd", "ethtool")
STATE = "var/lib/softether"
SERVER = "softether-vpnserver.service"


class InstalledVpnStage(VpnStage):
    """A stage whose command runs inside of a container."""

    leader: int = 0

    async def renkei(self, *words: str) -> str:
        """What the command prints inside. Raises StoryFailed with what it says when it fails."""
        outside = f"/proc/{self.leader}/root"
        return await inside(self.leader, "renkei", *(word.removeprefix(outside) for word in words))


@pytest.fixture(scope="module")
def engine() -> Path:
    """The packages of the engine, fetched once a week."""
    need_lab()
    folder = CACHE / f"engine-bookworm-{time.strftime('%G-%V')}"
    if not folder.exists():
        making = folder.with_suffix(".making")
        making.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "-qq", "download", *ENGINE], cwd=making, check=True, capture_output=True)
        making.rename(folder)
    return folder


@pytest.fixture(scope="module")
def host(packages: Path, engine: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """A Debian 12 with our packages and the server's, installed together."""
    with booted("bookworm", tmp_path_factory.mktemp("vpn"), (packages, engine)) as container:
        container.shell(f"dpkg -i {engine}/*.deb {packages}/*.deb")
        yield container


def test_the_server_does_not_run_before_it_is_prepared(host: Container) -> None:
    for word in ("start", "restart"):
        host.run("systemctl", word, SERVER, check=False)
        assert host.property(SERVER, "ActiveState") == "inactive"
    assert host.property(SERVER, "ConditionResult") == "no"
    assert not (host.root / STATE / "vpn_server.config").exists(), "it has made none by itself"
    assert not host.shell("ss -Hltn | grep -E ':(443|992|1194|5555) ' || true"), "nothing of it listens"


@pytest.fixture
def there(host: Container) -> Iterator[World]:
    """A PC and an Internet beside the host."""
    with attached(host.leader, "host") as appliance, world(appliance) as made:
        yield made


@asynccontextmanager
async def begun(host: Container, there: World) -> AsyncIterator[InstalledVpnStage]:
    """The host after `renkei init` with an engine; all of it runs."""
    words = ("--engine", "softether", "--engine-address", ENGINE_ADDRESS, "--public", PUBLIC_ADDRESS)
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


async def test_a_pc_comes_in_through_the_tunnel(host: Container, there: World) -> None:
    said: list[str] = []
    async with begun(host, there) as stage:
        assert host.property(SERVER, "ActiveState") == "active", host.journal("softether*")
        listening = host.shell("ss -Hltn | awk '{print $4}'").split()
        assert f"{ENGINE_ADDRESS}:443" in listening and f"{PORTAL_ADDRESS}:443" in listening
        assert not {"0.0.0.0:443", "*:443", "[::]:443"} & {*listening}
        await VpnStory(stage, said.append).play()
    assert "Traceback" not in host.journal()
    assert host.property("renkei-gate.service", "NRestarts") == "0"


def test_who_may_read_what_the_server_keeps(host: Container) -> None:
    """Its password, as a hash, and its key."""
    modes = host.shell(f"stat -c %a /{STATE} /{STATE}/vpn_server.config").split()
    assert modes == ["700", "600"]
