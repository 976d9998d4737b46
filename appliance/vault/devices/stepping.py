# SPDX-License-Identifier: Apache-2.0
"""One step of a seat in a transaction: the machine's edge, or a refusal that says what stands against it."""

from dataclasses import replace

from appliance.link.refusals import Refused, Why
from appliance.model.devices import LAST_SEAT, ActivationRequest, Bond, Ended, RequestState, Seat
from appliance.model.journal import Entry, Kind
from appliance.vault.caller import Caller
from appliance.vault.records.device_tables import activation_requests, bonds, seats
from appliance.vault.records.transaction import Snapshot, Transaction
from appliance.vault.workflow.machine import NotPossible
from appliance.vault.workflow.seat import Command, Facts, step


def seat_of(snapshot: Snapshot, office: str, number: int) -> Seat:
    """A seat of an office. Raises Refused NOT_FOUND."""
    seat = seats.get(snapshot, office, number) if 0 < number <= LAST_SEAT else None
    if seat is None:
        raise Refused(Why.NOT_FOUND)
    return seat


def facts_of(caller: Caller) -> Facts:
    """What the machine may know of whoever acts."""
    return Facts(caller.actor, caller.now)


def stepped(txn: Transaction, caller: Caller, seat: Seat, command: Command, facts: Facts | None = None) -> Seat:
    """The seat after command, written. Raises Refused CONFLICT with what it is now."""
    try:
        after = step(seat, command, facts or facts_of(caller))
    except NotPossible as error:
        values = {"seat": str(seat.number), "since_at": str(seat.since)}
        raise Refused(Why.CONFLICT, f"seat.now_{seat.state}", values) from error
    seats.put(txn, after)
    return after


def end_bond(txn: Transaction, caller: Caller, bond: Bond, why: Ended) -> Bond:
    """A PC holds its seat no more; the row stays, for the history of the seat."""
    ended = replace(bond, ended_at=caller.now, ended_by=caller.actor, ended=why)
    bonds.put(txn, ended)
    return ended


def settle(
    txn: Transaction, caller: Caller, request: ActivationRequest, state: RequestState, why: str = ""
) -> None:
    """A request waits no more."""
    settled = replace(request, state=state, decided_at=caller.now, decided_by=caller.actor, reason=why)
    activation_requests.put(txn, settled)


def supersede(txn: Transaction, caller: Caller, seat: Seat) -> None:
    """What waited for a seat is of no use any more."""
    waiting = activation_requests.get(txn, seat.request) if seat.request else None
    if waiting is not None and waiting.state is RequestState.WAITING:
        settle(txn, caller, waiting, RequestState.SUPERSEDED)


def entry_of(caller: Caller, kind: Kind, seat: Seat, reason: str = "") -> Entry:
    """The journal entry of what happens to a seat, in the history of its office."""
    said = f"seat {seat.number}" + (f": {reason}" if reason else "")
    return caller.entry(kind, office=seat.office, thing=seat.bond or seat.kit, reason=said)
