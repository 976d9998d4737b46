# SPDX-License-Identifier: Apache-2.0
"""Messages about filings (届書)."""

from dataclasses import dataclass

from appliance.model.problems import Problem
from appliance.model.time import Instant
from appliance.model.words import FilingState, ScanState


@dataclass(frozen=True, slots=True)
class SubmitFiling:
    """The upload is complete: judge it, and make each document in it a filing (A45).

    sha256 is of the whole file. type and filed_on ("YYYY-MM-DD") are what the person chose, "" where the names
    inside say it; event_on (A50) and note are for all of them. follows is the returned filing that this one stands
    for, "" for none.
    """

    upload: str
    sha256: bytes
    command: str
    type: str = ""
    filed_on: str = ""
    event_on: str = ""
    note: str = ""
    follows: str = ""


@dataclass(frozen=True, slots=True)
class FiledAs:
    """A filing that came of it. came_as is its name before it was given the right one, "" if it had that."""

    filing: str
    type: str
    file_name: str
    state: FilingState
    came_as: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """Either filings, or problems: then nothing was made and the upload is gone."""

    filings: tuple[FiledAs, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ListFilings:
    """A page of filings, newest first, oldest first, or the nearest deadline first.

    At the portal the office is the visitor's own, whatever is asked, and only the newest 1,000 filings of these
    states are put in the order of deadlines; at the console only what was delivered is there. states, type, month
    ("YYYY-MM", of the upload, at the console of the delivery) and search (part of the file name or of the kind's
    name) narrow it; (), "" is everything. export: it goes into a file.
    """

    office: str = ""
    states: tuple[FilingState, ...] = ()
    type: str = ""
    by_deadline: bool = False
    after: str = ""
    limit: int = 50
    month: str = ""
    search: str = ""
    oldest_first: bool = False
    export: bool = False


@dataclass(frozen=True, slots=True)
class FilingRow:
    """One line. uploaded_by is a name, at the console ""; due_on is "" where there is no deadline.

    office is "" for one that is gone. followed_by is the filing that was sent in its place, "" for none.
    """

    id: str
    office_number: int
    office_name: str
    type: str
    filed_on: str
    file_name: str
    size: int
    state: FilingState
    scan: ScanState
    due_on: str
    uploaded_at: Instant
    uploaded_by: str
    delivered_at: Instant
    received_at: Instant
    office: str = ""
    followed_by: str = ""


@dataclass(frozen=True, slots=True)
class FilingPage:
    """Some lines, and the cursor of the next page, "" at the end. A page may be short, as a NoticePage."""

    rows: tuple[FilingRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class ReadFiling:
    """Everything about one filing but its bytes."""

    filing: str


@dataclass(frozen=True, slots=True)
class FilingDetail:
    """One filing. may names the messages about it that this visitor could send now, such as "ApproveFiling".

    delivers: approving it delivers as well, as its office and this visitor's rights are. Names of people are ""
    where this visitor may not know them, or there was nobody. approvers are the names of those of the office who
    may approve it, while it waits for that; the fund is not told.
    """

    row: FilingRow
    sha256: bytes
    note: str
    event_on: str
    reason: str
    decision: str
    follows: str
    engine: str
    approved_at: Instant
    approved_by: str
    delivered_by: str
    received_by: str
    settled_at: Instant
    settled_by: str
    may: tuple[str, ...]
    delivers: bool = False
    approvers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DownloadFiling:
    """The bytes of a filing, please; they come with the reply. start and stop as in DownloadNotice."""

    filing: str
    start: int = 0
    stop: int = 0


@dataclass(frozen=True, slots=True)
class ApproveFiling:
    """Approve these bytes (承認). deliver: and deliver them in the same breath (A13)."""

    filing: str
    sha256: bytes
    command: str
    deliver: bool = False


@dataclass(frozen=True, slots=True)
class DeliverFiling:
    """Hand the approved bytes to the fund (配信)."""

    filing: str
    sha256: bytes
    command: str


@dataclass(frozen=True, slots=True)
class CancelFiling:
    """Take it back before the fund has it (取消, A11b): its bytes are destroyed, the record stays."""

    filing: str
    command: str


@dataclass(frozen=True, slots=True)
class ReceiveFiling:
    """The fund takes it (受信済)."""

    filing: str
    command: str


@dataclass(frozen=True, slots=True)
class AcceptFiling:
    """The fund finds it in order and works on it (受理)."""

    filing: str
    command: str


@dataclass(frozen=True, slots=True)
class ReturnFiling:
    """The fund gives it back (差戻し); reason is for the office to read."""

    filing: str
    reason: str
    command: str


@dataclass(frozen=True, slots=True)
class CompleteFiling:
    """The fund is done with it (処理完了). decision is the notice to the same office that answers it, or ""."""

    filing: str
    command: str
    decision: str = ""


@dataclass(frozen=True, slots=True)
class FilingNow:
    """The state that the filing has now."""

    filing: str
    state: FilingState


@dataclass(frozen=True, slots=True)
class TakeOut:
    """A ZIP of the filings that the fund received and that were delivered from since to until, both "YYYY-MM-DD".

    type narrows it. encoding of the index is "utf-8" (with a BOM) or "cp932". for_people: cells that a spreadsheet
    would take for a formula are made harmless; else every cell is exact.
    """

    since: str
    until: str
    type: str = ""
    encoding: str = "utf-8"
    for_people: bool = False


@dataclass(frozen=True, slots=True)
class ReadOfficeRules:
    """How the visitor's office wants its filings approved (A13)."""


@dataclass(frozen=True, slots=True)
class OfficeRules:
    """four_eyes: who uploaded does not approve. deliver_on_approve: approving delivers."""

    four_eyes: bool
    deliver_on_approve: bool


@dataclass(frozen=True, slots=True)
class ChangeOfficeRules:
    """The admin changes them."""

    four_eyes: bool
    deliver_on_approve: bool
    command: str
