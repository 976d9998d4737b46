# SPDX-License-Identifier: Apache-2.0
"""What the vault remembers of the public counter, in bounded memory: who tries, and which files are under way."""

from dataclasses import dataclass, field

from appliance.vault.door.limits import Sources

MAX_FETCHES = 10_000


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
    """sources counts who tries (A47). fetches are what began; what is forgotten was not fetched."""

    sources: Sources = field(default_factory=Sources)
    fetches: dict[str, Fetch] = field(default_factory=dict)

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
