# SPDX-License-Identifier: Apache-2.0
"""Refusals before sign-in: one entry per source and minute, or else the journal is a weapon (design §7)."""

from dataclasses import dataclass, field

from appliance.contracts.plugin import Clock
from appliance.model.journal import Kind
from appliance.model.time import MINUTE, Instant

MOST_SOURCES = 10_000
MOST_REASONS = 8
MANY = "many"


@dataclass(frozen=True, slots=True)
class Refusals:
    """What becomes one entry: count refusals of a source, the last of them at an instant."""

    kind: Kind
    site: str
    source: str
    reason: str
    at: Instant
    count: int


@dataclass(slots=True)
class _Minute:
    """The refusals of one source that are not told yet, since the first."""

    since: Instant
    last: Instant
    count: int = 0
    reasons: dict[str, None] = field(default_factory=dict)


_Key = tuple[Kind, str, str]


class Coalescer:
    """Counts refusals by kind, site and source; site and kind come from closed lists, sources from strangers.

    The first of a source is due at once, the rest of its minute when the minute is over. Sources beyond the first
    10,000 of a minute share the source "many", so that memory and journal stay small under a flood.
    """

    def __init__(self, clock: Clock, most_sources: int = MOST_SOURCES) -> None:
        """clock gives the instants; most_sources bounds the memory."""
        self._clock = clock
        self._most = most_sources
        self._minutes: dict[_Key, _Minute] = {}  # in the order in which they end
        self._at_once: list[Refusals] = []

    def note(self, kind: Kind, site: str, source: str, reason: str) -> None:
        """A request was refused just now."""
        now = self._clock.now()
        key = (kind, site, source)
        if key not in self._minutes and len(self._minutes) >= self._most:
            key = (kind, site, MANY)
        minute = self._minutes.get(key)
        if minute is None:
            self._minutes[key] = _Minute(now, now)
            self._at_once.append(Refusals(*key, reason, now, 1))
            return
        minute.last = now
        minute.count += 1
        if len(minute.reasons) < MOST_REASONS:
            minute.reasons[reason] = None

    def due(self, now: Instant) -> list[Refusals]:
        """What should be written now. Call it after note(), and every second; it costs what it returns."""
        due, self._at_once = self._at_once, []
        for key in self._ended(now):
            minute = self._minutes.pop(key)
            if minute.count:
                due.append(Refusals(*key, ", ".join(minute.reasons), minute.last, minute.count))
        return due

    def _ended(self, now: Instant) -> list[_Key]:
        """The minutes that are over; also those that a clock set back would keep for ever."""
        ended = []
        for key, minute in self._minutes.items():
            if 0 <= now - minute.since < MINUTE:
                break
            ended.append(key)
        return ended

    def all(self) -> list[Refusals]:
        """Everything that is not told yet, at the end of the process."""
        return self.due(-MINUTE)
