# SPDX-License-Identifier: Apache-2.0
"""The admin of an office, and nobody else, is told that the registration is done; once."""

from appliance.model.words import Role
from appliance.vault.letters import LetterKind
from appliance.vault.letters.texts import load_texts
from appliance.vault.manuals.telling import tell_of_registration
from tests.appliance.vault.world import World


async def test_the_admin_is_told_once_and_nobody_else(world: World, office: str) -> None:
    admin = await world.user(office)
    other = await world.user(office, "Sato01", Role.OFFICE_STAFF)
    now = world.clock.now()
    assert await world.core.commit(lambda txn: tell_of_registration(txn, office, now)) == 1
    assert await world.core.commit(lambda txn: tell_of_registration(txn, office, now)) == 0
    assert [letter.fields for letter in await world.letters(admin.account, LetterKind.REGISTRATION_DONE)] == [{}]
    assert await world.letters(other.account, LetterKind.REGISTRATION_DONE) == []


async def test_an_office_without_anybody_is_told_nothing(world: World, office: str) -> None:
    assert await world.core.commit(lambda txn: tell_of_registration(txn, office, 1)) == 0


def test_the_mail_names_the_manual_and_no_address() -> None:
    text = "\n".join(load_texts()[LetterKind.REGISTRATION_DONE].lines)
    assert "ダウンロード手順書" in text and "http" not in text
