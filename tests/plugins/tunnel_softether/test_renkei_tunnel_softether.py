# SPDX-License-Identifier: Apache-2.0
"""The plugin's life."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from renkei_tunnel_softether import Settings, TunnelSoftether, read_certificate
from renkei_tunnel_softether.engine import SoftEther

from appliance.contracts.plugin import PluginError, Services
from appliance.testing.services import fake_services
from tests.plugins.tunnel_softether.fake_softether import FakeSoftEther, Served


@pytest.fixture
def whole(settings: Settings, place: Served, tmp_path: Path) -> Settings:
    """With a certificate."""
    path = tmp_path / "softether.pem"
    path.write_bytes(place.key.certificate.public_bytes(Encoding.PEM))
    return replace(settings, certificate=str(path))


async def test_it_starts_and_says_what_answers(
    whole: Settings, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    plugin = TunnelSoftether(whole, services)
    caplog.set_level(logging.INFO)
    await plugin.start()
    await plugin.check()
    await plugin.stop()
    assert "Version 5.01 Build 9674 answers" in caplog.text


async def test_a_server_that_is_down_stops_no_start(
    whole: Settings, services: Services, place: Served, caplog: pytest.LogCaptureFixture
) -> None:
    place.refuses = True
    plugin = TunnelSoftether(whole, services)
    await plugin.start()
    await plugin.check()
    await plugin.stop()
    assert "nobody is connected until it is there" in caplog.text


async def test_kits_are_told_its_certificate(whole: Settings, services: Services, place: Served) -> None:
    plugin = TunnelSoftether(whole, services)
    await plugin.start()
    [engine] = plugin.register_tunnel()
    assert isinstance(engine, SoftEther)
    assert engine.certificate == place.key.certificate.public_bytes(Encoding.PEM).decode()
    await plugin.stop()


async def test_what_was_changed_is_written_by_a_job(
    whole: Settings, services: Services, fake: FakeSoftEther
) -> None:
    plugin = TunnelSoftether(whole, services)
    await plugin.start()
    [job] = plugin.register_jobs()
    await job.run()
    assert (job.name, fake.flushed) == ("save", 0)
    await plugin.stop()


async def test_without_its_password_it_does_not_start(whole: Settings) -> None:
    for secrets, said in (({}, "softether.password"), ({"softether.password": b" \n"}, "is empty")):
        plugin = TunnelSoftether(whole, fake_services(secrets=secrets))
        with pytest.raises(PluginError, match=said):
            await plugin.start()
        await plugin.stop()


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_without_its_certificate_it_says_what_makes_one(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "softether.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PluginError, match="prepare-host"):
        read_certificate(str(path))
