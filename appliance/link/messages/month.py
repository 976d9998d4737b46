# SPDX-License-Identifier: Apache-2.0
"""The message of the month page (practice 4.3): what arrived in a month, what waits, what goes out."""

from dataclasses import dataclass

from appliance.link.messages.filings import FilingRow
from appliance.link.messages.pages import NoticeRow


@dataclass(frozen=True, slots=True)
class ReadMonth:
    """A month of the visitor's own office, "YYYY-MM"; "" is the present one."""

    month: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """See its lists; each is cut where more_… says so.

    arrived are the notices delivered in the month, the newest first; unread those of any month that nobody has
    received, the oldest first; filed the filings uploaded in the month, the newest first; due those that the office
    still has to send and whose deadline is in the month or has passed before it, of the present month all that have
    one, the most urgent first.
    """

    month: str
    arrived: tuple[NoticeRow, ...]
    unread: tuple[NoticeRow, ...]
    filed: tuple[FilingRow, ...]
    due: tuple[FilingRow, ...]
    more_arrived: bool = False
    more_unread: bool = False
    more_filed: bool = False
    more_due: bool = False
