# SPDX-License-Identifier: Apache-2.0
"""The console's first page: the dashboard as it is read, seen and printed, and for whom there is one."""

import re
from dataclasses import replace
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.calendar import Reason
from appliance.model.time import DAY, HOUR, MINUTE
from appliance.model.words import FilingState, Role, ScanState
from appliance.vault.recounting import keep_tallies
from tests.appliance.vault.filings.sending import put_filing
from tests.appliance.vault.people.folk import staff_of
from tests.appliance.vault.tallied import put_notice
from tests.appliance.vault.world import Person, World
from tests.appliance.web.conftest import Browser
from tests.appliance.web.whole import Reader

EVIL = "<script>alert('x')</script>\"'>&"
LINKED = re.compile(r'(?:<script src|<link rel="[a-z]+" href|<img src)="(/static/[^"]+)"')
ID = "a" * 26
SHAPES = re.compile(r'<rect x="\d+" y="[\d.]+" height="([\d.]+)">')


@pytest.fixture
def clerk(console: Browser) -> Browser:
    """The console, a clerk signed in."""
    console.sign_in()
    return console


def days(filings: int = 0, notices: int = 0) -> tuple[m.DayCount, ...]:
    """Thirty days up to 9 June 2026, with these on the last one; the 6th and 7th are a weekend."""
    names = [f"2026-05-{day:02}" for day in range(11, 32)] + [f"2026-06-{day:02}" for day in range(1, 10)]
    empty = [m.DayCount(name, 0, 0, Reason.WEEKEND if name[-5:] in ("06-06", "06-07") else None) for name in names]
    return (*empty[:-1], replace(empty[-1], filings=filings, notices=notices))


def board(**changes: Any) -> m.Dashboard:
    empty = m.Dashboard(
        counted=True,
        days=days(),
        waiting=tuple(m.Count(state, 0) for state in ("delivered", "received", "accepted")),
        lists_filings=True,
        lists_notices=True,
    )
    return replace(empty, **changes)


def filing(now: int, due: str = "", back: int = 0, **changes: Any) -> m.FilingRow:
    state, clean = FilingState.DELIVERED, ScanState.CLEAN
    at = now - back * DAY
    row = m.FilingRow(
        ID, 12, "さくら商事", "acquisition", "2026-06-01", "a.pdf", 3, state, clean, due, now, "", at, 0, ID
    )
    return replace(row, **changes)


def notice(now: int, back: int = 0, **changes: Any) -> m.UnreadNotice:
    row = m.UnreadNotice(ID, ID, 345, "有限会社 髙﨑製作所", "payment_notice", "2026-05", now - back * DAY)
    return replace(row, **changes)


async def seen(clerk: Browser, found: m.Dashboard) -> str:
    clerk.vault.instead[m.ReadDashboard] = lambda message: found
    answer = await clerk.get("/")
    assert answer.status == 200
    return answer.text


async def test_an_empty_fund_is_told_what_will_be_there(clerk: Browser) -> None:
    page = await seen(clerk, board())
    assert "期限の近い順にここに表示されます。" in page and "受け取られていない帳票の数が" in page
    assert page.count('role="img"') == 2 and page.count("30日間に、1件もありません。") == 2
    assert not SHAPES.search(page) and page.count('<td class="n">0件</td>') == 3


async def test_numbers_stand_as_words_as_shapes_and_in_a_table(clerk: Browser) -> None:
    page = await seen(clerk, board(days=days(filings=12, notices=10_000)))
    assert len(SHAPES.findall(page)) == 2
    assert "<title>6/9: 12件</title>" in page and "<title>6/9: 10000件</title>" in page
    assert "30日間の合計は10000件、最も多い日は10000件です。" in page
    line = '<th scope="row">2026年6月9日(火)</th><td>12</td>'
    assert line + "<td>10000</td>" in page
    assert len(re.findall(r'<tr><th scope="row">2026年', page)) == 30


async def test_each_picture_has_a_name_and_no_id_is_there_twice(clerk: Browser) -> None:
    page = await seen(clerk, board(days=days(3, 4)))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for names in re.findall(r'aria-labelledby="([^"]+)"', page):
        assert set(names.split()) <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", page)) == {"came-rest", "went-rest"} <= set(ids)


async def test_days_of_rest_are_told_apart_without_colour(clerk: Browser) -> None:
    page = await seen(clerk, board())
    assert page.count('<rect fill="url(#went-rest)"') == 2 and page.count("<td>土日</td>") == 2
    assert "斜線の日は" in page


async def test_no_style_and_no_script_stands_in_the_page(clerk: Browser) -> None:
    page = await seen(clerk, board(days=days(3, 4)))
    assert "style=" not in page and "<style" not in page
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


