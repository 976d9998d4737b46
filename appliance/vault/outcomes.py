# SPDX-License-Identifier: Apache-2.0
"""A command that comes twice is done once: its first outcome is kept with the change (design §5)."""

import re
from typing import Any

import msgspec

from appliance.link.refusals import Refused, Why
from appliance.vault.caller import Caller
from appliance.vault.tables import Outcome, outcomes
from appliance.vault.transaction import Snapshot, Transaction

COMMAND_ID = re.compile(r"^[A-Za-z0-9_-]{16,64}$")
MAX_KEPT = 32


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
    """Keep the outcome with the change; a visit's oldest are forgotten."""
    command = command_of(caller.call.message)
    if not command or caller.visit is None:
        return
    token_hash = caller.visit.token_hash
    if len(outcomes.keys(txn, "visit", (token_hash,), limit=MAX_KEPT)) >= MAX_KEPT:
        (oldest,) = outcomes.scan(txn, "visit", (token_hash,), limit=1)
        outcomes.delete(txn, token_hash, oldest.command)
    kept = msgspec.msgpack.encode(reply)
    outcomes.put(txn, Outcome(token_hash, command, caller.now, caller.call.row.name, kept))
