# SPDX-License-Identifier: Apache-2.0
"""The tables of VPN sessions, of seats that the fund keeps out, of addresses, and of what PCs need to know."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.model.time import Instant
from appliance.model.tunnels import SeatBlock, SessionState, TunnelSession
from appliance.vault.records.row_keys import newest_first
from appliance.vault.records.table import Table


def _is_live(session: TunnelSession) -> bool:
    return session.state is not SessionState.ENDED


tunnel_sessions = Table(
    "tunnel_session",
    TunnelSession,
    lambda s: (s.id,),
    {
        "live": lambda s, blind: [(s.engine, s.engine_session)] if _is_live(s) else [],
        "address": lambda s, blind: [(s.address,)] if s.state is SessionState.OPEN else [],
        "office": lambda s, blind: [(s.office, newest_first(s.appeared_at))] if _is_live(s) else [],
        "seat": lambda s, blind: [(s.office, s.seat, newest_first(s.appeared_at))] if _is_live(s) else [],
        "opened": lambda s, blind: [(s.office, s.seat, newest_first(s.appeared_at))] if s.ends_at else [],
        "leaving": lambda s, blind: [(s.leaves_at,)] if s.state is SessionState.OPEN and s.leaves_at else [],
        "appeared": lambda s, blind: [(newest_first(s.appeared_at),)],
        "connected": lambda s, blind: [(newest_first(s.appeared_at),)] if _is_live(s) else [],
        "past": lambda s, blind: [(s.office, newest_first(s.appeared_at))],
        "cause": lambda s, blind: [(s.cause.value, newest_first(s.appeared_at))] if s.cause else [],
        "ended": lambda s, blind: [] if _is_live(s) else [(s.ended_at,)],
    },
)


@dataclass(frozen=True, slots=True)
class TunnelPeak:
    """How many sessions were let through at once at most on a day "YYYY-MM-DD" in Japan, and since when first."""

    day: str
    most: int
    at: Instant


tunnel_peaks = Table("tunnel_peak", TunnelPeak, lambda p: (p.day,))

seat_blocks = Table(
    "seat_block",
    SeatBlock,
    lambda b: (b.office, b.seat),
    {"since": lambda b, blind: [(newest_first(b.since),)]},
)


@dataclass(frozen=True, slots=True)
class SeatAddress:
    """The address of a seat at an engine that hands out none: number is its place in `[tunnels] addresses`."""

    office: str
    seat: int
    number: int


seat_addresses = Table(
    "seat_address", SeatAddress, lambda a: (a.office, a.seat), {"number": lambda a, blind: [(a.number,)]}
)


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """What kits are told of an engine, so that a PC can connect: they are made also while the gate is away.

    offered is what it said last, where that is something else that nobody has believed yet (decision 47).
    """

    name: str
    client: Mapping[str, str]
    told_at: Instant
    offered: Mapping[str, str] = field(default_factory=dict)


engine_facts = Table("engine_facts", EngineFacts, lambda e: (e.name,))
