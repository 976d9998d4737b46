# SPDX-License-Identifier: Apache-2.0
"""The sessions that were not over when the vault before this one stopped."""

from dataclasses import dataclass

from appliance.model.time import MINUTE, SECOND, Instant
from appliance.model.tunnels import Cause, TunnelSession
from appliance.vault.core import Core
from appliance.vault.records.device_tables import bonds
from appliance.vault.records.transaction import Snapshot
from appliance.vault.records.tunnel_tables import tunnel_sessions
from appliance.vault.tunnels.seats import not_after

PAGE = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """One of them; name is how its engine calls the seat, "" where no seat was known. due is why it ends."""

    row: TunnelSession
    name: str
    certificate_ends: Instant
    due: Cause


async def loaded(core: Core) -> list[Loaded]:
    """All of them. Raises Refused."""
    found: list[Loaded] = []
    minutes = core.settings.tunnels.minutes
    behind: TunnelSession | None = None
    while page := await core.read(lambda snapshot, behind=behind: _page(snapshot, behind, minutes)):  # type: ignore[misc]
        found, behind = [*found, *page], page[-1].row
    return found


def _page(snapshot: Snapshot, behind: TunnelSession | None, minutes: int) -> list[Loaded]:
    rows = tunnel_sessions.scan(snapshot, "live", behind=behind, limit=PAGE)
    return [_one(snapshot, row, minutes) for row in rows]


def _one(snapshot: Snapshot, row: TunnelSession, minutes: int) -> Loaded:
    bond = bonds.get(snapshot, row.bond) if row.bond else None
    if bond is None:
        return Loaded(row, "", 0, Cause.LIMIT)
    ends = not_after(bond.claim.certificate) * SECOND
    return Loaded(row, bond.claim.kit, ends, _due(row, ends, minutes))


def _due(row: TunnelSession, certificate_ends: Instant, minutes: int) -> Cause:
    """Which of its deadlines the earliest one was."""
    if row.ends_at == certificate_ends:
        return Cause.CERTIFICATE
    return Cause.LIMIT if row.ends_at == row.began_at + minutes * MINUTE else Cause.CLOSED
