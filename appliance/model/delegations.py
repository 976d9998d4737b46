# SPDX-License-Identifier: Apache-2.0
"""Delegations (複数事業所管理届, R229): a person of one office works for another one, from a day until a day."""

from dataclasses import dataclass, field
from enum import StrEnum

from appliance.model.time import DAY, Instant
from appliance.model.words import Permission, Role

# How long before its end both sides are told.
WARNED_BEFORE = 14 * DAY


class DelegationState(StrEnum):
    """Where a delegation stands in time. ENDED: by somebody, before its last day was over."""

    COMING = "coming"
    IN_FORCE = "in_force"
    OVER = "over"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Delegation:
    """account, a person of the office managing, works for office with these permissions, never as its admin.

    since is the first instant of its first day, until the first one after its last. reason is the paper that it
    rests on. ended_at and ended_by are 0 and "" until somebody ends it; warned_at until its end was announced.
    """

    id: str
    account: str
    managing: str
    office: str
    role: Role
    permissions: frozenset[Permission]
    since: Instant
    until: Instant
    reason: str = field(repr=False)
    entered_at: Instant
    entered_by: str
    ended_at: Instant = 0
    ended_by: str = ""
    warned_at: Instant = 0

    def state(self, now: Instant) -> DelegationState:
        """Where it stands at an instant."""
        if self.ended_at:
            return DelegationState.ENDED
        if now >= self.until:
            return DelegationState.OVER
        return DelegationState.IN_FORCE if now >= self.since else DelegationState.COMING

    def in_force(self, now: Instant) -> bool:
        """Whether it opens the office at an instant."""
        return self.state(now) is DelegationState.IN_FORCE
