# SPDX-License-Identifier: Apache-2.0
"""How fast letters leave: a rate, a way that is closed for a while, and when a letter is tried again."""

from appliance.contracts.plugin import Clock
from appliance.model.things import Letter
from appliance.model.time import HOUR, MINUTE, Instant
from appliance.vault.letters.post import Post

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
SOONEST = MINUTE
LATEST = HOUR
LATEST_URGENT = 5 * MINUTE


class Rate:
    """At most per_minute letters a minute, evenly; 0 is no limit."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        """clock's monotonic seconds count."""
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._clock = clock
        self._next = 0.0

    def place(self) -> float:
        """Take the next place; in how many seconds it is."""
        now = self._clock.monotonic()
        mine = max(self._next, now)
        self._next = mine + self._gap
        return mine - now


class Way:
    """Whether the mail server can be reached, as far as we know.

    Found closed, it stays so for a second, and each time twice as long, at most a minute; whatever comes through
    opens it.
    """

    def __init__(self, clock: Clock, post: Post) -> None:
        """post shows since when it is closed."""
        self._clock = clock
        self._post = post
        self._closed_until = 0.0
        self._pause = FIRST_PAUSE

    @property
    def is_open(self) -> bool:
        """Whether to try."""
        return self._clock.monotonic() >= self._closed_until

    def found_closed(self) -> None:
        """A letter met a server that is away. Those that were on the way meanwhile say nothing new."""
        now = self._clock.monotonic()
        if self._post.away_since is None:
            self._post.away_since = now
        if self.is_open:
            self._closed_until = now + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def found_open(self) -> None:
        """The server answered."""
        self._post.away_since = None
        self._closed_until = 0.0
        self._pause = FIRST_PAUSE


def next_try(letter: Letter, now: Instant, chance: bytes) -> Instant:
    """When a letter is tried again: after a minute, and each time twice as long, at most an hour.

    Urgent ones wait five minutes at most. chance, one byte, shifts it by up to a fifth, so that letters that failed
    together do not come together.
    """
    most = LATEST_URGENT if letter.urgent else LATEST
    wait = min(SOONEST << min(letter.tries, 10), most)
    return now + wait * 4 // 5 + wait * 2 * chance[0] // (5 * 255)
