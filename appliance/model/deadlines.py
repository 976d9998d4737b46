# SPDX-License-Identifier: Apache-2.0
"""Until when a filing has to be with the fund (A50)."""

import datetime as dt

DAYS = 30
DAY_OF_NEXT_MONTH = 14


def deadline(event: dt.date) -> dt.date:
    """The last day for a filing about this day: 30 days later, or the 14th of the next month if earlier (A50).

    Of several persons the earliest event counts. Raises OverflowError at the end of the year 9999.
    """
    in_next_month = event.replace(day=1) + dt.timedelta(days=31)
    return min(event + dt.timedelta(days=DAYS), in_next_month.replace(day=DAY_OF_NEXT_MONTH))


def days_left(due: dt.date, today: dt.date) -> int:
    """0 on the last day, less than 0 when it is late."""
    return (due - today).days
