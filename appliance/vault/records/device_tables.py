# SPDX-License-Identifier: Apache-2.0
"""The tables of seats, of requests for their activation, and of the bonds that follow."""

from dataclasses import dataclass, field

from appliance.model.devices import ActivationRequest, Bond, Claim, RequestState, Seat
from appliance.model.things import Lock
from appliance.model.time import Instant
from appliance.model.words import LockState
from appliance.vault.records.row_keys import newest_first
from appliance.vault.records.table import Blind, Table


@dataclass(frozen=True, slots=True)
class DownloadKey:
    """What proves an office at /download/ and /activate/ (R41, R45). imported: it was made by another system.

    length is how many signs the key has: what cannot be it by its length is not looked at (T3).
    """

    office: str
    verifier: str = field(repr=False)
    made_at: Instant
    length: int
    imported: bool = False
    lock: Lock = field(default_factory=Lock)


download_keys = Table(
    "download_key",
    DownloadKey,
    lambda k: (k.office,),
    {
        # A lock stays in its row when its time is over.
        "lock": lambda k, blind: (
            [] if k.lock.state is LockState.OPEN else [(k.lock.state.value, k.lock.locked_until)]
        ),
        "imported": lambda k, blind: [(k.length,)] if k.imported else [],
    },
)
# What waits for the desk.
UNSETTLED = (RequestState.WAITING, RequestState.CONTACT)

seats = Table(
    "seat",
    Seat,
    lambda s: (s.office, s.number),
    {"state": lambda s, blind: [(s.state.value, s.since)], "kit": lambda s, blind: [(s.kit,)] if s.kit else []},
)


def same_evidence(blind: Blind, claim: Claim) -> bytes:
    """What two requests have in common that are of one 確認コード: what was signed, by which key."""
    return blind("evidence", f"{claim.certificate.hex()}/{claim.short_code}")


activation_requests = Table(
    "activation_request",
    ActivationRequest,
    lambda r: (r.id,),
    {
        "state": lambda r, blind: [(r.state.value, r.at)],
        "office": lambda r, blind: [(r.office, newest_first(r.at))],
        "evidence": lambda r, blind: [(r.office, same_evidence(blind, r.claim))],
        "decided": lambda r, blind: [] if r.state in UNSETTLED else [(newest_first(r.decided_at),)],
        "promised": lambda r, blind: [(r.promised_on, r.at)] if r.state in UNSETTLED else [],
    },
)


def same_trait(blind: Blind, name: str, value: str) -> bytes:
    """What two PCs have in common that have the same trait; `disk.1` and `disk.2` in any order."""
    return blind("trait", f"{name.partition('.')[0]}/{value}")


def _traits(bond: Bond, blind: Blind) -> list[tuple[bytes]]:
    if bond.ended_at:
        return []
    return [(same_trait(blind, name, value),) for name, value in bond.claim.fingerprint.items()]


bonds = Table(
    "bond",
    Bond,
    lambda b: (b.id,),
    {
        "office": lambda b, blind: [(b.office, newest_first(b.bound_at))],
        "certificate": lambda b, blind: [(blind("certificate", b.claim.certificate.hex()),)],
        "trait": _traits,
        "kit": lambda b, blind: [] if b.ended_at else [(b.claim.kit,)],
    },
)
