# SPDX-License-Identifier: Apache-2.0
"""Announcements at the console, through the real vault."""

import pytest

from appliance.link import messages as m
from appliance.model.journal import Kind
from appliance.model.time import HOUR
from appliance.model.words import Role, Site, Weight
from tests.appliance.vault.people.folk import staff_of
from tests.appliance.vault.world import Person, World
from tests.appliance.web.whole import Reader, Seen

PLACE = "/banners"
TEXT = "本日 18 時から保守を行います。\n終了は 20 時の予定です。"
TYPED = {
    "banner_text": TEXT.replace("\n", "\r\n"),
    "banner_english": "Maintenance today",
    "weight": "important",
    "banner_sites.portal": "on",
    "banner_sites.public": "on",
    "banner_since": "2026-06-09",
    "since_time": "10:00",
    "banner_until": "2026-06-09",
    "until_time": "20:00",
}


async def told(world: World, site: Site = Site.PORTAL) -> list[m.Banner]:
    """What pages of a site show."""
    return list((await world.answer(site, m.AskBanners())).banners)


async def put(reader: Reader, **changed: str) -> Seen:
    """Fill the form in and send it."""
    return await reader.fill(await reader.see(PLACE), PLACE, **{**TYPED, **changed})


async def test_there_is_none_and_the_page_says_what_would_be_there(reader: Reader, desk: Person) -> None:
    page = await reader.be(desk.token).see(PLACE)
    assert "掲示しているお知らせはありません" in page.text
    form = page.page.form(PLACE)
    assert (form.fields["banner_since"], form.fields["since_time"]) == ("2026-06-09", "10:00")
    assert (form.fields["banner_until"], form.fields["until_time"]) == ("2026-06-09", "23:59")


async def test_what_is_put_up_is_told_and_stands_in_the_list(world: World, reader: Reader, desk: Person) -> None:
    sent = await put(reader.be(desk.token))
    assert sent.status == 303
    until = world.clock.now() + 10 * HOUR
    assert await told(world) == await told(world, Site.PUBLIC)
    assert await told(world) == [m.Banner(TEXT, "Maintenance today", Weight.IMPORTANT, until)]
    page = await reader.follow(sent)
    for shown in (
        "お知らせを掲示しました",
        "掲示中",
        "重要",
        "Maintenance today",
        "事業所の画面・インターネット側の画面",
    ):
        assert shown in page.text, shown
    assert f"<bdi>{TEXT}</bdi>" in page.html
    assert "2026年6月9日(火) 20:00" in page.text


async def test_what_begins_later_is_in_the_list_but_not_told(world: World, reader: Reader, desk: Person) -> None:
    await put(reader.be(desk.token), since_time="１９：００")
    assert await told(world) == []
    page = await reader.see(PLACE)
    assert "予定</span>" in page.html and "掲示中</span>" not in page.html


async def test_it_is_taken_down_after_a_page_that_asks(
    world: World, reader: Reader, desk: Person, hayashi: Person
) -> None:
    await put(reader.be(desk.token))
    [down] = [link for link in (await reader.see(PLACE)).page.links if link.endswith("/down")]
    asking = await reader.be(hayashi.token).see(down)
    assert "本日 18 時から保守を行います。 終了は 20 時の予定です。" in asking.html
    assert len(await told(world)) == 1
    sent = await reader.fill(asking, down)
    assert (sent.status, await told(world)) == (303, [])
    assert "お知らせを取り下げました" in (await reader.follow(sent)).text
    gone = await reader.see(down)
    assert gone.status == 404 and "もう掲示されていません" in gone.text
    assert (await reader.fill(asking, down)).status == 303, "a second click is the same command"
    assert len(await world.journal(Kind.BANNER_TAKEN_DOWN)) == 1


async def test_another_one_took_it_down_meanwhile(
    world: World, reader: Reader, desk: Person, hayashi: Person
) -> None:
    await put(reader.be(desk.token))
    [down] = [link for link in (await reader.see(PLACE)).page.links if link.endswith("/down")]
    asking = await reader.see(down)
    [row] = (await hayashi.ask(m.ListBanners())).rows
    await hayashi.ask(m.TakeBannerDown(row.id))
    sent = await reader.fill(asking, down)
    assert sent.status == 404 and "もう掲示されていません" in sent.text


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"banner_text": " "}, "banner_text", "お知らせの文章を入力してください"),
        ({"banner_text": "あ" * 201}, "banner_text", "200 文字以内で入力してください"),
        ({"banner_text": "a\tb"}, "banner_text", "文章を入力し直してください"),
        ({"banner_english": "a" * 401}, "banner_english", "400 文字以内で入力してください"),
        ({"weight": "deafening"}, "weight", "重要度を選んでください"),
        ({"banner_sites.portal": "", "banner_sites.public": ""}, "banner_sites", "一つ以上を選んでください"),
        ({"banner_since": "2026-02-30"}, "banner_since", "始まりの日付と時刻を入力し直してください"),
        ({"since_time": "25:00"}, "banner_since", "始まりの日付と時刻を入力し直してください"),
        ({"banner_until": "9999-12-31"}, "banner_until", "終わりを、1 年以内の日時にしてください"),
        ({"banner_until": "明日"}, "banner_until", "終わりの日付と時刻を入力し直してください"),
        ({"until_time": "09:59"}, "banner_until", "終わりを、始まりよりも後の日時にしてください"),
        ({"banner_since": "2026-06-08", "banner_until": "2026-06-08"}, "banner_until", "今よりも後の日時に"),
    ],
)
async def test_what_cannot_be_is_shown_again_at_its_field(
    world: World, reader: Reader, desk: Person, changed: dict[str, str], field: str, said: str
) -> None:
    sent = await put(reader.be(desk.token), **changed)
    assert sent.status == 422
    assert f'id="{field}-fault"' in sent.html and said in sent.text
    assert sent.page.form(PLACE).fields["banner_since"] == changed.get("banner_since", TYPED["banner_since"])
    assert await told(world) == []


async def test_nothing_typed_is_more_than_text(reader: Reader, desk: Person) -> None:
    text = "</textarea><script>alert(1)</script>{{ 7*7 }}"
    again = await put(reader.be(desk.token), banner_text=text, until_time="09:00")
    assert again.status == 422 and "<script>alert" not in again.html and "{{ 7*7 }}" in again.html
    await put(reader, banner_text=text)
    listed = await reader.see(PLACE)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in listed.html and "<script>alert" not in listed.html


@pytest.mark.parametrize("role", [Role.FUND_RELEASER, Role.FUND_AUDITOR])
async def test_others_of_the_staff_have_neither_page_nor_entry(reader: Reader, world: World, role: Role) -> None:
    other = await staff_of(world, "other", role)
    page = await reader.be(other.token).see("/own")
    assert PLACE not in page.page.links
    assert (await reader.see(PLACE)).status == 403
