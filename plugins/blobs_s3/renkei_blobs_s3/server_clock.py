# SPDX-License-Identifier: Apache-2.0
"""The server's time, learned from its answers: signatures and retention dates are made in it."""

import logging
from email.utils import parsedate_to_datetime

from appliance.contracts.plugin import Clock
from appliance.model.time import SECOND, Instant, instant

TOLERANCE = 60 * SECOND


class ServerClock:
    """Our clock and how far the server's is ahead of it. Less than a minute counts as nothing.

    The `Date` header has whole seconds and the answer takes time: small differences are noise, and S3 allows 15
    minutes. ahead is the difference in milliseconds.
    """

    def __init__(self, clock: Clock, log: logging.Logger) -> None:
        """Until the first answer, the server is believed to have our time."""
        self._clock = clock
        self._log = log
        self.ahead = 0
        self._warned = False

    def now(self) -> Instant:
        """The server's time."""
        return self._clock.now() + self.ahead

    def latest(self) -> Instant:
        """The server's time or ours, whichever is later: what must not end early is counted from it."""
        return max(self.now(), self._clock.now())

    def ours(self, at: Instant) -> Instant:
        """Our time for a time of the server's."""
        return at - self.ahead

    def learn(self, date: str | None) -> None:
        """Compare with the `Date` header of an answer, if there is one."""
        try:
            ahead = instant(parsedate_to_datetime(date or "")) - self._clock.now()
        except (ValueError, OverflowError):
            return
        ahead = 0 if abs(ahead) <= TOLERANCE else ahead
        if abs(ahead - self.ahead) <= TOLERANCE:
            return
        self.ahead = ahead
        if ahead and not self._warned:
            self._warned = True
            self._log.warning(
                "the clock of the S3 server is %+d s from ours; requests carry its time", ahead // 1000
            )
