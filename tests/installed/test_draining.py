# SPDX-License-Identifier: Apache-2.0
"""A service that is started anew under load loses no request: what runs ends, what comes waits in the socket."""

import pytest

from appliance.web.addresses import ONETIME
from tests.installed.asking import Asking, under_load
from tests.installed.fund import SERVICES, Fund
from tests.installed.play import inside
from tests.story.stage import SITES

pytestmark = pytest.mark.installed
REQUESTS = 1_000
KEEPS = (True,) * 8 + (False,) * 8


def asking(fund: Fund) -> list[Asking]:
    """Staff and an office at pages that the vault answers, and people in front of the public site."""
    who = [(one.site, one.cookies, ("/", "/notices")) for one in (fund.clerk, fund.office)]
    who.append((f"https://{SITES['public']}", "", ("/", ONETIME)))
    return [Asking(*one, keeps) for one in who for keeps in KEEPS]


@pytest.mark.parametrize("units", [*SERVICES, "renkei-*.service"])
def test_a_restart_under_load_loses_no_request(fund: Fund, units: str) -> None:
    before = {unit: fund.host.property(unit, "MainPID") for unit in SERVICES}
    told = under_load(
        fund, asking(fund), lambda: inside(fund.host.leader, "systemctl", "restart", units), requests=REQUESTS
    )
    assert not told.failed, f"{told}\n{fund.host.journal()}"
    assert told.answered >= REQUESTS
    changed = {unit for unit in SERVICES if fund.host.property(unit, "MainPID") != before[unit]}
    assert changed == ({units} if units in SERVICES else {*SERVICES})
    assert "timed out" not in fund.host.journal(), "each has stopped by itself"
