# SPDX-License-Identifier: Apache-2.0
"""The plugin in a real host: what is missing stops no start, and what is wrong does."""

import logging
from collections.abc import Mapping
from pathlib import Path

import pytest
import renkei_kit_windows
from renkei_kit_windows import KitWindows, Settings
from renkei_kit_windows.builder import NO_BASE

from appliance.contracts.kit import KitNotBuilt
from appliance.contracts.plugin import PluginError
from appliance.testing.hosting import hosted
from appliance.testing.services import fake_services
from tests.plugins.kit_windows.code_signing import chain, key, pem
from tests.plugins.kit_windows.kits import BASE, content_of, ordered


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A base as a package brings it."""
    path = tmp_path / "base.exe"
    path.write_bytes(BASE)
    monkeypatch.setattr(renkei_kit_windows, "BASE", path)
    return path


def plugin(settings: Settings | None = None, secrets: Mapping[str, bytes] | None = None) -> KitWindows:
    return KitWindows(settings or Settings(), fake_services(secrets=secrets))


async def test_in_a_host_it_builds_kits(tmp_path: Path) -> None:
    async with hosted(tmp_path, {"kit_windows": {"client_arguments": "/S"}}) as host:
        [provided] = host.all("kit")
        assert provided.plugin == "kit_windows"
        assert (await provided.provider.platform()).name == "Windows"
        kit = await provided.provider.build(ordered(tmp_path))
        assert len(await content_of(kit)) == kit.size
        with pytest.raises(KitNotBuilt, match="add-client"):
            await provided.provider.build(ordered(tmp_path, client=None))


@pytest.fixture
def no_base(base: Path) -> None:
    """As in a checkout where none was built."""
    base.unlink()


@pytest.mark.usefixtures("no_base")
async def test_without_a_base_it_starts_and_says_why_there_are_no_kits(caplog: pytest.LogCaptureFixture) -> None:
    made = plugin()
    with caplog.at_level(logging.WARNING):
        await made.start()
    assert NO_BASE in caplog.text
    with pytest.raises(PluginError, match="make kit-windows"):
        await made.examine()


async def test_with_a_base_all_is_well() -> None:
    made = plugin()
    await made.start()
    await made.examine()


async def test_a_certificate_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r"none\.pem cannot be read"):
        await plugin(Settings(certificate=str(tmp_path / "none.pem"))).start()


async def test_the_key_of_the_certificate_is_a_credential(tmp_path: Path) -> None:
    (tmp_path / "chain.pem").write_bytes(chain())
    settings = Settings(certificate=str(tmp_path / "chain.pem"))
    made = plugin(settings, {"kit_windows.key": pem(key())})
    await made.start()
    [kits] = made.register_kit()
    other = plugin()
    await other.start()
    assert (await kits.platform()).version != (await other.register_kit()[0].platform()).version
    with pytest.raises(PluginError, match="not that of the key"):
        await plugin(settings, {"kit_windows.key": pem(key(1))}).start()
