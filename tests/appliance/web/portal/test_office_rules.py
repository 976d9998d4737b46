# SPDX-License-Identifier: Apache-2.0
"""The rules of an office."""

from appliance.link import messages as m
from tests.appliance.vault.people.folk import user_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader

BOTH = {"four_eyes": "on", "deliver_on_approve": "on"}


async def test_they_are_shown_changed_and_told(reader: Reader, world: World, admin: Person) -> None:
    page = await reader.be(admin.token).see("/office")
    assert "checked" not in page.html and "別の人が承認する" in page.text
    changed = await reader.fill(page, "/office", **BOTH)
    assert "設定を変更しました" in (await reader.follow(changed)).text
    assert await admin.ask(m.ReadOfficeRules()) == m.OfficeRules(True, True)
    page = await reader.see("/office")
    assert page.html.count("checked") == 2
    fields = page.page.form("/office").fields
    del fields["four_eyes"]
    await reader.post("/office", fields)
    assert await admin.ask(m.ReadOfficeRules()) == m.OfficeRules(False, True)


async def test_they_are_the_admins(reader: Reader, world: World, admin: Person) -> None:
    user = await user_of(admin)
    seen = await reader.be(user.token).see("/office")
    assert seen.status == 403 and "管理者だけ" in seen.text
    assert "/office" not in (await reader.see("/")).page.links
    assert "/office" in (await reader.be(admin.token).see("/")).page.links


async def test_who_signed_in_again_sees_what_was_ticked(reader: Reader, admin: Person) -> None:
    page = await reader.be(admin.token).see("/office")
    await admin.sign_in()
    again = await reader.be(admin.token).fill(page, "/office", **BOTH)
    assert again.status == 403 and again.html.count("checked") == 2
    assert (await reader.fill(again, "/office")).status == 303
