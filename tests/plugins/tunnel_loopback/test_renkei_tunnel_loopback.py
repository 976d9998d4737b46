# SPDX-License-Identifier: Apache-2.0
"""The demo's engine is a plugin that a demo starts, and nothing else does."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from renkei_tunnel_loopback import Settings, TunnelLoopback

from appliance.config.decode import ConfigError
from appliance.config.settings import Demo
from appliance.contracts.plugin import PluginError
from appliance.host.refused import StartRefused
from appliance.model.words import Tier
from appliance.testing.hosting import make_host
from appliance.testing.services import fake_services

TABLE = {"tunnel_loopback": {"port": 0}}


def test_outside_of_a_demo_it_stops_the_start(tmp_path: Path) -> None:
    host = make_host(tmp_path, TABLE, tier=Tier.GATE)
    with pytest.raises(StartRefused, match=r"\[plugins.tunnel_loopback\].*for demos alone"):
        host.load()
    assert host.all("tunnel") == []


async def test_a_demo_has_it(tmp_path: Path) -> None:
    host = make_host(tmp_path, TABLE, tier=Tier.GATE)
    host._settings = replace(host._settings, demo=Demo(enabled=True))
    host.load()
    assert host.make_believe == {"tunnel_loopback"}
    await host.start()
    [provided] = host.all("tunnel")
    assert (await provided.provider.prepare([])).client["url"].startswith("http://127.0.0.1:")
    await host.stop()


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_is_a_port(port: int) -> None:
    with pytest.raises(ValueError, match="`port`"):
        Settings(port)


def test_what_it_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="prot"):
        make_host(tmp_path, {"tunnel_loopback": {"prot": 1}}, tier=Tier.GATE).load()


async def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        plugin = TunnelLoopback(Settings(taken.getsockname()[1]), fake_services())
        with pytest.raises(PluginError, match="set another one"):
            await plugin.start()
        await plugin.stop()
