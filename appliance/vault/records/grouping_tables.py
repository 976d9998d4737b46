# SPDX-License-Identifier: Apache-2.0
"""The tables of delegations, of visits that went on under another token, and of approvals that were asked for."""

from dataclasses import dataclass

from appliance.model.delegations import Delegation
from appliance.model.time import Instant
from appliance.vault.records.row_keys import newest_first
from appliance.vault.records.table import Table


@dataclass(frozen=True, slots=True)
class MovedVisit:
    """A token whose visit goes on under another one, because its visitor chose another office."""

    token_hash: bytes
    ends_at: Instant


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """When somebody last asked the office's people to approve a filing."""

    filing: str
    at: Instant


delegations = Table(
    "delegation",
    Delegation,
    lambda d: (d.id,),
    {
        # Of these nobody has ended any; there is one at most for a person and an office.
        "serves": lambda d, blind: [] if d.ended_at else [(d.account, d.office)],
        "served": lambda d, blind: [] if d.ended_at else [(d.office, d.account)],
        "until": lambda d, blind: [] if d.ended_at or d.warned_at else [(d.until,)],
        "office": lambda d, blind: [(d.office, newest_first(d.entered_at))],
        "managing": lambda d, blind: [(d.managing, newest_first(d.entered_at))],
        "all": lambda d, blind: [(newest_first(d.entered_at),)],
    },
)

moved_visits = Table("moved_visit", MovedVisit, lambda m: (m.token_hash,), {"end": lambda m, blind: [(m.ends_at,)]})

approvals_asked = Table("approval_asked", ApprovalAsked, lambda a: (a.filing,), {"at": lambda a, blind: [(a.at,)]})
