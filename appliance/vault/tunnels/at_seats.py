# SPDX-License-Identifier: Apache-2.0
"""Of each seat of an office: until when its PC is connected now, why the fund keeps it out, how it last ended."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from appliance.model.time import Instant
from appliance.model.tunnels import SessionState, TunnelSession
from appliance.vault.records.row_keys import end_of
from appliance.vault.records.transaction import Snapshot
from appliance.vault.records.tunnel_tables import seat_blocks, tunnel_sessions

LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class AtSeat:
    """connected_until is 0 for who is not let through now; blocked is "" for who may connect."""

    connected_until: Instant = 0
    blocked: str = ""


def at_seats(snapshot: Snapshot, office: str) -> Mapping[int, AtSeat]:
    """By the number of the seat; one of which there is nothing to say is as AtSeat()."""
    until = {
        one.seat: one.ends_at
        for one in tunnel_sessions.scan(snapshot, "office", (office,))
        if one.state is SessionState.OPEN
    }
    start = seat_blocks.key(office)
    blocked = {one.seat: one.told for one in seat_blocks.walk(snapshot, start, end_of(start))}
    found = {seat: AtSeat(until.get(seat, 0), blocked.get(seat, "")) for seat in until.keys() | blocked.keys()}
    return defaultdict(AtSeat, found)


def last_over(snapshot: Snapshot, office: str, seats: Iterable[int]) -> Mapping[int, TunnelSession]:
    """By seat, the latest session that has ended or was refused; those without one are missing.

    No more than LOOKED_AT of the office are looked at: behind them only those count that had been let through.
    """
    latest = tunnel_sessions.scan(snapshot, "past", (office,), limit=LOOKED_AT)
    found = {one.seat: one for one in reversed(latest) if one.cause}
    for seat in set(seats) - found.keys() if len(latest) == LOOKED_AT else ():
        opened = tunnel_sessions.scan(snapshot, "opened", (office, seat), limit=2)
        if over := next((one for one in opened if one.cause), None):
            found[seat] = over
    return found
