# SPDX-License-Identifier: Apache-2.0
"""Sessions in words: each state and cause has one, and nobody is called nothing."""

from dataclasses import replace

from appliance.link.messages import TunnelRow
from appliance.model.time import MINUTE
from appliance.model.tunnels import Cause, SessionState
from appliance.model.words import Site
from appliance.web.console.tunnel_words import (
    MAY_BLOCK,
    MAY_END,
    cause_word,
    engine_name,
    session_line,
    tone_of,
    whose,
)
from tests.appliance.web.conftest import Opening
from tests.every import for_every

NOW = 1_780_966_800_000
ROW = TunnelRow(
    "i",
    "o",
    "123",
    "さくら",
    2,
    "tunnel_softether",
    "10.0.0.101",
    "",
    SessionState.OPEN,
    NOW,
    NOW,
    NOW + 90 * MINUTE,
)


async def test_one_that_is_open(open_site: Opening) -> None:
    house = (await open_site(Site.CONSOLE)).website.house
    line = session_line(house, ROW, NOW + 10 * MINUTE)
    assert (line.state, line.left, line.ended, line.is_live) == ("接続中", "1時間20分", "", True)
    assert (line.label, line.engine) == ("さくら・2台目", "SoftEther VPN")
    over = replace(ROW, state=SessionState.ENDED, cause=Cause.LIMIT, ended_at=NOW + MINUTE)
    line = session_line(house, over, NOW)
    assert (line.state, line.until, line.left, line.is_live, line.is_over) == ("時間の終了", "", "", False, True)


@for_every("cause", Cause)
async def test_each_cause_has_a_word(open_site: Opening, cause: Cause) -> None:
    house = (await open_site(Site.CONSOLE)).website.house
    assert cause_word(house, cause) != cause.value
    assert tone_of(replace(ROW, cause=cause)) in {"bad", "off"}


@for_every("state", SessionState)
async def test_each_state_has_a_word(open_site: Opening, state: SessionState) -> None:
    house = (await open_site(Site.CONSOLE)).website.house
    assert session_line(house, replace(ROW, state=state), NOW).state != state.value


def test_a_stranger_and_an_engine_of_which_nobody_knows() -> None:
    assert whose(replace(ROW, office_name="", seat=0)) == "登録のない端末"
    assert engine_name("another") == "another"
    assert MAY_BLOCK < MAY_END
