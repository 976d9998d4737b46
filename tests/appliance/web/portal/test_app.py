# SPDX-License-Identifier: Apache-2.0
"""An authenticator app instead of mail, through the real vault."""

from dataclasses import replace

import pytest

from appliance.contracts.factor import EnrolRequest
from appliance.vault.people.own_app import PURPOSE
from tests.appliance.vault.people.folk import OWN
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader

PLACE, CODE, DROP = "/own/app", "/own/app/code", "/own/app/drop"


@pytest.fixture
async def offered(world: World, admin: Person) -> None:
    """The fund offers the app, whose codes are none of those by mail."""
    world.core.settings = replace(world.settings, door=replace(world.settings.door, app_factor="otp_totp"))
    for number in range(10):
        await world.app.enrol(EnrolRequest(f"{number}", "", "", world.clock.now()))


async def app_code(world: World, admin: Person) -> str:
    """What the app shows once it has the secret."""
    return world.app.answer((await world.factor(admin, "otp_totp", PURPOSE)).state)


@pytest.mark.usefixtures("offered")
async def test_the_app_is_begun_with_the_password_and_in_force_with_its_code(
    reader: Reader, world: World, admin: Person
) -> None:
    page = await reader.be(admin.token).see("/own")
    assert PLACE in page.page.links
    page = await reader.fill(await reader.see(PLACE), PLACE, present_password="Wrong-guess-1")
    assert page.status == 422 and 'id="present_password-fault"' in page.html and CODE not in page.page.actions
    page = await reader.fill(page, PLACE, present_password=OWN)
    assert page.status == 200 and page.page.secret != "" and OWN not in page.html
    page = await reader.fill(page, CODE, code="1")
    assert page.status == 422 and 'id="code-fault"' in page.html and page.page.secret == ""
    assert "認証アプリにいま出ている番号" in page.text and "届いたメール" not in page.text
    page = await reader.follow(await reader.fill(page, CODE, code=await app_code(world, admin)))
    assert "認証アプリを登録しました。" in page.text and "認証アプリをやめる" in page.text


@pytest.mark.usefixtures("offered")
async def test_mail_comes_back_with_the_password(reader: Reader, world: World, admin: Person) -> None:
    page = await reader.fill(await reader.be(admin.token).see(PLACE), PLACE, present_password=OWN)
    await reader.fill(page, CODE, code=await app_code(world, admin))
    page = await reader.see(PLACE)
    assert page.page.actions[-1] == DROP
    page = await reader.fill(page, DROP, present_password="Wrong-guess-1")
    assert page.status == 422 and 'id="present_password-fault"' in page.html
    page = await reader.follow(await reader.fill(page, DROP, present_password=OWN))
    assert "メールに戻しました。" in page.text and "認証アプリを使う" in page.text


async def test_where_the_fund_does_not_offer_it_nobody_sees_it(reader: Reader, admin: Person) -> None:
    page = await reader.be(admin.token).see("/own")
    assert PLACE not in page.page.links
    page = await reader.fill(await reader.see(PLACE), PLACE, present_password=OWN)
    assert page.status == 403
