# SPDX-License-Identifier: Apache-2.0
"""The history with the real vault behind it: narrowed, page by page, linked, as it stands on paper."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.topics import Topic
from appliance.model.words import Site, Tier
from appliance.vault import history
from appliance.web import history as page_of_history
from appliance.web.texts import Texts
from tests.appliance.vault.world import Person, World, opened
from tests.appliance.web.conftest import Opening
from tests.appliance.web.whole import Reader, site_of


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A vault."""
    async with opened(World.new(tmp_path / "shreds")) as made:
        yield made


@pytest.fixture
async def user(world: World) -> Person:
    """Somebody of an office."""
    return await world.visitor(await world.office(1))


@pytest.fixture
async def clerk(world: World) -> Person:
    """One of the fund's staff."""
    return await world.clerk()


@pytest.fixture
async def portal(open_site: Opening, world: World, user: Person) -> Reader:
    """The user at the portal."""
    return (await site_of(open_site, world, Site.PORTAL)).be(user.token)


@pytest.fixture
async def console(open_site: Opening, world: World, clerk: Person) -> Reader:
    """The clerk at the console."""
    return (await site_of(open_site, world, Site.CONSOLE)).be(clerk.token)


async def test_the_form_asks_for_what_was_asked(portal: Reader) -> None:
    seen = await portal.see("/history?since=2026-06-01&until=2026-06-30&topic=door")
    form = seen.page.form("/history")
    assert (form.fields["since"], form.fields["until"]) == ("2026-06-01", "2026-06-30")
    assert 'value="door" selected' in seen.html
    assert "2026-06-01 から 2026-06-30 まで" in seen.text and "種類: ログイン" in seen.text
    assert "/history" in seen.page.links, "a way back to everything"


async def test_an_empty_form_is_everything(portal: Reader) -> None:
    assert "条件" not in (await portal.see("/history?since=&until=&topic=")).text.replace("条件をすべて", "")


async def test_topics_of_the_machine_are_for_the_fund(portal: Reader, console: Reader) -> None:
    assert len((await console.see("/history")).page.form("/history").choices["topic"]) == len(Topic) + 1
    offered = (await portal.see("/history")).page.form("/history").choices["topic"]
    assert set(offered.values()) == {"", "exchange", "people", "door", "reading"}


async def test_only_the_topic_is_shown(console: Reader, user: Person, clerk: Person) -> None:
    await clerk.deliver(user.office)
    seen = await console.see("/history?topic=exchange")
    assert "帳票の配信" in seen.text and "ログイン 完了" not in seen.text


async def test_people_offices_and_documents_are_ways_to_their_histories(
    console: Reader, user: Person, clerk: Person
) -> None:
    notice = await clerk.deliver(user.office)
    seen = await console.see("/history")
    ways = {f"/history?thing={notice}", f"/history?office={user.office}", f"/history?actor={clerk.account}"}
    assert ways <= set(seen.page.links)
    about = await console.see(f"/history?thing={notice}")
    assert "書類: 通知.pdf" in about.text and about.page.form("/history").fields["thing"] == notice
    assert "事業所: 事業所1" in (await console.see(f"/history?office={user.office}")).text
    assert "利用者: 基金clerk" in (await console.see(f"/history?actor={clerk.account}")).text


async def test_the_portal_gives_no_way_to_people_of_the_fund(portal: Reader, user: Person, clerk: Person) -> None:
    await clerk.deliver(user.office)
    seen = await portal.see("/history")
    assert "基金" in seen.text and clerk.account not in seen.html and "基金clerk" not in seen.html
    assert f"/history?actor={user.account}" in seen.page.links
    assert (await portal.see(f"/history?actor={clerk.account}")).status == 404


async def test_next_page_keeps_what_was_asked(
    console: Reader, user: Person, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of_history, "ROWS", 2)
    for _ in range(3):
        await clerk.deliver(user.office)
    path, names = "/history?topic=exchange&since=2026-06-01", 0
    while path:
        seen = await console.see(path)
        names += seen.text.count("帳票の配信")
        path = next((link for link in seen.page.links if "before=" in link), "")
        assert not path or ("topic=exchange" in path and "since=2026-06-01" in path)
    assert names == 3


async def test_a_search_that_takes_long_says_so_and_goes_on(
    world: World, console: Reader, user: Person, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MAX_LOOKED", 10)
    monkeypatch.setattr(history, "AT_ONCE", 5)
    await clerk.deliver(user.office)
    for number in range(30):
        await user.refused(Why.NOT_FOUND, m.DownloadNotice(f"{number:02}" + "a" * 24))
    path, looks = "/history?topic=people", 0
    seen = await console.see(path)
    assert "ここまでの記録の中には見つかりませんでした" in seen.text and "続きを探す" in seen.text
    while path:
        seen = await console.see(path)
        looks += 1
        path = next((link for link in seen.page.links if "before=" in link), "")
    assert "契約の登録" in seen.text
    assert looks >= len(await world.journal()) // 15


async def test_nothing_found_says_what_to_do(portal: Reader) -> None:
    seen = await portal.see("/history?since=2030-01-01")
    assert seen.status == 200 and "条件に合う履歴はありません" in seen.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("since=x", 422),
        ("until=2026-13-01", 422),
        ("topic=%3Cscript%3E", 422),
        ("thing=%3Cscript%3E", 404),
        ("actor=x%22y", 404),
        ("since=2026-06-01&since=2026-06-02", 400),
    ],
)
async def test_what_no_form_of_ours_asks_is_refused_in_words(portal: Reader, query: str, status: int) -> None:
    for path in ("/history", "/history.csv"):
        seen = await portal.see(f"{path}?{query}")
        assert seen.status == status and "<script>" not in seen.html


async def test_an_office_in_the_query_of_the_portal_changes_nothing(world: World, portal: Reader) -> None:
    other = await world.office(2)
    seen = await portal.see(f"/history?office={other}")
    assert "事業所2" not in seen.html


async def test_it_is_refused_without_a_visit(portal: Reader) -> None:
    portal.be("")
    assert {(await portal.see(path)).to for path in ("/history", "/history.csv")} == {"/sign-in"}


async def test_that_it_was_exported_is_in_it(world: World, portal: Reader) -> None:
    await portal.see("/history.csv")
    assert "CSV ファイルへの書き出し" in (await portal.see("/history")).text
    (entry, _) = await world.journal(Kind.HISTORY_READ)
    assert entry.reason == "exported"


def test_every_topic_and_site_has_its_word() -> None:
    texts = Texts.load()
    for table, names in (("topic", Topic), ("site", [*Site, Tier.VAULT])):
        assert [name for name in names if texts.word(table, name.value) == name.value] == []
