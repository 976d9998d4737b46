# SPDX-License-Identifier: Apache-2.0
"""The machine of a seat: whatever is done in whatever order, what must be true stays true (1.U)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from appliance.model.devices import Seat, SeatState
from appliance.vault.workflow.machine import NotPossible
from appliance.vault.workflow.seat import EDGES, Command, Facts, leads_from, step

NOW = 1_780_966_800_000
FACTS = Facts(
    "clerk", NOW, "office", 1, kit="kit", request="request", promised_on="2026-06-11", bond="bond", told="理由"
)
OPENED = (Command.ADD, Command.OPEN)
REQUESTED = (*OPENED, Command.FETCH, Command.REQUEST)
ACTIVE = (*REQUESTED, Command.APPROVE)


def after(*commands: Command, facts: Facts = FACTS) -> Seat:
    """A seat with which this was done."""
    seat: Seat | None = None
    for command in commands:
        seat = step(seat, command, facts)
    assert seat is not None
    return seat


def test_the_way_to_a_pc_that_may_connect() -> None:
    seat = after(*REQUESTED)
    assert (seat.state, seat.promised_on, seat.request) == (SeatState.REQUESTED, "2026-06-11", "request")
    seat = step(seat, Command.APPROVE, replace(FACTS, now=NOW + 5))
    assert (seat.state, seat.bond, seat.request, seat.promised_on) == (SeatState.ACTIVE, "bond", "", "")
    assert (seat.downloaded_at, seat.activated_at, seat.since) == (NOW, NOW + 5, NOW + 5)


def test_a_pc_is_replaced_and_the_first_activation_is_not_forgotten() -> None:
    later = replace(FACTS, now=NOW + 9, kit="other", bond="new")
    seat = step(step(after(*ACTIVE), Command.REVOKE, later), Command.OPEN, later)
    assert (seat.state, seat.kit, seat.bond) == (SeatState.READY, "other", "")
    seat = step(step(seat, Command.REQUEST, later), Command.APPROVE, later)
    assert (seat.bond, seat.activated_at) == ("new", NOW)


def test_a_seat_that_is_given_back_makes_no_room_for_people() -> None:
    seat = after(*ACTIVE, Command.REVOKE, Command.CLOSE)
    assert (seat.state, seat.activated_at, seat.kit) == (SeatState.CLOSED, 0, "")


def test_a_refused_request_leaves_the_pc_that_holds_the_seat() -> None:
    assert after(*REQUESTED, Command.REFUSE).state is SeatState.FAILED
    waiting = after(*ACTIVE, Command.REQUEST)
    with pytest.raises(NotPossible):
        step(waiting, Command.REFUSE, FACTS)
    kept = step(waiting, Command.KEEP, FACTS)
    assert (kept.state, kept.bond, kept.told) == (SeatState.ACTIVE, "bond", "理由")
    with pytest.raises(NotPossible):
        step(after(*REQUESTED), Command.KEEP, FACTS)


@pytest.mark.parametrize(
    ("way", "command", "lacks"),
    [
        ((Command.ADD,), Command.OPEN, {"kit": ""}),
        (REQUESTED, Command.APPROVE, {"bond": ""}),
        (REQUESTED, Command.REFUSE, {"told": ""}),
    ],
)
def test_what_an_edge_needs(way: tuple[Command, ...], command: Command, lacks: dict[str, str]) -> None:
    with pytest.raises(NotPossible):
        step(after(*way), command, replace(FACTS, **lacks))  # type: ignore[arg-type]


@pytest.mark.parametrize("state", list(SeatState))
def test_a_seat_has_one_way_to_become_active(state: SeatState) -> None:
    assert leads_from(state, Command.APPROVE) is (state is SeatState.REQUESTED)


def test_every_state_and_every_command_has_an_edge() -> None:
    assert {edge.end for edge in EDGES} == set(SeatState)
    assert {edge.command for edge in EDGES} == set(Command)


WALK = some.lists(some.tuples(some.sampled_from(Command), some.integers(0, 3)), max_size=40)


@given(WALK)
@settings(max_examples=500)
def test_whatever_happens_what_must_be_true_stays_true(steps: list[tuple[Command, int]]) -> None:
    seat: Seat | None = None
    kits: set[str] = set()
    for at, (command, less) in enumerate(steps):
        facts = replace(FACTS, now=NOW + at, kit=f"kit{at}", bond=f"bond{at}", request=f"request{at}")
        facts = replace(facts, **{["kit", "bond", "told", "actor"][less]: ""}) if less < 3 else facts  # type: ignore[arg-type]
        try:
            new = step(seat, command, facts)
        except NotPossible:
            continue
        check(new, seat, command)
        if command is Command.OPEN:
            assert new.kit not in kits, "each opening has a kit of its own"
            kits.add(new.kit)
        seat = new


def check(new: Seat, old: Seat | None, command: Command) -> None:
    """The invariants of a seat, after a step that was possible."""
    if new.state is SeatState.ACTIVE:
        assert new.bond and new.kit and new.activated_at and not new.request
    if new.state is SeatState.REQUESTED:
        assert new.request and new.promised_on
    if new.state in (SeatState.CLOSED, SeatState.READY, SeatState.FAILED, SeatState.OVERRIDDEN, SeatState.REVOKED):
        assert not new.bond and not new.request and not new.promised_on
    if new.state is SeatState.CLOSED:
        assert not new.kit and not new.activated_at
    if old is not None and new.bond and new.bond != old.bond:
        assert command is Command.APPROVE, "nothing but an approval binds a PC"
    if old is not None and old.state is SeatState.ACTIVE and not new.bond:
        assert command in (Command.REVOKE, Command.OVERRIDE)
