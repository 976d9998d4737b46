# SPDX-License-Identifier: Apache-2.0
"""The PCs of an office: its seats (端末), what asks for activation (確認コード), and the bonds that follow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from appliance.model.time import Instant

# Two digits in the name of a kit (R24).
LAST_SEAT = 99


class SeatState(StrEnum):
    """The states of a seat (requirements 1.U).

    CLOSED (未払出): the office may not have it yet. READY (払出可): its kit is offered. DOWNLOADED: it was fetched.
    REQUESTED (有効化依頼中): a 確認コード waits. FAILED: the desk speaks to the office. ACTIVE (有効): its PC may
    connect. OVERRIDDEN (無効): another seat was set up on the same PC (R76). REVOKED (失効): the PC was replaced,
    lost or taken away; the seat is opened again by READY.
    """

    CLOSED = "closed"
    READY = "ready"
    DOWNLOADED = "downloaded"
    REQUESTED = "requested"
    FAILED = "failed"
    ACTIVE = "active"
    OVERRIDDEN = "overridden"
    REVOKED = "revoked"


class Ended(StrEnum):
    """Why a bond ended (A36 to A38, R76, R228, R236). REINSTALLED: the same PC came again with a new key."""

    REPLACED = "replaced"
    LOST = "lost"
    RETURNED = "returned"
    ADMIN_CHANGED = "admin_changed"
    REINSTALLED = "reinstalled"
    OVERRIDDEN = "overridden"
    WITHDRAWN = "withdrawn"


class RequestState(StrEnum):
    """What became of a request for activation. SUPERSEDED: the same seat sent another one meanwhile.

    CONTACT: it cannot be approved, because its 確認コード is not of a seat of the office; the desk speaks with the
    office (個別連絡, A39), and refuses it then.
    """

    WAITING = "waiting"
    CONTACT = "contact"
    APPROVED = "approved"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


class Hint(StrEnum):
    """What a kit saw on its PC that the service does not allow, or not surely (R15, R16, R18, A40)."""

    VIRTUAL_MACHINE = "virtual_machine"
    REMOTE_DESKTOP = "remote_desktop"
    OTHER_VPN = "other_vpn"


class Finding(StrEnum):
    """What the automatic checks of a request found; people decide where there is any (R231, A9, A39, A40).

    SAME_PC_SEAT: the fingerprint is bound at another seat of the office; SAME_PC_OFFICE: at another office.
    WORTHLESS: too little of it tells this PC from others. CHANGED: the seat has a bond, of another PC. TWO_PCS:
    another PC has asked with the same kit just before (R75). OLD_KIT: the kit was made for a seat that was opened
    again since. REPORTED_LOST: the device key is that of a PC that was reported lost. OTHER_CONTRACT, NO_SEAT: the
    確認コード is of another contract, or of a seat that the contract has not.
    """

    SAME_PC_SEAT = "same_pc_seat"
    SAME_PC_OFFICE = "same_pc_office"
    WORTHLESS = "worthless"
    CHANGED = "changed"
    TWO_PCS = "two_pcs"
    OLD_KIT = "old_kit"
    REPORTED_LOST = "reported_lost"
    OTHER_CONTRACT = "other_contract"
    NO_SEAT = "no_seat"
    VIRTUAL_MACHINE = "virtual_machine"
    REMOTE_DESKTOP = "remote_desktop"
    OTHER_VPN = "other_vpn"


# With these nobody can approve it: it is none of the office's (A39).
FOREIGN = frozenset({Finding.OTHER_CONTRACT, Finding.NO_SEAT})


@dataclass(frozen=True, slots=True)
class Seat:
    """One PC that an office may use; number is 1 for the admin's (R29, R60).

    kit is the id that stands in the kits of this opening of the seat: another one each time it is opened, so that
    an old kit is known. bond is the present bond's id, "" without. promised_on is the day by which the fund has
    promised an answer, "YYYY-MM-DD" (A6). activated_at is when it became active for the first time (R113). told is
    what the desk last told the office.
    """

    office: str
    number: int
    state: SeatState
    since: Instant
    by: str
    kit: str = ""
    bond: str = ""
    request: str = ""
    promised_on: str = ""
    downloaded_at: Instant = 0
    activated_at: Instant = 0
    told: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a 確認コード says, once its signature was found right: who, which PC, with which keys.

    certificate is the device's own, self-signed, DER. wireguard_key is base64, "" where the kit made none.
    fingerprint is evidence, not identity: the name of each trait, with a hash of it. fingerprint_version says how
    the hashes were made: only those of one version are compared. short_code is what people compare by phone.
    """

    contract_number: str
    seat: int
    kit: str
    certificate: bytes
    made_at: Instant
    short_code: str
    fingerprint_version: int
    fingerprint: Mapping[str, str]
    wireguard_key: str = ""
    hints: frozenset[Hint] = frozenset()


@dataclass(frozen=True, slots=True)
class ActivationRequest:
    """A 確認コード that came up, and what became of it. file_name is as it came. promised_on as in Seat.

    sha256 is of the file. same are the ids of bonds at other seats that are of the same PC.
    """

    id: str
    office: str
    seat: int
    at: Instant
    claim: Claim
    state: RequestState
    findings: tuple[Finding, ...] = ()
    file_name: str = ""
    promised_on: str = ""
    decided_at: Instant = 0
    decided_by: str = ""
    reason: str = ""
    sha256: bytes = b""
    same: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bond:
    """A PC that may connect as a seat: the claim, from when until when, and why no longer. binder made the claim.

    ended_at is 0 while it holds.
    """

    id: str
    office: str
    seat: int
    binder: str
    claim: Claim = field(repr=False)
    bound_at: Instant = 0
    bound_by: str = ""
    ended_at: Instant = 0
    ended_by: str = ""
    ended: Ended | None = None
