# SPDX-License-Identifier: Apache-2.0
"""The list of the office's filings, with the real vault behind it."""

import pytest

from appliance.link import messages as m
from appliance.model.time import MINUTE
from appliance.model.words import FilingState
from tests.appliance.vault.filings.sending import approved, put_filing, sent
from tests.appliance.vault.people.folk import user_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Browser
from tests.appliance.web.whole import Reader

ACQUISITION = "20260609_0001_加入者資格取得届.pdf"
SUSPENSION = "20260609_0001_中断者届.pdf"


async def test_an_empty_list_says_what_will_be_there(reader: Reader, admin: Person) -> None:
    seen = await reader.be(admin.token).see("/filings")
    assert "まだ届書はありません" in seen.text and "/filings/new" in seen.page.links


async def test_each_line_says_state_type_deadline_and_who(reader: Reader, world: World, admin: Person) -> None:
    filing = await sent(admin, ACQUISITION)
    seen = await reader.be(admin.token).see("/filings")
    for word in ("承認待ち", "加入者資格取得届", "2026年7月1日(水)", "佐倉 花子", "未検査", "配信待ち"):
        assert word in seen.text, word
    assert f"/filings/{filing}" in seen.page.links
    assert 'aria-current="step">承認待ち' in seen.html


async def test_the_newest_first_and_late_ones_in_words(reader: Reader, world: World, admin: Person) -> None:
    late = await put_filing(world, admin.office, FilingState.UPLOADED, due_on="2026-06-05")
    world.clock.move(MINUTE)
    soon = await put_filing(world, admin.office, FilingState.UPLOADED, due_on="2026-06-12")
    seen = await reader.be(admin.token).see("/filings")
    assert seen.html.index(soon) < seen.html.index(late)
    assert "期限を4日過ぎています" in seen.text and "期限まであと3日です" in seen.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"a", "s"}),
        ("?state=uploaded", {"s"}),
        ("?state=ours", {"a", "s"}),
        ("?state=approved&type=acquisition", {"a"}),
        ("?type=suspension", {"s"}),
        ("?state=done", set()),
    ],
)
async def test_it_is_narrowed(reader: Reader, world: World, admin: Person, query: str, found: set[str]) -> None:
    there = {"a": await sent(admin, ACQUISITION), "s": await sent(admin, SUSPENSION)}
    await approved(world, admin, there["a"])
    seen = await reader.be(admin.token).see(f"/filings{query}")
    assert {name for name, id in there.items() if f"/filings/{id}" in seen.page.links} == found
    assert ("条件に合うものはありません" in seen.text) is (not found)


@pytest.mark.parametrize("query", ["state=x", "state=<script>", "state=ours&after=a b"])
async def test_what_the_page_does_not_offer_is_not_there(reader: Reader, admin: Person, query: str) -> None:
    assert (await reader.be(admin.token).see(f"/filings?{query}")).status in (404, 422)


async def test_a_long_list_comes_in_pages_that_stay_narrowed(reader: Reader, world: World, admin: Person) -> None:
    for _ in range(51):
        await put_filing(world, admin.office, FilingState.UPLOADED)
    seen = await reader.be(admin.token).see("/filings?state=uploaded")
    (next_page,) = [link for link in seen.page.links if "after=" in link]
    assert "state=uploaded" in next_page and seen.html.count('class="parcel"') == 50
    last = await reader.see(next_page)
    assert last.html.count('class="parcel"') == 1 and "/filings?state=uploaded" in last.page.links


async def test_the_filings_of_another_office_are_nowhere(reader: Reader, world: World, admin: Person) -> None:
    other = await world.office(2)
    theirs = await put_filing(world, other, FilingState.UPLOADED)
    assert theirs not in (await reader.be(admin.token).see("/filings")).html
    assert (await reader.see(f"/filings/{theirs}")).status == 404


async def test_who_may_not_upload_is_offered_no_form(reader: Reader, admin: Person) -> None:
    user = await user_of(admin, permissions=frozenset())
    assert "/filings/new" not in (await reader.be(user.token).see("/filings")).page.links
    assert "/filings/new" not in (await reader.see("/")).page.links


async def test_the_menu_counts_what_waits(reader: Reader, world: World, admin: Person) -> None:
    assert "承認・配信を待つ届書はありません" in (await reader.be(admin.token).see("/")).text
    await sent(admin, ACQUISITION)
    await approved(world, admin, await sent(admin, SUSPENSION))
    menu: m.Menu = await admin.ask(m.OpenMenu())
    seen = await reader.see("/")
    assert (menu.to_approve, menu.to_deliver) == (1, 1)
    assert "承認待ち 1件" in seen.text and "配信待ち 1件" in seen.text
    assert 'href="/filings?state=ours"' in seen.html


async def test_what_came_back_is_on_the_menu_until_it_is_sent_anew(
    reader: Reader, world: World, admin: Person
) -> None:
    second = await sent(admin, ACQUISITION)
    await put_filing(world, admin.office, FilingState.RETURNED)
    await put_filing(world, admin.office, FilingState.RETURNED, followed_by=second)
    assert "差戻し 1件" in (await reader.be(admin.token).see("/")).text
    assert (await reader.see("/filings")).text.count("再提出済") == 1


async def test_a_page_that_looked_at_much_and_found_nothing_goes_on(portal: Browser) -> None:
    portal.sign_in()
    portal.vault.instead[m.ListFilings] = lambda message: m.FilingPage((), "b" * 26)
    page = (await portal.get("/filings?type=loss")).text
    assert "続きを探す" in page and "type=loss&amp;after=" + "b" * 26 in page
