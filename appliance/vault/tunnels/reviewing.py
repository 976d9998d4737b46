# SPDX-License-Identifier: Apache-2.0
"""The seats of some offices are looked at again: which sessions may not be any more, and what the gate is told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.vault.records.transaction import Snapshot
from appliance.vault.tunnels.connected import Held
from appliance.vault.tunnels.seats import admitted_bond, kept_out
from appliance.vault.tunnels.telling import Place, Teller


@dataclass(slots=True)
class Reviewed:
    """Sessions that end, by cause; names that may not connect any more, with their office; and who may now."""

    ends: dict[Cause, list[TunnelSession]] = field(default_factory=lambda: defaultdict(list))
    bars: dict[Cause, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    admits: list[Place] = field(default_factory=list)


def reviewed(snapshot: Snapshot, teller: Teller, offices: Iterable[str], held: Sequence[Held]) -> Reviewed:
    """Of these offices; held are their sessions."""
    found = Reviewed()
    for one in held:
        if cause := _against(snapshot, one):
            found.ends[cause].append(one.row)
    for office in offices:
        change = teller.compare(snapshot, office)
        for name, cause in change.bar.items():
            found.bars[cause][name] = office
        found.admits += change.admit
    return found


def _against(snapshot: Snapshot, held: Held) -> Cause | None:
    """Why a session that may still be let through may not be: its seat may not connect, or as another PC.

    One that was set up again with the same kit has the same name: that stays, and only what it had before ends.
    """
    row = held.row
    if row.state not in (SessionState.APPEARED, SessionState.OPEN):
        return None
    if cause := kept_out(snapshot, row.office, row.seat):
        return cause
    bond = admitted_bond(snapshot, row.office, row.seat)
    if bond is not None and bond.id == row.bond:
        return None
    return Cause.REPLACED if bond is not None and bond.claim.kit == held.name else Cause.SEAT
