# SPDX-License-Identifier: Apache-2.0
"""The contract of device binders, kept by the fake; and the suite notices who does not keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from appliance.contracts.device import (
    BinderAway,
    DeviceBinder,
    Evidence,
    EvidenceUnusable,
    Likeness,
    Recognised,
    SeatToBind,
    Unusable,
)
from appliance.model.devices import Bond, Claim, Hint
from appliance.testing.device_suite import FIRST, DeviceSuite
from appliance.testing.memory_device import MemoryBinder, memory_evidence
from tests.contracts.breaking import failures


class TestMemory(DeviceSuite):
    async def make_binder(self) -> DeviceBinder:
        return MemoryBinder()

    async def evidence(self, seat: SeatToBind, pc: str = "pc-1", key: str = "key-1") -> bytes:
        return memory_evidence(seat, pc=pc, key=key)


async def test_the_fake_says_what_the_test_wrote() -> None:
    binder = MemoryBinder()
    content = memory_evidence(FIRST, hints=[Hint.OTHER_VPN], made_at=5, version=2)
    claim = await binder.examine(Evidence(content))
    assert (claim.hints, claim.made_at, claim.fingerprint_version) == (frozenset({Hint.OTHER_VPN}), 5, 2)
    assert binder.examined == 1


async def test_the_fake_knows_a_pc_of_which_nothing_is_known() -> None:
    claim = await MemoryBinder().examine(Evidence(memory_evidence(FIRST, pc="")))
    assert await MemoryBinder().recognise(claim, []) == Recognised({}, worthless=True)


async def test_the_fake_can_be_away() -> None:
    binder = MemoryBinder()
    binder.away = "gone"
    for call in (
        binder.issue(FIRST),
        binder.examine(Evidence(b"")),
        binder.recognise(_claim_of_nobody(), []),
    ):
        with pytest.raises(BinderAway, match="gone"):
            await call


@pytest.mark.parametrize("why", Unusable)
def test_why_a_file_is_none_is_part_of_the_error(why: Unusable) -> None:
    assert EvidenceUnusable(why).why is why


def _claim_of_nobody() -> Claim:
    return Claim("123456-0000021", 1, "a" * 26, b"", 1, "", 1, {})


# --- binders that are broken on purpose ---------------------------------------------------------------------------


class Talkative(MemoryBinder):
    """Puts something new into every kit."""

    async def issue(self, seat: SeatToBind) -> Mapping[str, str]:
        self.examined += 1
        return {"count": str(self.examined)}


class Wordy(MemoryBinder):
    """Puts a book into every kit."""

    async def issue(self, seat: SeatToBind) -> Mapping[str, str]:
        return {"book": "x" * 9000}


class AnyKit(MemoryBinder):
    """Forgets which kit it was."""

    async def examine(self, evidence: Evidence) -> Claim:
        return replace(await super().examine(evidence), kit="")


class Counts(MemoryBinder):
    """Keeps a state."""

    async def examine(self, evidence: Evidence) -> Claim:
        claim = await super().examine(evidence)
        return replace(claim, made_at=claim.made_at + self.examined)


class OneCode(MemoryBinder):
    """Has one short code for all."""

    async def examine(self, evidence: Evidence) -> Claim:
        return replace(await super().examine(evidence), short_code="222-222-222-2")


class OneKey(MemoryBinder):
    """Has one certificate for all."""

    async def examine(self, evidence: Evidence) -> Claim:
        return replace(await super().examine(evidence), certificate=b"one")


class Breaks(MemoryBinder):
    """Raises something else when the file is none."""

    async def examine(self, evidence: Evidence) -> Claim:
        try:
            return await super().examine(evidence)
        except EvidenceUnusable as error:
            raise ValueError("oh") from error


class Believes(MemoryBinder):
    """Looks at no signature."""

    async def examine(self, evidence: Evidence) -> Claim:
        try:
            return await super().examine(evidence)
        except EvidenceUnusable:
            return _claim_of_nobody()


class LooksAtAll(MemoryBinder):
    """Takes a file of any length."""

    async def examine(self, evidence: Evidence) -> Claim:
        return await super().examine(Evidence(evidence.content.rstrip(b"\n")))


class Recognises(MemoryBinder):
    """A binder whose words on likeness are bent."""

    def bent(self, claim: Claim, bond: Bond, said: Likeness | None) -> Likeness | None:
        return said

    async def recognise(self, claim: Claim, bonds: Sequence[Bond]) -> Recognised:
        said = await super().recognise(claim, bonds)
        bent = {bond.id: self.bent(claim, bond, said.bonds.get(bond.id)) for bond in bonds}
        return Recognised({id: likeness for id, likeness in bent.items() if likeness}, said.worthless)


class KnowsNobody(Recognises):
    def bent(self, claim: Claim, bond: Bond, said: Likeness | None) -> Likeness | None:
        return None


class KnowsEverybody(Recognises):
    def bent(self, claim: Claim, bond: Bond, said: Likeness | None) -> Likeness | None:
        return said or Likeness.SAME_PC


class KeysOnly(Recognises):
    def bent(self, claim: Claim, bond: Bond, said: Likeness | None) -> Likeness | None:
        return said if said is Likeness.SAME_KEY else None


class OverVersions(Recognises):
    def bent(self, claim: Claim, bond: Bond, said: Likeness | None) -> Likeness | None:
        return said or (Likeness.SAME_PC if claim.fingerprint == bond.claim.fingerprint else None)


class LivingOnly(Recognises):
    def bent(self, claim: Claim, bond: Bond, said: Likeness | None) -> Likeness | None:
        return None if bond.ended_at else said


class AllWorthless(MemoryBinder):
    async def recognise(self, claim: Claim, bonds: Sequence[Bond]) -> Recognised:
        return replace(await super().recognise(claim, bonds), worthless=True)


class NeverWorthless(MemoryBinder):
    async def recognise(self, claim: Claim, bonds: Sequence[Bond]) -> Recognised:
        return replace(await super().recognise(claim, bonds), worthless=False)


class NotAwaited(MemoryBinder):
    def issue(self, seat: SeatToBind) -> Any:
        return super().issue(seat)


def suite_of(make: type[MemoryBinder]) -> type[Any]:
    """The suite with a binder."""

    class Suite(TestMemory):
        async def make_binder(self) -> DeviceBinder:
            return make()

    return Suite


@pytest.mark.parametrize(
    ("make", "noticed"),
    [
        (Talkative, "what_is_issued_is_a_few_words"),
        (Wordy, "what_is_issued_is_a_few_words"),
        (AnyKit, "a_claim_is_of_its_seat_and_kit"),
        (Counts, "the_same_file_is_the_same_claim"),
        (OneCode, "short_codes_tell_keys_and_seats_apart"),
        (OneKey, "keys_have_certificates_of_their_own"),
        (Breaks, "rubbish_is_no_evidence"),
        (Breaks, "a_file_that_was_cut_is_none"),
        (Believes, "rubbish_is_no_evidence"),
        (Believes, "a_file_that_was_cut_is_none"),
        (Believes, "no_byte_can_be_exchanged"),
        (Believes, "a_seat_cannot_be_exchanged"),
        (LooksAtAll, "a_file_that_is_too_long_is_not_looked_at"),
        (KnowsNobody, "the_same_key_is_the_same_pc"),
        (KeysOnly, "another_key_on_the_same_pc_is_the_same_pc"),
        (KnowsEverybody, "another_pc_is_none"),
        (KnowsEverybody, "a_claim_without_traits_is_worth_nothing_and_like_nobody"),
        (LivingOnly, "of_many_bonds_the_right_ones_are_named"),
        (OverVersions, "fingerprints_of_two_versions_are_not_compared"),
        (AllWorthless, "an_ordinary_pc_is_worth_something"),
        (NeverWorthless, "a_claim_without_traits_is_worth_nothing_and_like_nobody"),
        (NotAwaited, "its_methods_may_be_awaited"),
    ],
)
async def test_the_suite_notices(make: type[MemoryBinder], noticed: str) -> None:
    assert noticed in await failures(suite_of(make))


async def test_the_suite_is_content_with_the_fake() -> None:
    assert await failures(suite_of(MemoryBinder)) == set()
