# SPDX-License-Identifier: Apache-2.0
"""The settings of VPN sessions: what is allowed, and what stops the start."""

from typing import Any

import pytest

from appliance.config.tunnel_settings import TunnelNeed, Tunnels


def test_the_portal_needs_no_vpn_unless_it_is_said() -> None:
    settings = Tunnels()
    assert (settings.portal, settings.minutes, settings.return_minutes) == (TunnelNeed.NONE, 90, 5)
    assert settings.cooldown_seconds == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": 0},
        {"minutes": 24 * 60 + 1},
        {"return_minutes": -1},
        {"cooldown_seconds": 3601},
        {"history_months": 0},
        {"connects": 2},
        {"connects_minutes": 0},
        {"pause_minutes": 31},
        {"addresses": "10.8.0.1/16"},
        {"addresses": "8.8.0.0/16"},
        {"addresses": "10.8.0.0/25"},
        {"addresses": "fd00::/64"},
        {"addresses": "somewhere"},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Tunnels(**wrong)


def test_the_limits_themselves_are_allowed() -> None:
    assert Tunnels(minutes=1, return_minutes=0, history_months=120, addresses="192.168.7.0/24").minutes == 1
