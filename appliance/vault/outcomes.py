# SPDX-License-Identifier: Apache-2.0
"""A command that comes twice is done once: its first outcome is kept with the change (design §5)."""

import re
from typing import Any

import msgspec

from appliance.link.refusals import Refused, Why
from appliance.model.time import Instant
from appliance.vault.caller import Caller
from appliance.vault.records.tables import Outcome, outcomes
from appliance.vault.records.transaction import Snapshot, Transaction

COMMAND_ID = re.compile(r"^[A-Za-z0-9_-]{16,64}$")
AT_ONCE = 500


def command_of(message: object) -> str:
    """The command id of a message, "" if its kind has none. Raises Refused INVALID for one without form."""
    command = getattr(message, "command", "")
    if command and not COMMAND_ID.fullmatch(command):
        raise Refused(Why.INVALID)
    return str(command)


def first_outcome(snapshot: Snapshot, caller: Caller) -> Any | None:
    """The reply that this command of this visit got before, or None."""
    command = command_of(caller.call.message)
    if not command or caller.visit is None:
        return None
    kept = outcomes.get(snapshot, caller.visit.token_hash, command)
    if kept is None:
        return None
    if kept.message != caller.call.row.name:
        raise Refused(Why.CONFLICT)
    return msgspec.msgpack.decode(kept.reply, type=caller.call.row.reply)


def remember(txn: Transaction, caller: Caller, reply: object) -> None:
    """Keep the outcome with the change. It is good for the rest of the visit; housekeeping removes it later."""
    command = command_of(caller.call.message)
    if command and caller.visit is not None:
        kept = msgspec.msgpack.encode(reply)
        outcomes.put(txn, Outcome(caller.visit.token_hash, command, caller.now, caller.call.row.name, kept))


def forget_old(txn: Transaction, until: Instant) -> int:
    """Remove outcomes that no visit can ask for any more, some at a time; how many."""
    old = outcomes.scan(txn, "at", until=(until,), limit=AT_ONCE)
    for outcome in old:
        outcomes.delete(txn, outcome.token_hash, outcome.command)
    return len(old)
