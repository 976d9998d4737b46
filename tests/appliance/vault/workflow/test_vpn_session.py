# SPDX-License-Identifier: Apache-2.0
"""The machine of a VPN session: whatever happens in whichever order, what must be true stays true."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.vault.workflow.machine import NotPossible
from appliance.vault.workflow.vpn_session import EDGES, Command, Facts, step

NOW = 1_780_966_800_000
SESSION = TunnelSession(
    "id", "office", 1, "bond", "softether", "SID-1", "", "198.51.100.7", SessionState.APPEARED, NOW, NOW
)
FACTS = Facts(NOW, SESSION, "10.0.0.100", NOW - 5, NOW + 90, Cause.DESK, "staff", "理由", 10, 20)


def after(*commands: Command, facts: Facts = FACTS) -> TunnelSession:
    """A session to which this happened."""
    session: TunnelSession | None = None
    for command in commands:
        session = step(session, command, facts)
    assert session is not None
    return session


def test_the_way_of_a_session() -> None:
    opened = after(Command.APPEAR, Command.OPEN)
    assert (opened.state, opened.address, opened.began_at) == (SessionState.OPEN, "10.0.0.100", NOW - 5)
    ending = step(opened, Command.END, replace(FACTS, now=NOW + 7))
    assert (ending.state, ending.cause, ending.by, ending.ended_at) == (
        SessionState.ENDING,
        Cause.DESK,
        "staff",
        NOW + 7,
    )
    ended = step(ending, Command.VANISH, replace(FACTS, now=NOW + 9))
    assert (ended.state, ended.cause, ended.ended_at) == (SessionState.ENDED, Cause.DESK, NOW + 7)
    assert (ended.bytes_in, ended.bytes_out) == (10, 20)


def test_what_goes_by_itself_has_gone() -> None:
    for commands in ((Command.APPEAR,), (Command.APPEAR, Command.OPEN)):
        gone = step(after(*commands), Command.VANISH, replace(FACTS, now=NOW + 3))
        assert (gone.state, gone.cause, gone.ended_at, gone.by) == (SessionState.ENDED, Cause.GONE, NOW + 3, "")


@pytest.mark.parametrize("facts", [replace(FACTS, address=""), replace(FACTS, ends_at=NOW)])
def test_nothing_opens_without_an_address_or_without_time(facts: Facts) -> None:
    with pytest.raises(NotPossible):
        step(after(Command.APPEAR), Command.OPEN, facts)


def test_a_deadline_only_comes_nearer() -> None:
    opened = after(Command.APPEAR, Command.OPEN)
    assert step(opened, Command.SHORTEN, replace(FACTS, ends_at=NOW + 89)).ends_at == NOW + 89
    for at in (NOW + 90, NOW + 91):
        with pytest.raises(NotPossible):
            step(opened, Command.SHORTEN, replace(FACTS, ends_at=at))


def test_why_it_ended_is_said_once() -> None:
    ending = after(Command.APPEAR, Command.OPEN, Command.END)
    for command in (Command.END, Command.REFUSE, Command.OPEN, Command.SHORTEN):
        with pytest.raises(NotPossible):
            step(ending, command, replace(FACTS, cause=Cause.LIMIT))


def test_nothing_leaves_the_end_and_nothing_ends_without_a_why() -> None:
    assert not [edge for edge in EDGES if edge.start is SessionState.ENDED]
    with pytest.raises(NotPossible):
        step(after(Command.APPEAR), Command.REFUSE, replace(FACTS, cause=None))


@given(some.lists(some.sampled_from(Command), max_size=12))
def test_no_order_of_events_makes_an_ended_one_open(commands: list[Command]) -> None:
    session, was_over = after(Command.APPEAR), False
    for command in commands:
        try:
            session = step(session, command, FACTS)
        except NotPossible:
            continue
        is_over = session.state in (SessionState.ENDING, SessionState.ENDED)
        assert is_over or not was_over
        assert (session.cause is not None) is is_over
        was_over = is_over
