# SPDX-License-Identifier: Apache-2.0
"""What the vault remembers of the public counter, in bounded memory: who tries, and which files are under way."""

from dataclasses import dataclass, field

from appliance.model.time import DAY, HOUR, Instant
from appliance.vault.door.limits import Limits, Sources, may_ask, with_request

MAX_FETCHES = 10_000
MAX_LETTERS = 10_000
# 確認コード of one letter: each may become something that people of the fund have to look at.
OF_LETTER: Limits = ((HOUR, 30), (DAY, 60))


@dataclass(frozen=True, slots=True)
class Fetch:
    """A file on its way out to a ticket. seat is 0 for a manual."""

    token_hash: bytes
    file_name: str
    size: int
    seat: int = 0
    sha256: bytes = b""


@dataclass
class AtCounter:
    """sources counts who tries (A47), sent the 確認コード by the mark of each letter. fetches are what began.

    What is forgotten was not fetched, and not sent.
    """

    sources: Sources = field(default_factory=Sources)
    fetches: dict[str, Fetch] = field(default_factory=dict)
    sent: dict[bytes, tuple[Instant, ...]] = field(default_factory=dict)

    def may_send(self, letter: bytes, files: int, now: Instant) -> bool:
        """Whether so many 確認コード more may come with a letter just now; counted if they may.

        With another letter the count begins anew: what a thief of the old one has sent is not the office's.
        """
        before = times = self.sent.pop(letter, ())
        for _ in range(files):
            if not may_ask(times, now, OF_LETTER):
                self.sent[letter] = before
                return False
            times = with_request(times, now, OF_LETTER)
        self.sent[letter] = times
        while len(self.sent) > MAX_LETTERS:
            del self.sent[next(iter(self.sent))]
        return True

    def begin(self, id: str, fetch: Fetch) -> None:
        """A file begins to go out; the oldest is forgotten beyond MAX_FETCHES."""
        self.fetches[id] = fetch
        while len(self.fetches) > MAX_FETCHES:
            del self.fetches[next(iter(self.fetches))]

    def take(self, id: str, token_hash: bytes) -> Fetch | None:
        """What this ticket began under this id, once."""
        found = self.fetches.get(id)
        if found is None or found.token_hash != token_hash:
            return None
        return self.fetches.pop(id)
