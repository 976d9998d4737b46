# SPDX-License-Identifier: Apache-2.0
"""Letters about PCs: to the admin alone, readable, for every reason that there is."""

import pytest

from appliance.config.settings import Fund
from appliance.model.devices import Ended
from appliance.model.things import Office
from appliance.model.words import Role
from appliance.vault.devices.telling import tell_of_activation, tell_of_end
from appliance.vault.letters import LetterKind
from appliance.vault.letters.rendering import rendered
from appliance.vault.letters.texts import load_texts
from appliance.vault.records.tables import admin_of
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.devices.scene import Scene


@pytest.mark.parametrize("why", [why for why in Ended if why is not Ended.REINSTALLED])
async def test_every_end_has_its_words(scene: Scene, sakura: Office, why: Ended) -> None:
    seat, now = await scene.seat(sakura), scene.world.clock.now()
    await scene.world.core.commit(lambda txn: tell_of_end(txn, seat, why, now))
    account = await scene.world.account(scene.admins[sakura.id])
    [letter] = await scene.world.letters(account.id, LetterKind.SEAT_ENDED)
    text = load_texts()[LetterKind.SEAT_ENDED]
    made = rendered(text, letter, account, sakura, Fund(), "id")
    assert "1台目の端末の利用を終了しました" in made.text and f"理由: {letter.fields['why']}" in made.text


async def test_others_of_the_office_are_not_told(scene: Scene, sakura: Office) -> None:
    staff = await scene.world.user(sakura.id, "Tanaka02", Role.OFFICE_STAFF)
    await scene.activated(sakura)
    assert not await scene.world.letters(staff.account, LetterKind.ACTIVATION_DONE)
    admin = await scene.world.core.read(lambda snapshot: admin_of(snapshot, sakura.id))
    assert admin is not None and admin.id == scene.admins[sakura.id].account


async def test_an_office_without_an_admin_is_told_nothing(scene: Scene, sakura: Office) -> None:
    await scene.world.remove_account(scene.admins[sakura.id])
    seat = await scene.seat(sakura)

    def work(txn: Transaction) -> None:
        assert admin_of(txn, sakura.id) is None
        tell_of_activation(txn, seat, "request", scene.world.clock.now())

    await scene.world.core.commit(work)
