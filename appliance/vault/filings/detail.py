# SPDX-License-Identifier: Apache-2.0
"""Everything about one filing but its bytes, and what this visitor could do with it now: ReadFiling."""

from dataclasses import dataclass, replace

from appliance.link.messages import FilingDetail, ReadFiling
from appliance.model.things import Filing
from appliance.model.words import FilingState
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.decide import is_allowed
from appliance.vault.documents.scanning import must_be_scanned
from appliance.vault.filings.acts import delivers_at_once
from appliance.vault.filings.known import known_filing, name_for
from appliance.vault.filings.listing import row_of
from appliance.vault.filings.offered import where_offered
from appliance.vault.filings.stepping import facts_of, follower_of
from appliance.vault.filings.telling import approvers
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import offices
from appliance.vault.records.transaction import Snapshot
from appliance.vault.workflow.filing import Command, Facts, is_possible


@dataclass(frozen=True, slots=True)
class Offer:
    """A message about a filing, and what must hold for it: the right to an action, and an edge if it is a step."""

    message: str
    action: str
    command: Command | None


PORTAL = (
    Offer("ApproveFiling", "filing.approve", Command.APPROVE),
    Offer("DeliverFiling", "filing.deliver", Command.DELIVER),
    Offer("CancelFiling", "filing.cancel", Command.CANCEL),
    Offer("SubmitFiling", "filing.upload", Command.FOLLOW),
    Offer("DownloadFiling", "filing.open", None),
)
CONSOLE = (
    Offer("ReceiveFiling", "filing.receive", Command.RECEIVE),
    Offer("AcceptFiling", "filing.settle", Command.ACCEPT),
    Offer("ReturnFiling", "filing.settle", Command.RETURN),
    Offer("CompleteFiling", "filing.settle", Command.COMPLETE),
    Offer("DownloadFiling", "filing.open", None),
)


@where_offered
async def read_filing(core: Core, caller: Caller, message: ReadFiling) -> FilingDetail:
    """All of it, once this is in the journal."""
    filing = await core.read(lambda snapshot: known_filing(snapshot, caller, message.filing))
    await journal_reading(core, caller, filing.id, filing.office, thing=filing.id)

    def read(snapshot: Snapshot) -> tuple[Filing, FilingDetail, Filing | None]:
        now = known_filing(snapshot, caller, message.filing)
        return now, _detail(snapshot, caller, now), follower_of(snapshot, now)

    now, detail, follower = await core.read(read)
    may = await offered(core, caller, now, follower)
    delivers = "ApproveFiling" in may and await delivers_at_once(core, caller)
    return replace(detail, may=may, delivers=delivers)


async def offered(core: Core, caller: Caller, filing: Filing, follower: Filing | None) -> tuple[str, ...]:
    """The names of the messages that this visitor could send now; a plugin is offered none."""
    if caller.account is None:
        return ()
    # What the visitor would say and see along with it is taken for granted.
    facts = replace(facts_of(caller), sha256=filing.sha256, reason="…", follower=follower, followed_by="…")
    facts = replace(facts, to_be_clean=must_be_scanned(core, core.catalogue.types.get(filing.type)))
    offers = PORTAL if caller.own_office else CONSOLE
    fitting = [offer for offer in offers if _fits(filing, offer, facts)]
    return tuple(
        [offer.message for offer in fitting if await is_allowed(core, caller, offer.action, filing.office)]
    )


def _fits(filing: Filing, offer: Offer, facts: Facts) -> bool:
    if offer.command is not None:
        return is_possible(filing, offer.command, facts)
    # What no scanner has seen yet is opened by nobody.
    return bool(filing.parts) and filing.state is not FilingState.HELD


def _detail(snapshot: Snapshot, caller: Caller, filing: Filing) -> FilingDetail:
    def name(account: str) -> str:
        return name_for(snapshot, caller, account)

    return FilingDetail(
        row=row_of(snapshot, caller, filing, offices.get(snapshot, filing.office)),
        sha256=filing.sha256,
        note=filing.note,
        event_on=filing.event_on,
        reason=filing.reason,
        decision=filing.decision,
        follows=filing.follows,
        engine=filing.engine,
        approved_at=filing.approved_at,
        approved_by=name(filing.approved_by),
        delivered_by=name(filing.delivered_by),
        received_by=name(filing.received_by),
        settled_at=filing.settled_at,
        settled_by=name(filing.settled_by),
        may=(),
        approvers=_approvers(snapshot, caller, filing),
    )


def _approvers(snapshot: Snapshot, caller: Caller, filing: Filing) -> tuple[str, ...]:
    if filing.state is not FilingState.UPLOADED or not caller.own_office:
        return ()
    return tuple(account.name for account in approvers(snapshot, filing))
