# SPDX-License-Identifier: Apache-2.0
"""The plugin's life."""

from pathlib import Path

import pytest
from renkei_tunnel_wireguard import Settings, TunnelWireguard
from renkei_tunnel_wireguard.engine import WireGuard

from appliance.contracts.plugin import PluginError
from appliance.testing.services import fake_services
from tests.plugins.tunnel_wireguard.fake_host import PRIVATE


async def test_it_starts_with_its_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", with_programs(tmp_path, "wg", "ip"))
    plugin = TunnelWireguard(Settings(), fake_services(secrets={"wireguard.key": f"{PRIVATE}\n".encode()}))
    await plugin.start()
    await plugin.check()
    [engine] = plugin.register_tunnel()
    assert isinstance(engine, WireGuard) and engine.private == PRIVATE
    await plugin.stop()


@pytest.mark.parametrize("secret", [b"", b"short", b"\xff" * 44, b"A" * 43 + b"="])
async def test_without_a_key_it_says_what_makes_one(secret: bytes) -> None:
    plugin = TunnelWireguard(Settings(), fake_services(secrets={"wireguard.key": secret}))
    with pytest.raises(PluginError, match=r"`wg genkey \| renkei credential set wireguard.key`"):
        await plugin.start()


async def test_a_credential_that_is_missing_is_named() -> None:
    with pytest.raises(PluginError, match=r"wireguard\.key"):
        await TunnelWireguard(Settings(), fake_services()).start()


async def test_what_has_to_be_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", with_programs(tmp_path, "ip"))
    with pytest.raises(PluginError, match="`apt install wireguard-tools`"):
        await TunnelWireguard(Settings(), fake_services()).check()


def with_programs(folder: Path, *names: str) -> str:
    """A PATH with these alone."""
    for name in names:
        (folder / name).touch(0o755)
    return str(folder)
