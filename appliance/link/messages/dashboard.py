# SPDX-License-Identifier: Apache-2.0
"""The message of the fund's dashboard: what came and went, and what waits."""

from dataclasses import dataclass, field

from appliance.link.messages.filings import FilingRow
from appliance.link.messages.pages import DeskWork
from appliance.model.calendar import Reason
from appliance.model.time import Instant


@dataclass(frozen=True, slots=True)
class ReadDashboard:
    """How things stand, please."""


@dataclass(frozen=True, slots=True)
class DayCount:
    """What came from offices and went to them on a Japanese day "YYYY-MM-DD"; closed: the service rested."""

    day: str
    filings: int
    notices: int
    closed: Reason | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are of a kind of notice, or of filings in a state."""

    of: str
    count: int


@dataclass(frozen=True, slots=True)
class OfficeCount:
    """How many notices an office has not received."""

    office: str
    number: int
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class UnreadNotice:
    """A notice that nobody has received; office is "" for one that is gone."""

    id: str
    office: str
    office_number: int
    office_name: str
    type: str
    period: str
    delivered_at: Instant


@dataclass(frozen=True, slots=True)
class Dashboard:
    """counted is False, and every number missing, while the vault counts all it keeps for the first time.

    days are the last 30, today at the end. unread are notices that nobody has received, by kind, the most first;
    waiting are filings that the fund has not settled, by state. What follows are at most five each, and nothing
    where this visitor's role does not list filings, or notices and offices, as the two after them say. desk is
    as in a Menu, whether the rest is counted or not.
    """

    counted: bool
    days: tuple[DayCount, ...] = ()
    unread: tuple[Count, ...] = ()
    waiting: tuple[Count, ...] = ()
    oldest_filings: tuple[FilingRow, ...] = ()
    due_filings: tuple[FilingRow, ...] = ()
    oldest_notices: tuple[UnreadNotice, ...] = ()
    offices: tuple[OfficeCount, ...] = ()
    lists_filings: bool = False
    lists_notices: bool = False
    desk: DeskWork = field(default_factory=DeskWork)
