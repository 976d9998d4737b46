# SPDX-License-Identifier: Apache-2.0
"""The machine of a notice (requirements 1.U): delivered by the fund, received by the office.

A download that is cut leaves it unread; the first whole one makes it received; later ones are counted.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from appliance.model.things import Notice, Upload
from appliance.model.time import Instant
from appliance.model.words import NoticeState
from appliance.vault.workflow.machine import Edge, follow


class Command(StrEnum):
    """What can be done with a notice."""

    DELIVER = "deliver"
    RECEIVE = "receive"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an edge may look at: who does it and when, and for a delivery what is delivered."""

    actor: str
    now: Instant
    upload: Upload | None = None
    type: str = ""
    period: str = ""
    sha256: bytes = b""


def complete(notice: Notice | None, facts: Facts) -> bool:
    """All bytes of the upload have come."""
    upload = facts.upload
    return upload is not None and sum(part.size for part in upload.parts) == upload.size


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
        wrapped_key=upload.wrapped_key,
        purge_month=upload.purge_month,
        state=NoticeState.DELIVERED,
        delivered_at=facts.now,
        delivered_by=facts.actor,
    )


def received(notice: Notice | None, facts: Facts) -> Notice:
    """The office has the whole document for the first time."""
    assert notice is not None
    return replace(notice, state=NoticeState.RECEIVED, received_at=facts.now, received_by=facts.actor, downloads=1)


def received_again(notice: Notice | None, facts: Facts) -> Notice:
    """One download more."""
    assert notice is not None
    return replace(notice, downloads=notice.downloads + 1)


EDGES: tuple[Edge[Notice, Facts], ...] = (
    Edge(None, Command.DELIVER, complete, NoticeState.DELIVERED, delivered),
    Edge(NoticeState.DELIVERED, Command.RECEIVE, None, NoticeState.RECEIVED, received),
    Edge(NoticeState.RECEIVED, Command.RECEIVE, None, NoticeState.RECEIVED, received_again),
)


def step(notice: Notice | None, command: Command, facts: Facts) -> Notice:
    """The notice after command; None stands for the one that is not there yet. Raises machine.NotPossible."""
    return follow(EDGES, notice.state if notice else None, notice, command, facts)
