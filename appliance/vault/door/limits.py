# SPDX-License-Identifier: Apache-2.0
"""How often a code may be asked for (A31, A47): by account in its records, by source in bounded memory."""

from collections.abc import Sequence
from typing import Final

from appliance.model.time import DAY, HOUR, MINUTE, Instant

# Of so many milliseconds, at most so many requests.
Limits = tuple[tuple[Instant, int], ...]
OF_ACCOUNT: Final[Limits] = ((MINUTE, 1), (HOUR, 5), (DAY, 20))
OF_SOURCE: Final[Limits] = ((MINUTE, 30), (HOUR, 200))
MAX_SOURCES = 10_000


def may_ask(times: Sequence[Instant], now: Instant, limits: Limits) -> bool:
    """Whether one request more is within the limits. One from the future, by a clock set back, counts as recent."""
    return all(sum(now - at < span for at in times) < most for span, most in limits)


def with_request(times: Sequence[Instant], now: Instant, limits: Limits) -> tuple[Instant, ...]:
    """The times that matter from now on."""
    longest = max(span for span, _ in limits)
    most = max(most for _, most in limits)
    return (*(at for at in times if now - at < longest), now)[-most:]


class Sources:
    """The requests of each source address; the one that was quiet for longest is forgotten first."""

    def __init__(self) -> None:
        """Nobody has asked."""
        self._times: dict[str, tuple[Instant, ...]] = {}

    def take(self, source: str, now: Instant) -> bool:
        """Whether this source may ask once more; counted if it may."""
        times = self._times.pop(source, ())
        allowed = may_ask(times, now, OF_SOURCE)
        self._times[source] = with_request(times, now, OF_SOURCE) if allowed else times
        if len(self._times) > MAX_SOURCES:
            del self._times[next(iter(self._times))]
        return allowed
