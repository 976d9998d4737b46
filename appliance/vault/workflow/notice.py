# SPDX-License-Identifier: Apache-2.0
"""The machine of a notice (requirements 1.U): delivered by the fund, received by the office.

A download that is cut leaves it unread; the first whole one makes it received; later ones are counted. What nobody
at the office has opened yet, the fund can take back.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from appliance.model.things import Notice, Upload
from appliance.model.time import Instant
from appliance.model.words import NoticeState, ScanState
from appliance.vault.workflow.machine import Edge, follow


class Command(StrEnum):
    """What can be done with a notice. COPY: another office gets the same document."""

    DELIVER = "deliver"
    COPY = "copy"
    RECEIVE = "receive"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an edge may look at: who does it and when, and for a delivery what is delivered.

    purge_month and wrapped_key are the delivery's own, "" and b"" leave those of the upload. A copy is of original,
    with an id, an office and a wrapped_key of its own. opened: somebody has begun to download it, and reason says
    why it is taken back.
    """

    actor: str
    now: Instant
    upload: Upload | None = None
    type: str = ""
    period: str = ""
    sha256: bytes = b""
    purge_month: str = ""
    wrapped_key: bytes = b""
    scan: ScanState = ScanState.UNSCANNED
    engine: str = ""
    original: Notice | None = None
    id: str = ""
    office: str = ""
    opened: bool = False
    reason: str = ""


def complete(notice: Notice | None, facts: Facts) -> bool:
    """All bytes of the upload have come."""
    upload = facts.upload
    return upload is not None and sum(part.size for part in upload.parts) == upload.size


def still_there(notice: Notice | None, facts: Facts) -> bool:
    """What is to be copied was not taken back."""
    return facts.original is not None and facts.original.state is not NoticeState.CANCELLED


def unopened(notice: Notice | None, facts: Facts) -> bool:
    """Nobody has begun to download it, and the fund says why."""
    return not facts.opened and bool(facts.reason)


def delivered(notice: Notice | None, facts: Facts) -> Notice:
    """The upload becomes a notice that its office can see."""
    upload = facts.upload
    assert upload is not None
    return Notice(
        id=upload.id,
        office=upload.office,
        type=facts.type,
        period=facts.period,
        file_name=upload.file_name,
        size=upload.size,
        sha256=facts.sha256,
        parts=upload.parts,
        wrapped_key=facts.wrapped_key or upload.wrapped_key,
        purge_month=facts.purge_month or upload.purge_month,
        state=NoticeState.DELIVERED,
        delivered_at=facts.now,
        delivered_by=facts.actor,
        scan=facts.scan,
        engine=facts.engine,
    )


def copied(notice: Notice | None, facts: Facts) -> Notice:
    """Another office can see the same document; the bytes are kept once."""
    original = facts.original
    assert original is not None
    return Notice(
        id=facts.id,
        office=facts.office,
        type=original.type,
        period=original.period,
        file_name=original.file_name,
        size=original.size,
        sha256=original.sha256,
        parts=original.parts,
        wrapped_key=facts.wrapped_key,
        purge_month=facts.purge_month or original.purge_month,
        state=NoticeState.DELIVERED,
        delivered_at=facts.now,
        delivered_by=facts.actor,
        content=original.sealed_as,
        scan=original.scan,
        engine=original.engine,
    )


def received(notice: Notice | None, facts: Facts) -> Notice:
    """The office has the whole document for the first time."""
    assert notice is not None
    return replace(notice, state=NoticeState.RECEIVED, received_at=facts.now, received_by=facts.actor, downloads=1)


def received_again(notice: Notice | None, facts: Facts) -> Notice:
    """One download more."""
    assert notice is not None
    return replace(notice, downloads=notice.downloads + 1)


def cancelled(notice: Notice | None, facts: Facts) -> Notice:
    """Its bytes are destroyed, the record stays."""
    assert notice is not None
    return replace(
        notice,
        state=NoticeState.CANCELLED,
        parts=(),
        wrapped_key=b"",
        cancelled_at=facts.now,
        cancelled_by=facts.actor,
        reason=facts.reason,
    )


EDGES: tuple[Edge[Notice, Facts], ...] = (
    Edge(None, Command.DELIVER, complete, NoticeState.DELIVERED, delivered),
    Edge(None, Command.COPY, still_there, NoticeState.DELIVERED, copied),
    Edge(NoticeState.DELIVERED, Command.RECEIVE, None, NoticeState.RECEIVED, received),
    Edge(NoticeState.RECEIVED, Command.RECEIVE, None, NoticeState.RECEIVED, received_again),
    Edge(NoticeState.DELIVERED, Command.CANCEL, unopened, NoticeState.CANCELLED, cancelled),
)


def step(notice: Notice | None, command: Command, facts: Facts) -> Notice:
    """The notice after command; None stands for the one that is not there yet. Raises machine.NotPossible."""
    return follow(EDGES, notice.state if notice else None, notice, command, facts)
