# SPDX-License-Identifier: Apache-2.0
"""The fake binder reads what its function writes, and nothing that was touched."""

import pytest

from appliance.contracts.device import MAX_EVIDENCE, Evidence, EvidenceUnusable, Likeness, SeatToBind, Unusable
from appliance.model.confirmation import typed_short_code
from appliance.model.devices import Hint
from appliance.testing.device_suite import FIRST, SECOND, bond_of
from appliance.testing.memory_device import MemoryBinder, memory_evidence


async def test_what_was_written_is_read() -> None:
    content = memory_evidence(FIRST, pc="desk", key="k", hints=[Hint.REMOTE_DESKTOP], made_at=7, version=3)
    claim = await MemoryBinder().examine(Evidence(content))
    assert (claim.contract_number, claim.seat, claim.kit) == (FIRST.contract_number, FIRST.number, FIRST.kit)
    assert (claim.made_at, claim.fingerprint_version, claim.fingerprint) == (7, 3, {"machine": "desk"})
    assert claim.hints == frozenset({Hint.REMOTE_DESKTOP})
    assert typed_short_code(claim.short_code) == claim.short_code


async def test_an_instant_is_that_of_the_seat_unless_named() -> None:
    claim = await MemoryBinder().examine(Evidence(memory_evidence(SeatToBind("123456-0000001", 1, "k", 9))))
    assert claim.made_at == 9


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"hello", Unusable.NOT_ONE),
        (memory_evidence(FIRST)[:-1], Unusable.CUT),
        (memory_evidence(FIRST).replace(b'"seat": 1', b'"seat": 2'), Unusable.EDITED),
        (memory_evidence(FIRST).ljust(MAX_EVIDENCE + 1), Unusable.TOO_LONG),
    ],
)
async def test_what_was_touched_is_refused(content: bytes, why: Unusable) -> None:
    with pytest.raises(EvidenceUnusable) as caught:
        await MemoryBinder().examine(Evidence(content))
    assert caught.value.why is why


async def test_pcs_are_told_apart_by_their_names() -> None:
    binder = MemoryBinder()
    first = await binder.examine(Evidence(memory_evidence(FIRST, pc="a", key="1")))
    same = await binder.examine(Evidence(memory_evidence(SECOND, pc="a", key="2")))
    other = await binder.examine(Evidence(memory_evidence(SECOND, pc="b", key="3")))
    assert (await binder.recognise(same, [bond_of(first)])).bonds == {"bond-1": Likeness.SAME_PC}
    assert (await binder.recognise(other, [bond_of(first)])).bonds == {}
