# SPDX-License-Identifier: Apache-2.0
"""How often a code may be asked for (A31, A47), and at how many names a source may fail.

By account it is in its records, by source in bounded memory.
"""

from collections.abc import Sequence
from typing import Final

from appliance.link.refusals import Refused, Why
from appliance.model.sources import network_of
from appliance.model.time import DAY, HOUR, MINUTE, Instant

# Of so many milliseconds, at most so many requests.
Limits = tuple[tuple[Instant, int], ...]
OF_ACCOUNT: Final[Limits] = ((MINUTE, 1), (HOUR, 5), (DAY, 20))
OF_SOURCE: Final[Limits] = ((MINUTE, 30), (HOUR, 200))
MAX_SOURCES = 10_000
MAX_FAILING = 2_000
FAILED_FOR: Final = HOUR


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
        source = network_of(source)
        times = self._times.pop(source, ())
        allowed = may_ask(times, now, OF_SOURCE)
        self._times[source] = with_request(times, now, OF_SOURCE) if allowed else times
        if len(self._times) > MAX_SOURCES:
            del self._times[next(iter(self._times))]
        return allowed


class ManyNames(Refused):
    """A source has failed at so many names that it may try no other for a while. reason goes into the journal."""

    reason = "wrong secrets of too many names"

    def __init__(self) -> None:
        """Always the same, whoever was named."""
        super().__init__(Why.NOT_ALLOWED, "door.many_names")


class FailedNames:
    """At which names each source has failed within an hour; who was quiet for longest is forgotten first.

    Tries of one name are that name's budget. This bounds those who go from name to name: to guess one password of
    many people, to lock all of them out (L7), or to wear out what is remembered of strangers (T14).
    """

    def __init__(self, most: int) -> None:
        """most is the number of names, 0 for no limit."""
        self._most = most
        self._failed: dict[str, dict[str, Instant]] = {}

    def need_room(self, source: str, name: str, now: Instant) -> None:
        """Raise ManyNames if this source may not try this name just now."""
        failed = self._recent(network_of(source), now)
        if self._most and name not in failed and len(failed) >= self._most:
            raise ManyNames

    def note(self, source: str, name: str, now: Instant) -> None:
        """It has failed."""
        source = network_of(source)
        self._failed[source] = {**self._recent(source, now), name: now}
        if len(self._failed) > MAX_FAILING:
            del self._failed[next(iter(self._failed))]

    def _recent(self, source: str, now: Instant) -> dict[str, Instant]:
        """Taken out, to be put back as the newest."""
        failed = self._failed.pop(source, {})
        recent = {name: at for name, at in failed.items() if now - at < FAILED_FOR}
        if recent:
            self._failed[source] = recent
        return recent
