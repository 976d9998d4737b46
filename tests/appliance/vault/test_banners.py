# SPDX-License-Identifier: Apache-2.0
"""What the fund tells everybody: put up, shown with every reply, taken down, over; and all that is refused."""

import asyncio
import dataclasses
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import TYPED, Kind, Result
from appliance.model.time import DAY, HOUR
from appliance.model.words import Role, Site, Weight
from appliance.vault import banners as module
from appliance.vault.banners import MAX_SIGNS, MOST, refresh
from appliance.vault.housekeeping import sweep_banners
from tests.appliance.vault.world import Person, World

BOTH = frozenset({Site.PUBLIC, Site.PORTAL})
TEXT = "本日 18 時から保守を行います。\n終了は 20 時の予定です。"


def put(world: World, text: str = TEXT, **changed: Any) -> m.PutBanner:
    now = world.clock.now()
    return dataclasses.replace(m.PutBanner(text, Weight.NORMAL, now, now + HOUR, BOTH), **changed)


async def told(world: World, site: Site = Site.PORTAL) -> list[str]:
    """What a page that nobody has signed in for would show."""
    return [one.text for one in (await world.answer(site, m.AskBanners())).banners]


async def test_every_reply_of_its_sites_brings_it_and_no_other(world: World, clerk: Person, user: Person) -> None:
    await clerk.ask(put(world, english="Maintenance today", weight=Weight.IMPORTANT))
    reply = await world.answer(Site.PORTAL, m.OpenMenu(), token=user.token)
    until = world.clock.now() + HOUR
    assert reply.banners == (m.Banner(TEXT, "Maintenance today", Weight.IMPORTANT, until),)
    assert await told(world, Site.PUBLIC) == await told(world) == [TEXT]
    assert (await world.answer(Site.PORTAL, m.AskHours())).banners == reply.banners
    assert (await world.answer(Site.CONSOLE, m.OpenMenu(), token=clerk.token)).banners == ()


async def test_bytes_that_go_down_bring_it_too(world: World, clerk: Person, user: Person) -> None:
    notice = await clerk.deliver(user.office)
    await clerk.ask(put(world))
    reply = await world.answer(Site.PORTAL, m.DownloadNotice(notice), token=user.token)
    assert [one.text for one in reply.banners] == [TEXT]
    assert reply.stream is not None
    await reply.stream.aclose()  # type: ignore[attr-defined]


async def test_it_comes_and_goes_by_the_clock_without_anybody_touching_it(world: World, clerk: Person) -> None:
    now = world.clock.now()
    await clerk.ask(put(world, since=now + HOUR, until=now + 2 * HOUR))
    assert await told(world) == []
    world.clock.move(HOUR)
    assert await told(world) == [TEXT]
    world.clock.move(HOUR)
    assert await told(world) == []


async def test_it_is_told_again_after_a_restart(world: World, clerk: Person) -> None:
    await clerk.ask(put(world))
    await world.restart()
    await refresh(world.core)
    assert await told(world) == [TEXT]


