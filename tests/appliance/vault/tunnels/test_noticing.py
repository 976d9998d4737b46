# SPDX-License-Identifier: Apache-2.0
"""A report beside what is held: each difference by its name, and none where there is none."""

import math
from dataclasses import replace
from typing import Any

import pytest

from appliance.link.messages import GateReport, LiveSession
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.vault.tunnels.connected import Connected, Held
from appliance.vault.tunnels.noticing import Noticed, noticed

NOW, MONO = 1_780_966_800_000, 1000.0
LIVE = LiveSession("softether", "S1", "kit", 10.0, "10.0.0.100", "198.51.100.7", 1, 2, 100.0)
ROW = TunnelSession(
    "id", "office", 1, "bond", "softether", "S1", "10.0.0.100", "", SessionState.OPEN, NOW, NOW, NOW + 100_000
)


def held(tunnels: Connected, row: TunnelSession = ROW, told: float = 0.0, until: float = MONO + 100) -> Held:
    """A session that is held."""
    one = tunnels.hold(row, "kit")
    one.told, one.until = told, until
    return one


def seen(tunnels: Connected, *live: LiveSession, engines: tuple[str, ...] = ("softether",)) -> Noticed:
    """What is noticed."""
    return noticed(tunnels, GateReport(engines, live), NOW, MONO)


def test_where_nothing_differs_nothing_is_noticed() -> None:
    tunnels = Connected()
    one = held(tunnels)
    assert seen(tunnels, LIVE) == Noticed()
    assert (one.live, one.seen) == (LIVE, NOW)


def test_new_and_gone_and_the_engine_that_did_not_answer() -> None:
    tunnels = Connected()
    one = held(tunnels)
    other = replace(LIVE, session="S2")
    found = seen(tunnels, other, other)
    assert (found.new, found.gone) == ([other], [one])
    assert seen(tunnels, engines=("wireguard",)) == Noticed()


def test_another_seat_under_the_same_name_is_another_session() -> None:
    tunnels = Connected()
    one, other = held(tunnels), replace(LIVE, seat="other")
    found = seen(tunnels, other)
    assert (found.new, found.gone) == ([other], [one])


@pytest.mark.parametrize(
    ("changed", "told", "name", "drift"),
    [
        ({"open_seconds": 0.0}, 0.0, "shut", 1),
        ({"open_seconds": 0.0}, MONO - 1, "", 0),
        ({"open_seconds": 104.0}, 0.0, "shut", 1),
        ({"open_seconds": 102.0}, 0.0, "", 0),
        ({"address": "10.0.0.9"}, 0.0, "moved", 0),
        ({"address": ""}, 0.0, "", 0),
        ({"open_seconds": 0.0}, float("-inf"), "untold", 0),
    ],
)
def test_an_open_one_that_is_shown_otherwise(changed: dict[str, Any], told: float, name: str, drift: int) -> None:
    tunnels = Connected()
    one = held(tunnels, told=told)
    found = seen(tunnels, replace(LIVE, **changed))
    lists = {key: getattr(found, key) for key in ("shut", "moved", "untold", "lingering", "waiting")}
    assert {key: value for key, value in lists.items() if value} == ({name: [one]} if name else {})
    assert found.drift == drift


def test_one_that_has_to_end_and_is_still_there() -> None:
    tunnels = Connected()
    row = replace(ROW, state=SessionState.ENDING, cause=Cause.DESK, ended_at=NOW - 7000)
    one = held(tunnels, row)
    found = seen(tunnels, replace(LIVE, open_seconds=0.0))
    assert (found.lingering, found.drift, found.overrun) == ([one], 1, 0.0)
    found = seen(tunnels, LIVE)
    assert (found.drift, found.overrun) == (1, 7.0)
    one.told = MONO - 1
    assert seen(tunnels, replace(LIVE, open_seconds=0.0)).lingering == []


def test_one_that_appeared_waits_for_an_address_and_must_not_pass() -> None:
    tunnels = Connected()
    one = held(tunnels, replace(ROW, state=SessionState.APPEARED, appeared_at=NOW - 9000))
    assert seen(tunnels, replace(LIVE, address="", open_seconds=0.0)) == Noticed()
    assert seen(tunnels, replace(LIVE, open_seconds=0.0)).waiting == [one]
    found = seen(tunnels, LIVE)
    assert (found.drift, found.overrun) == (1, 9.0)


def test_one_that_passes_beyond_its_time() -> None:
    tunnels = Connected()
    held(tunnels, until=MONO - 4)
    found = seen(tunnels, replace(LIVE, open_seconds=1.0))
    assert (found.overrun, found.drift) == (4.0, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"session": "x" * 201},
        {"session": "S\n"},
        {"seat": "\x00"},
        {"seat": "\ud800"},
        {"engine": "\x1b[2J"},
        {"source": "字" * 80},
        {"seconds": math.nan},
        {"seconds": -math.inf},
        {"open_seconds": math.inf},
        {"seconds": 1e300},
        {"bytes_in": 2**64 - 1},
        {"bytes_out": -1},
    ],
)
def test_what_nobody_can_reckon_with_is_no_session(wrong: dict[str, Any]) -> None:
    tunnels = Connected()
    found = seen(tunnels, replace(LIVE, **wrong), replace(LIVE, session="S2"))
    assert ([live.session for live in found.new], found.drift) == (["S2"], 1)


def test_an_engine_that_does_not_answer_is_in_the_way_of_no_end() -> None:
    """A gate that has not heard of it: the kernel shuts it by itself. It is said once."""
    tunnels = Connected()
    row = replace(ROW, state=SessionState.ENDING, cause=Cause.DESK, ended_at=NOW - 7000)
    one = held(tunnels, row, told=-math.inf)
    held(tunnels, replace(ROW, id="id2", engine_session="S2"), told=-math.inf)
    assert seen(tunnels, engines=()) == Noticed(lingering=[one])
    one.told = 0.0
    assert seen(tunnels, engines=()) == Noticed()