async def test_kinds_states_and_offices_lead_to_their_lists(clerk: Browser) -> None:
    found = board(
        unread=(m.Count("payment_notice", 10_000), m.Count("receipt", 1)),
        waiting=(m.Count("delivered", 4), m.Count("received", 0), m.Count("accepted", 2)),
        offices=(m.OfficeCount(ID, 7, "さくら商事", 3),),
    )
    page = await seen(clerk, found)
    assert 'href="/notices?type=payment_notice&amp;state=unread"><bdi>納入告知額通知書</bdi></a>' in page
    assert f'href="/notices?office={ID}&amp;state=unread"><bdi>0007 さくら商事</bdi></a>' in page
    for state in ("delivered", "received", "accepted"):
        assert f'href="/filings?state={state}"' in page
    assert "10000件</td>" in page and "合計 10001件" in page and "未受信 10001件" in page and "未受信 4件" in page


@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        ("2026-06-01", "期限を8日過ぎています", "bad"),
        ("2026-06-08", "期限を1日過ぎています", "bad"),
        ("2026-06-09", "今日が期限です", "new"),
        ("2026-06-10", "あと1日", "new"),
        ("2026-06-16", "あと7日", "new"),
        ("2026-06-17", "あと8日", "off"),
        ("2026-07-14", "あと35日", "off"),
    ],
)
async def test_a_deadline_says_how_long_there_is(clerk: Browser, due: str, words: str, tone: str) -> None:
    page = await seen(clerk, board(due_filings=(filing(clerk.vault.clock.now(), due),)))
    assert f'<span class="state {tone}">{words}</span>' in page
    assert f'<a href="/filings/{ID}"><bdi>0012 さくら商事</bdi></a>' in page


@pytest.mark.parametrize(("back", "words"), [(0, "今日から"), (1, "1日前から"), (400, "400日前から")])
async def test_what_waits_says_since_when(clerk: Browser, back: int, words: str) -> None:
    now = clerk.vault.clock.now()
    page = await seen(clerk, board(oldest_filings=(filing(now, back=back),), oldest_notices=(notice(now, back),)))
    assert f">未受信・{words}</span>" in page and f'<span class="state off">{words}</span>' in page
    assert f'href="/notices?office={ID}&amp;state=unread"><bdi>0345 有限会社 髙﨑製作所</bdi></a>' in page


async def test_names_are_never_anything_but_text(clerk: Browser) -> None:
    now = clerk.vault.clock.now()
    found = board(
        due_filings=(filing(now, "2026-06-10", office_name=EVIL, type=EVIL),),
        oldest_filings=(filing(now, office_name=EVIL),),
        oldest_notices=(notice(now, office_name=EVIL, type=EVIL),),
        unread=(m.Count(EVIL, 3),),
        offices=(m.OfficeCount(ID, 7, EVIL, 3),),
    )
    page = await seen(clerk, found)
    assert "alert('x')" not in page and page.count("&lt;script&gt;") >= 6
    assert "type=" not in page[page.index('class="board"') : page.index("できること")], (
        "no list is narrowed to that"
    )


async def test_what_was_of_an_office_that_is_gone_leads_nowhere(clerk: Browser) -> None:
    now = clerk.vault.clock.now()
    found = board(
        oldest_notices=(notice(now, office="", office_number=0, office_name=""),),
        offices=(m.OfficeCount(ID, 0, "", 3),),
    )
    page = await seen(clerk, found)
    assert page.count("<bdi>削除された事業所</bdi>") == 2 and "office=" not in page


async def test_in_english_days_are_written_as_they_are_there(clerk: Browser) -> None:
    clerk.cookies["__Host-renkei-language"] = "en"
    page = await seen(clerk, board(days=days(filings=12), due_filings=(filing(0, "2026-06-10"),)))
    assert ">9 Jun</text>" in page and "<title>9 Jun: 12" in page and "6/9" not in page


async def test_names_of_any_direction_and_length_stand_alone(clerk: Browser) -> None:
    name = "\u202e𠮷野" + "家" * 48
    page = await seen(clerk, board(offices=(m.OfficeCount(ID, 7, name, 3),)))
    assert f"<bdi>0007 {name}</bdi>" in page


async def test_while_everything_is_counted_for_the_first_time_it_says_so(clerk: Browser) -> None:
    now = clerk.vault.clock.now()
    found = m.Dashboard(False, oldest_notices=(notice(now),), lists_filings=True, lists_notices=True)
    page = await seen(clerk, found)
    assert "件数を数えているところです" in page and 'role="img"' not in page
    assert "有限会社 髙﨑製作所" in page and "できること" in page


async def test_whoever_lists_nothing_reads_numbers_and_is_led_nowhere(clerk: Browser) -> None:
    found = board(unread=(m.Count("receipt", 5),), lists_filings=False, lists_notices=False)
    page = await seen(clerk, found)
    main = page[page.index('<div class="board"') : page.index("<h2>できること</h2>")]
    assert "領収証書" in main and "5件" in main
    assert all(path.startswith("/tunnels") for path in re.findall('<a href="(.*?)"', main))
    assert "期限の近い届書" not in main and "未受信の多い事業所" not in main


