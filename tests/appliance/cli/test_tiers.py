# SPDX-License-Identifier: Apache-2.0
"""Opening tiers: over sockets on one host, over mutual TLS between two, and closing in reverse."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.cli.tiers import Process, open_gate, open_vault, open_web
from appliance.config.settings import Link, Settings
from appliance.link.dialling import TlsTarget, UnixTarget
from appliance.model.words import Site, Tier
from appliance.testing.hosting import place_file
from tests.appliance.cli.command import Installation
from tests.appliance.link.authority import Authority

Opener = Callable[[Process], Awaitable[None]]


@asynccontextmanager
async def process(settings: Settings, config: Path) -> AsyncIterator[Process]:
    """A process as `renkei serve` makes it."""
    async with asyncio.TaskGroup() as group, AsyncExitStack() as stack:
        yield Process(settings, config, group, stack)


def sockets(made: Installation) -> set[str]:
    """The sockets that are there."""
    run = made.root / "run"
    return {str(path.relative_to(run)) for path in run.rglob("*.sock")}


async def test_the_gate_listens_for_the_vault(made: Installation) -> None:
    async with process(made.settings, made.config) as opened:
        await open_gate(opened)
        assert sockets(made) == {"gate/vault.sock"}
    assert sockets(made) == set()


GATE_PLUGIN = """
from appliance.contracts.jobs import Job
from appliance.contracts.plugin import Plugin, hookimpl

TIER = "gate"


class Mine(Plugin):
    @hookimpl
    def register_jobs(self):
        return []
"""


async def test_the_gate_starts_its_own_plugins(made: Installation) -> None:
    place_file(made.root, "mine", GATE_PLUGIN)
    settings = replace(made.settings, plugins={**made.settings.plugins, "mine": {}})
    async with process(settings, made.config) as opened:
        await open_gate(opened)
        assert b'renkei_plugin_running{plugin="mine"} 1.0' in opened.metrics.text()


async def test_the_vault_listens_for_each_caller(made: Installation) -> None:
    async with process(made.settings, made.config) as opened:
        await open_vault(opened)
        assert sockets(made) == {f"vault/{site}.sock" for site in Site}
    assert sockets(made) == set()


@pytest.mark.parametrize("sites", [(Site.PORTAL,), (Site.PUBLIC, Site.CONSOLE)])
async def test_only_the_sites_that_were_asked_for_open(made: Installation, sites: tuple[Site, ...]) -> None:
    async with process(made.settings, made.config) as opened:
        await open_web(opened, sites)
        for site in (Site.PUBLIC, Site.PORTAL, Site.CONSOLE):
            address = made.settings.sites.of(site).address
            with socket.socket() as probe:
                assert (probe.connect_ex((address, made.port)) == 0) is (site in sites)


async def test_sites_do_not_wait_for_the_vault(made: Installation) -> None:
    """The order in which hosts start does not matter."""
    async with process(made.settings, made.config) as opened:
        await open_web(opened, (Site.PORTAL,))
        await open_vault(opened)
        assert "vault/portal.sock" in sockets(made)


def two_hosts(made: Installation, folder: Path) -> Settings:
    """Settings with addresses, and a certificate for every part of the link."""
    authority = Authority(folder)
    both = authority.issue("renkei://tier/vault", "renkei://tier/gate")
    (made.root / "credentials" / "link.key").write_bytes(both.key.read_bytes())
    (made.root / "credentials" / "link.key").chmod(0o400)
    with socket.socket() as first, socket.socket() as second:
        for one in (first, second):
            one.bind(("127.0.0.1", 0))
        vault, gate = (f"127.0.0.1:{one.getsockname()[1]}" for one in (first, second))
    link = Link(vault, gate, str(authority.certificate), str(both.certificate))
    return replace(made.settings, link=link)


async def test_between_two_hosts_it_is_mutual_tls(made: Installation, tmp_path: Path) -> None:
    settings = two_hosts(made, tmp_path)
    async with process(settings, made.config) as opened:
        target = opened.target(
            who=Site.PORTAL, address=settings.link.vault_address, socket=Path("unused"), tier=Tier.VAULT
        )
        assert isinstance(target, TlsTarget) and target.tier is Tier.VAULT
        await open_gate(opened)
        await open_vault(opened)
        assert "gate/vault.sock" not in sockets(made)
        for address in (settings.link.vault_address, settings.link.gate_address):
            with socket.socket() as probe:
                host, port = address.split(":")
                assert probe.connect_ex((host, int(port))) == 0


async def test_on_one_host_it_is_a_socket(made: Installation) -> None:
    async with process(made.settings, made.config) as opened:
        assert opened.target(who=Site.PORTAL, address="", socket=Path("a.sock"), tier=Tier.VAULT) == UnixTarget(
            Path("a.sock")
        )


async def test_without_the_key_of_the_link_nothing_opens(made: Installation, tmp_path: Path) -> None:
    settings = two_hosts(made, tmp_path)
    (made.root / "credentials" / "link.key").unlink()
    with pytest.raises(ExceptionGroup) as raised:
        async with process(settings, made.config) as opened:
            await open_gate(opened)
    assert "link.key: this credential is missing" in str(raised.value.exceptions[0])


async def test_what_was_opened_is_closed_when_the_next_fails(made: Installation) -> None:
    (made.root / "credentials" / "tls-portal.key").unlink()
    with pytest.raises(ExceptionGroup) as raised:
        async with process(made.settings, made.config) as opened:
            await open_gate(opened)
            await open_vault(opened)
            await open_web(opened, (Site.PUBLIC, Site.PORTAL))
    assert "tls-portal.key" in str(raised.value.exceptions[0])
    assert sockets(made) == set()
    with socket.socket() as probe:
        assert probe.connect_ex((made.settings.sites.public.address, made.port)) != 0
