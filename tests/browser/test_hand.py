# SPDX-License-Identifier: Apache-2.0
"""The hand of the journeys does nothing that a person could not do, and says so when something is missing."""

from urllib.parse import quote

import pytest
import pytest_asyncio

from tests.browser.hand import Hand
from tests.servers.chromium import Tab
from tests.story.stage import StoryFailed

pytestmark = [pytest.mark.lab, pytest.mark.asyncio(loop_scope="session")]

PAGE = """<!DOCTYPE html><html lang="ja"><meta charset="utf-8"><body>
<label for="name">氏名</label> <input id="name" value="前の名前">
<label for="kind">種類</label> <select id="kind"><option value="">選んでください<option value="a">取得届</select>
<table><tr><td>佐倉　花子<td><button onclick="said('花子')">解除</button>
<tr><td>緑川　一郎<td><button onclick="said('一郎')">解除</button></table>
<p hidden><button>見えない</button></p>
<p style="position: relative"><button>下にある</button>
<span style="position: absolute; inset: 0; background: #fff"></span></p>
<button disabled>押せない</button>
<p id="said"></p><script>const said = (text) => { document.getElementById("said").textContent = text; };</script>"""


@pytest_asyncio.fixture(loop_scope="session")
async def hand(tab: Tab) -> Hand:
    """Before that page."""
    await tab.wear(800, 600)
    await tab.go(f"data:text/html,{quote(PAGE)}")
    return Hand(tab)


async def value(hand: Hand, name: str) -> str:
    """What stands in a field."""
    return str(await hand.tab.run(f"document.getElementById('{name}').value"))


async def test_typing_replaces_what_stands_there(hand: Hand) -> None:
    await hand.types("氏名", "緑川　一郎")
    assert await value(hand, "name") == "緑川　一郎"
    await hand.picks("種類", "取得届")
    assert await value(hand, "kind") == "a"


async def test_what_is_pressed_stands_in_the_line_that_is_meant(hand: Hand) -> None:
    for who, first in (("緑川　一郎", "一郎"), ("佐倉　花子", "花子")):
        await hand.touches("解除", beside=who)
        await hand.sees(first)
        assert await hand.tab.run("document.getElementById('said').textContent") == first


@pytest.mark.parametrize(
    ("said", "why"), [("見えない", "nothing says"), ("押せない", "nothing says"), ("下にある", "lies upon")]
)
async def test_what_a_person_cannot_press_is_not_pressed(hand: Hand, said: str, why: str) -> None:
    with pytest.raises(StoryFailed, match=why):
        await hand.touches(said)


async def test_what_is_missing_is_named(hand: Hand) -> None:
    with pytest.raises(StoryFailed, match="no field is called 住所"):
        await hand.types("住所", "x")
    with pytest.raises(StoryFailed, match="種類 does not take"):
        await hand.picks("種類", "喪失届")
    with pytest.raises(StoryFailed, match="受付 is not on the page"):
        await hand.sees("氏名", "受付")


async def test_what_must_not_be_offered(hand: Hand) -> None:
    await hand.needs_none("見えない")
    with pytest.raises(StoryFailed, match="解除 is offered"):
        await hand.needs_none("解除")
