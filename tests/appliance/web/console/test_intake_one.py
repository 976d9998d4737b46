# SPDX-License-Identifier: Apache-2.0
"""One registration at the console: corrected at its cells, confirmed, rejected; through the real vault."""

import pytest

from appliance.link import messages as m
from appliance.model.intake import IntakeState
from appliance.model.journal import Kind
from appliance.model.words import Role
from appliance.vault.letters import LetterKind
from tests.appliance.vault.intake.forms import (
    CHOSEN,
    as_rokin,
    confirm,
    form,
    name_of,
    read,
    rokin_form,
    take_in,
    took,
)
from tests.appliance.vault.people.folk import staff_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader, Seen


@pytest.fixture
async def clerk(world: World) -> Person:
    """Somebody who takes registrations in."""
    return await staff_of(world, "suzuki", Role.FUND_CLERK)


async def opened(reader: Reader, clerk: Person, registration: str) -> Seen:
    """The preview."""
    return await reader.be(clerk.token).see(f"/registrations/{registration}")


async def test_each_field_stands_with_its_cell_and_what_is_wrong(reader: Reader, clerk: Person) -> None:
    registration = await took(clerk, mail="taro", name_kana="ｷｷﾝ ﾀﾛｳ")
    page = await opened(reader, clerk, registration)
    assert "（セル E2）" in page.text and "メールアドレスの形ではありません" in page.text
    assert "「ｷｷﾝ ﾀﾛｳ」を「キキン　タロウ」として読み取りました" in page.html
    assert f"/registrations/{registration}/confirm" not in page.page.actions
    assert "まだ登録できません" in page.text


async def test_another_text_is_judged_at_once(reader: Reader, clerk: Person) -> None:
    registration = await took(clerk, mail="taro")
    page = await opened(reader, clerk, registration)
    fields = {**page.page.form(f"/registrations/{registration}/correct").fields, "mail": "taro@example.jp"}
    done = await reader.follow(await reader.post(f"/registrations/{registration}/correct", fields))
    assert "訂正した内容で確かめ直しました" in done.text
    assert "届出では「taro」でした（訂正: 佐倉 花子）" in done.text
    assert f"/registrations/{registration}/confirm" in done.page.actions


async def test_a_suggestion_is_one_press(reader: Reader, clerk: Person) -> None:
    registration = await took(clerk, user_id="ｋｉｋｉｎT001")
    page = await opened(reader, clerk, registration)
    assert "ユーザーIDを「kikinT001」に直す" in page.text
    offered = page.page.form(f"/registrations/{registration}/correct").fields
    await reader.post(f"/registrations/{registration}/correct", offered)
    assert (await read(clerk, registration)).row.can_be_confirmed


async def test_of_two_numbers_either_can_be_pressed(reader: Reader, clerk: Person) -> None:
    registration = (await take_in(clerk, form(124), name_of(123))).registration
    page = await opened(reader, clerk, registration)
    assert "事業所番号を「123」に直す" in page.text
    assert f"ファイル名を「{name_of(124)}」とする" in page.text


async def test_confirming_tells_the_contract_number(world: World, reader: Reader, clerk: Person) -> None:
    registration = await took(clerk)
    page = await opened(reader, clerk, registration)
    done = await reader.follow(await reader.fill(page, f"/registrations/{registration}/confirm"))
    assert "登録しました" in done.text and "123456-0000001" in done.text
    assert len(await world.journal(Kind.CONTRACT_ADDED)) == 1
    assert f"/registrations/{registration}/confirm" not in done.page.actions


async def test_four_seats_ask_for_a_reason_on_the_same_page(reader: Reader, clerk: Person) -> None:
    registration = await took(clerk, seats=4)
    page = await opened(reader, clerk, registration)
    assert "要相談" in page.text and "4 台を認める理由" in page.text
    await reader.fill(page, f"/registrations/{registration}/confirm", more_seats="支店が三つある")
    assert (await read(clerk, registration)).row.state is IntakeState.REGISTERED


async def test_a_known_office_shows_what_differs_and_is_not_confirmed(reader: Reader, clerk: Person) -> None:
    await confirm(clerk, await took(clerk))
    other = await took(clerk, office_name="連携物産")
    page = await opened(reader, clerk, other)
    assert "別の内容で登録されています" in page.text and "連携物産" in page.text
    assert f"/registrations/{other}/confirm" not in page.page.actions
    token = page.page.form(f"/registrations/{other}/correct").fields["form"]
    refused = await reader.post(f"/registrations/{other}/confirm", {"form": token, "command": "c" * 26})
    assert refused.status == 409 and "登録届の確認" in refused.text


async def test_rejecting_asks_why_and_may_tell_by_mail(world: World, reader: Reader, clerk: Person) -> None:
    registration = await took(clerk)
    path = f"/registrations/{registration}/reject"
    page = await reader.be(clerk.token).see(path)
    again = await reader.fill(page, path, reason=" ")
    assert again.status == 422
    done = await reader.follow(await reader.fill(page, path, reason="番号が違います", tell="on"))
    assert "受け付けないことにしました" in done.text
    assert await world.letters(registration, LetterKind.REGISTRATION_REJECTED)
    shown = await opened(reader, clerk, registration)
    assert "番号が違います" in shown.text and "不受理" in shown.text


async def test_what_another_clerk_has_settled_is_told(world: World, reader: Reader, clerk: Person) -> None:
    registration = await took(clerk)
    page = await opened(reader, clerk, registration)
    await clerk.ask(m.RejectRegistration(registration, "二重"))
    late = await reader.fill(page, f"/registrations/{registration}/confirm")
    assert late.status == 409 and "ほかの職員が先に" in late.text


async def test_a_chosen_first_password_is_counted_and_never_shown(
    world: World, reader: Reader, clerk: Person
) -> None:
    await as_rokin(world)
    registration = (await take_in(clerk, rokin_form())).registration
    page = await opened(reader, clerk, registration)
    assert CHOSEN not in page.html
    assert (await read(clerk, registration)).first_password == 8


async def test_what_people_typed_is_text_and_nothing_else(reader: Reader, clerk: Person) -> None:
    registration = await took(clerk, office_name="<script>alert(1)</script>")
    page = await opened(reader, clerk, registration)
    assert "<script>alert" not in page.html
