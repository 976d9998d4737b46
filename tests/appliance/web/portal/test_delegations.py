# SPDX-License-Identifier: Apache-2.0
"""「委任」: what the admin sees of who works for the office, and how it is narrowed and ended."""

import pytest

from appliance.link import messages as m
from appliance.model.time import DAY
from appliance.model.words import Role
from tests.appliance.vault.grouping.hand import delegated
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader


@pytest.fixture
async def firm(world: World) -> Person:
    """A 社労士, signed in at the own office."""
    return await world.visitor(await world.office(9), "Sharo009")


@pytest.fixture
async def client(world: World) -> Person:
    """The admin of an office that is served."""
    return await world.visitor(await world.office(2), "Admin002")


async def test_an_empty_page_says_what_will_appear(reader: Reader, client: Person) -> None:
    page = await reader.be(client.token).see("/delegations")
    assert page.status == 200 and "複数事業所管理届" in page.text
    assert "/delegations" in (await reader.see("/")).page.links


async def test_who_may_do_what_until_when(reader: Reader, world: World, firm: Person, client: Person) -> None:
    await delegated(world, firm, client.office)
    page = await reader.be(client.token).see("/delegations")
    for word in ("利用者Sharo009", "0009 事業所9", "社会保険労務士", "2026年6月1日", "有効"):
        assert word in page.text, word
    assert "アップロード・取消・受取要求・ダウンロード・メール通知" in page.text
    taken = await reader.be(firm.token).see("/delegations")
    assert "0002 事業所2" in taken.text and not any("permissions" in link for link in taken.page.links)


async def test_ending_it_is_asked_once_more(reader: Reader, world: World, firm: Person, client: Person) -> None:
    [id] = await delegated(world, firm, client.office)
    page = await reader.be(client.token).see(f"/delegations/{id}/end")
    assert "利用者Sharo009（0009 事業所9）" in page.html
    done = await reader.fill(page, f"/delegations/{id}/end")
    assert "委任を終了しました" in (await reader.follow(done)).text
    assert (await reader.see(f"/delegations/{id}/end")).status == 409
    page = await reader.see("/delegations")
    assert "終了" in page.text and not any(link.endswith("/end") for link in page.page.links)


async def test_permissions_become_fewer_and_never_more(
    reader: Reader, world: World, firm: Person, client: Person
) -> None:
    [id] = await delegated(world, firm, client.office)
    place = f"/delegations/{id}/permissions"
    page = await reader.be(client.token).see(place)
    fields = page.page.form(place).fields
    assert "permission.approve" not in fields and fields["permission.upload"] == "on"
    wider = await reader.post(place, {**fields, "permission.approve": "on"})
    assert wider.status == 422 and "権限を増やすことはできません" in wider.text
    none = {name: value for name, value in fields.items() if not name.startswith("permission.")}
    refused = await reader.post(place, none)
    assert refused.status == 422 and "一つ以上" in refused.text and "利用者Sharo009" in refused.html
    del fields["permission.upload"]
    done = await reader.post(place, fields)
    assert "権限を変更しました" in (await reader.follow(done)).text
    [row] = (await client.ask(m.ListDelegations())).rows
    assert "upload" not in row.permissions and "download" in row.permissions


async def test_the_other_side_narrows_nothing(reader: Reader, world: World, firm: Person, client: Person) -> None:
    [id] = await delegated(world, firm, client.office)
    assert (await reader.be(firm.token).see(f"/delegations/{id}/permissions")).status == 404


@pytest.mark.parametrize("path", ["", "/{id}/end", "/{id}/permissions"])
async def test_it_is_for_the_admins_of_the_two(
    reader: Reader, world: World, firm: Person, client: Person, path: str
) -> None:
    [id] = await delegated(world, firm, client.office)
    colleague = await world.visitor(client.office, "Staff002", Role.OFFICE_STAFF)
    stranger = await world.visitor(await world.office(3), "Admin003")
    place = "/delegations" + path.format(id=id)
    assert (await reader.be(colleague.token).see(place)).status == 403
    seen = await reader.be(stranger.token).see(place)
    assert seen.status == (404 if path else 200)
    assert "Sharo009" not in seen.text


@pytest.mark.parametrize("id", ["x", "a" * 26])
async def test_one_that_there_is_not(reader: Reader, client: Person, id: str) -> None:
    assert (await reader.be(client.token).see(f"/delegations/{id}/end")).status == 404


async def test_one_that_is_over_says_so(reader: Reader, world: World, firm: Person, client: Person) -> None:
    [id] = await delegated(world, firm, client.office, until="2026-06-10")
    world.clock.move(2 * DAY)
    await client.sign_in()
    page = await reader.be(client.token).see("/delegations")
    assert "期間満了" in page.text
    assert (await reader.see(f"/delegations/{id}/end")).status == 409
