# SPDX-License-Identifier: Apache-2.0
"""Every kind of letter, and what each has to be told (requirements 1.N, practice §3.7)."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.model.time import DAY, HOUR, Instant

UNTIL = "until"
# What every letter may say, beside what its kind is told: people, the fund, and when the letter was written.
EVERYWHERE = frozenset({"office", "name", "fund", "contact", "at"})


class LetterKind(StrEnum):
    """The kinds. Each has a text of its own, `<kind>.txt`."""

    ONE_TIME_CODE = "one_time_code"
    OWN_CODE = "own_code"
    NOTICE_DELIVERED = "notice_delivered"
    MAIL_CHANGE_CONFIRM = "mail_change_confirm"
    MAIL_CHANGE_NOTICE = "mail_change_notice"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - no password
    PASSWORD_RESET = "password_reset"  # noqa: S105 - no password
    ACCOUNT_LOCKED = "account_locked"
    ACCOUNT_BLOCKED = "account_blocked"
    ACCOUNT_UNLOCKED = "account_unlocked"
    COUNTER_LOCKED = "counter_locked"
    COUNTER_BLOCKED = "counter_blocked"
    PERMISSIONS_CHANGED = "permissions_changed"
    ZIP_PASSWORD_SHOWN = "zip_password_shown"  # noqa: S105 - no password
    ZIP_PASSWORD_OPENED = "zip_password_opened"  # noqa: S105 - no password
    ZIP_PASSWORD_CHANGED = "zip_password_changed"  # noqa: S105 - no password
    LETTER_REISSUED = "letter_reissued"
    SEATS_CHANGED = "seats_changed"
    HAND_OVER_CODE = "hand_over_code"
    HAND_OVER_DONE = "hand_over_done"
    TWO_PERSON_EMERGENCY = "two_person_emergency"
    FILING_WAITING = "filing_waiting"
    FILING_RECEIVED = "filing_received"
    FILING_RETURNED = "filing_returned"
    FILING_REFUSED = "filing_refused"
    NOTICE_CANCELLED = "notice_cancelled"
    DELEGATION_BEGUN = "delegation_begun"
    DELEGATION_ENDING = "delegation_ending"
    DELEGATION_ENDED = "delegation_ended"
    APPROVAL_ASKED = "approval_asked"
    REGISTRATION_REJECTED = "registration_rejected"
    REGISTRATION_DONE = "registration_done"
    TEST_MAIL = "test_mail"
    ACTIVATION_DONE = "activation_done"
    ACTIVATION_REFUSED = "activation_refused"
    SEAT_ENDED = "seat_ended"


@dataclass(frozen=True, slots=True)
class Traits:
    """What is so of a kind.

    needs are the placeholders that its text must have and whoever writes it must give; may are those that the text
    can leave out. urgent is a letter for which somebody waits. keep is how long it is worth sending, where it does
    not say `until` itself.
    """

    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    urgent: bool = False
    keep: Instant = 7 * DAY

    @property
    def given(self) -> frozenset[str]:
        """The fields of the row: all that is told but the instant, which the row has as not_after."""
        return (self.needs | self.may) - {UNTIL}


_CODE = Traits(frozenset({"code", UNTIL}), urgent=True)
_DELEGATION = Traits(frozenset({"client", "person", "firm"}), frozenset({"first", "last"}))
TRAITS: dict[LetterKind, Traits] = {
    LetterKind.ONE_TIME_CODE: _CODE,
    LetterKind.OWN_CODE: Traits(frozenset({"code", "what", UNTIL}), urgent=True),
    LetterKind.NOTICE_DELIVERED: Traits(),
    LetterKind.MAIL_CHANGE_CONFIRM: _CODE,
    LetterKind.MAIL_CHANGE_NOTICE: Traits(),
    LetterKind.PASSWORD_CHANGED: Traits(),
    LetterKind.PASSWORD_RESET: Traits(),
    LetterKind.ACCOUNT_LOCKED: Traits(frozenset({UNTIL})),
    LetterKind.ACCOUNT_BLOCKED: Traits(),
    LetterKind.ACCOUNT_UNLOCKED: Traits(),
    LetterKind.COUNTER_LOCKED: Traits(frozenset({UNTIL})),
    LetterKind.COUNTER_BLOCKED: Traits(),
    LetterKind.PERMISSIONS_CHANGED: Traits(),
    LetterKind.ZIP_PASSWORD_SHOWN: Traits(),
    LetterKind.ZIP_PASSWORD_OPENED: Traits(frozenset({UNTIL})),
    LetterKind.ZIP_PASSWORD_CHANGED: Traits(),
    LetterKind.LETTER_REISSUED: Traits(),
    LetterKind.SEATS_CHANGED: Traits(frozenset({"before", "after"})),
    LetterKind.HAND_OVER_CODE: _CODE,
    LetterKind.HAND_OVER_DONE: Traits(),
    LetterKind.TWO_PERSON_EMERGENCY: Traits(),
    LetterKind.FILING_WAITING: Traits(),
    LetterKind.FILING_RECEIVED: Traits(),
    LetterKind.FILING_RETURNED: Traits(),
    LetterKind.FILING_REFUSED: Traits(),
    LetterKind.NOTICE_CANCELLED: Traits(),
    LetterKind.DELEGATION_BEGUN: _DELEGATION,
    LetterKind.DELEGATION_ENDING: _DELEGATION,
    LetterKind.DELEGATION_ENDED: _DELEGATION,
    LetterKind.APPROVAL_ASKED: Traits(frozenset({"by"})),
    LetterKind.REGISTRATION_REJECTED: Traits(frozenset({"reason"}), frozenset({"sender", "sender_office"})),
    LetterKind.REGISTRATION_DONE: Traits(),
    LetterKind.TEST_MAIL: Traits(urgent=True, keep=HOUR),
    LetterKind.ACTIVATION_DONE: Traits(frozenset({"seat", "next"})),
    LetterKind.ACTIVATION_REFUSED: Traits(frozenset({"what", "reason"})),
    LetterKind.SEAT_ENDED: Traits(frozenset({"seat", "why"})),
}
# These go to people who have no account: the row names them, and the address.
TO_STRANGERS = frozenset({LetterKind.REGISTRATION_REJECTED})
