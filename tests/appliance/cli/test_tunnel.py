# SPDX-License-Identifier: Apache-2.0
"""`renkei tunnel`: what is connected and was, ending and blocking, by the running vault."""

from argparse import Namespace
from typing import Any

import pytest

from appliance.cli import tunnel
from appliance.cli.ask import OF_TEXTS
from appliance.cli.failure import Failure
from appliance.link.messages import (
    AskPastTunnels,
    BelieveEngine,
    CloseTunnels,
    Nothing,
    PastTunnelPage,
    TunnelPage,
    TunnelPerson,
    TunnelRow,
    TunnelsEnded,
)
from appliance.model.tunnels import Cause, SessionState
from tests.appliance.cli.command import Installation, renkei
from tests.appliance.cli.test_seats import CONTRACT, OFFICE

NOW = 1_780_966_800_000
ROW = TunnelRow(
    "i",
    "o",
    CONTRACT,
    "さくら商事",
    1,
    "e",
    "10.0.0.101",
    "198.51.100.7",
    SessionState.OPEN,
    NOW,
    NOW,
    NOW + 5_400_000,
)


@pytest.fixture(scope="module")
def office(running: Installation) -> Installation:
    """An installation with an office of two seats."""
    words = [word for key, value in OFFICE.items() for word in (f"--{key}", value)]
    running.renkei("contract", "add", *words)
    return running


def test_nothing_is_connected(office: Installation) -> None:
    assert office.renkei("tunnel", "list").out == "nothing is connected\n"
    assert office.renkei("tunnel", "list", "--json").json == []
    assert office.renkei("tunnel", "history", "--contract", CONTRACT).out == "there were no such sessions\n"
    assert office.renkei("tunnel", "history", "--cause", "nonsense").code == 2
    assert "there is nothing" in office.renkei("tunnel", "history", "--contract", "999999-9999999").said
    ended = office.renkei("tunnel", "end", "--contract", CONTRACT, "--reason", "test")
    assert (ended.code, ended.out) == (0, "nothing was connected\n")


def test_a_seat_is_blocked_and_let_in_again(office: Installation) -> None:
    words = ("--contract", CONTRACT, "--seat", "1", "--reason", "lost")
    assert office.renkei("tunnel", "block", *words).out == "blocked; it was not connected\n"
    assert office.renkei("tunnel", "block", *words).said == OF_TEXTS["seat.is_blocked"]
    assert office.renkei("tunnel", "unblock", *words).out == "it may connect again\n"
    assert office.renkei("tunnel", "unblock", *words).said == OF_TEXTS["seat.not_blocked"]


def test_nothing_is_believed_of_an_engine_that_nobody_knows(office: Installation) -> None:
    words = ("--engine", "tunnel_softether", "--fingerprint", "0" * 16, "--reason", "moved")
    ran = office.renkei("tunnel", "believe", *words)
    assert ran.code == 1 and ran.said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("history", "--day", "today"), "'today' is no day; write for example 2026-06-09"),
        (("history", "--day", "2026-02-30"), "'2026-02-30' is no day"),
        (("history", "--most", "0"), "'0' is no number from 1 on"),
        (("end", "--contract", CONTRACT, "--seat", "0", "--reason", "r"), "'0' is no number from 1 on"),
        (("block", "--contract", CONTRACT, "--seat", "-1", "--reason", "r"), "'-1' is no number from 1 on"),
    ],
)
def test_a_day_and_a_number_that_are_none_are_named(words: tuple[str, ...], said: str) -> None:
    ran = renkei("tunnel", *words)
    assert ran.code == 2 and said in ran.err


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the vault was asked; its answers stand first, and are taken one by one."""
    messages: list[Any] = []

    def ask(config: object, message: Any) -> Any:
        answer = messages.pop(0)
        messages.append(message)
        return answer

    monkeypatch.setattr(tunnel, "ask", ask)
    return messages


def given(**changes: Any) -> Namespace:
    """What was typed."""
    typed = {"config": "x", "json": False, "contract": CONTRACT, "seat": 0, "reason": "r", "most": 200}
    return Namespace(**{**typed, "cause": None, "day": "", **changes})


def test_who_is_connected_is_a_line(asked: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    person = TunnelPerson("a", "Sakura77", "佐倉 花子")
    row = TunnelRow(**{**{name: getattr(ROW, name) for name in ROW.__slots__}, "people": (person,), "bytes_in": 7})
    asked.append(TunnelPage((row,), 1, True))
    assert tunnel.listed(given()) == 0
    assert capsys.readouterr().out == (
        f"{CONTRACT:<20} 01 2026-06-09 10:00 until 11:30 198.51.100.7 7/0 Sakura77\n"
    )


def test_the_history_goes_on_page_by_page_up_to_so_many(
    asked: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    over = TunnelRow(
        **{**{name: getattr(ROW, name) for name in ROW.__slots__}, "cause": Cause.LIMIT, "ended_at": NOW + 60_000}
    )
    asked += [PastTunnelPage((over,), next="n"), PastTunnelPage((over, over))]
    assert tunnel.history(given(most=2, day="2026-06-09", cause="limit")) == 0
    assert capsys.readouterr().out.count("10:00-10:01 limit") == 2
    assert asked[-1] == AskPastTunnels(CONTRACT, Cause.LIMIT, "2026-06-09", "n")


@pytest.mark.parametrize(
    ("seen", "said", "code"),
    [
        (TunnelsEnded(0, heard=True, shut=True), "nothing was connected", 0),
        (TunnelsEnded(2, 2, 0, True, True), "2 gone", 0),
        (TunnelsEnded(2, 1, 1, True, True), "nothing of them passes any more", 1),
        (TunnelsEnded(2, 1, 1, False, True), "they may still get through", 1),
        (TunnelsEnded(2, 0, 2, False, False), "nothing was observed", 1),
    ],
)
def test_only_what_was_seen_is_said(
    asked: list[Any], capsys: pytest.CaptureFixture[str], seen: TunnelsEnded, said: str, code: int
) -> None:
    asked.append(seen)
    assert tunnel.ended(given(contract="all")) == code
    assert said in capsys.readouterr().out and asked == [CloseTunnels("", 0, "r")]


def test_a_seat_of_all_offices_is_none() -> None:
    with pytest.raises(Failure, match="of one office"):
        tunnel.ended(given(contract="all", seat=1))


def test_what_is_believed_is_what_was_looked_at(asked: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    asked.append(Nothing())
    assert tunnel.believed(given(engine="e", fingerprint="f", reason="moved")) == 0
    assert capsys.readouterr().out == "kits that are made from now on are told so\n"
    assert asked == [BelieveEngine("e", "f", "moved")]
