# SPDX-License-Identifier: Apache-2.0
"""The VPN sessions of one day in Japan, with the hours of the service, and how many there were at once."""

from collections.abc import Sequence

from appliance.link.messages import ReadTunnelDay, TunnelDay
from appliance.model.calendar import Calendar, Reason
from appliance.model.time import MINUTE, Instant, date_in_japan
from appliance.model.tunnels import TunnelSession
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.seat_list import office_of
from appliance.vault.reading import journal_reading
from appliance.vault.records.row_keys import newest_first
from appliance.vault.records.transaction import Snapshot
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels.listing import span_of
from appliance.vault.tunnels.peaks import peak_of
from appliance.vault.tunnels.rows import rows_of

# A drawing with more is no drawing any more, and too heavy for a page.
MOST = 40
COUNTED = 1000


async def read_day(core: Core, caller: Caller, message: ReadTunnelDay) -> TunnelDay:
    """Of all offices, or of one; the latest MOST of them, or of those before an instant.

    Raises Refused NOT_FOUND, INVALID.
    """
    day = message.day or date_in_japan(caller.now).isoformat()
    first, last = span_of(day)
    await journal_reading(core, caller, f"day/{message.office}/{day}", message.office or None)

    def work(snapshot: Snapshot) -> TunnelDay:
        name = office_of(snapshot, message.office).name if message.office else ""
        before = first - core.settings.tunnels.minutes * MINUTE
        found = _sessions(snapshot, message.office, before, last)
        found = [one for one in found if one.appeared_at >= first or not one.ended_at or one.ended_at > first]
        wanted = [one for one in found if not message.until or one.appeared_at < message.until]
        rows = rows_of(core.tunnels, snapshot, wanted[-MOST:])
        opens, closes, rest = _hours(core.calendar, first, last)
        most, most_at = most_at_once(found)
        if len(found) == COUNTED:  # perhaps there were more: what was written down is of all offices together
            peak = peak_of(snapshot, first)
            most, most_at = (0, 0) if message.office else (peak.most, peak.at)
        return TunnelDay(day, rows, len(wanted) > MOST, opens, closes, rest, most, most_at, name)

    return await core.read(work)


def _sessions(snapshot: Snapshot, office: str, first: Instant, last: Instant) -> list[TunnelSession]:
    """Those that appeared in between, the oldest first; the latest COUNTED of them."""
    index, parts = ("past", (office,)) if office else ("appeared", ())
    found = tunnel_sessions.scan(
        snapshot,
        index,
        parts,
        since=(*parts, newest_first(last - 1)),
        until=(*parts, newest_first(max(first, 1) - 1)),
        limit=COUNTED,
    )
    return found[::-1]


def _hours(calendar: Calendar, first: Instant, last: Instant) -> tuple[Instant, Instant, Reason | None]:
    """When the service opened and closed, 0 where it rested, and then why."""
    rest = calendar.closed(date_in_japan(first))
    if rest is not None:
        return 0, 0, rest
    hours = calendar.hours
    return first + hours.opens * MINUTE, min(first + hours.closes * MINUTE, last), None


def most_at_once(found: Sequence[TunnelSession]) -> tuple[int, Instant]:
    """How many were let through at the same time at most, and since when first; 0, 0 for none."""
    opened = [one for one in found if one.ends_at]
    steps = [(one.appeared_at, 1) for one in opened] + [(one.ended_at, -1) for one in opened if one.ended_at]
    now = most = most_at = 0
    for at, step in sorted(steps):
        now += step
        if now > most:
            most, most_at = now, at
    return most, most_at
