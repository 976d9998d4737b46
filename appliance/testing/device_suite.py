# SPDX-License-Identifier: Apache-2.0
"""What every device binder must do: inherit DeviceSuite in a test file and say how it, and its evidence, are made.

class TestMine(DeviceSuite):
    async def make_binder(self):
        return MyPlugin(Settings(), fake_services()).register_device()[0]

    async def evidence(self, seat, pc="pc-1", key="key-1"):
        return what_the_kit_writes(seat, pc, key)
"""

import asyncio
import inspect
from abc import ABC, abstractmethod
from dataclasses import replace

import pytest

from appliance.contracts.device import (
    MAX_EVIDENCE,
    DeviceBinder,
    Evidence,
    EvidenceUnusable,
    Likeness,
    Recognised,
    SeatToBind,
    Unusable,
)
from appliance.model.devices import Bond, Claim

NOW = 1_780_966_800_000  # Tuesday 2026-06-09 10:00 in Japan
FIRST = SeatToBind("123456-0000021", 1, "a" * 26, NOW)
SECOND = SeatToBind("123456-0000022", 3, "b" * 26, NOW)
RUBBISH: tuple[bytes, ...] = (
    b"",
    b"\0" * 5000,
    b"\xff\xfe" * 300,
    b"\n" * 40,
    "確認コード".encode(),
    b"%PDF-1.7\n",
    b"PK\3\4" + bytes(100),
    b"{}",
)


def bond_of(claim: Claim, id: str = "bond-1") -> Bond:
    """The claim, once somebody approved it."""
    return Bond(id=id, office="office-1", seat=claim.seat, binder="mine", claim=claim, bound_at=NOW)


