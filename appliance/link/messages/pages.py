# SPDX-License-Identifier: Apache-2.0
"""Messages behind the pages that everybody has: menu, lists, history."""

from dataclasses import dataclass

from appliance.model.journal import Kind
from appliance.model.time import Instant
from appliance.model.words import NoticeState, ScanState

# What waits is counted up to so many.
MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class OpenMenu:
    """The first page after sign-in."""


@dataclass(frozen=True, slots=True)
class DeskWork:
    """What waits for the fund's people besides filings, each counted up to MOST_COUNTED.

    Requests for activation, registrations, and letters that nobody has confirmed to lie on paper. register_late
    are registrations that waited longer than the fund promises (A26), print_ending letters that are forgotten soon.
    connected is no work: how many VPN sessions there are now. connected_most is how many were let through at once
    at most today, and connected_most_at since when first.
    """

    to_activate: int = 0
    to_register: int = 0
    register_late: int = 0
    to_print: int = 0
    print_ending: int = 0
    connected: int = 0
    connected_most: int = 0
    connected_most_at: Instant = 0


@dataclass(frozen=True, slots=True)
class Menu:
    """What waits: the number of unread notices; more_than says that it is only as far as was counted.

    to_approve and to_deliver are an office's filings that wait for that, returned those that came back and have
    nothing in their place; to_receive are the fund's new ones. Each is counted up to MOST_COUNTED.
    due_on is the next deadline "YYYY-MM-DD" of a filing that the office still has to send, due_filing and due_type
    that filing; arrived_at is when the newest notice came, arrived_type its kind. 0 and "" are none.
    """

    unread: int
    more_than: bool
    to_approve: int = 0
    to_deliver: int = 0
    to_receive: int = 0
    returned: int = 0
    due_on: str = ""
    due_filing: str = ""
    due_type: str = ""
    arrived_at: Instant = 0
    arrived_type: str = ""
    desk: DeskWork = DeskWork()


@dataclass(frozen=True, slots=True)
class ListNotices:
    """A page of notices, newest or oldest first. At the portal the office is the visitor's own, whatever is asked.

    type, period (the month it is about), month (that of its delivery, both "YYYY-MM"), state and search narrow it;
    search is part of the file name or of the kind's name. export: it goes into a file.
    """

    office: str = ""
    after: str = ""
    limit: int = 50
    type: str = ""
    period: str = ""
    month: str = ""
    state: NoticeState | None = None
    search: str = ""
    oldest_first: bool = False
    export: bool = False


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of a list of notices.

    reason is why the fund took it back, at the portal ""; engine names the scanners that looked at it.
    """

    id: str
    office_number: int
    office_name: str
    type: str
    period: str
    file_name: str
    size: int
    state: NoticeState
    delivered_at: Instant
    received_at: Instant
    scan: ScanState = ScanState.UNSCANNED
    engine: str = ""
    cancelled_at: Instant = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Some lines, and the cursor of the next page, "" at the end.

    A page may be short, or empty, and still not be the end: only so many notices are looked at at once.
    """

    rows: tuple[NoticeRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class ReadNotice:
    """One line of the list, please."""

    notice: str


@dataclass(frozen=True, slots=True)
class ListOffices:
    """A page of offices in the order of their numbers.

    search is part of a number or of a name, or a contract number; who has just this number comes first. office asks
    for this one alone. export: it goes into a file.
    """

    after: int = 0
    limit: int = 1000
    search: str = ""
    export: bool = False
    office: str = ""


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One office as the fund's staff see it."""

    id: str
    number: int
    contract_number: str
    name: str
    is_suspended: bool = False


@dataclass(frozen=True, slots=True)
class OfficePage:
    """Some offices; after is the number to go on behind, or 0 at the end. A page may be short, as a NoticePage."""

    rows: tuple[OfficeRow, ...]
    after: int


@dataclass(frozen=True, slots=True)
class ReadHistory:
    """A page of the journal, newest first: the visitor's own office's at the portal, everything at the console.

    since and until are Japanese dates "YYYY-MM-DD", both included; topic is one of history's groups of kinds
    (model.topics), actor an account's id, thing what it is about; "" is everything. export: it goes into a file.
    """

    before: int = 0
    limit: int = 50
    office: str = ""
    since: str = ""
    until: str = ""
    topic: str = ""
    actor: str = ""
    thing: str = ""
    export: bool = False


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One entry of the journal. names are for people and may be destroyed ("") while the entry stays.

    actor and office are the ids behind the names, "" where this visitor may not tell people apart.
    """

    seq: int
    at: Instant
    kind: Kind
    result: str
    site: str
    actor_name: str
    office_name: str
    thing: str
    reason: str
    count: int
    personal: dict[str, str]
    actor: str = ""
    office: str = ""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some entries; before is the cursor of the next page, 0 at the end.

    A page may have fewer than asked, or none, and still not be the end: only so many entries are looked at at once.
    """

    rows: tuple[HistoryRow, ...]
    before: int
