# SPDX-License-Identifier: Apache-2.0
"""Whose pages an act changes, as its journal entry says."""

from collections.abc import Sequence

from appliance.model.journal import Entry, Kind, Result

FUND = ""
# No office has this id: all pages of everybody are other now.
EVERYBODY = "*"
# What happens to the PCs of an office: all that whoever has its letter is told of.
OF_PCS = frozenset(
    {
        Kind.ACTIVATION_ASKED,
        Kind.ACTIVATION_APPROVED,
        Kind.ACTIVATION_REFUSED,
        Kind.SEAT_OPENED,
        Kind.SEAT_CLOSED,
        Kind.SEAT_OVERRIDDEN,
        Kind.SEAT_REVOKED,
        Kind.COUNTER_FILE_FETCHED,
    }
)
# What the office and the fund both see.
_BOTH = OF_PCS | frozenset(
    {
        Kind.NOTICE_DELIVERED,
        Kind.NOTICE_RECEIVED,
        Kind.NOTICE_CANCELLED,
        Kind.FILING_DELIVERED,
        Kind.FILING_RECEIVED,
        Kind.FILING_ACCEPTED,
        Kind.FILING_RETURNED,
        Kind.FILING_DONE,
        Kind.ACTION_DONE,
    }
)
# Until its delivery the fund knows nothing of a filing, not even that there is one.
_OFFICE = frozenset(
    {
        Kind.FILING_UPLOADED,
        Kind.FILING_HELD,
        Kind.FILING_RELEASED,
        Kind.FILING_REFUSED,
        Kind.FILING_APPROVED,
        Kind.FILING_CANCELLED,
    }
)


# What only the fund sees.
_FUND = frozenset(
    {
        Kind.REGISTRATION_TAKEN_IN,
        Kind.REGISTRATION_SENT,
        Kind.REGISTRATION_CORRECTED,
        Kind.REGISTRATION_CONFIRMED,
        Kind.REGISTRATION_REJECTED,
        Kind.LETTER_PRINTED,
        Kind.LETTER_CONFIRMED,
        Kind.LETTER_REISSUED,
        Kind.LETTER_FORGOTTEN,
        Kind.LETTER_ASKED,
        Kind.TUNNEL_OPENED,
        Kind.TUNNEL_ENDED,
        Kind.SEAT_BLOCKED,
        Kind.SEAT_UNBLOCKED,
    }
)
# What was turned away, and is shown to the fund nevertheless.
_FUND_REFUSED = frozenset({Kind.TUNNEL_REFUSED})
_EVERYBODY = frozenset({Kind.BANNER_PUT, Kind.BANNER_TAKEN_DOWN})


def concerned(entries: Sequence[Entry]) -> set[str]:
    """The ids of the offices whose pages are other now, FUND if those of the fund's staff are, or EVERYBODY."""
    found = set[str]()
    for entry in entries:
        if entry.result is Result.DONE and entry.kind in _EVERYBODY:
            found.add(EVERYBODY)
        if entry.kind in (_FUND if entry.result is Result.DONE else _FUND_REFUSED):
            found.add(FUND)
        if entry.result is not Result.DONE or not entry.office:
            continue
        if entry.kind in _BOTH:
            found |= {entry.office, FUND}
        elif entry.kind in _OFFICE:
            found.add(entry.office)
    return found


def for_letters(entries: Sequence[Entry]) -> list[Entry]:
    """Those of which whoever has the letter of an office is told: letters are stolen, and documents are no part."""
    return [entry for entry in entries if entry.kind in OF_PCS | _EVERYBODY]
