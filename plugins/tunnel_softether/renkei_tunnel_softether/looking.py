# SPDX-License-Identifier: Apache-2.0
"""What EnumSession and EnumIpTable say, read as sessions of seats."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from appliance.model.time import Instant, instant

# How the hub calls its own: the DHCP server, and the bridge to the portal.
HELPERS = frozenset({"SecureNAT", "Local Bridge"})
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A session, by the server's name of it. began is when it did, 0 if nobody can tell.

    packets is a number that grows with every byte either way.
    seat is the user that the server itself let in. What a client claims, such as its UniqueId, is not read (L2).
    """

    name: str
    seat: str
    source: str
    address: str
    packets: int
    began: Instant


def sessions_of(sessions: Row, addresses: Row) -> list[Seen]:
    """The sessions of PCs, oldest first, of an EnumSession and an EnumIpTable."""
    given = dict(_given(addresses.get("IpTable", [])))
    found = [row for row in sessions.get("SessionList", []) if row["Username_str"] not in HELPERS]
    return [_seen(row, given) for row in sorted(found, key=_age)]


def helpers_in(sessions: Row) -> set[str]:
    """Which of our own helpers the hub has."""
    return {row["Username_str"] for row in sessions.get("SessionList", [])} & HELPERS


def _given(rows: Iterable[Row]) -> Iterable[tuple[str, str]]:
    """Of each session the address that it got by DHCP, and none that a client chose."""
    for row in rows:
        if row["DhcpAllocated_bool"]:
            yield str(row["SessionName_str"]).upper(), str(row["Ip_ip"])


def _seen(row: Row, given: Mapping[str, str]) -> Seen:
    name = str(row["Name_str"])
    seat, source = str(row["Username_str"]).lower(), str(row["ClientIP_ip"])
    return Seen(name, seat, source, given.get(name.upper(), ""), int(row["PacketSize_u64"]), _began(row))


def _began(row: Row) -> Instant:
    """0 where nobody can tell."""
    try:
        return instant(dt.datetime.fromisoformat(str(row["CreatedTime_dt"])))
    except ValueError:
        return 0


def _age(row: Row) -> int:
    """The hub numbers its sessions, at the end of their names."""
    number = str(row["Name_str"]).rpartition("-")[2]
    return int(number) if number.isascii() and number.isdigit() else 0


def moved(status: Row) -> tuple[int, int]:
    """Bytes from the PC and to it, of a GetSessionStatus, which counts as the PC sees it."""
    return _bytes(status, "Send"), _bytes(status, "Recv")


def _bytes(status: Row, way: str) -> int:
    return int(status[f"{way}.UnicastBytes_u64"]) + int(status[f"{way}.BroadcastBytes_u64"])
