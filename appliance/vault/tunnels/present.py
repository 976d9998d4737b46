# SPDX-License-Identifier: Apache-2.0
"""Which VPN sessions there are at this moment, as the vault holds them."""

from appliance.model.time import Instant
from appliance.model.tunnels import TunnelSession
from appliance.vault.records.transaction import Snapshot
from appliance.vault.records.tunnel_tables import tunnel_sessions


def session_at(snapshot: Snapshot, address: str, now: Instant) -> TunnelSession | None:
    """The open session of the PC with this address inside the tunnel; None without one, or when its time is over.

    None too where two are said to have it: nobody can tell then whose packets come.
    """
    found = tunnel_sessions.scan(snapshot, "address", (address,), limit=2) if address else []
    return found[0] if len(found) == 1 and now < found[0].ends_at else None


def sessions_of(snapshot: Snapshot, office: str, seat: int = 0) -> list[TunnelSession]:
    """Those of an office, or of one seat of it, that have not ended yet, the newest first."""
    index, parts = ("seat", (office, seat)) if seat else ("office", (office,))
    return tunnel_sessions.scan(snapshot, index, parts)


def last_opened(snapshot: Snapshot, office: str, seat: int) -> TunnelSession | None:
    """The latest one of a seat that was let through, ended or not, however many were refused since it came."""
    return tunnel_sessions.first(snapshot, "opened", office, seat)
