# SPDX-License-Identifier: Apache-2.0
"""The drawing of a day: where its bars stand, what they say, and that the page stays small."""

from dataclasses import replace

import pytest

from appliance.link.messages import TunnelDay, TunnelRow
from appliance.model.devices import Bond
from appliance.model.things import Office
from appliance.model.time import HOUR, MINUTE, date_in_japan
from appliance.model.tunnels import Cause, SessionState
from appliance.vault.records.tables import offices
from appliance.web.console.tunnel_day import LEFT, WIDTH, Scale, kind_of, midnight_of, scale_of
from tests.appliance.vault.tunnels.connecting import Tunnels
from tests.appliance.vault.tunnels.test_listing import put
from tests.appliance.vault.world import Person
from tests.appliance.web.console.connections import clerk, pc, sakura, tunnels
from tests.appliance.web.whole import Reader
from tests.every import for_every

__all__ = ["clerk", "pc", "sakura", "tunnels"]
MIDNIGHT = midnight_of("2026-06-09")


def row(start: int, end: int = 0, until: int = 0) -> TunnelRow:
    """A session between two minutes of the day."""
    at = [MIDNIGHT + minutes * MINUTE if minutes else 0 for minutes in (start, until, end)]
    return TunnelRow("i", "o", "1", "さくら", 1, "e", "", "", SessionState.OPEN, at[0], at[0], at[1], at[2])


async def test_a_day_without_any(reader: Reader, desk: Person) -> None:
    page = await reader.be(desk.token).see("/tunnels/day")
    assert "この日の接続はありません" in page.text and "利用時間" in page.text
    assert "土日" in (await reader.see("/tunnels/day?day=2026-06-07")).text


async def test_it_is_drawn_and_written(reader: Reader, tunnels: Tunnels, desk: Person, pc: Bond) -> None:
    session = await tunnels.opened(pc)
    await tunnels.pass_time(600, 60)
    tunnels.gate.vanish(session.engine_session)
    await tunnels.pass_time(10)
    again = await tunnels.opened(pc)
    page = await reader.be(desk.token).see("/tunnels/day")
    assert page.html.count('<rect class="bar line"') == 2 and '<rect class="bar open" x=' in page.html
    assert ">事業所1・1台目</text>" in page.html and "最大 1台" in page.text
    assert "端末側の切断" in page.text and "接続中" in page.text
    today = date_in_japan(again.appeared_at).isoformat()
    assert f'value="{today}"' in page.html and 'class="now"' in page.html
    assert page.page.links.count("/tunnels/past") == 1


async def test_two_pcs_of_an_office_with_a_long_name_are_told_apart(
    reader: Reader, tunnels: Tunnels, desk: Person, pc: Bond, sakura: Office
) -> None:
    session, core = await tunnels.opened(pc), tunnels.world.core
    long = replace(sakura, name="株式会社さくら商事ホールディングス東日本支社")
    await core.commit(lambda txn: offices.put(txn, long))
    await put(tunnels, replace(session, id=core.new_id(), seat=2))
    page = await reader.be(desk.token).see("/tunnels/day")
    assert all(f">株式会社さくら商事…・{seat}台目</text>" in page.html for seat in (1, 2))


async def test_across_midnight_the_date_is_said(reader: Reader, tunnels: Tunnels, desk: Person, pc: Bond) -> None:
    session = await tunnels.opened(pc)
    midnight = midnight_of(date_in_japan(session.appeared_at).isoformat())
    over = replace(session, id="r" * 26, state=SessionState.ENDED, cause=Cause.GONE)
    await put(tunnels, replace(over, appeared_at=midnight - 20 * MINUTE, ended_at=midnight + 10 * MINUTE))
    page = await reader.be(desk.token).see("/tunnels/day")
    assert "6月8日(月) 23:40–00:10" in page.html and "6月8日(月) 23:40</td>" in page.html
    before = await reader.see("/tunnels/day?day=2026-06-08")
    assert " 23:40–2026年6月9日(火) 00:10" in before.html


async def test_more_than_a_page_and_its_weight(reader: Reader, tunnels: Tunnels, desk: Person, pc: Bond) -> None:
    like = replace(await tunnels.opened(pc), state=SessionState.ENDED, cause=Cause.SUSPENDED)
    core = tunnels.world.core
    made = [
        replace(like, id=core.new_id(), seat=n, appeared_at=like.appeared_at + n * 1000, ended_at=like.ends_at)
        for n in range(1, 60)
    ]
    await put(tunnels, *made)
    page = await reader.be(desk.token).see("/tunnels/day")
    assert "これより前にも接続があります" in page.text and page.html.count('<rect class="bar fund" fill') == 41
    assert len(page.html.encode()) < 30_000
    [earlier] = [link for link in page.page.links if "until=" in link]
    before = await reader.see(earlier)
    assert before.html.count("<rect ") > 20 and "これより前にも" not in before.text


@pytest.mark.parametrize(
    ("query", "status"), [("day=x", 422), ("office=x", 404), ("until=x", 422), (f"office={'a' * 26}", 404)]
)
async def test_what_is_no_day(reader: Reader, desk: Person, query: str, status: int) -> None:
    assert (await reader.be(desk.token).see(f"/tunnels/day?{query}")).status == status


def test_the_scale_has_whole_hours_and_holds_everything() -> None:
    empty = TunnelDay("2026-06-09", (), False)
    assert scale_of(empty, MIDNIGHT) == Scale(MIDNIGHT + 8 * HOUR, MIDNIGHT + 20 * HOUR)
    early = replace(empty, rows=(row(7 * 60 + 50, 8 * 60), row(21 * 60 + 1, 22 * 60 + 1)))
    assert scale_of(early, MIDNIGHT) == Scale(MIDNIGHT + 7 * HOUR, MIDNIGHT + 23 * HOUR)
    late = replace(empty, rows=(row(23 * 60 + 50, 0, 26 * 60),))
    assert scale_of(late, MIDNIGHT).last == MIDNIGHT + 24 * HOUR
    before = replace(empty, rows=(replace(row(60), appeared_at=MIDNIGHT - HOUR),))
    assert scale_of(before, MIDNIGHT).first == MIDNIGHT


def test_what_lies_outside_stands_at_the_edge() -> None:
    scale = Scale(MIDNIGHT, MIDNIGHT + 10 * HOUR)
    assert [scale.x(MIDNIGHT + at) for at in (-1, 5 * HOUR, 99 * HOUR)] == [LEFT, LEFT + WIDTH / 2, LEFT + WIDTH]


@for_every("cause", Cause)
def test_each_cause_has_a_pattern(cause: Cause) -> None:
    assert kind_of(cause) in {"due", "line", "fund"} and kind_of(None) == "open"
