# SPDX-License-Identifier: Apache-2.0
"""Seats at the console, through the real vault: found by state, revoked, opened again (SC19, R236)."""

import pytest

from appliance.model.devices import SeatState
from appliance.model.words import Role
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.people.folk import staff_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader


@pytest.fixture
def scene(world: World) -> Scene:
    """A vault with a binder."""
    return Scene(world)


async def test_seats_are_found_by_their_state(reader: Reader, desk: Person, scene: Scene) -> None:
    office = await scene.office()
    bond = await scene.activated(office)
    page = await reader.be(desk.token).see("/seats")
    assert "すべての端末です。" in page.text and "1台目" in page.text and "2台目" in page.text
    page = await reader.see("/seats?state=active")
    assert "2台目" not in page.text
    assert bond.claim.short_code in page.text and f"/seats/{office.id}" in page.page.links
    assert "2台目" in (await reader.see("/seats?state=ready")).text
    assert "この状態の端末はありません" in (await reader.see("/seats?state=revoked")).text
    assert (await reader.see("/seats?state=nonsense")).status == 422


async def test_a_pc_is_revoked_and_the_seat_opened_again(reader: Reader, desk: Person, scene: Scene) -> None:
    office = await scene.office()
    await scene.activated(office)
    page = await reader.be(desk.token).see(f"/seats/{office.id}")
    assert "いま使えます" in page.text
    path = f"/seats/{office.id}/1/revoke"
    assert path in page.page.links
    form = await reader.see(path)
    assert "事業所1" in form.page.form(path).fields["office_name"]
    assert (await reader.fill(form, path, why="nonsense", reason="x")).status >= 400
    done = await reader.follow(await reader.fill(form, path, why="lost", reason="電話で届け出"))
    assert "失効させました" in done.text and "紛失・盗難" in done.text
    assert await scene.state(office) is SeatState.REVOKED
    assert (await reader.see(path)).status == 409
    page = await reader.see(f"/seats/{office.id}")
    opened = await reader.follow(await reader.fill(page, f"/seats/{office.id}/1/open"))
    assert "払い出しました" in opened.text and await scene.state(office) is SeatState.READY


async def test_opened_by_two_at_once_the_second_sees_what_is_so(reader: Reader, desk: Person, scene: Scene) -> None:
    office = await scene.office()
    await scene.activated(office)
    await scene.override(office)
    page = await reader.be(desk.token).see(f"/seats/{office.id}")
    await scene.open(office.id, 1)
    late = await reader.fill(page, f"/seats/{office.id}/1/open")
    assert late.status == 409 and "すでに払い出されています" in late.text


async def test_reopened_at_once(reader: Reader, desk: Person, scene: Scene) -> None:
    office = await scene.office()
    await scene.activated(office, 2)
    path = f"/seats/{office.id}/2/revoke"
    form = await reader.be(desk.token).see(path)
    await reader.fill(form, path, why="replaced", reason="入れ替え", reopen="on")
    assert await scene.state(office, 2) is SeatState.READY


async def test_who_may_only_look_sees_no_buttons(reader: Reader, scene: Scene) -> None:
    office = await scene.office()
    await scene.activated(office)
    auditor = await staff_of(scene.world, "auditor", Role.FUND_AUDITOR)
    page = await reader.be(auditor.token).see(f"/seats/{office.id}")
    assert page.status == 200 and f"/seats/{office.id}/1/revoke" not in page.page.links
    form = await reader.see(f"/seats/{office.id}/1/revoke")
    sent = await reader.fill(form, f"/seats/{office.id}/1/revoke", why="lost", reason="x")
    assert sent.status == 403 and await scene.state(office) is SeatState.ACTIVE


async def test_what_there_is_not(reader: Reader, desk: Person, scene: Scene) -> None:
    office = await scene.office()
    for path in ("/seats/x", "/seats/" + "a" * 26, f"/seats/{office.id}/9/revoke"):
        assert (await reader.be(desk.token).see(path)).status == 404, path
    assert (await reader.see(f"/seats/{office.id}/x/revoke")).status == 422
    assert (await reader.see("/seats?after=%00")).status == 400
