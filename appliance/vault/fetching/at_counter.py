# SPDX-License-Identifier: Apache-2.0
"""What the vault remembers of the public counter, in bounded memory: who tries, and which files are under way."""

from dataclasses import dataclass, field

from appliance.model.time import DAY, HOUR, Instant
from appliance.vault.door.limits import Limits, Sources, may_ask, with_request

MAX_FETCHES = 10_000
MAX_OFFICES = 10_000
# 確認コード of one office: each may become something that people of the fund have to look at.
OF_OFFICE: Limits = ((HOUR, 30), (DAY, 60))


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
    """sources counts who tries (A47), sent the 確認コード of each office. fetches are what began.

    What is forgotten was not fetched, and not sent.
    """

    sources: Sources = field(default_factory=Sources)
    fetches: dict[str, Fetch] = field(default_factory=dict)
    sent: dict[str, tuple[Instant, ...]] = field(default_factory=dict)

    def may_send(self, office: str, files: int, now: Instant) -> bool:
        """Whether an office may send so many 確認コード more just now; counted if it may."""
        before = times = self.sent.pop(office, ())
        for _ in range(files):
            if not may_ask(times, now, OF_OFFICE):
                self.sent[office] = before
                return False
            times = with_request(times, now, OF_OFFICE)
        self.sent[office] = times
        while len(self.sent) > MAX_OFFICES:
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