class DeviceSuite(ABC):
    """A device binder. PCs and keys are named by the suite; the same name is the same PC, and the same key."""

    @abstractmethod
    async def make_binder(self) -> DeviceBinder:
        """A binder that is ready."""

    @abstractmethod
    async def evidence(self, seat: SeatToBind, pc: str = "pc-1", key: str = "key-1") -> bytes:
        """What the kit of this seat writes on this PC with this key."""

    async def claim(self, seat: SeatToBind = FIRST, pc: str = "pc-1", key: str = "key-1") -> Claim:
        """What a fresh binder makes of it."""
        binder = await self.make_binder()
        return await binder.examine(Evidence(await self.evidence(seat, pc, key)))

    # --- what is issued -------------------------------------------------------------------------------------------

    async def test_what_is_issued_is_a_few_words(self) -> None:
        """They stand in a kit that anybody may have: short lines, and the same each time."""
        binder = await self.make_binder()
        issued = await binder.issue(FIRST)
        assert all(isinstance(part, str) and part.isprintable() for pair in issued.items() for part in pair)
        assert sum(map(len, issued.values())) < 4096
        assert dict(await binder.issue(FIRST)) == dict(issued)

    # --- what a file claims ---------------------------------------------------------------------------------------

    @pytest.mark.parametrize("seat", [FIRST, SECOND], ids=["first", "second"])
    async def test_a_claim_is_of_its_seat_and_kit(self, seat: SeatToBind) -> None:
        """As the kit brought them along."""
        claim = await self.claim(seat)
        assert isinstance(claim, Claim)
        assert (claim.contract_number, claim.seat, claim.kit) == (seat.contract_number, seat.number, seat.kit)
        assert claim.certificate and claim.made_at > 0

    async def test_the_same_file_is_the_same_claim(self) -> None:
        """Also for another binder: it keeps no state."""
        content = await self.evidence(FIRST)
        one, other = await self.make_binder(), await self.make_binder()
        claims = [await binder.examine(Evidence(content)) for binder in (one, one, other)]
        assert claims[0] == claims[1] == claims[2]

    async def test_short_codes_tell_keys_and_seats_apart(self) -> None:
        """They are compared by phone: printable, and not long."""
        claims = [await self.claim(), await self.claim(key="key-2"), await self.claim(SECOND)]
        codes = {claim.short_code for claim in claims}
        assert len(codes) == 3
        assert all(8 <= len(code) <= 20 and code.isascii() and code.isprintable() for code in codes)

    async def test_keys_have_certificates_of_their_own(self) -> None:
        """The key is the identity (L10)."""
        one, other = await self.claim(), await self.claim(key="key-2")
        assert one.certificate != other.certificate

    # --- what is none ---------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("content", RUBBISH, ids=range(len(RUBBISH)))
    async def test_rubbish_is_no_evidence(self, content: bytes) -> None:
        """Whatever somebody picked from the desktop."""
        assert await self._why(content) is Unusable.NOT_ONE

    async def test_a_file_that_is_too_long_is_not_looked_at(self) -> None:
        """One byte more than the contract says."""
        content = await self.evidence(FIRST)
        assert await self._why(content.ljust(MAX_EVIDENCE + 1, b"\n")) is Unusable.TOO_LONG

    async def test_a_file_that_was_cut_is_none(self) -> None:
        """Wherever it ends; what lacks blanks alone may pass as the same."""
        content = await self.evidence(FIRST)
        whole = await self.claim()
        binder = await self.make_binder()
        for length in {*range(0, len(content), max(1, len(content) // 60)), len(content) - 1}:
            assert await _outcome(binder, content[:length]) in (None, whole), length

    async def test_no_byte_can_be_exchanged(self) -> None:
        """It is refused, or says the same."""
        content = await self.evidence(FIRST)
        whole = await self.claim()
        binder = await self.make_binder()
        for place in range(0, len(content), max(1, len(content) // 120)):
            for mask in (1, 0x20):
                edited = bytearray(content)
                edited[place] ^= mask
                assert await _outcome(binder, bytes(edited)) in (None, whole), place

    async def test_a_seat_cannot_be_exchanged(self) -> None:
        """The one thing that would be worth it."""
        content = await self.evidence(FIRST)
        edited = content.replace(FIRST.contract_number.encode(), SECOND.contract_number.encode())
        assert edited != content
        assert await self._why(edited) is Unusable.EDITED

    async def _why(self, content: bytes) -> Unusable:
        binder = await self.make_binder()
        with pytest.raises(EvidenceUnusable) as caught:
            await binder.examine(Evidence(content))
        return caught.value.why

    # --- which PC it is -------------------------------------------------------------------------------------------

    async def test_the_same_key_is_the_same_pc(self) -> None:
        """Whatever it was fetched for."""
        bond = bond_of(await self.claim())
        assert await self._recognised(await self.claim(SECOND), bond) == {bond.id: Likeness.SAME_KEY}

    async def test_another_key_on_the_same_pc_is_the_same_pc(self) -> None:
        """As after a second installer (R76, A9)."""
        bond = bond_of(await self.claim())
        assert await self._recognised(await self.claim(SECOND, key="key-2"), bond) == {bond.id: Likeness.SAME_PC}

    async def test_another_pc_is_none(self) -> None:
        """Each of two offices has its own."""
        bond = bond_of(await self.claim())
        assert await self._recognised(await self.claim(SECOND, pc="pc-2", key="key-2"), bond) == {}

    async def test_of_many_bonds_the_right_ones_are_named(self) -> None:
        """A thousand, and an ended one counts like another."""
        stranger, same = await self.claim(pc="pc-2", key="key-2"), await self.claim()
        bonds = [bond_of(stranger, f"bond-{number}") for number in range(998)]
        bonds += [bond_of(same, "same"), replace(bond_of(same, "ended"), ended_at=NOW)]
        found = await self._recognised(await self.claim(SECOND, key="key-3"), *bonds)
        assert found == {"same": Likeness.SAME_PC, "ended": Likeness.SAME_PC}

    async def test_fingerprints_of_two_versions_are_not_compared(self) -> None:
        """Their hashes say nothing of one another; the key still does (L10)."""
        claim, again = await self.claim(), await self.claim(SECOND, key="key-2")
        later = replace(claim, fingerprint_version=claim.fingerprint_version + 1)
        assert await self._recognised(again, bond_of(later)) == {}
        assert await self._recognised(claim, bond_of(later)) == {"bond-1": Likeness.SAME_KEY}

    async def test_a_claim_without_traits_is_worth_nothing_and_like_nobody(self) -> None:
        """Two PCs of which nothing is known are not the same."""
        one = replace(await self.claim(), fingerprint={})
        other = replace(await self.claim(key="key-2"), fingerprint={})
        binder = await self.make_binder()
        said = await binder.recognise(one, [bond_of(other)])
        assert dict(said.bonds) == {} and said.worthless

    async def test_an_ordinary_pc_is_worth_something(self) -> None:
        """Else nobody is ever approved without a person."""
        binder = await self.make_binder()
        assert (await binder.recognise(await self.claim(), [])).worthless is False

    async def _recognised(self, claim: Claim, *bonds: Bond) -> dict[str, Likeness]:
        binder = await self.make_binder()
        said = await binder.recognise(claim, bonds)
        assert isinstance(said, Recognised)
        return dict(said.bonds)

    # --- form -----------------------------------------------------------------------------------------------------

    async def test_many_at_once_do_not_mix(self) -> None:
        """One binder serves everybody."""
        binder = await self.make_binder()
        files = [await self.evidence(FIRST if number % 2 else SECOND) for number in range(8)]
        claims = await asyncio.gather(*(binder.examine(Evidence(content)) for content in files))
        assert [claim.contract_number for claim in claims] == [
            (FIRST if number % 2 else SECOND).contract_number for number in range(8)
        ]

    async def test_its_methods_may_be_awaited(self) -> None:
        """As the host demands."""
        binder = await self.make_binder()
        assert all(map(inspect.iscoroutinefunction, (binder.issue, binder.examine, binder.recognise)))


async def _outcome(binder: DeviceBinder, content: bytes) -> Claim | None:
    """The claim, or None where it is refused as the contract says."""
    try:
        return await binder.examine(Evidence(content))
    except EvidenceUnusable as refused:
        assert isinstance(refused.why, Unusable)
        return None
