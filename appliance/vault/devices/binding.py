# SPDX-License-Identifier: Apache-2.0
"""A PC becomes that of a seat, and what ends with it: called where a request is approved, by people or by rule."""

from collections.abc import Iterable
from dataclasses import replace

from appliance.model.devices import ActivationRequest, Bond, Ended, RequestState, Seat
from appliance.model.journal import Kind
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.stepping import end_bond, entry_of, facts_of, seat_of, settle, stepped, supersede
from appliance.vault.devices.telling import tell_of_activation, tell_of_end
from appliance.vault.devices.weighing import Weighed
from appliance.vault.records.device_tables import bonds
from appliance.vault.records.transaction import Transaction
from appliance.vault.workflow.seat import Command


def bind(
    core: Core, txn: Transaction, caller: Caller, request: ActivationRequest, seat: Seat, weighed: Weighed
) -> Seat:
    """The PC of a request holds its seat from now on; the one that held it before does not.

    The seat waits for just this request. What the same PC holds elsewhere is override()'s.
    """
    before = weighed.facts.bond
    if before is not None:
        end_bond(txn, caller, before, Ended.REINSTALLED if weighed.renews else Ended.REPLACED)
    bond = Bond(
        caller.id_for("bond", request.id),
        seat.office,
        seat.number,
        core.settings.devices.binder,
        request.claim,
        bound_at=caller.now,
        bound_by=caller.actor,
    )
    bonds.put(txn, bond)
    settle(txn, caller, request, RequestState.APPROVED)
    active = stepped(txn, caller, seat, Command.APPROVE, replace(facts_of(caller), bond=bond.id))
    tell_of_activation(txn, active, request.id, caller.now)
    txn.journal(entry_of(caller, Kind.ACTIVATION_APPROVED, active))
    return active


def override(txn: Transaction, caller: Caller, found: Iterable[Bond]) -> None:
    """The seats that these bonds hold end (無効(上書き)): their PC is that of another one now (T19)."""
    for bond in found:
        seat = seat_of(txn, bond.office, bond.seat)
        supersede(txn, caller, seat)
        end_bond(txn, caller, bond, Ended.OVERRIDDEN)
        txn.journal(entry_of(caller, Kind.SEAT_OVERRIDDEN, seat))
        stepped(txn, caller, seat, Command.OVERRIDE)
        tell_of_end(txn, seat, Ended.OVERRIDDEN, caller.now)
