# SPDX-License-Identifier: Apache-2.0
"""VPN接続 at the console, through the real vault: what is connected, what was, and what is kept out."""

import pytest

from appliance.link import messages as m
from appliance.model.devices import Bond
from appliance.model.things import Office, Visit
from appliance.model.words import Role, Site
from appliance.vault.records.tables import visits
from tests.appliance.vault.people.folk import staff_of
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.world import Person, World
from tests.appliance.web.console.connections import auditor, clerk, pc, sakura, tunnels
from tests.appliance.web.whole import Reader

__all__ = ["auditor", "clerk", "pc", "sakura", "tunnels"]


async def test_nothing_is_connected_and_the_page_says_what_would_be_there(reader: Reader, desk: Person) -> None:
    page = await reader.be(desk.token).see("/tunnels")
    assert "接続中の端末はありません" in page.text and "いまの接続を確かめられません" in page.text


async def test_who_is_connected_since_when_until_when_and_with_whom(
    reader: Reader, tunnels: Tunnels, clerk: Person, pc: Bond, sakura: Office
) -> None:
    row, world = await tunnels.opened(pc), tunnels.world
    person = await world.user(sakura.id)
    visit = Visit(b"v" * 32, person.account, sakura.id, Site.PORTAL, row.began_at, row.ends_at, tunnel=row.id)
    await world.core.commit(lambda txn: visits.put(txn, visit))
    await tunnels.pass_time(600, 60)
    page = await reader.be(clerk.token).see("/tunnels")
    name = (await world.account(person)).name
    for said in (
        "接続中: 1台",
        sakura.name,
        "1台目",
        name,
        "残り 1時間20分",
        "198.51.100.7",
        "1000 バイト",
        "2.0 KB",
    ):
        assert said in page.text, said
    links = page.page.links
    assert {f"/tunnels/end/session/{row.id}", f"/tunnels/end/user/{person.account}"} <= set(links)
    assert {"/tunnels/end/all", f"/tunnels?office={sakura.id}", f"/seats/{sakura.id}"} <= set(links)
    assert "確かめられません" not in page.text
    of_office = await reader.see(f"/tunnels?office={sakura.id}")
    assert sakura.name in of_office.text and f"/tunnels/end/office/{sakura.id}" in of_office.page.links
    assert "接続中 1台" in (await reader.see("/")).text


async def test_who_may_do_less_sees_fewer_buttons(
    reader: Reader, tunnels: Tunnels, desk: Person, auditor: Person, pc: Bond
) -> None:
    row = await tunnels.opened(pc)
    ends = [link for link in (await reader.be(desk.token).see("/tunnels")).page.links if "/end/" in link]
    assert ends == [f"/tunnels/end/session/{row.id}"]
    links = (await reader.be(auditor.token).see("/tunnels")).page.links
    assert not [link for link in links if "/end/" in link or link.endswith("/block")]


async def test_who_releases_documents_does_not_see_it(reader: Reader, world: World) -> None:
    releaser = await staff_of(world, "oka", Role.FUND_RELEASER)
    assert (await reader.be(releaser.token).see("/tunnels")).status == 403
    assert "/tunnels" not in (await reader.see("/")).page.links


async def test_the_history_says_why(reader: Reader, tunnels: Tunnels, clerk: Person, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await clerk.ask(m.EndTunnel(row.id, "電話で依頼"))
    await tunnels.round()
    page = await reader.be(clerk.token).see("/tunnels/past")
    by = (await tunnels.world.account(clerk)).name
    assert "基金による切断" in page.text and f"{by}: 電話で依頼" in page.text
    assert "1台目" in (await reader.see(f"/tunnels/past?cause=desk&office={pc.office}")).text
    assert "1台目" not in (await reader.see("/tunnels/past?cause=limit")).text
    assert "この条件の接続はありません" in (await reader.see("/tunnels/past?day=2020-01-06")).text


@pytest.mark.parametrize("place", ["/tunnels", "/tunnels/past", "/tunnels/day", "/tunnels/blocked"])
async def test_each_page_follows_by_itself(reader: Reader, clerk: Person, place: str) -> None:
    page = await reader.be(clerk.token).see(place)
    live = 'data-live="day"' if place.endswith("/day") else 'data-live="list"'
    assert live in page.html and "/static/live." in page.html


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("cause=nonsense", 422),
        ("day=nonsense", 422),
        ("office=x", 404),
        (f"office={'a' * 26}", 404),
        ("after=!", 422),
        ("after=nonsense", 200),
    ],
)
async def test_what_is_no_filter(reader: Reader, desk: Person, query: str, status: int) -> None:
    assert (await reader.be(desk.token).see(f"/tunnels/past?{query}")).status == status


async def test_the_history_has_pages(reader: Reader, tunnels: Tunnels, desk: Person, pc: Bond) -> None:
    tunnels.set(connects=1000)
    for _ in range(26):
        row = await tunnels.opened(pc)
        tunnels.gate.vanish(row.engine_session)
        await tunnels.pass_time(1)
    first = await reader.be(desk.token).see(f"/tunnels/past?office={pc.office}")
    following = [link for link in first.page.links if "after=" in link]
    assert len(following) == 1 and f"office={pc.office}" in following[0]
    second = await reader.see(following[0])
    assert second.text.count("端末側の切断") == 1 and not [one for one in second.page.links if "after=" in one]


async def test_nothing_is_kept_out_and_then_something_is(
    reader: Reader, tunnels: Tunnels, clerk: Person, auditor: Person, pc: Bond
) -> None:
    page = await reader.be(clerk.token).see("/tunnels/blocked")
    assert "接続を止めた端末はありません" in page.text
    await clerk.ask(m.BlockSeat(pc.office, 1, "紛失の届け出"))
    page = await reader.see("/tunnels/blocked")
    assert "紛失の届け出" in page.text and f"/seats/{pc.office}/1/unblock" in page.page.links
    page = await reader.be(auditor.token).see("/tunnels/blocked")
    assert "紛失の届け出" in page.text and f"/seats/{pc.office}/1/unblock" not in page.page.links
