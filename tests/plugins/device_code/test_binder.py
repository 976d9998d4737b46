# SPDX-License-Identifier: Apache-2.0
"""What the binder makes of files and bonds: comparable within a fund, without what is worthless."""

from renkei_device_code.binder import CodeBinder
from renkei_device_code.worthless import Worthless, shipped

from appliance.contracts.device import Evidence, Likeness, SeatToBind
from appliance.model.devices import Claim
from appliance.testing.device_suite import FIRST, SECOND, bond_of
from appliance.testing.services import fake_services
from tests.plugins.device_code.pc import OFFICE_PC, Pc


def binder(*worthless: str) -> CodeBinder:
    return CodeBinder(Worthless([*shipped(), *worthless]), fake_services().in_thread)


async def test_what_is_issued_names_the_salt_of_the_fund() -> None:
    assert await binder().issue(FIRST) == {"fingerprint_version": "1", "trait_salt": "renkei-trait/1/123456"}


async def test_offices_of_a_fund_can_be_compared_and_funds_cannot() -> None:
    elsewhere = SeatToBind("654321-0000021", 1, FIRST.kit, FIRST.now)
    mine, neighbour, stranger = [
        await claimed(Pc(key=key), seat)
        for key, seat in (("key-1", FIRST), ("key-2", SECOND), ("key-3", elsewhere))
    ]
    assert mine.fingerprint == neighbour.fingerprint
    assert not set(mine.fingerprint.values()) & set(stranger.fingerprint.values())


async def claimed(pc: Pc, seat: SeatToBind = FIRST, *worthless: str) -> Claim:
    return await binder(*worthless).examine(Evidence(pc.confirmation(seat)))


async def test_a_fund_with_two_kinds_of_contract_numbers_names_itself() -> None:
    made = CodeBinder(Worthless(["Default string"]), fake_services().in_thread, "FUND1")
    elsewhere = SeatToBind("0654321-0000021", 1, FIRST.kit, FIRST.now)
    issued = [await made.issue(seat) for seat in (FIRST, elsewhere)]
    assert issued[0] == issued[1] == {"fingerprint_version": "1", "trait_salt": "renkei-trait/1/FUND1"}
    pc = Pc({**OFFICE_PC, "board-serial": "Default string"}, salt="renkei-trait/1/FUND1")
    other = Pc({**OFFICE_PC, "board-serial": "Default string"}, "key-2", salt="renkei-trait/1/FUND1")
    first = await made.examine(Evidence(pc.confirmation(FIRST)))
    assert "board-serial" not in first.fingerprint
    second = await made.examine(Evidence(other.confirmation(elsewhere)))
    bond = bond_of(first)
    assert (await made.recognise(second, [bond])).bonds == {bond.id: Likeness.SAME_PC}


async def test_a_claim_holds_no_worthless_trait() -> None:
    pc = Pc({**OFFICE_PC, "system-serial": "To be filled by O.E.M.", "board-serial": "Default string"})
    claim = await claimed(pc)
    assert set(claim.fingerprint) == {"system-uuid", "os-id", "disk.1", "mac.1"}


async def test_a_fund_adds_what_is_worthless_in_its_offices() -> None:
    assert "system-serial" in (await claimed(Pc())).fingerprint
    assert "system-serial" not in (await claimed(Pc(), FIRST, " 7b5 rml2")).fingerprint


async def test_what_becomes_known_as_worthless_counts_no_more_for_old_bonds() -> None:
    """Both were bound by an office that has one image with one id on all of its PCs."""
    shared = {"os-id": OFFICE_PC["os-id"], "system-serial": "LAB0000001"}
    one, other = await claimed(Pc(shared)), await claimed(Pc(shared, "key-2"), SECOND)
    bond = bond_of(one)
    assert (await binder().recognise(other, [bond])).bonds == {bond.id: Likeness.SAME_PC}
    said = await binder("LAB0000001").recognise(other, [bond])
    assert said.bonds == {} and said.worthless
