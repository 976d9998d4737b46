# SPDX-License-Identifier: Apache-2.0
"""What only a look into the records and at the disk tells: a job looks, and a scrape shows what it saw last."""

import math
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from appliance.model.time import SECOND, Instant
from appliance.model.words import WEB_SITES, LockState, Site
from appliance.vault.core import Core
from appliance.vault.devices.queue import late, waiting
from appliance.vault.intake import listing
from appliance.vault.issuing import sealed
from appliance.vault.records.tables import JOURNAL, Verified, filings, outbox, secrets, verifications, visits
from appliance.vault.records.transaction import Snapshot

SCANNER = "scanner"
MOST_LETTERS = 10_000
# One page of keys: no more than this are counted, so that a look costs the same whatever is kept.
MOST = 1_000


@dataclass
class Measured:
    """unsigned_since is when the signed part of the journal was first seen to stand still, else 0.

    verified is what the last verification of the journal found, None before the first.
    """

    journal: int = 0
    signed: int = 0
    unsigned_since: Instant = 0
    verified: Verified | None = None
    letters: int = 0
    oldest: Instant = 0
    held: int = 0
    oldest_held: Instant = 0
    activations: int = 0
    activations_late: int = 0
    registrations: int = 0
    registrations_late: int = 0
    sealed: int = 0
    sealed_ending: int = 0
    blocked: int = 0
    visits: dict[Site, int] = field(default_factory=dict)
    disk: float = 0.0

    async def measure(self, core: Core) -> None:
        """Look again. Raises Refused while the records cannot be read."""
        core.clock_watch.look()
        await core.scanners.look_after(core.providers.all(SCANNER))
        await core.read(lambda snapshot: self._look(core, snapshot))
        try:
            self.disk = used_ratio(Path(core.settings.state) / "vault")
        except OSError:
            self.disk = math.nan  # for Prometheus: not known

    def _look(self, core: Core, snapshot: Snapshot) -> None:
        self._look_at_journal(core, snapshot)
        self._look_at_offices(snapshot, core.clock.now())
        letter, filing = outbox.first(snapshot, "written"), filings.first(snapshot, "held")
        self.letters = outbox.count(snapshot, MOST_LETTERS)
        self.oldest = letter.written_at if letter else 0
        self.held = len(filings.keys(snapshot, "held", limit=MOST))
        self.oldest_held = filing.uploaded_at if filing else 0
        self.blocked = len(secrets.keys(snapshot, "lock", (LockState.BLOCKED.value,), limit=MOST))
        self.visits = {site: len(visits.keys(snapshot, "site", (site.value,), limit=MOST)) for site in WEB_SITES}

    def _look_at_offices(self, snapshot: Snapshot, now: Instant) -> None:
        """What keeps offices waiting for people of the fund."""
        self.activations, self.activations_late = waiting(snapshot), late(snapshot, now)
        self.registrations, self.registrations_late = (
            listing.count_waiting(snapshot, MOST),
            listing.count_late(snapshot, now, MOST),
        )
        self.sealed, self.sealed_ending = (
            sealed.count_waiting(snapshot, MOST),
            sealed.count_ending(snapshot, now, MOST),
        )

    def _look_at_journal(self, core: Core, snapshot: Snapshot) -> None:
        size, signed = core.log.size(snapshot.view), core.checkpoints.signed_size(snapshot.view)
        if signed >= size:
            self.unsigned_since = 0
        elif signed != self.signed or not self.unsigned_since:
            self.unsigned_since = core.clock.now()
        self.journal, self.signed = size, signed
        self.verified = verifications.get(snapshot, JOURNAL)


def seconds_since(since: Instant, now: Instant) -> float:
    """How long ago an instant was; 0 stands for never, and is no time ago."""
    return max(now - since, 0) / SECOND if since else 0.0


def used_ratio(folder: Path) -> float:
    """How full the disk of a folder is, as df(1) has it: what only root may use is used. Raises OSError."""
    disk = shutil.disk_usage(folder)
    return disk.used / max(disk.used + disk.free, 1)
