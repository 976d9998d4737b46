# SPDX-License-Identifier: Apache-2.0
"""VPN sessions as the fund sees them: what is connected, and what was.

A page costs what it shows: a list is read off an index, some rows at a time, and a page that had to leave out many
may be short and not be the last.
"""

import datetime as dt
from collections.abc import Callable

from appliance.link.messages import (
    AskPastTunnels,
    AskTunnels,
    ListPastTunnels,
    ListSeatBlocks,
    ListTunnels,
    PastTunnelPage,
    ReadTunnelDay,
    TunnelPage,
)
from appliance.link.refusals import Refused, Why
from appliance.model.ids import is_id
from appliance.model.time import JST, Instant, instant
from appliance.model.tunnels import TunnelSession
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.at_host import contracted
from appliance.vault.devices.seat_list import office_of
from appliance.vault.reading import journal_reading
from appliance.vault.records.row_keys import Part, newest_first
from appliance.vault.records.transaction import Snapshot
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels.connected import Connected
from appliance.vault.tunnels.present import sessions_of
from appliance.vault.tunnels.rows import rows_of

MAX_ROWS = 200
# So many sessions a page looks at, when most of them are not what was asked for.
MOST_LOOKED_AT = 600
Fits = Callable[[TunnelSession], bool]


# --- what is connected --------------------------------------------------------------------------------------------


async def list_tunnels(core: Core, caller: Caller, message: ListTunnels) -> TunnelPage:
    """Those of an office together, else a page of all."""
    office, limit = message.office, bounded(message.limit)
    await journal_reading(core, caller, f"live/{office}/{message.after}", office or None)
    return await core.read(lambda snapshot: _connected(core.tunnels, snapshot, office, message.after, limit))


async def ask_tunnels(core: Core, caller: Caller, message: AskTunnels) -> TunnelPage:
    """At the vault's own host."""
    return await list_tunnels(core, caller, ListTunnels(message.after, message.limit))


def _connected(tunnels: Connected, snapshot: Snapshot, office: str, after: str, limit: int) -> TunnelPage:
    if office:
        found, behind = sessions_of(snapshot, office_of(snapshot, office).id), ""
    else:
        found, behind = _cut(
            tunnel_sessions.scan(snapshot, "connected", since=place_in(after), limit=limit + 1), limit
        )
    count = len(found) if office else len(tunnels.held)
    return TunnelPage(rows_of(tunnels, snapshot, found), count, tunnels.report is not None, behind)


def office_asked(
    snapshot: Snapshot, caller: Caller, message: ListTunnels | ListPastTunnels | ReadTunnelDay | ListSeatBlocks
) -> str:
    """The one office that a list is of, "" for all. Raises Refused NOT_FOUND."""
    return office_of(snapshot, message.office).id if message.office else ""


# --- what was -----------------------------------------------------------------------------------------------------


async def list_past(core: Core, caller: Caller, message: ListPastTunnels) -> PastTunnelPage:
    """Of an office, with a cause, of a day; the newest first. Raises Refused NOT_FOUND, INVALID."""
    if message.day:
        span_of(message.day)
    asked = f"past/{message.office}/{message.cause or ''}/{message.day}/{message.after}"
    await journal_reading(core, caller, asked, message.office or None)
    return await core.read(lambda snapshot: _past(core.tunnels, snapshot, message))


async def ask_past(core: Core, caller: Caller, message: AskPastTunnels) -> PastTunnelPage:
    """The same at the vault's own host."""
    number = message.contract_number
    office = (await core.read(lambda snapshot: contracted(snapshot, number))).id if number else ""
    asked = ListPastTunnels(office, message.cause, message.day, message.after, message.limit)
    return await list_past(core, caller, asked)


def _past(tunnels: Connected, snapshot: Snapshot, asked: ListPastTunnels) -> PastTunnelPage:
    name = office_of(snapshot, asked.office).name if asked.office else ""
    index, parts = _index_of(asked)
    first, last = span_of(asked.day) if asked.day else (None, None)
    since = place_in(asked.after, parts) or ((*parts, newest_first(last - 1)) if last else None)
    until = (*parts, newest_first(first - 1)) if first else None
    found, behind = _looked_at(
        lambda since: tunnel_sessions.scan(
            snapshot, index, parts, since=since, until=until, limit=bounded(asked.limit) + 1
        ),
        lambda one: asked.cause in (None, one.cause),
        parts,
        since,
        bounded(asked.limit),
    )
    return PastTunnelPage(rows_of(tunnels, snapshot, found), name, behind)


def _index_of(asked: ListPastTunnels) -> tuple[str, tuple[Part, ...]]:
    """Which index finds it, and under what."""
    if asked.office:
        return "past", (asked.office,)
    return ("cause", (asked.cause.value,)) if asked.cause else ("appeared", ())


def _looked_at(
    page: Callable[[tuple[Part, ...] | None], list[TunnelSession]],
    fits: Fits,
    parts: tuple[Part, ...],
    since: tuple[Part, ...] | None,
    limit: int,
) -> tuple[list[TunnelSession], str]:
    """Those that fit, and behind which to go on, "" at the end; no more are looked at than MOST_LOOKED_AT."""
    found: list[TunnelSession] = []
    looked = 0
    while looked < MOST_LOOKED_AT:
        rows, behind = _cut(page(since), limit)
        for one in rows:
            if fits(one):
                found.append(one)
            if len(found) == limit:
                is_last = one is rows[-1] and not behind
                return found, "" if is_last else cursor_behind(one)
        if not behind:
            return found, ""
        looked += len(rows)
        since = place_in(behind, parts)
    return found, behind


def span_of(day: str) -> tuple[Instant, Instant]:
    """From when to when a day "YYYY-MM-DD" lasts in Japan. Raises Refused INVALID for what is none."""
    try:
        midnight = dt.datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=JST)
        following = midnight + dt.timedelta(days=1)
    except (ValueError, OverflowError):
        raise Refused(Why.INVALID) from None
    first, last = instant(midnight), instant(following)
    if len(day) != len("2026-06-09") or first < 1:
        raise Refused(Why.INVALID)
    return first, last


# --- pages --------------------------------------------------------------------------------------------------------


def bounded(limit: int) -> int:
    """How many rows a page may have."""
    return max(1, min(limit, MAX_ROWS))


def _cut(found: list[TunnelSession], limit: int) -> tuple[list[TunnelSession], str]:
    """One more than limit was looked for."""
    return found[:limit], cursor_behind(found[limit - 1]) if len(found) > limit else ""


def cursor_behind(session: TunnelSession) -> str:
    """By which the next page is found, whatever becomes of this session meanwhile."""
    return f"{session.appeared_at}.{session.id}"


def place_in(cursor: str, parts: tuple[Part, ...] = ()) -> tuple[Part, ...] | None:
    """Where an index goes on behind a session; None for what is no cursor, so that the first page is shown."""
    at, _, id = cursor.partition(".")
    if not (at.isascii() and at.isdecimal() and len(at) < 16 and is_id(id)):
        return None
    return (*parts, newest_first(int(at)), id + "\0")
