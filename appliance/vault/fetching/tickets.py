# SPDX-License-Identifier: Apache-2.0
"""The ticket of the public counter: half an hour with the office's own kits and 確認コード, and nothing else.

It is a visit without an account: only the hash of its token is kept, it is good at the public site alone, ends when
somebody leaves, when the site is cut off and when the office gets a new letter (admission.py).
"""

from dataclasses import dataclass, replace

from appliance.link.messages import CounterOpened, LeaveCounter, Nothing, OpenCounter
from appliance.model.things import Visit
from appliance.model.time import MINUTE, Instant
from appliance.model.words import COUNTER, Site
from appliance.vault.admission import token_hash
from appliance.vault.caller import Caller, form_token
from appliance.vault.core import Core
from appliance.vault.door.evened import evened
from appliance.vault.door.visits import end_visit, new_token
from appliance.vault.fetching.proving import Letter, mark_of, prove
from appliance.vault.records.tables import cut_at, visits
from appliance.vault.records.transaction import Moved, Transaction

LASTS: Instant = 30 * MINUTE


@dataclass(frozen=True, slots=True)
class _Begun:
    """A ticket that is about to begin for whoever proves to have a letter."""

    caller: Caller
    hash: bytes
    ends_at: Instant

    def write(self, txn: Transaction, letter: Letter) -> None:
        """In the transaction of the proof. Raises Moved where the site was cut off meanwhile."""
        now, office = self.caller.now, letter.office.id
        if cut_at(txn, Site.PUBLIC) >= now:
            raise Moved
        visits.put(txn, Visit(self.hash, "", office, Site.PUBLIC, now, self.ends_at, mark_of(letter.key)))
        txn.journal(replace(self.caller, actor=COUNTER).entry(office=office, thing=office))


@evened
async def open_counter(core: Core, caller: Caller, message: OpenCounter) -> CounterOpened:
    """A fresh ticket for whoever has the letter. Errors as prove(); they come at the beat of a clock."""
    core.clock_watch.need_right()
    token = new_token(core)
    begun = _Begun(caller, token_hash(core.pepper, token), caller.now + LASTS)
    await prove(core, caller, message.contract_number, message.password, begun.write)
    return CounterOpened(token, form_token(core.pepper, token), begun.ends_at)


async def leave_counter(core: Core, caller: Caller, message: LeaveCounter) -> Nothing:
    """The ticket is worth nothing from now on."""

    def end(txn: Transaction) -> None:
        end_visit(txn, caller.visiting)
        txn.journal(caller.entry(thing=caller.employer.id))

    await core.commit(end, seen=caller.visit_seen, vital=True)
    return Nothing()
