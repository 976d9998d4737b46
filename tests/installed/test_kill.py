# SPDX-License-Identifier: Apache-2.0
"""Services that are killed or hang: systemd starts them anew, and what was delivered is still there."""

import pytest

from tests.installed.fund import SERVICES, Fund
from tests.story.notices import NOTICE

pytestmark = pytest.mark.installed


@pytest.mark.parametrize("unit", SERVICES)
def test_a_killed_service_is_back_and_nothing_is_lost(fund: Fund, unit: str) -> None:
    fund.deliver()
    before = len(fund.received())
    restarts = int(fund.host.property(f"{unit}.service", "NRestarts"))
    fund.host.run("kill", "-KILL", fund.host.property(f"{unit}.service", "MainPID"))
    fund.host.until(f"systemctl show -p NRestarts --value {unit}.service | grep -qx {restarts + 1}")
    fund.host.until(f"systemctl is-active {unit}.service")
    received = fund.received()
    assert len(received) == before
    assert received[0] == NOTICE.read_bytes()
    assert fund.is_up()
    assert fund.verified()
