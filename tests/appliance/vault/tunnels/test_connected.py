# SPDX-License-Identifier: Apache-2.0
"""What is at hand of the sessions, and what wakes the keeper."""

import dataclasses

from appliance.link.messages import GateReport
from appliance.model.journal import Entry, Kind, Result
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.vault.tunnels.connected import Connected

ROW = TunnelSession("id", "office", 1, "bond", "softether", "S1", "10.0.0.100", "", SessionState.OPEN, 1, 1, 9)


def entry(kind: Kind, office: str = "office", result: Result = Result.DONE) -> Entry:
    """An act."""
    return Entry(kind, result, 1, "console", "staff", office, "", "", "", b"")


def test_a_session_is_known_by_name_and_by_id_until_it_is_over() -> None:
    tunnels = Connected()
    held = tunnels.take(ROW, "kit")
    assert held is not None and tunnels.of("id") is held and tunnels.held["softether", "S1"] is held
    ending = dataclasses.replace(ROW, state=SessionState.ENDING, cause=Cause.DESK)
    assert tunnels.take(ending) is held and held.row is ending and held.name == "kit"
    assert list(tunnels.in_state(SessionState.ENDING)) == [held]
    assert tunnels.those([ROW]) == [held]
    assert tunnels.take(dataclasses.replace(ending, state=SessionState.ENDED)) is None
    assert (tunnels.of("id"), tunnels.held, tunnels.seen("id")) == (None, {}, None)
    assert tunnels.ends == {Cause.DESK: 1}


def test_one_that_was_over_at_once_is_not_held() -> None:
    tunnels = Connected()
    gone = dataclasses.replace(ROW, state=SessionState.ENDED, cause=Cause.GONE)
    assert tunnels.take(gone) is None
    assert tunnels.held == {}


def test_acts_about_seats_wake_the_keeper_and_others_do_not() -> None:
    tunnels = Connected()
    tunnels.note([entry(Kind.NOTICE_DELIVERED), entry(Kind.SEAT_REVOKED, result=Result.REFUSED)])
    tunnels.note([entry(Kind.SEAT_REVOKED, office="")])
    assert not tunnels.woken.is_set() and not tunnels.offices
    tunnels.note([entry(Kind.SEAT_REVOKED), entry(Kind.OFFICE_SUSPENDED, "other")])
    assert tunnels.woken.is_set() and tunnels.offices == {"office", "other"}


def test_a_clock_that_moves_and_whoever_signs_out_wake_it_too() -> None:
    for kind, leaves in ((Kind.CLOCK_MOVED, False), (Kind.SIGN_OUT, True)):
        tunnels = Connected(leaving=False)
        tunnels.note([entry(kind)])
        assert (tunnels.woken.is_set(), tunnels.leaving) == (True, leaves)


def test_a_gate_that_was_away_counts_as_another_watch() -> None:
    tunnels, report = Connected(), GateReport((), ())
    tunnels.hear(report)
    tunnels.hear(report)
    assert (tunnels.watches, tunnels.report) == (1, report)
    tunnels.lose()
    assert tunnels.report is None
    tunnels.hear(report)
    assert tunnels.watches == 2


def test_nobody_is_woken_for_no_office() -> None:
    tunnels = Connected()
    tunnels.look_at(set())
    assert not tunnels.woken.is_set()
    tunnels.nudge()
    assert tunnels.woken.is_set()
