# SPDX-License-Identifier: Apache-2.0
"""The fake vault's numbers for the fund's dashboard: of each it counts what it has."""

import datetime as dt
from collections import Counter

from appliance.link import messages as m
from appliance.model.time import Instant, date_in_japan
from appliance.model.words import OPEN_AT_FUND, NoticeState
from appliance.testing.clock import FakeClock

DAYS = 30


class FakeDashboard:
    """Only its notices count."""

    clock: FakeClock
    notices: list[m.NoticeRow]

    def _ReadDashboard(self, message: m.ReadDashboard) -> m.Dashboard:
        unread = Counter(row.type for row in self.notices if row.state is NoticeState.DELIVERED)
        went = Counter(_day(row.delivered_at) for row in self.notices)
        first = date_in_japan(self.clock.now()) - dt.timedelta(days=DAYS - 1)
        days = [(first + dt.timedelta(days=number)).isoformat() for number in range(DAYS)]
        return m.Dashboard(
            counted=True,
            days=tuple(m.DayCount(day, 0, went[day]) for day in days),
            unread=tuple(m.Count(kind, count) for kind, count in unread.most_common()),
            waiting=tuple(m.Count(state.value, 0) for state in OPEN_AT_FUND),
            lists_filings=True,
            lists_notices=True,
        )


def _day(at: Instant) -> str:
    return date_in_japan(at).isoformat()
