# SPDX-License-Identifier: Apache-2.0
"""How long one call goes on trying while the server is away, and how long it waits between two tries."""

from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.contracts.plugin import Random
from renkei_records_postgres.absence import Absence
from renkei_records_postgres.errors import Lost

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Patience:
    """seconds is how long; clock is monotonic; pause waits so many seconds; random spreads those who wait.

    absence is told when the server is away.
    """

    seconds: float
    clock: Callable[[], float]
    pause: Callable[[float], object]
    random: Random
    absence: Absence = field(default_factory=Absence)

    def begin(self) -> "Trial":
        """One call begins now."""
        return Trial(self, self.clock() + self.seconds)


class Trial:
    """The tries of one call. The second follows at once, the others ever more slowly."""

    __slots__ = ("_patience", "_pause", "deadline")

    def __init__(self, patience: Patience, deadline: float) -> None:
        """deadline is the instant of the clock after which nothing is tried any more."""
        self.deadline = deadline
        self._patience = patience
        self._pause = 0.0

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self._patience.clock() >= self.deadline

    def failed(self, error: Exception) -> None:
        """One try has failed. A connection that was lost and is made anew at once is no absence of the server."""
        if isinstance(error, Lost) and (self._pause or self.over):
            self._patience.absence.begins(error)

    def wait(self) -> None:
        """Wait before the next try."""
        if self._pause:
            chance = self._patience.random.bytes(1)[0] / 255
            self._patience.pause(self._pause * (0.5 + chance / 2))
        self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
