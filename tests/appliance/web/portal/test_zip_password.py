# SPDX-License-Identifier: Apache-2.0
"""The compression password is shown again, through the real vault."""

from appliance.model.journal import Kind, Result
from appliance.vault.letters import LetterKind
from tests.appliance.vault.people.folk import OWN, ZIP, user_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.portal_with_vault import code_in
from tests.appliance.web.whole import Reader

PLACE, CODE = "/zip-password", "/zip-password/code"


async def test_it_takes_the_password_and_a_new_code(reader: Reader, world: World, admin: Person) -> None:
    page = await reader.be(admin.token).see(PLACE)
    assert "hana@example.jp に確認番号を送ります" in page.text and ZIP not in page.html
    page = await reader.follow(await reader.fill(page, CODE))
    assert "確認番号をメールでお送りしました。" in page.text
    code = await code_in(world, admin, LetterKind.OWN_CODE)
    shown = await reader.fill(page, PLACE, code=code, present_password=OWN)
    assert shown.status == 200 and shown.page.secret == ZIP
    assert len(await world.journal(Kind.ZIP_PASSWORD_SHOWN)) == 1


async def test_what_is_wrong_is_said_beside_it(reader: Reader, world: World, admin: Person) -> None:
    page = await reader.be(admin.token).see(PLACE)
    await reader.fill(page, CODE)
    page = await reader.fill(page, PLACE, code="", present_password="")
    assert page.status == 422 and 'id="code-fault"' in page.html and 'id="present_password-fault"' in page.html
    page = await reader.fill(page, PLACE, code="1", present_password="Wrong-guess-1")
    assert page.status == 422 and 'id="present_password-fault"' in page.html and "Wrong-guess-1" not in page.html
    page = await reader.fill(page, PLACE, code="1", present_password=OWN)
    assert page.status == 422 and 'id="code-fault"' in page.html and OWN not in page.html
    assert ZIP not in page.html
    assert {entry.result for entry in await world.journal(Kind.ZIP_PASSWORD_SHOWN)} == {Result.REFUSED}


async def test_a_second_code_in_the_same_minute_is_refused_where_it_was_asked_for(
    reader: Reader, admin: Person
) -> None:
    page = await reader.be(admin.token).see(PLACE)
    await reader.fill(page, CODE)
    page = await reader.fill(await reader.see(PLACE), CODE)
    assert page.status == 409 and "1 分に 1 回" in page.text and PLACE in page.page.actions


async def test_it_is_not_shown_to_anybody_else(reader: Reader, admin: Person) -> None:
    user = await user_of(admin)
    page = await reader.be(user.token).see(PLACE)
    assert (await reader.fill(page, CODE)).status == 403
