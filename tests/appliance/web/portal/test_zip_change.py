# SPDX-License-Identifier: Apache-2.0
"""Another compression password through the real vault, where the fund has opened the way (A33)."""

from dataclasses import replace

from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import zip_passwords
from tests.appliance.vault.people.folk import OWN, ZIP
from tests.appliance.vault.world import Person, World
from tests.appliance.web.portal_with_vault import code_in
from tests.appliance.web.whole import Reader

PLACE, CODE = "/zip-password/change", "/zip-password/change/code"
FRESH = "neu-Password2"


async def opened(world: World, admin: Person) -> None:
    """As the fund's clerk opens it."""
    settings = world.core.settings
    world.core.settings = replace(settings, exchange=replace(settings.exchange, zip_password_rotation=True))
    kept = await world.core.read(lambda snapshot: zip_passwords.get(snapshot, admin.office))
    assert kept is not None
    until = replace(kept, change_until=world.clock.now() + 1_000_000)
    await world.core.commit(lambda txn: zip_passwords.put(txn, until))


async def test_it_is_changed_with_a_code_and_the_password(reader: Reader, world: World, admin: Person) -> None:
    await opened(world, admin)
    contract = await reader.be(admin.token).see("/contract")
    assert f'href="{PLACE}"' in contract.html
    page = await reader.follow(await reader.fill(await reader.see(PLACE), CODE))
    code = await code_in(world, admin, LetterKind.OWN_CODE)
    typed = {"zip_password": FRESH, "zip_password_again": FRESH, "code": code, "present_password": OWN}
    page = await reader.follow(await reader.fill(page, PLACE, **typed))
    assert "圧縮パスワードを変更しました。" in page.text
    kept = await world.core.read(lambda snapshot: zip_passwords.get(snapshot, admin.office))
    assert kept is not None and kept.password == FRESH


async def test_what_is_wrong_is_said_and_no_secret_comes_back(reader: Reader, world: World, admin: Person) -> None:
    await opened(world, admin)
    page = await reader.be(admin.token).see(PLACE)
    typed = {"zip_password": FRESH, "zip_password_again": "other-Pass1", "code": "1", "present_password": OWN}
    said = await reader.fill(page, PLACE, **typed)
    assert said.status == 422 and 'id="zip_password_again-fault"' in said.html
    said = await reader.fill(page, PLACE, **{**typed, "zip_password": ZIP, "zip_password_again": ZIP})
    assert said.status == 422 and "いまの圧縮パスワードと同じです" in said.text
    assert FRESH not in said.html and ZIP not in said.html and OWN not in said.html


async def test_without_leave_of_the_fund_there_is_no_form(reader: Reader, admin: Person) -> None:
    page = await reader.be(admin.token).see(PLACE)
    assert "いまは変更できません。" in page.text and PLACE not in page.page.actions
    assert f'href="{PLACE}"' not in (await reader.see("/contract")).html
