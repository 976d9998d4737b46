# SPDX-License-Identifier: Apache-2.0
"""The addresses that the hub hands out: one for each question, so that a PC which goes on asking takes them all.

1. Who has taken more than a PC can need is found while its session is there, by the hardware addresses behind it.
2. What it took cannot be taken back one by one: the hub forgets all, and goes on with the other half of its
   addresses, so that who is connected shares its own with nobody.
"""

import ipaddress
from collections import Counter
from dataclasses import replace

from renkei_tunnel_softether.rpc import Fields, Rpc
from renkei_tunnel_softether.settings import Settings

# A PC has one; one that changes its network while it asks may have another.
MOST = 3
# So few more than before are not looked at one by one.
FEW = 8


class Leases:
    """Asks the one server."""

    def __init__(self, rpc: Rpc, settings: Settings) -> None:
        """Nothing is asked yet."""
        self._rpc = rpc
        self._hub: Fields = {"HubName_str": settings.hub}
        self._looked_at = 0

    async def greedy(self) -> set[str]:
        """The sessions that have taken too many, by their names in capitals. Raises EngineAway."""
        there = int((await self._rpc("GetSecureNATStatus", **self._hub))["NumDhcpClients_u32"])
        if there - self._looked_at <= FEW:
            self._looked_at = min(self._looked_at, there)
            return set()
        self._looked_at = there
        leases = (await self._rpc("EnumDHCP", **self._hub)).get("DhcpTable", [])
        cards = (await self._rpc("EnumMacTable", **self._hub)).get("MacTable", [])
        behind = {str(row["MacAddress_bin"]): str(row["SessionName_str"]).upper() for row in cards}
        taken = Counter(behind[card] for row in leases if (card := str(row["MacAddress_bin"])) in behind)
        return {session for session, number in taken.items() if number > MOST}


def other_half(whole: Settings, now: Settings) -> Settings:
    """Which addresses are handed out after those of now: the upper half of the whole first, where few have one."""
    first, last = (int(ipaddress.IPv4Address(address)) for address in (whole.first, whole.last))
    if first == last:
        return whole
    middle = (first + last) // 2
    upper = replace(whole, first=str(ipaddress.IPv4Address(middle + 1)))
    return upper if now.first != upper.first else replace(whole, last=str(ipaddress.IPv4Address(middle)))
