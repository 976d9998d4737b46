# SPDX-License-Identifier: Apache-2.0
"""Which VPN sessions there are at this moment, as the vault holds them."""

from appliance.model.time import Instant
from appliance.model.tunnels import TunnelSession
from appliance.vault.records.transaction import Snapshot
from appliance.vault.records.tunnel_tables import tunnel_sessions


def session_at(snapshot: Snapshot, address: str, now: Instant) -> TunnelSession | None:
    """The open session of the PC at this address inside the tunnel; None without one, or when its time is over."""
    session = tunnel_sessions.first(snapshot, "address", address) if address else None
    return session if session is not None and now < session.ends_at else None
