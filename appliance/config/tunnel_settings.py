# SPDX-License-Identifier: Apache-2.0
"""The settings of VPN sessions."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum

from appliance.config.bounds import within


class TunnelNeed(StrEnum):
    """Whether the portal is reached only from inside a VPN session (design §9, A51)."""

    NONE = "none"
    REQUIRED = "required"


@dataclass(frozen=True)
class Tunnels:
    """VPN sessions, as the vault judges them.

    minutes is how long a session lasts, from its connect (R90, A14). A line that breaks and comes back within
    return_minutes goes on as the same (A44); cooldown_seconds is how long a seat has to wait after any other end.
    A PC that connects more than `connects` times within connects_minutes stays out for pause_minutes, and for
    twice as long each time that it goes on. addresses is the network for engines that hand out no addresses by
    themselves, never to be changed once kits were made. history_months is how long ended sessions are listed; the
    journal keeps them for longer.
    """

    portal: TunnelNeed = TunnelNeed.NONE
    minutes: int = 90
    return_minutes: int = 5
    cooldown_seconds: int = 0
    connects: int = 12
    connects_minutes: int = 10
    pause_minutes: int = 2
    addresses: str = "10.8.0.0/16"
    history_months: int = 13

    def __post_init__(self) -> None:
        """A session ends on the day on which it begins."""
        within("minutes", self.minutes, 1, 24 * 60)
        within("return_minutes", self.return_minutes, 0, 60)
        within("cooldown_seconds", self.cooldown_seconds, 0, 3600)
        within("connects", self.connects, 3, 1000)
        within("connects_minutes", self.connects_minutes, 1, 60)
        within("pause_minutes", self.pause_minutes, 1, 30)
        within("history_months", self.history_months, 1, 120)
        try:
            network = ipaddress.IPv4Network(self.addresses)
        except ValueError as error:
            raise ValueError(f"`addresses` must be a network such as 10.8.0.0/16: {error}") from error
        if not network.is_private or network.prefixlen > 24:
            raise ValueError("`addresses` must be a private network with room for 254 PCs at least")
