# SPDX-License-Identifier: Apache-2.0
"""The machine of a filing (requirements 1.U, A11b, A13): from the office's upload to the fund's last word.

1. The fund has nothing to do with it before its delivery, and the office cannot take it back afterwards.
2. What is approved is what the person saw, and what is delivered is what was approved: the same SHA-256.
3. Without the permissions to approve and to deliver nobody brings it further than uploaded.
4. What waits for a scanner is held: it goes on when the scanner finds nothing, else its bytes are destroyed.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from appliance.model.things import Filing
from appliance.model.time import Instant
from appliance.model.words import FilingState, Permission, ScanState
from appliance.vault.workflow.machine import Edge, NotPossible, follow

NOBODY: frozenset[Permission] = frozenset()
HARMLESS = (ScanState.CLEAN, ScanState.UNSCANNED)
HARMFUL = (ScanState.INFECTED, ScanState.NOT_SCANNABLE)
GIVEN_UP = (FilingState.CANCELLED, FilingState.REFUSED)


class Command(StrEnum):
    """What can be done with a filing. FOLLOW: another one was sent in the place of one that was returned."""

    UPLOAD = "upload"
    HOLD = "hold"
    RELEASE = "release"
    REFUSE = "refuse"
    APPROVE = "approve"
    DELIVER = "deliver"
    CANCEL = "cancel"
    RECEIVE = "receive"
    ACCEPT = "accept"
    RETURN = "return"
    COMPLETE = "complete"
    FOLLOW = "follow"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an edge may look at: who does it and when, and what belongs to some commands only.

    permissions are those of an office's user; of_fund says that it is one of the fund's staff. sha256 is of the
    bytes that the person saw; purge_month and wrapped_key are what a delivery gives it. to_be_clean: by now only
    what a scanner called clean is delivered, whatever held when it was uploaded. new is the filing that an
    upload makes, scan and engine what the scanners say by now. follower is what was sent in its place before,
    followed_by what is sent now.
    """

    actor: str
    now: Instant
    permissions: frozenset[Permission] = NOBODY
    of_fund: bool = False
    four_eyes: bool = False
    sha256: bytes = b""
    purge_month: str = ""
    wrapped_key: bytes = b""
    to_be_clean: bool = False
    new: Filing | None = None
    scan: ScanState = ScanState.UNSCANNED
    engine: str = ""
    reason: str = ""
    decision: str = ""
    follower: Filing | None = None
    followed_by: str = ""


def _there(filing: Filing | None) -> Filing:
    assert filing is not None
    return filing


# --- guards -------------------------------------------------------------------------------------------------------


def harmless(filing: Filing | None, facts: Facts) -> bool:
    """Its uploader may upload, and no scanner has anything against it."""
    new = facts.new
    return new is not None and Permission.UPLOAD in facts.permissions and new.scan in HARMLESS


def waiting(filing: Filing | None, facts: Facts) -> bool:
    """Its uploader may upload, and the scanner is away."""
    new = facts.new
    return new is not None and Permission.UPLOAD in facts.permissions and new.scan is ScanState.WAITING


def found_harmless(filing: Filing | None, facts: Facts) -> bool:
    """The scanner is back, and has nothing against it; nobody but the vault itself says so."""
    return not facts.actor and facts.scan in HARMLESS


def found_harmful(filing: Filing | None, facts: Facts) -> bool:
    """The scanner is back, and says that it is infected or cannot be scanned; so says the vault itself."""
    return not facts.actor and facts.scan in HARMFUL


def may_approve(filing: Filing | None, facts: Facts) -> bool:
    """Somebody who may, who saw these very bytes, and is another than the uploader where the office wants that."""
    one = _there(filing)
    same = facts.four_eyes and facts.actor == one.uploaded_by
    return Permission.APPROVE in facts.permissions and facts.sha256 == one.sha256 and not same


def as_approved(filing: Filing | None, facts: Facts) -> bool:
    """Somebody who may, and these very bytes were approved; and scanned, where that is asked for (A48)."""
    one = _there(filing)
    same = one.approved_sha256 == one.sha256 == facts.sha256
    return Permission.DELIVER in facts.permissions and same and is_scanned(one, facts)


def is_scanned(filing: Filing, facts: Facts) -> bool:
    """Whether it is clean, if it has to be."""
    return not facts.to_be_clean or filing.scan is ScanState.CLEAN


def may_cancel(filing: Filing | None, facts: Facts) -> bool:
    """Whoever uploaded it, or may take back any filing of the office (A11b)."""
    own = facts.actor == _there(filing).uploaded_by
    return not facts.of_fund and (own or Permission.CANCEL in facts.permissions)


def by_fund(filing: Filing | None, facts: Facts) -> bool:
    """One of the fund's staff."""
    return facts.of_fund


def with_reason(filing: Filing | None, facts: Facts) -> bool:
    """One of the fund's staff, who says why."""
    return facts.of_fund and bool(facts.reason)


def not_followed(filing: Filing | None, facts: Facts) -> bool:
    """Nothing stands in its place by now, or what did was given up."""
    given_up = facts.follower is not None and facts.follower.state in GIVEN_UP
    may = Permission.UPLOAD in facts.permissions
    return may and bool(facts.followed_by) and (not _there(filing).followed_by or given_up)


# --- effects ------------------------------------------------------------------------------------------------------


def uploaded(filing: Filing | None, facts: Facts) -> Filing:
    """It waits for approval."""
    return _made(facts, FilingState.UPLOADED)


def held(filing: Filing | None, facts: Facts) -> Filing:
    """It waits for the scanner."""
    return _made(facts, FilingState.HELD)


