# SPDX-License-Identifier: Apache-2.0
"""A device binder whose evidence a test writes by a function, and that a test can make go away."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from appliance.contracts.device import (
    MAX_EVIDENCE,
    BinderAway,
    Evidence,
    EvidenceUnusable,
    Likeness,
    Recognised,
    SeatToBind,
    Unusable,
)
from appliance.model.confirmation import short_code_of
from appliance.model.devices import Bond, Claim, Hint

_BEGIN = b"memory-confirmation "
_END = b" end"


def memory_evidence(
    seat: SeatToBind,
    *,
    pc: str = "pc-1",
    key: str = "key-1",
    hints: Collection[Hint] = (),
    made_at: int = 0,
    version: int = 1,
) -> bytes:
    """The file that a PC makes with the kit of seat. pc is the machine, "" one without anything that tells it."""
    said = {
        "contract": seat.contract_number,
        "seat": seat.number,
        "kit": seat.kit,
        "key": key,
        "pc": pc,
        "hints": sorted(hints),
        "made_at": made_at or seat.now,
        "version": version,
    }
    body = json.dumps(said, sort_keys=True).encode()
    return _BEGIN + hashlib.sha256(body).hexdigest().encode() + b" " + body + _END


class MemoryBinder:
    """The fake of contracts.device.DeviceBinder: two claims are of the same PC if memory_evidence() says so.

    away, if it is set, is why it does not answer. examined counts the files that it took.
    """

    def __init__(self) -> None:
        """It is there."""
        self.away = ""
        self.examined = 0

    async def issue(self, seat: SeatToBind) -> Mapping[str, str]:
        """One word more than the seat."""
        self._need()
        return {"memory": "1"}

    async def examine(self, evidence: Evidence) -> Claim:
        """What memory_evidence() wrote, if nobody touched it."""
        self._need()
        claim = _claim(_body(evidence.content))
        self.examined += 1
        return claim

    async def recognise(self, claim: Claim, bonds: Sequence[Bond]) -> Recognised:
        """By key, then by PC, if both fingerprints are of one version."""
        self._need()
        found = {bond.id: likeness for bond in bonds if (likeness := _likeness(claim, bond.claim))}
        return Recognised(found, worthless=not claim.fingerprint)

    def _need(self) -> None:
        if self.away:
            raise BinderAway(self.away)


def _body(content: bytes) -> bytes:
    if len(content) > MAX_EVIDENCE:
        raise EvidenceUnusable(Unusable.TOO_LONG)
    if not content.startswith(_BEGIN):
        raise EvidenceUnusable(Unusable.NOT_ONE)
    if not content.endswith(_END):
        raise EvidenceUnusable(Unusable.CUT)
    digest, _, body = content[len(_BEGIN) : -len(_END)].partition(b" ")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise EvidenceUnusable(Unusable.EDITED)
    return body


def _claim(body: bytes) -> Claim:
    said: dict[str, Any] = json.loads(body)
    return Claim(
        contract_number=said["contract"],
        seat=said["seat"],
        kit=said["kit"],
        certificate=f"certificate of {said['key']}".encode(),
        made_at=said["made_at"],
        short_code=short_code_of(body),
        fingerprint_version=said["version"],
        fingerprint={"machine": said["pc"]} if said["pc"] else {},
        hints=frozenset(map(Hint, said["hints"])),
    )


def _likeness(one: Claim, other: Claim) -> Likeness | None:
    if one.certificate == other.certificate:
        return Likeness.SAME_KEY
    comparable = one.fingerprint_version == other.fingerprint_version
    return Likeness.SAME_PC if comparable and one.fingerprint and one.fingerprint == other.fingerprint else None
