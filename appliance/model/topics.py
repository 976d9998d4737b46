# SPDX-License-Identifier: Apache-2.0
"""Which history a kind of entry belongs to (R206, SC17): every kind stands in exactly one."""

from collections.abc import Mapping
from enum import StrEnum

from appliance.model.journal import Kind


class Topic(StrEnum):
    """EXCHANGE is 送受信履歴, PEOPLE 操作履歴 of 担当者; READING tells who looked at what."""

    EXCHANGE = "exchange"
    PEOPLE = "people"
    DOOR = "door"
    READING = "reading"
    MAIL = "mail"
    SYSTEM = "system"


KINDS: Mapping[Topic, frozenset[Kind]] = {
    Topic.EXCHANGE: frozenset(
        {
            Kind.FILING_APPROVAL_ASKED,
            Kind.UPLOAD_BEGUN,
            Kind.UPLOAD_PART,
            Kind.UPLOAD_SWEPT,
            Kind.NOTICE_DELIVERED,
            Kind.NOTICE_DOWNLOAD_STARTED,
            Kind.NOTICE_RECEIVED,
            Kind.NOTICE_DOWNLOAD_CUT,
            Kind.NOTICE_REFUSED,
            Kind.NOTICE_CANCELLED,
            Kind.FILING_OPENED,
            Kind.FILING_DOWNLOADED,
            Kind.FILING_DOWNLOAD_CUT,
            Kind.FILING_UPLOADED,
            Kind.FILING_HELD,
            Kind.FILING_RELEASED,
            Kind.FILING_REFUSED,
            Kind.FILING_APPROVED,
            Kind.FILING_DELIVERED,
            Kind.FILING_CANCELLED,
            Kind.FILING_RECEIVED,
            Kind.FILING_ACCEPTED,
            Kind.FILING_RETURNED,
            Kind.FILING_DONE,
            Kind.FILING_TAKEN_OUT,
            Kind.COUNTER_FILE_STARTED,
            Kind.COUNTER_FILE_FETCHED,
            Kind.COUNTER_FILE_CUT,
            Kind.COUNTER_CODES_SENT,
        }
    ),
    Topic.PEOPLE: frozenset(
        {
            Kind.DELEGATION_ADDED,
            Kind.DELEGATION_CHANGED,
            Kind.DELEGATION_ENDED,
            Kind.ACCOUNT_ADDED,
            Kind.CONTRACT_ADDED,
            Kind.OFFICE_REGISTERED,
            Kind.OFFICE_RULES_CHANGED,
            Kind.ACCOUNT_REGISTERED,
            Kind.ACCOUNT_CHANGED,
            Kind.ACCOUNT_REMOVED,
            Kind.ACCOUNT_UNLOCKED,
            Kind.COUNTER_UNLOCKED,
            Kind.ACCOUNT_INITIALISED,
            Kind.PASSWORD_CHANGED,
            Kind.PASSWORD_RESET,
            Kind.MAIL_CHANGE_ASKED,
            Kind.MAIL_CHANGED,
            Kind.ZIP_PASSWORD_ASKED,
            Kind.ZIP_PASSWORD_SHOWN,
            Kind.LETTER_PRINTED,
            Kind.LETTER_CONFIRMED,
            Kind.LETTER_REISSUED,
            Kind.LETTER_FORGOTTEN,
            Kind.LETTER_ASKED,
            Kind.SEATS_CHANGED,
            Kind.OFFICE_SUSPENDED,
            Kind.OFFICE_RESUMED,
            Kind.HAND_OVER_ASKED,
            Kind.HAND_OVER_CONFIRMED,
            Kind.HAND_OVER_DROPPED,
            Kind.HAND_OVER_DONE,
            Kind.ZIP_PASSWORD_OPENED,
            Kind.ZIP_PASSWORD_CHANGED,
            Kind.PROPOSAL_MADE,
            Kind.PROPOSAL_DECIDED,
            Kind.TWO_PERSON_EMERGENCY,
            Kind.ACTIVATION_ASKED,
            Kind.ACTIVATION_APPROVED,
            Kind.ACTIVATION_REFUSED,
            Kind.SEAT_OPENED,
            Kind.MAIL_TESTED,
            Kind.LETTER_SENT_AGAIN,
            Kind.MANUAL_ADDED,
            Kind.MANUAL_WITHDRAWN,
            Kind.SEAT_CLOSED,
            Kind.SEAT_OVERRIDDEN,
            Kind.SEAT_REVOKED,
            Kind.SEAT_CODE_ASKED,
            Kind.ACTION_DONE,
            Kind.BANNER_PUT,
            Kind.BANNER_TAKEN_DOWN,
            Kind.REGISTRATION_TAKEN_IN,
            Kind.REGISTRATION_SENT,
            Kind.REGISTRATION_CORRECTED,
            Kind.REGISTRATION_CONFIRMED,
            Kind.REGISTRATION_REJECTED,
        }
    ),
    Topic.DOOR: frozenset(
        {
            Kind.OFFICE_SWITCHED,
            Kind.TUNNEL_OPENED,
            Kind.TUNNEL_REFUSED,
            Kind.TUNNEL_ENDED,
            Kind.TUNNEL_ENGINE,
            Kind.SEAT_BLOCKED,
            Kind.SEAT_UNBLOCKED,
            Kind.SIGN_IN,
            Kind.SIGN_OUT,
            Kind.CODE_REQUESTED,
            Kind.CODE_PROVEN,
            Kind.FACTOR_ENROLLED,
            Kind.FACTOR_DROPPED,
            Kind.VISIT_ENDED,
            Kind.COUNTER_OPENED,
            Kind.COUNTER_LEFT,
            Kind.COUNTER_LOCKED,
            Kind.COUNTER_BLOCKED,
            Kind.ACCOUNT_LOCKED,
            Kind.ACCOUNT_BLOCKED,
            Kind.REQUEST_REFUSED,
        }
    ),
    Topic.READING: frozenset(
        {
            Kind.SERVED_LIST_READ,
            Kind.DELEGATION_LIST_READ,
            Kind.MENU_READ,
            Kind.NOTICE_LIST_READ,
            Kind.FILING_LIST_READ,
            Kind.FILING_READ,
            Kind.HISTORY_READ,
            Kind.OFFICE_LIST_READ,
            Kind.OFFICE_RULES_READ,
            Kind.ACCOUNT_READ,
            Kind.ACCOUNT_LIST_READ,
            Kind.LOCK_LIST_READ,
            Kind.COUNTER_READ,
            Kind.VISIT_LIST_READ,
            Kind.LETTER_LIST_READ,
            Kind.ISSUED_READ,
            Kind.PROPOSAL_LIST_READ,
            Kind.ACTIVATION_LIST_READ,
            Kind.SEAT_LIST_READ,
            Kind.TUNNEL_LIST_READ,
            Kind.CALLER_READ,
            Kind.DIAGNOSIS_FILE_READ,
            Kind.MANUAL_LIST_READ,
            Kind.MANUAL_READ,
            Kind.ACTION_READ,
            Kind.MONTH_READ,
            Kind.BANNER_LIST_READ,
            Kind.REGISTRATION_LIST_READ,
            Kind.REGISTRATION_READ,
            Kind.STATUS_READ,
        }
    ),
    Topic.MAIL: frozenset({Kind.MAIL_FAILED, Kind.MAIL_RETURNED}),
    Topic.SYSTEM: frozenset(
        {
            Kind.LINK_CUT,
            Kind.CLOCK_MOVED,
            Kind.CLOCK_BEHIND,
            Kind.PLUGIN_BLOCKED,
            Kind.PLUGIN_UNBLOCKED,
            Kind.PLUGIN_APPROVED,
            Kind.KIT_CLIENT_ADDED,
            Kind.KIT_MADE,
            Kind.PLUGIN_REMOVED,
            Kind.PLUGIN_RECORDS,
            Kind.KEYS_ROTATED,
            Kind.STORE_COPIED,
            Kind.STORE_REOPENED,
            Kind.JOURNAL_EXPORTED,
            Kind.JOURNAL_VERIFIED,
            Kind.VAULT_STARTED,
            Kind.VAULT_STOPPED,
        }
    ),
}
# What no entry of an office's own can be of.
OF_FUND_ONLY = frozenset({Topic.MAIL, Topic.SYSTEM})


def kinds_of(topic: str) -> frozenset[Kind]:
    """The kinds of a topic by its name; of "" all of them. Raises ValueError for what is no topic."""
    return KINDS[Topic(topic)] if topic else frozenset(Kind)
