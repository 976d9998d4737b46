# SPDX-License-Identifier: Apache-2.0
"""The office's own seats, through the real vault: how far they are, and giving one up (A37, A38)."""

import pytest

from appliance.link import messages as m
from appliance.model.devices import SeatState
from appliance.model.things import Office
from appliance.model.words import Role
from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import offices
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.people.folk import OWN, user_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader


@pytest.fixture
def scene(world: World) -> Scene:
    """A vault with a binder."""
    return Scene(world)


@pytest.fixture
async def office(world: World, scene: Scene, admin: Person) -> Office:
    """The admin's; its contract has opened its seats already."""
    found = await world.core.read(lambda snapshot: offices.get(snapshot, admin.office))
    assert found is not None
    scene.admins[found.id] = admin
    return found


async def test_each_seat_says_how_far_it_is(reader: Reader, admin: Person, scene: Scene, office: Office) -> None:
    bond = await scene.activated(office, 1)
    await scene.ask(office, 2, pc="pc-2", key="key-2")
    page = await reader.be(admin.token).see("/seats")
    for text in (
        "1台目（管理者用）",
        "有効",
        bond.claim.short_code,
        "2台目",
        "有効化待ち",
        "2026年6月11日",
        "払出可",
    ):
        assert text in page.text, text
    assert "/seats" in (await reader.see("/")).page.links


async def test_what_the_fund_told_is_shown(reader: Reader, admin: Person, scene: Scene, office: Office) -> None:
    await scene.ask(office)
    request = await scene.request(office)
    await (await scene.desk()).ask(m.RefuseActivation(request.id, "確認コードを作り直してください"))
    assert "確認コードを作り直してください" in (await reader.be(admin.token).see("/seats")).text


async def test_a_pc_is_replaced(reader: Reader, admin: Person, scene: Scene, office: Office) -> None:
    await scene.activated(office, 1)
    scene.world.clock.move(60_000)
    page = await reader.be(admin.token).see("/seats/1")
    assert "この席を返却する" not in page.text, "the admin's own"
    page = await reader.follow(await reader.fill(page, "/seats/1/code"))
    assert "確認番号をメールでお送りしました" in page.text and "後からこの画面を開いて入力できます" in page.text
    code = (await scene.world.letters(admin.account, LetterKind.OWN_CODE))[-1].fields["code"]
    wrong = await reader.fill(page, "/seats/1", why="replaced", code=code, present_password="wrong")
    assert wrong.status >= 400 and await scene.state(office) is SeatState.ACTIVE
    given = {"why": "replaced", "code": code, "present_password": OWN}
    done = await reader.follow(await reader.fill(wrong, "/seats/1", **given))
    assert "この端末の利用を終えました" in done.text and "払出可" in done.text
    assert await scene.state(office) is SeatState.READY


async def test_a_seat_is_returned(reader: Reader, admin: Person, scene: Scene, office: Office) -> None:
    scene.world.clock.move(60_000)
    page = await reader.be(admin.token).see("/seats/2")
    page = await reader.follow(await reader.fill(page, "/seats/2/code"))
    code = (await scene.world.letters(admin.account, LetterKind.OWN_CODE))[-1].fields["code"]
    given = {"why": "returned", "code": code, "present_password": OWN}
    done = await reader.follow(await reader.fill(page, "/seats/2", **given))
    assert "返却しました" in done.text and await scene.state(office, 2) is SeatState.CLOSED
    assert (await reader.see("/seats/2")).status == 409


@pytest.mark.parametrize(("seat", "status"), [("second", 422), ("9", 404), ("1", 409)])
async def test_no_code_goes_for_a_path_that_names_nothing_to_give_up(
    reader: Reader, admin: Person, scene: Scene, office: Office, seat: str, status: int
) -> None:
    scene.world.clock.move(60_000)
    page = await reader.be(admin.token).see("/seats/2")
    before = await scene.world.letters(admin.account, LetterKind.OWN_CODE)
    sent = await reader.post(f"/seats/{seat}/code", page.page.form("/seats/2/code").fields)
    assert sent.status == status
    assert await scene.world.letters(admin.account, LetterKind.OWN_CODE) == before


async def test_a_user_sees_the_seats_and_changes_none(
    reader: Reader, admin: Person, scene: Scene, office: Office
) -> None:
    await scene.activated(office)
    user = await user_of(admin)
    page = await reader.be(user.token).see("/seats")
    assert page.status == 200 and "/seats/1" not in page.page.links
    assert (await reader.see("/seats/1")).status == 404
    assert (await scene.world.account(user)).role is Role.OFFICE_STAFF


@pytest.mark.parametrize("path", ["/seats/9", "/seats/0"])
async def test_a_seat_that_there_is_not(reader: Reader, admin: Person, office: Office, path: str) -> None:
    assert (await reader.be(admin.token).see(path)).status == 404


async def test_users_are_added_once_the_next_pc_is_active(
    reader: Reader, admin: Person, scene: Scene, office: Office
) -> None:
    """R113, SC10."""
    scene.set(users_after_activation=True)
    await scene.activated(office, 1)
    page = await reader.be(admin.token).see("/users")
    assert "2台目の端末が、まだ有効になっていません" in page.text
    assert not [link for link in page.page.links if link.startswith("/users/new")]
    assert "/users/new" not in (await reader.see("/users/new?role=sharoshi")).page.actions
    await scene.activated(office, 2, pc="pc-2", key="key-2")
    page = await reader.see("/users")
    assert [link for link in page.page.links if link.startswith("/users/new")]
