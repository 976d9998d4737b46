# SPDX-License-Identifier: Apache-2.0
"""The addresses that the hub hands out: one for each question, so that a PC which goes on asking takes them all.

1. Who has taken more than a PC can need is found while its session is there, by the hardware addresses behind it.
2. What it took cannot be taken back one by one: the hub forgets all, and goes on with addresses that nobody who is
   connected can have. What it has forgotten it would give away a second time.
"""

from collections import Counter
from dataclasses import replace
from ipaddress import IPv4Address

from renkei_tunnel_softether.rpc import Fields, Rpc
from renkei_tunnel_softether.settings import Settings

# A PC has one; one that changes its network while it asks may have another.
MOST = 3
# So few more than before are not looked at one by one.
FEW = 8
# With fewer addresses than these the hub forgets none.
LEAST = 512


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
        found = {session for session, number in taken.items() if number > MOST}
        if found:
            self._looked_at = 0
        return found


def next_addresses(whole: Settings, now: Settings, *, nobody_has_older: bool) -> Settings | None:
    """Which addresses are handed out after those of now; None where there are too few left to choose from.

    The hub gives the lowest first, so that the upper half is free. nobody_has_older: those of before now were given
    so long ago that no session has one.
    """
    upper = _upper_half(whole)
    if now == whole or upper is None or not nobody_has_older:
        return _upper_half(now)
    is_upper = IPv4Address(now.first) >= IPv4Address(upper.first)
    return replace(whole, last=str(IPv4Address(upper.first) - 1)) if is_upper else upper


def _upper_half(now: Settings) -> Settings | None:
    first, last = (int(IPv4Address(address)) for address in (now.first, now.last))
    return replace(now, first=str(IPv4Address((first + last) // 2 + 1))) if last - first >= LEAST else None
