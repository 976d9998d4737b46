# SPDX-License-Identifier: Apache-2.0
"""One step of a filing in a transaction: the machine's edge, or a refusal that says what stands against it."""

from dataclasses import replace

from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED, Entry, Kind
from appliance.model.things import Filing
from appliance.model.words import FilingState
from appliance.vault.caller import Caller
from appliance.vault.filings.known import name_for
from appliance.vault.records.tables import filings
from appliance.vault.records.transaction import Snapshot
from appliance.vault.workflow.filing import NOBODY, Command, Facts, is_scanned, leads_from, step
from appliance.vault.workflow.machine import NotPossible

KINDS = {
    Command.UPLOAD: Kind.FILING_UPLOADED,
    Command.HOLD: Kind.FILING_HELD,
    Command.APPROVE: Kind.FILING_APPROVED,
    Command.DELIVER: Kind.FILING_DELIVERED,
    Command.CANCEL: Kind.FILING_CANCELLED,
    Command.RECEIVE: Kind.FILING_RECEIVED,
    Command.ACCEPT: Kind.FILING_ACCEPTED,
    Command.RETURN: Kind.FILING_RETURNED,
    Command.COMPLETE: Kind.FILING_DONE,
}
# Who brought a filing into its state, and when; of an upload its uploader did.
_BY = {
    FilingState.APPROVED: ("approved_by", "approved_at"),
    FilingState.DELIVERED: ("delivered_by", "delivered_at"),
    FilingState.RECEIVED: ("received_by", "received_at"),
    FilingState.HELD: ("uploaded_by", "uploaded_at"),
    FilingState.UPLOADED: ("uploaded_by", "uploaded_at"),
}
_SETTLED = ("settled_by", "settled_at")


class FourEyes(Refused):
    """The office wants two people. reason goes into the journal."""

    reason = "whoever uploaded it does not approve it"

    def __init__(self) -> None:
        """Always the same."""
        super().__init__(Why.NOT_ALLOWED, "filing.four_eyes")


def facts_of(caller: Caller) -> Facts:
    """What the machine may know of whoever sends a message."""
    person = caller.account
    return Facts(
        actor=caller.actor,
        now=caller.now,
        permissions=person.permissions if person else NOBODY,
        of_fund=person is not None and person.role.of_fund,
        four_eyes=caller.office is not None and caller.office.four_eyes,
    )


def begun(caller: Caller, new: Filing, command: Command) -> Filing:
    """The filing that an upload becomes. Raises Refused NOT_ALLOWED."""
    try:
        return step(None, command, replace(facts_of(caller), new=new))
    except NotPossible as error:
        raise Refused(Why.NOT_ALLOWED) from error


def stepped(snapshot: Snapshot, caller: Caller, filing: Filing, command: Command, facts: Facts) -> Filing:
    """The filing after command. Raises Refused: with what the filing has become, or what is missing."""
    try:
        return step(filing, command, facts)
    except NotPossible as error:
        raise _refusal(snapshot, caller, filing, command, facts) from error


def _refusal(snapshot: Snapshot, caller: Caller, filing: Filing, command: Command, facts: Facts) -> Refused:
    if not leads_from(filing.state, command):
        return has_become(snapshot, caller, filing)
    if command in (Command.APPROVE, Command.DELIVER) and facts.sha256 != filing.sha256:
        return Refused(Why.CONFLICT, "filing.other_bytes")
    if command is Command.DELIVER and not is_scanned(filing, facts):
        return Refused(Why.CONFLICT, "filing.unscanned")
    if command is Command.APPROVE and facts.four_eyes and filing.uploaded_by == facts.actor:
        return FourEyes()
    if command is Command.CANCEL:
        return Refused(Why.NOT_ALLOWED, "filing.not_yours")
    if command is Command.FOLLOW:
        return Refused(Why.CONFLICT, "filing.followed")
    return Refused(Why.NOT_ALLOWED)


def has_become(snapshot: Snapshot, caller: Caller, filing: Filing) -> Refused:
    """Somebody was faster: which state it is in, since when, and by whom as far as this visitor may know."""
    by, at = _BY.get(filing.state, _SETTLED)
    values = {"by": name_for(snapshot, caller, getattr(filing, by)), "done_at": str(getattr(filing, at))}
    return Refused(Why.CONFLICT, f"filing.now_{filing.state}", values)


def entry_of(caller: Caller, filing: Filing, kind: Kind, typed: str = "") -> Entry:
    """The journal entry of a step, in the history of the filing's office; typed is why, in the fund's words."""
    return caller.entry(
        kind,
        office=filing.office,
        thing=filing.id,
        sha256=filing.sha256,
        personal={"file_name": filing.file_name, **({TYPED: typed} if typed else {})},
    )


def follower_of(snapshot: Snapshot, filing: Filing) -> Filing | None:
    """What was sent in the place of a filing that was returned."""
    return filings.get(snapshot, filing.followed_by) if filing.followed_by else None
