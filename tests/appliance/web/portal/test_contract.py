# SPDX-License-Identifier: Apache-2.0
"""「管理者情報修正（事業所）」 (SC11) through the real vault: what the office has, and asking for a reissue."""

from appliance.model.journal import Kind
from appliance.vault.issuing.sealed import letters_of
from tests.appliance.vault.people.folk import user_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader

PLACE = "/contract"


async def test_it_shows_what_the_office_has_but_the_key(reader: Reader, world: World, admin: Person) -> None:
    page = await reader.be(admin.token).see(PLACE)
    for shown in ("管理者情報修正（事業所）", "0001", "123456-0000001", "Sakura01", "に作成", "払出可"):
        assert shown in page.text, shown
    [letter] = await world.core.read(lambda snapshot: letters_of(snapshot, admin.office))
    assert letter.download_key not in page.html and letter.first_password not in page.html


async def test_a_reissue_is_asked_for_once(reader: Reader, world: World, admin: Person) -> None:
    page = await reader.be(admin.token).see(PLACE)
    page = await reader.follow(await reader.fill(page, "/contract/reissue"))
    assert "お知らせの再発行を依頼しました。" in page.text and "依頼済み" in page.text
    assert "/contract/reissue" not in page.page.actions
    [entry] = await world.journal(Kind.LETTER_ASKED)
    assert entry.actor == admin.account


async def test_it_is_for_the_admin(reader: Reader, admin: Person) -> None:
    user = await user_of(admin)
    assert (await reader.be(user.token).see(PLACE)).status == 403


async def test_the_own_page_leads_there(reader: Reader, admin: Person) -> None:
    page = await reader.be(admin.token).see("/own")
    assert 'href="/contract"' in page.html and 'href="/hand-over"' in page.html