def _made(facts: Facts, state: FilingState) -> Filing:
    return replace(_there(facts.new), state=state, uploaded_at=facts.now, uploaded_by=facts.actor)


def released(filing: Filing | None, facts: Facts) -> Filing:
    """It waits for approval."""
    return replace(_there(filing), state=FilingState.UPLOADED, scan=facts.scan, engine=facts.engine)


def refused(filing: Filing | None, facts: Facts) -> Filing:
    """Its bytes are destroyed; why is for both sides to read."""
    gone = _destroyed(_there(filing), FilingState.REFUSED, facts)
    return replace(gone, scan=facts.scan, engine=facts.engine, reason=facts.reason)


def approved(filing: Filing | None, facts: Facts) -> Filing:
    """These bytes may go to the fund."""
    return replace(
        _there(filing),
        state=FilingState.APPROVED,
        approved_at=facts.now,
        approved_by=facts.actor,
        approved_sha256=facts.sha256,
    )


def delivered(filing: Filing | None, facts: Facts) -> Filing:
    """The fund can see it; how long it is kept counts from now (A16)."""
    one = _there(filing)
    return replace(
        one,
        state=FilingState.DELIVERED,
        delivered_at=facts.now,
        delivered_by=facts.actor,
        purge_month=facts.purge_month or one.purge_month,
        wrapped_key=facts.wrapped_key or one.wrapped_key,
    )


def cancelled(filing: Filing | None, facts: Facts) -> Filing:
    """Its bytes are destroyed, the record stays."""
    return _destroyed(_there(filing), FilingState.CANCELLED, facts)


def _destroyed(filing: Filing, state: FilingState, facts: Facts) -> Filing:
    gone = replace(filing, state=state, parts=(), wrapped_key=b"")
    return replace(gone, settled_at=facts.now, settled_by=facts.actor)


def received(filing: Filing | None, facts: Facts) -> Filing:
    """The fund has it, and the office sees that (R136)."""
    return replace(_there(filing), state=FilingState.RECEIVED, received_at=facts.now, received_by=facts.actor)


def accepted(filing: Filing | None, facts: Facts) -> Filing:
    """The fund works on it."""
    return _settled(_there(filing), FilingState.ACCEPTED, facts)


def returned(filing: Filing | None, facts: Facts) -> Filing:
    """The office has to send another one."""
    return replace(_settled(_there(filing), FilingState.RETURNED, facts), reason=facts.reason)


def done(filing: Filing | None, facts: Facts) -> Filing:
    """The fund is done with it, and perhaps answered by a notice."""
    return replace(_settled(_there(filing), FilingState.DONE, facts), decision=facts.decision)


def _settled(filing: Filing, state: FilingState, facts: Facts) -> Filing:
    return replace(filing, state=state, settled_at=facts.now, settled_by=facts.actor)


def followed(filing: Filing | None, facts: Facts) -> Filing:
    """It stays returned, and leads to the one in its place."""
    return replace(_there(filing), followed_by=facts.followed_by)


HELD, UPLOADED, APPROVED = FilingState.HELD, FilingState.UPLOADED, FilingState.APPROVED
DELIVERED, RECEIVED, ACCEPTED = FilingState.DELIVERED, FilingState.RECEIVED, FilingState.ACCEPTED
RETURNED, DONE = FilingState.RETURNED, FilingState.DONE
REFUSED, CANCELLED = FilingState.REFUSED, FilingState.CANCELLED
EDGES: tuple[Edge[Filing, Facts], ...] = (
    Edge(None, Command.UPLOAD, harmless, UPLOADED, uploaded),
    Edge(None, Command.HOLD, waiting, HELD, held),
    Edge(HELD, Command.RELEASE, found_harmless, UPLOADED, released),
    Edge(HELD, Command.REFUSE, found_harmful, REFUSED, refused),
    Edge(HELD, Command.CANCEL, may_cancel, CANCELLED, cancelled),
    Edge(UPLOADED, Command.APPROVE, may_approve, APPROVED, approved),
    Edge(UPLOADED, Command.CANCEL, may_cancel, CANCELLED, cancelled),
    Edge(APPROVED, Command.DELIVER, as_approved, DELIVERED, delivered),
    Edge(APPROVED, Command.CANCEL, may_cancel, CANCELLED, cancelled),
    Edge(DELIVERED, Command.RECEIVE, by_fund, RECEIVED, received),
    Edge(RECEIVED, Command.ACCEPT, by_fund, ACCEPTED, accepted),
    Edge(RECEIVED, Command.RETURN, with_reason, RETURNED, returned),
    Edge(RECEIVED, Command.COMPLETE, by_fund, DONE, done),
    Edge(ACCEPTED, Command.RETURN, with_reason, RETURNED, returned),
    Edge(ACCEPTED, Command.COMPLETE, by_fund, DONE, done),
    Edge(RETURNED, Command.FOLLOW, not_followed, RETURNED, followed),
)


def step(filing: Filing | None, command: Command, facts: Facts) -> Filing:
    """The filing after command; None stands for the one that is not there yet. Raises machine.NotPossible."""
    return follow(EDGES, filing.state if filing else None, filing, command, facts)


def is_possible(filing: Filing, command: Command, facts: Facts) -> bool:
    """Whether step() would do it."""
    try:
        step(filing, command, facts)
    except NotPossible:
        return False
    return True


def leads_from(state: FilingState, command: Command) -> bool:
    """Whether there is such an edge, whatever its guard says."""
    return any(edge.start is state and edge.command is command for edge in EDGES)
