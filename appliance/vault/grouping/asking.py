# SPDX-License-Identifier: Apache-2.0
"""「承認をお願いする」 (practice 4.5): who may approve a filing is asked to, by mail and once an hour."""

from appliance.link.messages import ApprovalAskedFor, AskApproval
from appliance.link.refusals import Refused, Why
from appliance.model.time import HOUR, Instant
from appliance.model.words import FilingState, Permission
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.filings.known import known_filing
from appliance.vault.filings.offered import where_offered
from appliance.vault.filings.telling import approvers
from appliance.vault.grouping.serving import named_at
from appliance.vault.letters import LetterKind, write
from appliance.vault.letters.rendering import name_of
from appliance.vault.outcomes import remember
from appliance.vault.records.grouping_tables import ApprovalAsked, approvals_asked
from appliance.vault.records.tables import accounts
from appliance.vault.records.transaction import Snapshot, Transaction

EVERY = HOUR
AT_ONCE = 500


@where_offered
async def ask_approval(core: Core, caller: Caller, message: AskApproval) -> ApprovalAskedFor:
    """A letter to each of the office's own people who may approve it, but the one who asks.

    Raises Refused CONFLICT where it does not wait for approval, or somebody asked within the hour.
    """

    def ask(txn: Transaction) -> ApprovalAskedFor:
        filing = known_filing(txn, caller, message.filing)
        if filing.state is not FilingState.UPLOADED:
            raise Refused(Why.CONFLICT, "approval.not_waiting")
        _need_pause(txn, filing.id, caller.now)
        wanted = [one for one in approvers(txn, filing) if one.id != caller.actor and _wants_mail(one.permissions)]
        if not wanted:
            raise Refused(Why.CONFLICT, "approval.nobody")
        by = name_of(_name(txn, caller))
        for account in wanted:
            about = f"{filing.id}/{caller.now}"
            write(txn, LetterKind.APPROVAL_ASKED, account.id, about, {"by": by}, caller.now)
        approvals_asked.put(txn, ApprovalAsked(filing.id, caller.now))
        txn.journal(caller.entry(thing=filing.id, personal={"file_name": filing.file_name}))
        reply = ApprovalAskedFor(len(wanted))
        remember(txn, caller, reply)
        return reply

    return await core.commit(ask, seen=caller.seen)


def _need_pause(snapshot: Snapshot, filing: str, now: Instant) -> None:
    before = approvals_asked.get(snapshot, filing)
    if before is not None and now < before.at + EVERY:
        raise Refused(Why.CONFLICT, "approval.asked", {"next_at": str(before.at + EVERY)})


def _wants_mail(permissions: frozenset[Permission]) -> bool:
    return Permission.MAIL_NOTICE in permissions


def _name(snapshot: Snapshot, caller: Caller) -> str:
    person = accounts.get(snapshot, caller.actor)
    return named_at(snapshot, person, caller.own_office) if person else ""


async def sweep_asked(core: Core) -> None:
    """Forget when approvals were asked for, once that hinders nobody any more."""
    until = core.clock.now() - EVERY
    await core.commit_all(lambda txn: _forget(txn, until))


def _forget(txn: Transaction, until: Instant) -> int:
    old = approvals_asked.scan(txn, "at", until=(until,), limit=AT_ONCE)
    for one in old:
        approvals_asked.delete(txn, one.filing)
    return len(old)
