# SPDX-License-Identifier: Apache-2.0
"""VPN sessions: who may connect with which key, what is connected, until when, and why no longer (R87 to R91)."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.model.time import Instant


class SessionState(StrEnum):
    """The states of a VPN session.

    APPEARED: an engine shows it, and nothing passes yet. OPEN: it reaches the portal. ENDING: the gate was told to
    end it, and has not yet said that it is gone. ENDED: no engine shows it any more.
    """

    APPEARED = "appeared"
    OPEN = "open"
    ENDING = "ending"
    ENDED = "ended"


class Cause(StrEnum):
    """Why a session ended, or was never opened.

    LIMIT: the minutes are over (R90, A14). CLOSED: outside the hours, grace included (R6, A15). SIGNED_OUT: its
    visitor left the portal (R91). GONE: the line broke, or 「切断」 was pressed; an engine tells no difference.
    REPLACED: the same seat connected again, and the newest counts. DESK: the fund ended it. BLOCKED: the fund keeps
    the seat out. SEAT: the PC may not connect as this seat (any more): revoked, replaced, overridden.
    OFTEN: its PC connected again and again, and stays out for a while.
    CERTIFICATE: that of the PC has ended. SUSPENDED: the office is. STRANGER: no seat is known by this name.
    """

    LIMIT = "limit"
    CLOSED = "closed"
    SIGNED_OUT = "signed_out"
    GONE = "gone"
    REPLACED = "replaced"
    DESK = "desk"
    BLOCKED = "blocked"
    SEAT = "seat"
    CERTIFICATE = "certificate"
    SUSPENDED = "suspended"
    STRANGER = "stranger"
    OFTEN = "often"


# With these the seat stays out at its engine until the vault admits it again; after the others it may come at once.
BARRING = frozenset({Cause.CLOSED, Cause.BLOCKED, Cause.SEAT, Cause.CERTIFICATE, Cause.SUSPENDED, Cause.STRANGER})


@dataclass(frozen=True, slots=True)
class TunnelSession:
    """One VPN session of one PC, as the vault holds it.

    seat is the number at the office, bond the one that its PC has. engine and engine_session are the engine's own
    names. address is that inside the tunnel, by which the portal knows it; source is where the PC is on the
    Internet. began_at is from when the minutes count: that of the session before it where the line only broke
    (A44); appeared_at is when the gate first showed this one. ends_at is the earliest of all its deadlines, 0 as
    long as it is not open. leaves_at, where it is not 0, is when it ends because its visitor has left the portal,
    a moment after the page that says so. by is who ended it, where somebody did, told what was said as the reason.
    """

    id: str
    office: str
    seat: int
    bond: str
    engine: str
    engine_session: str
    address: str
    source: str
    state: SessionState
    appeared_at: Instant
    began_at: Instant
    ends_at: Instant = 0
    ended_at: Instant = 0
    cause: Cause | None = None
    by: str = ""
    told: str = ""
    bytes_in: int = 0
    bytes_out: int = 0
    leaves_at: Instant = 0


@dataclass(frozen=True, slots=True)
class SeatBlock:
    """The fund keeps the PC of a seat out, until it lifts this; told is the reason that the office hears."""

    office: str
    seat: int
    since: Instant
    by: str
    told: str
