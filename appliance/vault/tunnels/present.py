# SPDX-License-Identifier: Apache-2.0
"""Which VPN sessions there are at this moment, as the vault holds them."""

from appliance.model.time import Instant
from appliance.model.tunnels import SessionState, TunnelSession
from appliance.vault.records.transaction import Snapshot
from appliance.vault.records.tunnel_tables import tunnel_sessions

# Of one seat: the newest counts, and those before it end at once. What is older than so many has ended.
LATEST = 20
_LIVE = (SessionState.APPEARED, SessionState.OPEN, SessionState.ENDING)


def session_at(snapshot: Snapshot, address: str, now: Instant) -> TunnelSession | None:
    """The open session of the PC with this address inside the tunnel; None without one, or when its time is over.

    None too where two are said to have it: nobody can tell then whose packets come.
    """
    found = tunnel_sessions.scan(snapshot, "address", (address,), limit=2) if address else []
    return found[0] if len(found) == 1 and now < found[0].ends_at else None


def sessions_of(snapshot: Snapshot, office: str, seat: int = 0) -> list[TunnelSession]:
    """Those of an office, or of one seat of it, that have not ended yet, the newest first."""
    if seat:
        latest = tunnel_sessions.scan(snapshot, "seat", (office, seat), limit=LATEST)
        return [one for one in latest if one.state in _LIVE]
    return tunnel_sessions.scan(snapshot, "office", (office,))


def last_sessions(snapshot: Snapshot, office: str, seat: int) -> list[TunnelSession]:
    """The latest ones of a seat, ended or not, the newest first."""
    return tunnel_sessions.scan(snapshot, "seat", (office, seat), limit=LATEST)
