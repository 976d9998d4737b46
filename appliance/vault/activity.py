# SPDX-License-Identifier: Apache-2.0
"""What was done since the start, counted for metrics: acts by kind and outcome, bytes of documents in and out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from appliance.model.journal import Entry, Kind, Result


@dataclass
class Activity:
    """acts are those of the journal, once they are durable; taken and given are bytes of documents."""

    acts: Counter[tuple[Kind, Result]] = field(default_factory=Counter)
    taken: int = 0
    given: int = 0

    def note(self, entries: Sequence[Entry]) -> None:
        """These acts are durable. An entry may stand for many refusals."""
        for entry in entries:
            self.acts[entry.kind, entry.result] += entry.count
