# SPDX-License-Identifier: Apache-2.0
"""The binder: examines a file, and recognises the PC that wrote it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from appliance.contracts.device import Evidence, Recognised, SeatToBind
from appliance.contracts.plugin import InThread
from appliance.model.devices import Bond, Claim
from appliance.model.traits import VERSION, salt_of
from renkei_device_code.likeness import is_worthless, likeness
from renkei_device_code.reading import claim_of
from renkei_device_code.worthless import Worthless


class CodeBinder:
    """What the core asks about 確認コード. Keeps nothing but the hashes of worthless values."""

    def __init__(self, worthless: Worthless, in_thread: InThread, fund: str = "") -> None:
        """in_thread hashes the worthless values of a fund, once: that takes some tenths of a second.

        fund stands for the fund in hashes; "" leaves that to the digits with which contract numbers begin.
        """
        self._worthless = worthless
        self._fund = fund
        self._in_thread = in_thread

    async def issue(self, seat: SeatToBind) -> Mapping[str, str]:
        """By what the traits are hashed; the kit knows the rest."""
        return {"fingerprint_version": str(VERSION), "trait_salt": self._salt(seat.contract_number)}

    async def examine(self, evidence: Evidence) -> Claim:
        """What the file claims, without traits that tell no PC from others. Raises EvidenceUnusable."""
        return await self._without_worthless(claim_of(evidence.content))

    async def recognise(self, claim: Claim, bonds: Sequence[Bond]) -> Recognised:
        """By key, then by traits. Those that have become known as worthless since are left out."""
        clean = await self._without_worthless(claim)
        found = {bond.id: alike for bond in bonds if (alike := likeness(clean, bond.claim)) is not None}
        return Recognised(found, worthless=is_worthless(clean))

    def _salt(self, contract_number: str) -> str:
        return salt_of(self._fund or contract_number)

    async def _without_worthless(self, claim: Claim) -> Claim:
        worthless = await self._in_thread(self._worthless.hashes, self._salt(claim.contract_number))
        kept = {name: value for name, value in claim.fingerprint.items() if value not in worthless}
        return replace(claim, fingerprint=kept)
