# SPDX-License-Identifier: Apache-2.0
"""SoftEther beside our packages on one host: it never runs unprepared, and a PC comes in through it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installed.container import Container, booted
from tests.installed.vpn import begun, beside, fetched
from tests.servers.netns import need_lab
from tests.story.vpn import VpnStory
from tests.story.vpn_stage import SOFTETHER
from tests.story.vpn_world import ENGINE_ADDRESS, PORTAL_ADDRESS, World

pytestmark = pytest.mark.installed
# What a Debian of the container has not, and the gate recommends.
ENGINE = ("softether-vpnserver", "softether-common", "softether-vpncmd", "ethtool")
STATE = "var/lib/softether"
SERVER = "softether-vpnserver.service"


@pytest.fixture(scope="module")
def engine() -> Path:
    """The packages of the engine, fetched once a week."""
    need_lab()
    return fetched("softether", ENGINE)


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
    with beside(host) as made:
        yield made


async def test_a_pc_comes_in_through_the_tunnel(host: Container, there: World) -> None:
    said: list[str] = []
    async with begun(host, there, SOFTETHER) as stage:
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
