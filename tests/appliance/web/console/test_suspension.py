# SPDX-License-Identifier: Apache-2.0
"""事業所の利用停止 at the console, through the real vault."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.words import Role
from tests.appliance.vault.people.folk import admin_of, staff_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader

WHY = "代表者から停止の <依頼書>"


@pytest.fixture
async def admin(world: World) -> Person:
    """The admin of an office, registered and in."""
    return await admin_of(world)


@pytest.mark.parametrize("role", [Role.FUND_DESK, Role.FUND_CLERK])
async def test_an_office_is_suspended_and_resumed(reader: Reader, world: World, admin: Person, role: Role) -> None:
    person = await staff_of(world, "hara", role)
    card, off, on = (f"/offices/{admin.office}{more}" for more in ("", "/suspend", "/resume"))
    page = await reader.be(person.token).see(card)
    assert off in page.page.links and on not in page.page.links and "利用停止中" not in page.text
    form = await reader.see(off)
    assert "さくら商事（123456-0000001）" in form.html and "社会保険労務士" in form.text
    page = await reader.follow(await reader.fill(form, off, reason=WHY))
    assert "この事業所の利用を停止しました。" in page.text
    assert "利用停止中です" in page.text and WHY in page.text and "<依頼書>" not in page.html
    assert on in page.page.links and off not in page.page.links
    await admin.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    world.clock.move(1)
    page = await reader.follow(await reader.fill(await reader.see(on), on, reason="代表者と確認が済んだ"))
    assert "利用停止を解除しました。" in page.text and "利用停止中" not in page.text
    await admin.sign_in()


async def test_without_a_reason_nothing_is_done(reader: Reader, world: World, desk: Person, admin: Person) -> None:
    place = f"/offices/{admin.office}/suspend"
    said = await reader.fill(await reader.be(desk.token).see(place), place, reason=" ")
    assert said.status == 422 and 'id="reason-fault"' in said.html
    assert await world.journal(Kind.OFFICE_SUSPENDED) == []
    await admin.ask(m.OpenMenu())


async def test_what_somebody_else_did_first_is_said(reader: Reader, desk: Person, admin: Person) -> None:
    off, on = (f"/offices/{admin.office}/{more}" for more in ("suspend", "resume"))
    form = await reader.be(desk.token).see(off)
    assert (await reader.see(on)).status == 409
    await desk.ask(m.SuspendOffice(admin.office, WHY))
    said = await reader.fill(form, off, reason=WHY)
    assert said.status == 409 and "すでに利用停止になっています" in said.text
    assert (await reader.see(off)).status == 409


async def test_whoever_answers_the_telephone_sees_it_first(reader: Reader, desk: Person, admin: Person) -> None:
    await desk.ask(m.SuspendOffice(admin.office, WHY))
    page = await reader.be(desk.token).see(f"/calls/{admin.office}")
    assert page.text.index("この事業所は") < page.text.index("事業所番号")
    said = page.text[page.text.index("次にお伝えすること") : page.text.index("理由: ")]
    assert "ご利用を止めております" in said and WHY not in said, "who calls is not told why"
    assert f"理由: {WHY}" in page.text


async def test_the_list_of_offices_shows_it(reader: Reader, desk: Person, admin: Person) -> None:
    assert "利用停止中" not in (await reader.be(desk.token).see("/offices")).text
    await desk.ask(m.SuspendOffice(admin.office, WHY))
    assert "利用停止中" in (await reader.see("/offices")).text


async def test_who_may_only_look_sees_why_and_no_button(reader: Reader, world: World, admin: Person) -> None:
    auditor, desk = await staff_of(world, "kansa", Role.FUND_AUDITOR), await staff_of(world, "mado", Role.FUND_DESK)
    card = f"/offices/{admin.office}"
    assert f"{card}/suspend" not in (await reader.be(auditor.token).see(card)).page.links
    await desk.ask(m.SuspendOffice(admin.office, WHY))
    page = await reader.see(card)
    assert WHY in page.text and f"{card}/resume" not in page.page.links
    form = await reader.see(f"{card}/resume")
    assert (await reader.fill(form, f"{card}/resume", reason=WHY)).status == 403
