# SPDX-License-Identifier: Apache-2.0
"""How often a PC may come, and for how long it stays out then."""

from dataclasses import replace

import pytest

from appliance.config.tunnel_settings import Tunnels
from appliance.model.tunnels import SessionState, TunnelSession
from appliance.vault.tunnels import pauses
from appliance.vault.tunnels.pauses import CALM, LONGEST, Pauses

SETTINGS = Tunnels(connects=3, connects_minutes=10, pause_minutes=2)
ROW = TunnelSession("t", "o", 1, "b", "e", "s", "", "", SessionState.ENDING, 0, 0)


def comes(found: Pauses, at: float, name: str = "pc") -> float:
    """A session of its own appears."""
    return found.comes(name, ("e", f"{name} {at}"), at, SETTINGS)


def looped(found: Pauses, at: float) -> float:
    """It comes until it is kept out; for how long."""
    for number in range(10):
        if seconds := comes(found, at + number):
            found.begin("pc", ROW, seconds, at + number)
            return seconds
    raise AssertionError("it is never kept out")


def over(found: Pauses, at: float) -> list[str]:
    """Whose pause is over, and who may come again."""
    names = [name for name, _ in found.over(at)]
    for name in names:
        found.end(name)
    return names


def test_the_fourth_time_is_too_often() -> None:
    found = Pauses()
    assert [comes(found, at) for at in (0, 100, 200, 300)] == [0, 0, 0, 120]
    assert comes(found, 300, "another") == 0


def test_who_comes_now_and_then_is_never_kept_out() -> None:
    found = Pauses()
    assert not any(comes(found, at) for at in range(0, 20_000, 200))


def test_one_session_counts_once() -> None:
    found = Pauses()
    assert [found.comes("pc", ("e", "s"), at, SETTINGS) for at in range(9)] == [0.0] * 9


def test_what_was_too_often_is_so_once_more_until_it_was_refused() -> None:
    """The refusal could not be written; what is shown is the same."""
    found = Pauses()
    assert [comes(found, at) for at in (0, 1, 2)] == [0, 0, 0]
    assert [found.comes("pc", ("e", "last"), 3, SETTINGS) for _ in range(3)] == [120, 120, 120]
    assert not found.is_out("pc")


def test_a_pause_is_over_and_the_next_one_is_longer() -> None:
    found, at, pauses_seen = Pauses(), 0.0, []
    for _ in range(7):
        seconds = looped(found, at)
        pauses_seen.append(seconds)
        assert found.is_out("pc") and len(found) == 1
        assert 0 < found.left("pc", at + 3) <= seconds
        assert over(found, at + seconds) == []
        at += seconds + 10
        assert over(found, at) == ["pc"] and not found.is_out("pc") and found.left("pc", at) == 0
    assert pauses_seen == [120, 240, 480, 960, LONGEST, LONGEST, LONGEST]


def test_after_a_calm_hour_the_first_pause_comes_again() -> None:
    found = Pauses()
    assert looped(found, 0) == 120
    over(found, 200)
    assert looped(found, 150 + CALM) == 120
    over(found, 400 + CALM)
    assert looped(found, 500 + CALM) == 240


def test_what_is_shown_of_one_that_is_kept_out_is_counted_once() -> None:
    found = Pauses()
    looped(found, 0)
    one = found.shown("pc", ("e", "a"))
    for key in ("a", "b", "b"):
        found.shown("pc", ("e", key))
    assert (one.count, found.turned_away, one.office) == (2, 2, "o")
    found.tell("pc", 9)
    assert one.told == 9
    found.end("pc")
    assert one.office == ""


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "MOST_NAMES", 5)
    found = Pauses()
    looped(found, 0)
    for number in range(50):
        comes(found, 10, f"invented-{number}")
    assert len(found._known) == 5 and found.is_out("pc")
    many = replace(SETTINGS, connects=1000)
    for number in range(5000):
        found.comes("busy", ("e", str(number)), number / 100, many)
    assert len(found._known["busy"].came) == 1001