@pytest.mark.parametrize(("count", "word"), [(1, "1件"), (98, "98件"), (99, "99件以上")])
async def test_what_waits_for_the_desk_stands_beside_its_way(clerk: Browser, count: int, word: str) -> None:
    work = m.DeskWork(count, count, 0, count)
    menu = m.Menu(0, False, desk=work)
    clerk.vault.instead[m.OpenMenu] = lambda message: menu
    for counted in (True, False):
        found = board(counted=counted, desk=work)
        page = await seen(clerk, found)
        for path in ("/activations", "/registrations", "/letters"):
            [entry] = re.findall(f'<li><a href="{path}">.*?</a></li>', page)
            assert f'<em class="count">{word}</em>' in entry
    assert "<em" not in re.findall('<li><a href="/activations">.*?</a></li>', await seen(clerk, board()))[0]


async def test_how_many_are_connected_and_were_at_most(clerk: Browser) -> None:
    quarter_past_ten = HOUR + 15 * MINUTE  # in Japan, nine hours ahead
    page = await seen(
        clerk, board(desk=m.DeskWork(connected=3, connected_most=12, connected_most_at=quarter_past_ten))
    )
    assert "いま接続中: 3台" in page and "今日の最大: 同時に 12台（10:15）" in page and '"/tunnels/day"' in page
    page = await seen(clerk, board(desk=m.DeskWork(connected=99)))
    assert "いま接続中: 99台以上" in page and "今日の最大" not in page
    assert "同時に接続していた最大の台数がここに表示されます。" in await seen(clerk, board())


async def test_what_is_late_stands_beside_what_waits(clerk: Browser) -> None:
    page = await seen(clerk, board(desk=m.DeskWork(0, 5, 2, 7, 3)))
    for path, words in (
        ("/registrations", ["5件", "期限を過ぎたもの 2件"]),
        ("/letters", ["7件", "まもなく期限 3件"]),
    ):
        [entry] = re.findall(f'<li><a href="{path}">.*?</a></li>', page)
        assert re.findall('<em class="count">(.*?)</em>', entry) == words


async def test_one_s_own_page_is_reached_by_one_s_name(clerk: Browser) -> None:
    page = await seen(clerk, board())
    [top] = re.findall('<header class="top">.*?</header>', page, re.DOTALL)
    assert 'href="/own"' in top and "自分の情報: " in top
    [ways] = re.findall('<nav class="ways.*?</nav>', page, re.DOTALL)
    assert 'class="ways many"' in ways and 'href="/own"' not in ways


async def test_whoever_may_not_see_it_has_the_menu(clerk: Browser) -> None:
    clerk.vault.refusal[m.ReadDashboard] = Refused(Why.NOT_ALLOWED)
    clerk.vault.deliver(b"x")
    page = (await clerk.get("/")).text
    assert 'class="board"' not in page and "board." not in page and "できること" not in page
    assert "受信状況" in page and "未受信 1件" in page


async def test_a_vault_that_is_away_is_no_menu_without_a_dashboard(clerk: Browser) -> None:
    clerk.vault.refusal[m.ReadDashboard] = Refused(Why.AWAY)
    assert (await clerk.get("/")).status == 503


async def test_it_follows_what_happens(clerk: Browser) -> None:
    page = await seen(clerk, board())
    assert 'data-live="board"' in page and 'data-live="menu"' in page and "/static/live." in page


async def test_it_weighs_little(clerk: Browser) -> None:
    now = clerk.vault.clock.now()
    full = replace(days()[0], filings=10_000, notices=10_000)
    found = board(
        days=tuple(replace(full, day=one.day) for one in days()),
        due_filings=(filing(now, "2026-06-10", office_name="家" * 20),) * 5,
        oldest_filings=(filing(now, office_name="家" * 20),) * 5,
        oldest_notices=(notice(now, office_name="家" * 20),) * 5,
        unread=tuple(m.Count(f"kind{number}", 10_000) for number in range(12)),
        offices=(m.OfficeCount(ID, 7, "家" * 20, 9),) * 5,
    )
    page = await seen(clerk, found)
    loaded = [(await clerk.get(one)).body for one in set(LINKED.findall(page))]
    assert all(loaded) and len(page.encode()) + sum(map(len, loaded)) <= 60_000, (
        len(page.encode()),
        sum(map(len, loaded)),
    )


# --- with the real vault behind -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "named"),
    [
        (Role.FUND_CLERK, True),
        (Role.FUND_RELEASER, True),
        (Role.FUND_DESK, True),
        (Role.FUND_AUDITOR, True),
        (Role.FUND_SYSTEM, False),
    ],
)
async def test_every_role_sees_what_it_may(reader: Reader, world: World, role: Role, named: bool) -> None:
    await keep_tallies(world.core)
    office = await world.office(1)
    await put_filing(world, office, FilingState.DELIVERED, due_on="2026-06-10")
    await put_notice(world, office)
    someone: Person = await staff_of(world, "someone", role)
    page = (await reader.be(someone.token).see("/")).html
    assert ("0001 事業所1" in page) is named and "1件</td>" in page
    links = set(re.findall(r'<a href="(/[^"#]*)"', page))
    for link in sorted(links - {"/"}):
        status = (await reader.browser.get(link.replace("&amp;", "&"))).status
        assert status in (200, 303), link
