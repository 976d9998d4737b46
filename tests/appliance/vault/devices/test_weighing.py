# SPDX-License-Identifier: Apache-2.0
"""What is to be thought of a claim, and that nothing is written on what has moved."""

from dataclasses import replace

import pytest

from appliance.contracts.device import Evidence
from appliance.model.devices import Claim, Finding
from appliance.model.things import Office
from appliance.vault.devices import weighing
from appliance.vault.devices.weighing import foreign, need_same, weigh
from appliance.vault.records.device_tables import bonds, seats
from appliance.vault.records.transaction import Moved, Transaction
from tests.appliance.vault.devices.scene import Scene


async def claim_of(scene: Scene, office: Office, number: int = 1, **made: object) -> Claim:
    """What a PC would claim."""
    return await scene.binder.examine(Evidence(await scene.evidence(office, number, **made)))  # type: ignore[arg-type]


async def test_a_clean_one(scene: Scene, sakura: Office) -> None:
    weighed = await weigh(scene.world.core, sakura, await claim_of(scene, sakura))
    assert (weighed.findings, weighed.renews, weighed.elsewhere) == ((), None, ())


async def test_whose_it_is(scene: Scene, sakura: Office) -> None:
    claim, seat = await claim_of(scene, sakura), await scene.seat(sakura)
    assert foreign(sakura, claim, seat) is None
    assert foreign(sakura, claim, None) is Finding.NO_SEAT
    assert foreign(replace(sakura, contract_number="123456-0000009"), claim, seat) is Finding.OTHER_CONTRACT


async def test_nothing_is_written_once_a_pc_came_that_is_alike(scene: Scene, sakura: Office) -> None:
    core, claim = scene.world.core, await claim_of(scene, sakura, 1)
    weighed = await weigh(core, sakura, claim)
    await core.commit(lambda txn: need_same(txn, claim, weighed.facts))
    await scene.activated(sakura, 2, key="key-2")
    with pytest.raises(Moved):
        await core.commit(lambda txn: need_same(txn, claim, weighed.facts))


async def test_nothing_is_written_once_the_seat_has_moved(scene: Scene, sakura: Office) -> None:
    core, claim = scene.world.core, await claim_of(scene, sakura)
    weighed, seat = await weigh(core, sakura, claim), await scene.seat(sakura)
    await core.commit(lambda txn: seats.put(txn, seat))
    with pytest.raises(Moved):
        await core.commit(lambda txn: need_same(txn, claim, weighed.facts))


async def test_of_very_many_that_share_a_trait_those_that_share_most_are_compared(
    scene: Scene, sakura: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weighing, "MAX_ALIKE", 3)
    bond = await scene.activated(sakura, 1)
    claim = replace(bond.claim, fingerprint={"model": "same for all", "board": "its own"}, certificate=b"own")
    others = [
        replace(bond, id=f"{number:026d}", claim=replace(claim, fingerprint={"model": "same for all"}))
        for number in range(10)
    ]
    mine = replace(bond, id="m" * 26, claim=claim)

    def put(txn: Transaction) -> None:
        for one in (*others, mine):
            bonds.put(txn, one)

    await scene.world.core.commit(put)
    weighed = await weigh(scene.world.core, sakura, replace(claim, seat=2, certificate=b"new"))
    assert len(weighed.facts.alike) == 3 and weighed.facts.alike[0].id == mine.id
