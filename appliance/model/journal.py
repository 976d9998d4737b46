# SPDX-License-Identifier: Apache-2.0
"""What the journal is made of: the kinds of act, and one entry for each act, done or refused (design §7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from appliance.model.time import Instant

# The personal value that holds a reason in somebody's own words, which may say anything of anybody.
TYPED = "typed"


class Kind(StrEnum):
    """Every kind of act. docs/journal.md says when each is written; a test keeps the two in step."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    CODE_REQUESTED = "code.requested"
    CODE_PROVEN = "code.proven"
    FACTOR_ENROLLED = "factor.enrolled"
    FACTOR_DROPPED = "factor.dropped"
    VISIT_ENDED = "visit.ended"
    ACCOUNT_LOCKED = "account.locked"
    ACCOUNT_BLOCKED = "account.blocked"
    ACCOUNT_UNLOCKED = "account.unlocked"
    ACCOUNT_INITIALISED = "account.initialised"
    LOCK_LIST_READ = "lock.list_read"
    MENU_READ = "menu.read"
    NOTICE_LIST_READ = "notice.list_read"
    UPLOAD_BEGUN = "upload.begun"
    UPLOAD_PART = "upload.part"
    UPLOAD_SWEPT = "upload.swept"
    NOTICE_DELIVERED = "notice.delivered"
    NOTICE_DOWNLOAD_STARTED = "notice.download_started"
    NOTICE_RECEIVED = "notice.received"
    NOTICE_DOWNLOAD_CUT = "notice.download_cut"
    NOTICE_REFUSED = "notice.refused"
    NOTICE_CANCELLED = "notice.cancelled"
    FILING_LIST_READ = "filing.list_read"
    FILING_READ = "filing.read"
    FILING_OPENED = "filing.opened"
    FILING_DOWNLOADED = "filing.downloaded"
    FILING_DOWNLOAD_CUT = "filing.download_cut"
    FILING_UPLOADED = "filing.uploaded"
    FILING_HELD = "filing.held"
    FILING_RELEASED = "filing.released"
    FILING_REFUSED = "filing.refused"
    FILING_APPROVED = "filing.approved"
    FILING_DELIVERED = "filing.delivered"
    FILING_CANCELLED = "filing.cancelled"
    FILING_RECEIVED = "filing.received"
    FILING_ACCEPTED = "filing.accepted"
    FILING_RETURNED = "filing.returned"
    FILING_DONE = "filing.done"
    FILING_TAKEN_OUT = "filing.taken_out"
    HISTORY_READ = "history.read"
    OFFICE_LIST_READ = "office.list_read"
    ACCOUNT_ADDED = "account.added"
    CONTRACT_ADDED = "contract.added"
    OFFICE_REGISTERED = "office.registered"
    OFFICE_RULES_READ = "office.rules_read"
    OFFICE_RULES_CHANGED = "office.rules_changed"
    ACCOUNT_REGISTERED = "account.registered"
    ACCOUNT_READ = "account.read"
    ACCOUNT_LIST_READ = "account.list_read"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_REMOVED = "account.removed"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - the name of a kind
    PASSWORD_RESET = "password.reset"  # noqa: S105 - the name of a kind
    MAIL_CHANGE_ASKED = "mail.change_asked"
    MAIL_CHANGED = "mail.changed"
    ZIP_PASSWORD_ASKED = "zip_password.asked"  # noqa: S105 - the name of a kind
    ZIP_PASSWORD_SHOWN = "zip_password.shown"  # noqa: S105 - the name of a kind
    LETTER_LIST_READ = "letter.list_read"
    LETTER_PRINTED = "letter.printed"
    LETTER_CONFIRMED = "letter.confirmed"
    LETTER_REISSUED = "letter.reissued"
    LETTER_FORGOTTEN = "letter.forgotten"
    LETTER_ASKED = "letter.asked"
    ISSUED_READ = "issued.read"
    SEATS_CHANGED = "seats.changed"
    OFFICE_SUSPENDED = "office.suspended"
    OFFICE_RESUMED = "office.resumed"
    HAND_OVER_ASKED = "hand_over.asked"
    HAND_OVER_CONFIRMED = "hand_over.confirmed"
    HAND_OVER_DROPPED = "hand_over.dropped"
    HAND_OVER_DONE = "hand_over.done"
    ZIP_PASSWORD_OPENED = "zip_password.opened"  # noqa: S105 - the name of a kind
    ZIP_PASSWORD_CHANGED = "zip_password.changed"  # noqa: S105 - the name of a kind
    VISIT_LIST_READ = "visit.list_read"
    PROPOSAL_MADE = "proposal.made"
    PROPOSAL_LIST_READ = "proposal.list_read"
    PROPOSAL_DECIDED = "proposal.decided"
    TWO_PERSON_EMERGENCY = "two_person.emergency"
    MONTH_READ = "month.read"
    BANNER_LIST_READ = "banner.list_read"
    BANNER_PUT = "banner.put"
    BANNER_TAKEN_DOWN = "banner.taken_down"
    REGISTRATION_TAKEN_IN = "registration.taken_in"
    REGISTRATION_SENT = "registration.sent"
    REGISTRATION_LIST_READ = "registration.list_read"
    REGISTRATION_READ = "registration.read"
    REGISTRATION_CORRECTED = "registration.corrected"
    REGISTRATION_CONFIRMED = "registration.confirmed"
    REGISTRATION_REJECTED = "registration.rejected"
    CALLER_READ = "caller.read"
    DIAGNOSIS_FILE_READ = "diagnosis_file.read"
    MAIL_TESTED = "mail.tested"
    LETTER_SENT_AGAIN = "letter.sent_again"
    MANUAL_LIST_READ = "manual.list_read"
    MANUAL_READ = "manual.read"
    MANUAL_ADDED = "manual.added"
    MANUAL_WITHDRAWN = "manual.withdrawn"
    ACTIVATION_ASKED = "activation.asked"
    ACTIVATION_APPROVED = "activation.approved"
    ACTIVATION_REFUSED = "activation.refused"
    ACTIVATION_LIST_READ = "activation.list_read"
    SEAT_LIST_READ = "seat.list_read"
    SEAT_OPENED = "seat.opened"
    SEAT_CLOSED = "seat.closed"
    SEAT_OVERRIDDEN = "seat.overridden"
    SEAT_REVOKED = "seat.revoked"
    SEAT_CODE_ASKED = "seat.code_asked"
    SERVED_LIST_READ = "served.list_read"
    OFFICE_SWITCHED = "office.switched"
    DELEGATION_ADDED = "delegation.added"
    DELEGATION_CHANGED = "delegation.changed"
    DELEGATION_ENDED = "delegation.ended"
    DELEGATION_LIST_READ = "delegation.list_read"
    FILING_APPROVAL_ASKED = "filing.approval_asked"
    TUNNEL_OPENED = "tunnel.opened"
    TUNNEL_REFUSED = "tunnel.refused"
    TUNNEL_ENDED = "tunnel.ended"
    TUNNEL_LIST_READ = "tunnel.list_read"
    TUNNEL_ENGINE = "tunnel.engine"
    SEAT_BLOCKED = "seat.blocked"
    SEAT_UNBLOCKED = "seat.unblocked"
    ACTION_DONE = "action.done"
    ACTION_READ = "action.read"
    COUNTER_OPENED = "counter.opened"
    COUNTER_LEFT = "counter.left"
    COUNTER_LOCKED = "counter.locked"
    COUNTER_BLOCKED = "counter.blocked"
    COUNTER_UNLOCKED = "counter.unlocked"
    COUNTER_READ = "counter.read"
    COUNTER_FILE_STARTED = "counter.file_started"
    COUNTER_FILE_FETCHED = "counter.file_fetched"
    COUNTER_FILE_CUT = "counter.file_cut"
    COUNTER_CODES_SENT = "counter.codes_sent"
    REQUEST_REFUSED = "request.refused"
    LINK_CUT = "link.cut"
    CLOCK_MOVED = "clock.moved"
    CLOCK_BEHIND = "clock.behind"
    PLUGIN_BLOCKED = "plugin.blocked"
    PLUGIN_UNBLOCKED = "plugin.unblocked"
    PLUGIN_APPROVED = "plugin.approved"
    PLUGIN_REMOVED = "plugin.removed"
    PLUGIN_RECORDS = "plugin.records"
    KIT_CLIENT_ADDED = "kit.client_added"
    KIT_MADE = "kit.made"
    KEYS_ROTATED = "keys.rotated"
    STORE_COPIED = "store.copied"
    STORE_REOPENED = "store.reopened"
    JOURNAL_EXPORTED = "journal.exported"
    JOURNAL_VERIFIED = "journal.verified"
    STATUS_READ = "status.read"
    MAIL_FAILED = "mail.failed"
    MAIL_RETURNED = "mail.returned"
    VAULT_STARTED = "vault.started"
    VAULT_STOPPED = "vault.stopped"


class Result(StrEnum):
    """How an act ended."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """One act.

    actor is an account id, `plugin:<name>`, `admin` or "" before sign-in; thing is the id of what was acted on.
    personal holds what names people (file name, typed id, source address): only salted commitments of it go into
    the tree, so that it can be destroyed and the proof stays. count is above 1 for coalesced refusals.
    """

    kind: Kind
    result: Result
    at: Instant
    site: str
    actor: str
    office: str
    thing: str
    reason: str
    request: str
    salt: bytes
    sha256: str = ""
    count: int = 1
    personal: Mapping[str, str] = field(default_factory=dict)
