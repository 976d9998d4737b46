# SPDX-License-Identifier: Apache-2.0
"""Policy: may this happen? Consulted with facts, before the change; the core decides (design §4)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from appliance.model.calendar import Opening, Reason
from appliance.model.time import Instant
from appliance.model.words import Permission, Role, Site


class Decision(StrEnum):
    """What a policy says. Deny beats allow; if nobody allows, it is denied."""

    ALLOW = "allow"
    DENY = "deny"
    ABSTAIN = "abstain"


# Who forgets to ask the calendar opens no door.
CLOSED = Opening(Reason.FUND_CLOSED, next_open=0)


@dataclass(frozen=True, slots=True)
class PolicyRequest:
    """The question: may this account do this action, here and now?

    action is a name of link/messages, such as "notice.download". account_office is "" for the fund's staff;
    thing_office is the office whose thing is touched, "" where there is none. opening is what the calendar says
    of now (R6). name is that of an action of a plugin, such as "inquiry.answer", where action is "act" or "look".
    """

    action: str
    site: Site
    account: str
    role: Role
    permissions: frozenset[Permission]
    account_office: str
    thing_office: str
    now: Instant
    opening: Opening = CLOSED
    name: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. reason is a short sentence for the journal; until is when the answer stops being true.

    because_closed marks a denial that holds for everybody until the service opens: that, and when, people are told.
    """

    decision: Decision
    reason: str
    until: Instant | None = None
    because_closed: bool = False


ABSTAIN = Verdict(Decision.ABSTAIN, "")


class Policy(Protocol):
    """Any number may be configured. Only the one named as rights policy may allow; others deny or abstain.

    A policy that raises, hangs or answers nonsense denies.
    """

    async def judge(self, request: PolicyRequest) -> Verdict:
        """The verdict on one request. Called with every act; no I/O that may be slow."""
