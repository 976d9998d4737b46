# SPDX-License-Identifier: Apache-2.0
"""Refusals of people who are not signed in, written down: at once the first, then once a minute with a count."""

from collections import deque
from collections.abc import Awaitable, Callable

from appliance.contracts.plugin import Clock, Random
from appliance.link.refusals import Refused
from appliance.model.journal import Entry, Kind, Result
from appliance.model.sources import network_of
from appliance.model.words import Site
from appliance.vault.journal.coalesce import Coalescer, Refusals
from appliance.vault.journal.leaf import SALT_SIZE
from appliance.vault.records.transaction import Transaction

AT_ONCE = 500
MAX_WAITING = 20_000

Commit = Callable[[Callable[[Transaction], None]], Awaitable[None]]


class RefusalsLog:
    """Between the coalescer, which counts, and the journal, which keeps. What cannot be written waits."""

    def __init__(self, clock: Clock, random: Random, commit: Commit) -> None:
        """commit is durable on return and vital: it goes on in a full store."""
        self._clock = clock
        self._random = random
        self._commit = commit
        self._counts = Coalescer(clock)
        self._waiting: deque[Entry] = deque(maxlen=MAX_WAITING)

    async def note(self, kind: Kind, site: Site, source: str, reason: str) -> None:
        """A refusal has happened."""
        self.count(kind, site, source, reason)
        await self.flush()

    def count(self, kind: Kind, site: Site, source: str, reason: str) -> None:
        """The same without waiting: the job writes it, so that nobody can tell from the time that it happened."""
        self._counts.note(kind, site.value, network_of(source), reason)

    async def flush(self) -> None:
        """Write what is due; called by a job as well."""
        await self._write(self._counts.due(self._clock.now()))

    async def close(self) -> None:
        """Write everything that was counted."""
        await self._write(self._counts.all())

    async def _write(self, due: list[Refusals]) -> None:
        self._waiting.extend(self._entry(one) for one in due)
        while self._waiting:
            await self._write_some([self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))])

    async def _write_some(self, entries: list[Entry]) -> None:
        try:
            await self._commit(lambda txn: txn.entries.extend(entries))
        except Refused:
            self._waiting.extendleft(reversed(entries))
            raise

    def _entry(self, one: Refusals) -> Entry:
        return Entry(
            kind=one.kind,
            result=Result.REFUSED,
            at=one.at,
            site=one.site,
            actor="",
            office="",
            thing="",
            reason=one.reason,
            request="",
            salt=self._random.bytes(SALT_SIZE),
            count=one.count,
            personal={"source": one.source},
        )