async def test_who_left_before_the_end_of_a_change_leaves_no_old_board(
    world: World, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut(core: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(module, "refresh", cut)
        with pytest.raises(asyncio.CancelledError):
            await clerk.ask(put(world))
    assert await told(world) == []
    await refresh(world.core)
    assert await told(world) == [TEXT], "what is durable is told, if some seconds later"


async def test_of_looks_at_once_the_newest_state_is_hung(world: World, clerk: Person) -> None:
    await asyncio.gather(*(clerk.ask(put(world, text=f"第{number}報")) for number in range(4)))
    assert sorted(await told(world)) == ["第0報", "第1報", "第2報", "第3報"]


async def test_the_list_has_what_is_up_and_what_is_to_come(world: World, clerk: Person) -> None:
    now = world.clock.now()
    later = await clerk.ask(
        put(world, "明日の話", since=now + DAY, until=now + 2 * DAY, sites=frozenset({Site.PUBLIC}))
    )
    first = await clerk.ask(put(world))
    rows = (await clerk.ask(m.ListBanners())).rows
    assert [row.id for row in rows] == [first.banner, later.banner]
    assert rows[0] == m.BannerRow(
        first.banner, TEXT, "", Weight.NORMAL, now, now + HOUR, BOTH, (await world.account(clerk)).name
    )
    world.clock.move(HOUR)
    assert [row.id for row in (await clerk.ask(m.ListBanners())).rows] == [later.banner]


async def test_another_one_of_the_staff_takes_it_down(world: World, clerk: Person) -> None:
    put_up = await clerk.ask(put(world))
    desk = await (await world.staff("madoguchi", Role.FUND_DESK)).sign_in()
    assert await desk.ask(m.TakeBannerDown(put_up.banner)) == m.Nothing()
    assert await told(world) == []
    refused = await clerk.refused(Why.NOT_FOUND, m.TakeBannerDown(put_up.banner))
    assert refused.text == "banner.gone"


async def test_one_that_is_over_cannot_be_taken_down(world: World, clerk: Person) -> None:
    put_up = await clerk.ask(put(world))
    world.clock.move(HOUR)
    await clerk.refused(Why.NOT_FOUND, m.TakeBannerDown(put_up.banner))
    await clerk.refused(Why.NOT_FOUND, m.TakeBannerDown("x" * 5000))


async def test_each_change_has_an_entry_whose_text_can_be_destroyed(world: World, clerk: Person) -> None:
    put_up = await clerk.ask(put(world))
    await clerk.ask(m.TakeBannerDown(put_up.banner))
    for entry, kind in zip((await world.journal())[-2:], (Kind.BANNER_PUT, Kind.BANNER_TAKEN_DOWN), strict=True):
        assert (entry.kind, entry.thing, entry.actor, entry.office) == (kind, put_up.banner, clerk.account, "")
        assert (entry.personal[TYPED], entry.reason, entry.result) == (TEXT, "", Result.DONE)


async def test_a_command_that_comes_twice_is_done_once(world: World, clerk: Person) -> None:
    message = put(world, command="c" * 16)
    first = await clerk.ask(message)
    assert await clerk.ask(message) == first
    assert await told(world) == [TEXT]
    down = m.TakeBannerDown(first.banner, "d" * 16)
    assert await clerk.ask(down) == await clerk.ask(down) == m.Nothing()
    assert len(await world.journal(Kind.BANNER_PUT, Kind.BANNER_TAKEN_DOWN)) == 2


async def test_there_are_never_more_than_a_few(world: World, clerk: Person) -> None:
    for number in range(MOST):
        await clerk.ask(put(world, text=str(number)))
    refused = await clerk.refused(Why.CONFLICT, put(world))
    assert (refused.text, refused.values) == ("banner.too_many", {"most": str(MOST)})
    world.clock.move(HOUR)
    await clerk.ask(put(world))
    assert await told(world) == [TEXT], "those that are over take no place"


async def test_housekeeping_forgets_what_is_over(world: World, clerk: Person) -> None:
    for number in range(3):
        await clerk.ask(put(world, text=str(number)))
    world.clock.move(HOUR)
    await clerk.ask(put(world))
    kept = len([key for key in await world.rows() if b"t/banner" in key])
    await sweep_banners(world.core)
    assert kept == 4
    assert len([key for key in await world.rows() if b"t/banner" in key]) == 1
    await refresh(world.core)
    assert await told(world) == [TEXT]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("あ" * MAX_SIGNS, "あ" * MAX_SIGNS),
        ("𠮷" * MAX_SIGNS, "𠮷" * MAX_SIGNS),
        ("  一行目  \r\n\r\n 二行目\r三行目 ", "一行目\n\n二行目\n三行目"),
        ("か\u3099", "が"),
        ("<script>alert(1)</script> & {{ 7*7 }}", "<script>alert(1)</script> & {{ 7*7 }}"),
        ("\u202eabc\u202c שלום", "\u202eabc\u202c שלום"),
    ],
)
async def test_what_a_text_becomes(world: World, clerk: Person, text: str, kept: str) -> None:
    await clerk.ask(put(world, text))
    assert await told(world) == [kept]


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"text": ""}, "banner_text.length"),
        ({"text": " \n　"}, "banner_text.length"),
        ({"text": "あ" * (MAX_SIGNS + 1)}, "banner_text.length"),
        ({"text": "か\u3099" * 1_000_000}, "banner_text.length"),
        ({"text": "\n".join("abcdefghi")}, "banner_text.lines"),
        ({"text": "a\x00b"}, "banner_text.signs"),
        ({"text": "a\x1b[31mb"}, "banner_text.signs"),
        ({"text": "a\tb"}, "banner_text.signs"),
        ({"english": "x" * 401}, "banner_english.length"),
        ({"english": "a\x07"}, "banner_english.signs"),
        ({"sites": frozenset()}, "banner_sites.none"),
        ({"sites": frozenset({Site.PORTAL, Site.CONSOLE})}, "banner_sites.none"),
        ({"sites": frozenset({Site.ADMIN})}, "banner_sites.none"),
        ({"since": -1}, "banner_until.order"),
        ({"until": 0}, "banner_until.order"),
        ({"since": 0, "until": 1}, "banner_until.past"),
        ({"until": 2**62}, "banner_until.far"),
    ],
)
async def test_what_cannot_be_put_up(world: World, clerk: Person, changed: dict[str, Any], text: str) -> None:
    refused = await clerk.refused(Why.INVALID, put(world, **changed))
    assert (refused.text, refused.values["field"]) == (text, text.partition(".")[0])
    assert await told(world) == []


async def test_until_before_from_is_refused(world: World, clerk: Person) -> None:
    now = world.clock.now()
    for until in (now + HOUR, now + 2 * HOUR):
        refused = await clerk.refused(Why.INVALID, put(world, since=now + 2 * HOUR, until=until))
        assert refused.text == "banner_until.order"


async def test_without_the_right_nothing_is_told(world: World, clerk: Person) -> None:
    put_up = await clerk.ask(put(world))
    world.rights.denied |= {"banner.list", "banner.change"}
    for message in (m.ListBanners(), put(world), m.TakeBannerDown(put_up.banner)):
        await clerk.refused(Why.NOT_ALLOWED, message)
    assert await told(world) == [TEXT]


async def test_asking_leaves_no_entry(world: World) -> None:
    before = len(await world.journal())
    assert await told(world) == []
    assert len(await world.journal()) == before


async def test_pages_of_everybody_are_told_to_look_again(world: World, clerk: Person, user: Person) -> None:
    stream = world.core.watching.open(Site.PORTAL)
    channel = (await user.ask(m.Follow())).channel
    await clerk.ask(put(world))
    assert stream.touched == {channel}
