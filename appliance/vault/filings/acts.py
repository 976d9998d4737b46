# SPDX-License-Identifier: Apache-2.0
"""What is done with a filing: approved, delivered, taken back; received and settled. Handlers of those messages.

State, journal entries, letters and outcome are one transaction; of two people at once the second is told what the
first has done.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from appliance.config.catalogue import years_of
from appliance.link.messages import (
    AcceptFiling,
    ApproveFiling,
    CancelFiling,
    CompleteFiling,
    DeliverFiling,
    FilingNow,
    ReceiveFiling,
    ReturnFiling,
)
from appliance.link.refusals import Refused, Why
from appliance.model.documents import Retention
from appliance.model.things import Filing, Part
from appliance.model.time import date_in_japan, purge_month
from appliance.model.words import FilingState, NoticeState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.decide import is_allowed, judge_action
from appliance.vault.documents.keeping import let_go
from appliance.vault.documents.scanning import must_be_scanned
from appliance.vault.filings.known import known_filing
from appliance.vault.filings.offered import where_offered
from appliance.vault.filings.stepping import KINDS, entry_of, facts_of, stepped
from appliance.vault.filings.telling import tell_of_receipt, tell_of_return
from appliance.vault.filings.typed import reason_of
from appliance.vault.keys.sealing import Unsealable
from appliance.vault.keys.shreds import Shredded
from appliance.vault.outcomes import remember
from appliance.vault.records.tables import filings, notices
from appliance.vault.records.transaction import Transaction
from appliance.vault.workflow.filing import Command, Facts

Also = Callable[[Transaction, Filing], None]
log = logging.getLogger("renkei.vault")
OWN_WAY = (FilingState.UPLOADED, FilingState.APPROVED)


@where_offered
async def approve_filing(core: Core, caller: Caller, message: ApproveFiling) -> FilingNow:
    """These bytes may go to the fund, and go at once where that is asked for or the office wants it (A13)."""
    facts = replace(facts_of(caller), sha256=message.sha256)
    commands = [Command.APPROVE]
    if await _delivers_as_well(core, caller, message):
        facts = await _with_key(core, caller, message.filing, facts)
        commands.append(Command.DELIVER)
    return await _take(core, caller, message.filing, commands, facts)


async def _delivers_as_well(core: Core, caller: Caller, message: ApproveFiling) -> bool:
    """Whoever asks for both must have the right to both; the office's rule delivers only for who has."""
    if not message.deliver:
        return await delivers_at_once(core, caller)
    await judge_action(core, caller, "filing.deliver", caller.own_office)
    return True


async def delivers_at_once(core: Core, caller: Caller) -> bool:
    """Whether an approval of this visitor's delivers without being asked to."""
    return caller.employer.deliver_on_approve and await is_allowed(
        core, caller, "filing.deliver", caller.own_office
    )


@where_offered
async def deliver_filing(core: Core, caller: Caller, message: DeliverFiling) -> FilingNow:
    """The approved bytes are the fund's to see; how long they are kept counts from now (A16)."""
    facts = replace(facts_of(caller), sha256=message.sha256)
    facts = await _with_key(core, caller, message.filing, facts)
    return await _take(core, caller, message.filing, [Command.DELIVER], facts)


async def _with_key(core: Core, caller: Caller, id: str, facts: Facts) -> Facts:
    """The facts of a delivery today: whether it must be clean, the purge month, the data key under its shred key.

    Raises Refused BROKEN if the key cannot be had.
    """
    filing = await core.read(lambda snapshot: known_filing(snapshot, caller, id))
    if filing.state not in OWN_WAY:
        return facts
    kind = core.catalogue.types.get(filing.type)
    facts = replace(facts, to_be_clean=must_be_scanned(core, kind))
    years = years_of(core.settings.vault, kind.retention if kind else Retention.TAX)
    month = purge_month(date_in_japan(facts.now), years)
    if month == filing.purge_month:
        return facts
    try:
        wrapped = await core.keyring.move_document_key(
            filing.office, filing.purge_month, month, filing.sealed_as, filing.wrapped_key
        )
    except (Unsealable, Shredded) as error:
        log.exception("the data key of filing %s cannot be moved to %s", filing.id, month)
        raise Refused(Why.BROKEN) from error
    return replace(facts, purge_month=month, wrapped_key=wrapped)


@where_offered
async def cancel_filing(core: Core, caller: Caller, message: CancelFiling) -> FilingNow:
    """Taken back before the fund has it: by who uploaded it, or who may take back any of the office (A11b)."""
    return await _take(core, caller, message.filing, [Command.CANCEL], facts_of(caller))


@where_offered
async def receive_filing(core: Core, caller: Caller, message: ReceiveFiling) -> FilingNow:
    """The fund has it, and the office sees that (R136)."""
    return await _take(core, caller, message.filing, [Command.RECEIVE], facts_of(caller), tell_of_receipt)


@where_offered
async def accept_filing(core: Core, caller: Caller, message: AcceptFiling) -> FilingNow:
    """The fund works on it."""
    return await _take(core, caller, message.filing, [Command.ACCEPT], facts_of(caller))


@where_offered
async def return_filing(core: Core, caller: Caller, message: ReturnFiling) -> FilingNow:
    """The office has to send another one, and reads why."""
    facts = replace(facts_of(caller), reason=reason_of(message.reason))
    return await _take(core, caller, message.filing, [Command.RETURN], facts, tell_of_return)


@where_offered
async def complete_filing(core: Core, caller: Caller, message: CompleteFiling) -> FilingNow:
    """The fund is done with it; a notice to the same office may be its answer."""
    facts = replace(facts_of(caller), decision=message.decision)
    return await _take(core, caller, message.filing, [Command.COMPLETE], facts, _need_decision)


def _need_decision(txn: Transaction, filing: Filing) -> None:
    """Raise Refused INVALID unless the decision, if there is one, is a notice that this office has now."""
    notice = notices.get(txn, filing.decision) if filing.decision else None
    is_theirs = notice is not None and notice.office == filing.office and notice.state is not NoticeState.CANCELLED
    if filing.decision and not is_theirs:
        raise Refused(Why.INVALID, "filing.decision")


async def _take(
    core: Core, caller: Caller, id: str, commands: Sequence[Command], facts: Facts, also: Also | None = None
) -> FilingNow:
    """The steps, one after the other, in one transaction; bytes that they destroyed are gone afterwards.

    also is what else belongs to the transaction: a letter, or a fact that must stand. It may raise Refused.
    """

    def write(txn: Transaction) -> tuple[FilingNow, tuple[Part, ...]]:
        before = filing = known_filing(txn, caller, id)
        for command in commands:
            filing = stepped(txn, caller, filing, command, facts)
            txn.journal(entry_of(caller, filing, KINDS[command], facts.reason))
        if also is not None:
            also(txn, filing)
        filings.put(txn, filing)
        reply = FilingNow(filing.id, filing.state)
        remember(txn, caller, reply)
        return reply, () if filing.parts else before.parts

    reply, destroyed = await core.commit(write, seen=caller.seen)
    if destroyed:
        await let_go(core, destroyed)
    return reply
