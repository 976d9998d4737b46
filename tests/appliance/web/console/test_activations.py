# SPDX-License-Identifier: Apache-2.0
"""The queue at the console, through the real vault: looked at, approved, refused (SC19)."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.devices import Hint, SeatState
from appliance.model.time import DAY
from appliance.model.words import Role
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.people.folk import staff_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader


@pytest.fixture
def scene(world: World) -> Scene:
    """A vault with a binder."""
    return Scene(world)


async def test_an_empty_queue_says_what_will_be_there(reader: Reader, desk: Person) -> None:
    page = await reader.be(desk.token).see("/activations")
    assert "待っている依頼はありません" in page.text and "ここに届いた順に並びます" in page.text
    assert "処理した依頼はまだありません" in (await reader.see("/activations?decided=1")).text


async def test_a_request_is_looked_at_and_approved(reader: Reader, desk: Person, scene: Scene) -> None:
    office = await scene.office()
    await scene.ask(office, hints=[Hint.VIRTUAL_MACHINE])
    request = await scene.request(office)
    page = await reader.be(desk.token).see("/activations")
    for text in ("事業所1", "1台目（管理者用）", "2026年6月11日", request.claim.short_code, "仮想環境で動いている"):
        assert text in page.text, text
    assert "有効化待ち" in (await reader.see("/")).text
    page = await reader.see(f"/activations/{request.id}")
    assert "仮想環境は対象外です" in page.text and request.claim.short_code in page.text
    done = await reader.follow(await reader.fill(page, f"/activations/{request.id}/approve"))
    assert "有効化しました" in done.text
    assert await scene.state(office) is SeatState.ACTIVE
    assert "基金" in (await reader.see("/activations?decided=1")).text
    late = await reader.fill(page, f"/activations/{request.id}/approve", command="d" * 20)
    assert late.status == 409 and "すでに承認されています" in late.text


async def test_what_was_promised_and_not_kept_is_marked(reader: Reader, desk: Person, scene: Scene) -> None:
    office = await scene.office()
    await scene.ask(office)
    scene.world.clock.move(3 * DAY)
    late = await staff_of(scene.world, "lateone", Role.FUND_DESK)
    page = await reader.be(late.token).see("/activations")
    assert "約束の日を過ぎたもの 1件" in page.text and "過ぎています" in page.text
    assert desk.token != late.token


async def test_of_another_office_a_person_says_what_becomes_of_it(
    reader: Reader, desk: Person, scene: Scene
) -> None:
    other, office = await scene.office(2), await scene.office(1)
    await scene.activated(other)
    await scene.ask(office, key="key-2")
    id = (await scene.request(office)).id
    page = await reader.be(desk.token).see(f"/activations/{id}")
    assert "事業所2" in page.text and "そのまま使えるようにする" in page.text
    unsaid = await reader.fill(page, f"/activations/{id}/approve")
    assert "別の事業所の端末をどうしますかを選んでください" in unsaid.text
    assert await scene.state(office) is SeatState.REQUESTED
    await reader.fill(page, f"/activations/{id}/approve", others="end")
    assert await scene.state(other) is SeatState.OVERRIDDEN


async def test_more_is_found_meanwhile_and_the_page_shows_it(reader: Reader, desk: Person, scene: Scene) -> None:
    office = await scene.office()
    await scene.ask(office, 1)
    id = (await scene.request(office, 1)).id
    page = await reader.be(desk.token).see(f"/activations/{id}")
    await scene.activated(office, 2, key="key-2")
    again = await reader.fill(page, f"/activations/{id}/approve")
    assert again.status == 409 and "新しく確かめることが見つかりました" in again.text
    assert "同じ事業所の別の端末として" in again.text
    await reader.fill(again, f"/activations/{id}/approve")
    assert (await scene.state(office, 1), await scene.state(office, 2)) == (
        SeatState.ACTIVE,
        SeatState.OVERRIDDEN,
    )


async def test_a_request_is_refused_with_a_ready_reason(reader: Reader, desk: Person, scene: Scene) -> None:
    office = await scene.office()
    await scene.ask(office)
    id = (await scene.request(office)).id
    page = await reader.be(desk.token).see(f"/activations/{id}/refuse?template=virtual")
    assert "仮想環境ではご利用になれません" in page.page.form(f"/activations/{id}/refuse").fields["reason"]
    empty = await reader.fill(page, f"/activations/{id}/refuse", reason="")
    assert empty.status >= 400 and await scene.state(office) is SeatState.REQUESTED
    done = await reader.follow(await reader.fill(page, f"/activations/{id}/refuse"))
    assert "却下しました" in done.text
    assert "仮想環境" in (await scene.seat(office)).told
    assert (await reader.see(f"/activations/{id}/refuse")).status == 409


async def test_what_is_of_another_contract_has_no_button(reader: Reader, desk: Person, scene: Scene) -> None:
    office, other = await scene.office(1), await scene.office(2)
    await scene.send(office, await scene.evidence(other))
    [request] = await scene.requests(office)
    page = await reader.be(desk.token).see(f"/activations/{request.id}")
    assert "個別連絡" in page.text and "承認はできません" in page.text
    assert f"/activations/{request.id}/approve" not in page.page.actions
    assert "事業所2" not in page.text and other.contract_number not in page.text


@pytest.mark.parametrize("role", [Role.FUND_CLERK, Role.FUND_AUDITOR])
async def test_who_may_only_look_sees_no_buttons(reader: Reader, scene: Scene, role: Role) -> None:
    office = await scene.office()
    await scene.ask(office)
    id, other = (await scene.request(office)).id, await staff_of(scene.world, "other", role)
    page = await reader.be(other.token).see(f"/activations/{id}")
    assert page.status == 200 and f"/activations/{id}/approve" not in page.page.actions
    await other.refused(Why.NOT_ALLOWED, m.ApproveActivation(id))


async def test_what_nobody_gave_out_is_refused(reader: Reader, desk: Person) -> None:
    for path in ("/activations/x", "/activations/" + "a" * 26, "/activations/x/refuse"):
        assert (await reader.be(desk.token).see(path)).status == 404, path
    assert (await reader.see("/activations?after=%00")).status == 400
