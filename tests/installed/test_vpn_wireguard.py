# SPDX-License-Identifier: Apache-2.0
"""WireGuard on an installed host whose kernel has none: wireguard-go beside the gate, and a PC comes in by it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installed.container import Container, booted
from tests.installed.vpn import begun, beside, fetched
from tests.servers.netns import need_lab
from tests.story.vpn import VpnStory
from tests.story.vpn_stage import WIREGUARD
from tests.story.vpn_world import World

pytestmark = pytest.mark.installed
GO, SOCKET = "wireguard-renkei.service", "wireguard-renkei.socket"
GATE = "renkei-gate.service"
TUN = Path("/dev/net/tun")
PREPARE = "renkei tunnel-wireguard prepare-host"
# systemd's own score times ten.
MOST_EXPOSED = 16


class InstalledStory(VpnStory):
    """The same with an engine that dies while the PC is connected."""

    host: Container

    async def comes_again(self) -> None:
        """And once more, after nobody of ours has done anything."""
        await super().comes_again()
        before = self.host.property(GO, "MainPID")
        await asyncio.to_thread(self.host.run, "systemctl", "kill", "-s", "KILL", GO)
        await self.until(lambda: not self.stage.there.open_places(), "the kernel lets nothing through any more")
        assert not await self.portal_answers(), "a PC without a session reaches the portal"
        await self.kit("disconnect")
        await self.kit("connect", "--agree")
        assert await self.portal_answers(), "it is prepared again by itself"
        assert self.host.property(GO, "MainPID") not in ("0", before)
        self.done("wireguard-go was killed: nothing passed any more, and the PC has come in again")


@pytest.fixture(scope="module")
def host(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """A Debian 12 with our packages and the tools of WireGuard; wireguard-go lies there."""
    need_lab()
    engine = fetched(WIREGUARD, ("wireguard-tools", "wireguard-go"))
    with booted("bookworm", tmp_path_factory.mktemp("wg"), (packages, engine), (TUN,)) as container:
        container.shell(f"dpkg -i {engine}/wireguard-tools*.deb {packages}/*.deb; mkdir /opt/go")
        container.shell(f"cp {engine}/wireguard-go*.deb /opt/go")
        yield container


@pytest.fixture
def there(host: Container) -> Iterator[World]:
    """A PC and an Internet beside the host."""
    with beside(host) as made:
        yield made


def kernel_has_it(host: Container) -> bool:
    """Of the machine that plays the test."""
    return "kernel of this host has WireGuard" in host.run(*PREPARE.split(), check=False)


def test_who_has_neither_is_told_what_to_install(host: Container) -> None:
    said = host.run(*PREPARE.split(), check=False)
    assert "`apt install wireguard-go`" in said or kernel_has_it(host), said
    assert host.property(SOCKET, "ActiveState") == "inactive"
    host.shell("dpkg -i /opt/go/*.deb")


async def test_a_pc_comes_in_through_the_tunnel(host: Container, there: World) -> None:
    """By the unit that `renkei init` has started; a kernel that could do it is passed over by hand."""
    said: list[str] = []
    if kernel_has_it(host):
        host.run("systemctl", "enable", SOCKET)
    async with begun(host, there, WIREGUARD) as stage:
        story = InstalledStory(stage, said.append)
        story.host = host
        await story.play()
    print("\n".join(said))
    assert "Traceback" not in host.journal()
    assert host.property(GATE, "NRestarts") == "0"
    assert host.property(GO, "NRestarts") == "1", host.journal("wireguard*")


def test_what_each_of_them_may_do(host: Container) -> None:
    assert host.shell("stat -c '%U %a' /run/wireguard /run/wireguard/*").split() == [
        "root",
        "755",
        "renkei-gate",
        "644",
    ]
    user = host.shell(f"stat -c %u /proc/{host.property(GO, 'MainPID')}").strip()
    assert user not in ("0", host.run("id", "-u", "renkei-gate").strip())
    host.run("systemd-analyze", "security", "--no-pager", f"--threshold={MOST_EXPOSED}", GO)
    assert host.run("systemd-analyze", "verify", "--man=no", GO, SOCKET) == ""
    allowed = {*host.property(GATE, "IPAddressAllow").split()}
    assert allowed == {"127.0.0.0/8", "::1/128"} or kernel_has_it(host), "the gate itself sends nothing"


def test_it_goes_on_while_the_gate_starts_anew(host: Container) -> None:
    before = host.property(GO, "MainPID")
    host.run("systemctl", "restart", GATE)
    assert host.property(GO, "MainPID") == before != "0"


def test_who_has_none_any_more_is_told_and_prepare_host_brings_it_back(host: Container) -> None:
    """What `renkei doctor` says as well, within half a minute."""
    if kernel_has_it(host):
        return
    host.run("systemctl", "stop", SOCKET)
    assert host.property(GO, "ActiveState") == "inactive", "they go together"
    host.until(f"renkei status | grep -F '{PREPARE}'")
    assert f"wireguard-go does it, by {SOCKET}" in host.run(*PREPARE.split())
    host.until("renkei status | grep -F 'tunnel_wireguard is ready'")
