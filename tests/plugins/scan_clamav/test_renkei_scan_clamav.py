# SPDX-License-Identifier: Apache-2.0
"""The plugin's life: one that is down stops no start, one that would lie does."""

import logging
from pathlib import Path
from typing import Any

import pytest
from renkei_scan_clamav import ScanClamav, Settings
from renkei_scan_clamav.trust import eicar

from appliance.config.decode import ConfigError
from appliance.contracts.plugin import PluginError
from appliance.contracts.scanner import ScannerAway
from appliance.host.refused import StartRefused
from appliance.testing.hosting import hosted
from appliance.testing.services import fake_services
from tests.plugins.scan_clamav.fake_clamd import FakeClamd


def plugin(fake: FakeClamd) -> ScanClamav:
    return ScanClamav(Settings(socket=str(fake.path), max_mib=8), fake_services())


async def live(made: ScanClamav) -> None:
    """What the host does."""
    assert len(made.register_scanner()) == 1
    await made.start()
    try:
        await made.check()
    finally:
        await made.stop()


async def test_it_starts(fake: FakeClamd, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        await live(plugin(fake))
    assert "ClamAV 1.4.6 scans documents" in caplog.text
    await fake.all_left()


async def test_nobody_is_asked_before_the_check(fake: FakeClamd) -> None:
    made = plugin(fake)
    made.register_scanner()
    await made.start()
    assert fake.asked == []


async def test_one_that_is_down_stops_no_start(fake: FakeClamd, caplog: pytest.LogCaptureFixture) -> None:
    await fake.stop()
    await live(plugin(fake))
    assert "documents wait until it is there" in caplog.text


async def test_one_that_would_lie_does(fake: FakeClamd) -> None:
    del fake.found[eicar()]
    with pytest.raises(PluginError, match="EICAR"):
        await live(plugin(fake))


# --- in a real host -----------------------------------------------------------------------------------------------


def table(fake: FakeClamd, **more: Any) -> dict[str, dict[str, Any]]:
    return {"scan_clamav": {"socket": str(fake.path), "max_mib": 8, **more}}


async def test_the_host_takes_it_and_guards_its_calls(fake: FakeClamd, tmp_path: Path) -> None:
    async with hosted(tmp_path, table(fake)) as host:
        (provided,) = host.all("scanner")
        assert (await provided.provider.state()).engine == "ClamAV 1.4.6"
        await fake.stop()
        with pytest.raises(ScannerAway, match="is not there"):
            await provided.provider.state()


async def test_the_vault_starts_while_it_is_down_and_has_it_when_it_is_back(
    fake: FakeClamd, tmp_path: Path
) -> None:
    await fake.stop()
    async with hosted(tmp_path, table(fake)) as host:
        (provided,) = host.all("scanner")
        fake.path.unlink()
        await fake.start()
        assert (await provided.provider.state()).engine == "ClamAV 1.4.6"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"max_mib": 9}, "StreamMaxLength 9M"),
        ({"max_mib": 0}, "`max_mib`"),
        ({"stale": "ignore"}, "stale"),
        ({"soket": "/x"}, "soket"),
        ({"optional": True}, "cannot be left out"),
    ],
)
async def test_what_stops_the_start(fake: FakeClamd, tmp_path: Path, more: dict[str, Any], said: str) -> None:
    with pytest.raises((StartRefused, ConfigError), match=said):
        async with hosted(tmp_path, table(fake, **more)):
            pass
