# SPDX-License-Identifier: Apache-2.0
"""The plugin's life: one that is down stops no start, one that would lie does."""

import logging

import pytest
from renkei_scan_clamav import ScanClamav, Settings
from renkei_scan_clamav.trust import eicar

from appliance.contracts.plugin import PluginError
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
