# SPDX-License-Identifier: Apache-2.0
"""Acts that need two people (A46): the messages whose row says so, ListProposals and Decide.

1. The first person's message is planned, which refuses what is wrong with it, and kept as a proposal for 24 hours.
2. Another person, who has the right to the act as well, says yes: it is done in that very transaction, by both.
   Meanwhile the first one must neither have lost the right nor have left, and whom it is about must not have become
   another: the yes was to a change of what was there.
3. The stated way out of an emergency: one person alone, with a reason. It has an entry of its own, and every person
   of systems and of audit is told by letter, at the address that was theirs before it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import msgspec

from appliance.link.messages import BY_NAME
from appliance.link.messages.staff import (
    AddStaff,
    ChangeStaff,
    Decide,
    ListProposals,
    ProposalPage,
    ProposalRow,
    RemoveStaff,
    ResetStaff,
    TwoPersonReply,
)
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED, Entry, Kind
from appliance.model.things import Account
from appliance.model.time import DAY, Instant
from appliance.model.words import AccountState, Role
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.decide import judge_call
from appliance.vault.letters import LetterKind, write
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.people.staff import Plan, plan_adding, plan_changing, plan_removing, plan_resetting
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import Proposal, accounts, proposals, somebody
from appliance.vault.records.transaction import Snapshot, Transaction

LIFE: Final = DAY
MAX_WAITING: Final = 200
WATCHERS: Final = frozenset({Role.FUND_SYSTEM, Role.FUND_AUDITOR})
# Which act a message asks for. A test holds it against the rows of the table of messages.
PLANS: Mapping[type, Callable[[Core, Caller, Any], Plan]] = {
    AddStaff: plan_adding,
    ChangeStaff: plan_changing,
    RemoveStaff: plan_removing,
    ResetStaff: plan_resetting,
}
_NOT_SHOWN = frozenset({"reason", "emergency", "command"})


class SamePerson(Refused):
    """Nobody is two people. reason goes into the journal."""

    reason = "whoever proposed it cannot approve it"

    def __init__(self) -> None:
        """Always the same."""
        super().__init__(Why.NOT_ALLOWED, "proposal.same_person")


async def propose(core: Core, caller: Caller, message: Any) -> TwoPersonReply:
    """The first person has spoken; in an emergency that is enough."""
    plan = PLANS[type(message)](core, caller, message)
    reason = fields.reason(message.reason)
    if message.emergency:
        return await _alone(core, caller, plan, reason)
    proposal = Proposal(
        id=core.new_id(),
        name=caller.call.row.name,
        message=msgspec.msgpack.encode(message),
        proposer=caller.person.id,
        reason=reason,
        at=caller.now,
        ends_at=caller.now + LIFE,
    )
    reply = TwoPersonReply(proposal=proposal.id)

    def keep(txn: Transaction) -> None:
        kept = replace(proposal, target=_target(txn, message))
        forget_ended(txn, caller.now)
        if len(proposals.keys(txn, "end", limit=MAX_WAITING)) >= MAX_WAITING:
            raise Refused(Why.CONFLICT, "proposal.too_many")
        proposals.put(txn, kept)
        remember(txn, caller, reply)
        txn.journal(_entry(caller, Kind.PROPOSAL_MADE, proposal.id, proposal.name, reason))

    await core.commit(keep, seen=caller.seen)
    return reply


async def list_proposals(core: Core, caller: Caller, message: ListProposals) -> ProposalPage:
    """What waits, the oldest first."""
    await journal_reading(core, caller, "")

    def page(snapshot: Snapshot) -> ProposalPage:
        waiting = proposals.scan(snapshot, "end", limit=MAX_WAITING)
        return ProposalPage(tuple(_row(snapshot, caller, one) for one in waiting if one.ends_at > caller.now))

    return await core.read(page)


async def decide(core: Core, caller: Caller, message: Decide) -> TwoPersonReply:
    """Yes, by another person; or no, by anybody who may decide."""
    proposal, proposer = await core.read(lambda snapshot: _proposed(snapshot, message.proposal, caller))
    if not message.approve:
        return await _decline(core, caller, proposal)
    if proposal.proposer == caller.person.id:
        raise SamePerson
    asked: Any = msgspec.msgpack.decode(proposal.message, type=BY_NAME[proposal.name].shape)
    acting = replace(caller, call=replace(caller.call, row=BY_NAME[proposal.name], message=asked))
    for person in (caller.person, proposer):
        await judge_call(core, replace(acting, account=person), "")
    plan = PLANS[type(asked)](core, acting, asked)

    def approve(txn: Transaction) -> None:
        _take(txn, proposal, proposer)
        if _who(_target(txn, asked)) != _who(proposal.target):
            raise Refused(Why.CONFLICT, "proposal.gone")
        plan.does(txn, f"proposed by {proposer.id}")
        remember(txn, caller, plan.reply)
        txn.journal(_entry(caller, Kind.PROPOSAL_DECIDED, proposal.id, f"approved, proposed by {proposer.id}"))

    await core.commit(approve, seen=caller.seen)
    return plan.reply


async def _alone(core: Core, caller: Caller, plan: Plan, reason: str) -> TwoPersonReply:
    """The emergency path."""

    def act(txn: Transaction) -> None:
        watchers = [person for person in accounts.scan(txn, "office", ("",)) if person.role in WATCHERS]
        plan.does(txn, "alone, in an emergency")
        about = f"{caller.person.id}/{caller.now}"
        for person in watchers:
            if somebody(txn, person.id) is not None:
                write(txn, LetterKind.TWO_PERSON_EMERGENCY, person.id, about, {}, caller.now, to=person.mail)
        remember(txn, caller, plan.reply)
        name = caller.call.row.name
        txn.journal(_entry(caller, Kind.TWO_PERSON_EMERGENCY, plan.reply.account, name, reason))

    await core.commit(act, seen=caller.seen)
    return plan.reply


async def _decline(core: Core, caller: Caller, proposal: Proposal) -> TwoPersonReply:
    reply = TwoPersonReply()

    def decline(txn: Transaction) -> None:
        if not proposals.delete(txn, proposal.id):
            raise Refused(Why.CONFLICT, "proposal.gone")
        remember(txn, caller, reply)
        entry = _entry(caller, Kind.PROPOSAL_DECIDED, proposal.id, f"declined, proposed by {proposal.proposer}")
        txn.journal(entry)

    await core.commit(decline, seen=caller.seen)
    return reply


def _proposed(snapshot: Snapshot, id: str, caller: Caller) -> tuple[Proposal, Account]:
    """A proposal that still stands, and who made it. Raises Refused CONFLICT."""
    proposal = proposals.get(snapshot, id)
    proposer = accounts.get(snapshot, proposal.proposer) if proposal else None
    if proposal is None or proposal.ends_at <= caller.now or not _may_still(proposer):
        raise Refused(Why.CONFLICT, "proposal.gone")
    assert proposer is not None
    return proposal, proposer


def _may_still(proposer: Account | None) -> bool:
    return proposer is not None and proposer.state is AccountState.ACTIVE


def _target(snapshot: Snapshot, message: Any) -> Account | None:
    return accounts.get(snapshot, getattr(message, "account", ""))


def _who(target: Account | None) -> tuple[str, ...]:
    """What a proposal about somebody rests on; to sign in for the first time makes nobody another."""
    return (target.login, target.name, target.mail, target.role) if target else ()


def _take(txn: Transaction, proposal: Proposal, proposer: Account) -> None:
    """A proposal is done once; whoever made it is still who it was when the policies were asked."""
    if accounts.get(txn, proposer.id) != proposer or not proposals.delete(txn, proposal.id):
        raise Refused(Why.CONFLICT, "proposal.gone")


def forget_ended(txn: Transaction, now: Instant) -> int:
    """Remove what nobody can decide any more, some at a time; how many. The entry of its making stays."""
    ended = proposals.scan(txn, "end", until=(now + 1,), limit=MAX_WAITING)
    for one in ended:
        proposals.delete(txn, one.id)
    return len(ended)


def _entry(caller: Caller, kind: Kind, thing: str, reason: str, typed: str = "") -> Entry:
    return caller.entry(kind, office="", thing=thing, reason=reason, personal={TYPED: typed} if typed else None)


def _row(snapshot: Snapshot, caller: Caller, proposal: Proposal) -> ProposalRow:
    message = msgspec.msgpack.decode(proposal.message)
    proposer = accounts.get(snapshot, proposal.proposer)
    return ProposalRow(
        proposal=proposal.id,
        act=proposal.name,
        fields={
            name: _shown(snapshot, name, str(value)) for name, value in message.items() if name not in _NOT_SHOWN
        },
        reason=proposal.reason,
        proposer_name=proposer.name if proposer else "",
        at=proposal.at,
        ends_at=proposal.ends_at,
        may_decide=proposal.proposer != caller.person.id,
    )


def _shown(snapshot: Snapshot, name: str, value: str) -> str:
    """For people: an account by its login."""
    account = accounts.get(snapshot, value) if name == "account" else None
    return account.login if account else value
