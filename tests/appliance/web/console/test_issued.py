# SPDX-License-Identifier: Apache-2.0
"""「契約の内容」 through the real vault: reissue, 台数変更, a hand-over that goes on, another ZIP password."""

from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.model.words import Role
from appliance.vault.issuing.sealed import letters_of
from appliance.vault.records.tables import offices
from tests.appliance.vault.people.folk import OWN, admin_of, staff_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader


@pytest.fixture
async def admin(world: World) -> Person:
    """The admin of an office, registered and in."""
    return await admin_of(world)


@pytest.fixture
async def clerk(world: World) -> Person:
    """One of the fund's clerks."""
    return await staff_of(world, "hara", Role.FUND_CLERK)


def at(admin: Person, more: str = "contract") -> str:
    """A page about the office."""
    return f"/offices/{admin.office}/{more}"


async def test_the_card_of_an_office_leads_there(reader: Reader, admin: Person, clerk: Person) -> None:
    card = await reader.be(clerk.token).see(f"/offices/{admin.office}")
    assert f'href="{at(admin)}"' in card.html
    page = await reader.see(at(admin))
    for shown in ("さくら商事 の契約の内容", "123456-0000001", "佐倉 花子", "印刷を待っています", "払出可"):
        assert shown in page.text, shown
    for more in ("reissue", "seats", "admin"):
        assert f'href="{at(admin, more)}"' in page.html
    assert "圧縮パスワード" not in page.text


async def test_a_reissue_waits_for_the_printer(reader: Reader, world: World, admin: Person, clerk: Person) -> None:
    page = await reader.be(clerk.token).see(at(admin, "reissue"))
    assert page.page.form(at(admin, "reissue")).fields["renewed.download_key"] == "on"
    page = await reader.fill(page, at(admin, "reissue"), reason="お電話で未着とのこと")
    page = await reader.follow(page)
    assert "お知らせを再発行しました。" in page.text and "1 回" in page.text
    [letter] = await world.core.read(lambda snapshot: letters_of(snapshot, admin.office))
    assert letter.reissue and letter.download_key not in page.html


async def test_a_reissue_of_nothing_is_said_at_its_field(reader: Reader, admin: Person, clerk: Person) -> None:
    page = await reader.be(clerk.token).see(at(admin, "reissue"))
    fields = dict(page.page.form(at(admin, "reissue")).fields) | {"reason": "紛失"}
    del fields["renewed.download_key"]
    said = await reader.post(at(admin, "reissue"), fields)
    assert said.status == 422 and "再発行するものが選ばれていません" in said.text and "紛失" in said.html


async def test_more_seats_stand_on_record(reader: Reader, world: World, admin: Person, clerk: Person) -> None:
    place = at(admin, "seats")
    page = await reader.be(clerk.token).see(place)
    said = await reader.fill(page, place, seats="4", filed_on="2026-06-01")
    assert said.status == 422 and 'id="reason-fault"' in said.html
    world.clock.move(1)
    page = await reader.follow(await reader.fill(said, place, reason="支店が 4 か所"))
    assert "利用台数を変更しました。" in page.text
    assert "3 台から 4 台へ" in page.text and "支店が 4 か所" in page.text and "2026年6月1日" in page.text
    kept = await world.core.read(lambda snapshot: offices.get(snapshot, admin.office))
    assert kept is not None and kept.seats == 4


@pytest.mark.parametrize("typed", ["0", "-1", "三", "1.5", "99999", "100"])
async def test_seats_that_cannot_be_are_said(reader: Reader, admin: Person, clerk: Person, typed: str) -> None:
    page = await reader.be(clerk.token).see(at(admin, "seats"))
    said = await reader.fill(page, at(admin, "seats"), seats=typed, reason="理由")
    assert said.status == 422 and 'id="seats-fault"' in said.html


async def test_where_a_hand_over_stands_is_told(reader: Reader, admin: Person, clerk: Person) -> None:
    await admin.ask(m.NameSuccessor("梅田 四郎", "ウメダ シロウ", "umeda@example.jp", "2026-06-20", password=OWN))
    page = await reader.be(clerk.token).see(at(admin))
    assert "梅田 四郎 様への引き継ぎ: メールアドレスの確認を待っています" in page.text


async def test_another_admin_by_letter(reader: Reader, world: World, admin: Person, clerk: Person) -> None:
    page = await reader.be(clerk.token).see(at(admin, "admin"))
    page = await reader.fill(
        page, at(admin, "admin"), name="梅田 四郎", kana="ウメダ シロウ", reason="退職", by_letter="on"
    )
    page = await reader.follow(page)
    assert "初期パスワードは「お知らせ印刷」で印刷してください" in page.text
    [letter] = await world.core.read(lambda snapshot: letters_of(snapshot, admin.office))
    assert letter.first_password and letter.first_password not in page.html


async def test_another_zip_password_where_the_fund_allows_it(
    reader: Reader, world: World, admin: Person, clerk: Person
) -> None:
    settings = world.core.settings
    world.core.settings = replace(settings, exchange=replace(settings.exchange, zip_password_rotation=True))
    page = await reader.be(clerk.token).see(at(admin))
    assert "変更は許可されていません" in page.text
    page = await reader.see(at(admin, "zip-password"))
    page = await reader.follow(await reader.fill(page, at(admin, "zip-password"), reason="前任者から不明"))
    assert "圧縮パスワードの変更を許可しました。" in page.text and "まで、管理者が変更できます" in page.text


async def test_the_desk_reads_and_changes_nothing(reader: Reader, admin: Person, desk: Person) -> None:
    page = await reader.be(desk.token).see(at(admin))
    assert page.status == 200
    assert not [more for more in ("reissue", "seats", "admin") if f'href="{at(admin, more)}"' in page.html]
    form = (await reader.see(at(admin, "seats"))).page.form(at(admin, "seats")).fields
    assert (await reader.post(at(admin, "seats"), {**form, "seats": "2"})).status == 403
