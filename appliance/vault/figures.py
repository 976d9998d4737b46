# SPDX-License-Identifier: Apache-2.0
"""The vault's own figures for Prometheus: read at each scrape from what is at hand, so that no scrape waits."""

from dataclasses import dataclass

from appliance.contracts.jobs import Job
from appliance.metrics.registry import Metrics
from appliance.model.calendar import date_of
from appliance.model.time import SECOND, Instant
from appliance.model.words import MailOutcome
from appliance.vault.core import Core
from appliance.vault.records.tables import filings, outbox
from appliance.vault.records.transaction import Snapshot
from appliance.vault.records.writer import Writer

EVERY_SECONDS = 10
SCANNER = "scanner"
MOST_LETTERS = 10_000
MOST_HELD = 1_000
COUNTED = {
    MailOutcome.SENT: "Letters that the mail server took",
    MailOutcome.LATER: "Tries after which a letter waits again",
    MailOutcome.FAILED: "Letters that were given up",
    MailOutcome.RETURNED: "Letters that were sent and came back",
}
BATCH_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass
class Measured:
    """What only a look into the records tells; a job looks, and a scrape shows what it saw last."""

    journal: int = 0
    letters: int = 0
    oldest: Instant = 0
    held: int = 0
    oldest_held: Instant = 0

    async def measure(self, core: Core) -> None:
        """Look again. Raises Refused while the records cannot be read."""
        await core.scanners.look_after(core.providers.all(SCANNER))
        self.journal, self.letters, self.oldest = await core.read(lambda snapshot: _counted(core, snapshot))
        self.held, self.oldest_held = await core.read(_held)


def _counted(core: Core, snapshot: Snapshot) -> tuple[int, int, Instant]:
    oldest = outbox.first(snapshot, "written")
    return core.log.size(snapshot.view), outbox.count(snapshot, MOST_LETTERS), oldest.written_at if oldest else 0


def _held(snapshot: Snapshot) -> tuple[int, Instant]:
    first = filings.first(snapshot, "held")
    return len(filings.keys(snapshot, "held", limit=MOST_HELD)), first.uploaded_at if first else 0


async def show_figures(core: Core, writer: Writer, metrics: Metrics) -> Job:
    """Show the figures of one vault in this process; the job that keeps them true. Raises Refused as measure()."""
    measured = Measured()
    await measured.measure(core)
    _show_stores(core, measured, metrics)
    _show_letters(core, measured, metrics)
    _show_scanners(core, metrics)
    _show_held(core, measured, metrics)
    _show_gate(core, metrics)
    _show_calendar(core, metrics)
    _show_writer(writer, metrics)
    return Job("figures", EVERY_SECONDS, lambda: measured.measure(core))


def _show_stores(core: Core, measured: Measured, metrics: Metrics) -> None:
    room = core.room
    metrics.gauge("records_used_ratio", "How full the record store is").set_function(lambda: room.records)
    metrics.gauge("blobs_used_ratio", "How full the blob store is").set_function(lambda: room.blobs)
    metrics.gauge("journal_entries", "Entries of the journal").set_function(lambda: measured.journal)


def _show_letters(core: Core, measured: Measured, metrics: Metrics) -> None:
    post, clock = core.post, core.clock

    def age() -> float:
        return max(clock.now() - measured.oldest, 0) / SECOND if measured.oldest else 0

    def away() -> float:
        return 0 if post.away_since is None else clock.monotonic() - post.away_since

    metrics.gauge("outbox_letters", f"Letters that wait, at most {MOST_LETTERS} counted").set_function(
        lambda: measured.letters
    )
    metrics.gauge("outbox_oldest_seconds", "How long the oldest letter has waited").set_function(age)
    metrics.gauge("letters_away_seconds", "How long the mail server has been away, else 0").set_function(away)
    for outcome, help in COUNTED.items():
        metrics.kept_counter(f"letters_{outcome}", help, lambda outcome=outcome: post.counted[outcome])  # type: ignore[misc]


def _show_scanners(core: Core, metrics: Metrics) -> None:
    watch, clock, label = core.scanners, core.clock, ("scanner",)
    verdicts = metrics.counter("scanner_verdicts", "Documents, by what became of them", ("scanner", "verdict"))
    seconds = metrics.histogram("scanner_seconds", "How long a scanner took for a document", label)
    away = metrics.gauge("scanner_away", "1 while the scanner does not answer, else 0", label)
    age = metrics.gauge("scanner_signatures_age_seconds", "Age of the newest signatures, 0 if unknown", label)

    def observe(scanner: str, verdict: str, took: float) -> None:
        verdicts.labels(scanner, verdict).inc()
        seconds.labels(scanner).observe(took)

    def age_of(name: str) -> float:
        state = watch.states.get(name)
        return max(clock.now() - state.signatures_at, 0) / SECOND if state and state.signatures_at else 0

    watch.observe = observe
    for name in sorted({provided.plugin for provided in core.providers.all(SCANNER)}):
        away.labels(name).set_function(lambda name=name: int(watch.states.get(name) is None))  # type: ignore[misc]
        age.labels(name).set_function(lambda name=name: age_of(name))  # type: ignore[misc]


def _show_held(core: Core, measured: Measured, metrics: Metrics) -> None:
    def age() -> float:
        return max(core.clock.now() - measured.oldest_held, 0) / SECOND if measured.oldest_held else 0

    metrics.gauge("filings_held", f"Filings that wait for a scanner, at most {MOST_HELD} counted").set_function(
        lambda: measured.held
    )
    metrics.gauge("filings_held_oldest_seconds", "How long the oldest of them has waited").set_function(age)


def _show_gate(core: Core, metrics: Metrics) -> None:
    gate = core.gate
    metrics.gauge("gate_connected", "1 while the gate reports, else 0").set_function(lambda: gate.connected)
    metrics.gauge("tunnel_sessions", "Live sessions of the last report").set_function(lambda: len(gate.report.live))
    metrics.gauge("tunnel_drift", "Live sessions that the vault does not confirm").set_function(lambda: gate.drift)


def _show_calendar(core: Core, metrics: Metrics) -> None:
    def left() -> int:
        return core.calendar.holidays.days_left(date_of(core.clock.now()))

    metrics.gauge("calendar_days_left", "Days until the table of public holidays ends").set_function(left)


def _show_writer(writer: Writer, metrics: Metrics) -> None:
    tally = writer.tally
    sizes = metrics.histogram("writer_batch_functions", "Functions of a batch", buckets=BATCH_SIZES)
    seconds = metrics.histogram("writer_batch_seconds", "From a batch to its durable commit")

    def observe(functions: int, took: float) -> None:
        sizes.observe(functions)
        seconds.observe(took)

    tally.observe = observe
    metrics.gauge("writer_waiting", "Functions that wait for a batch").set_function(lambda: writer.waiting)
    metrics.kept_counter("writer_failed", "Functions that failed", lambda: tally.failed)
    metrics.kept_counter("writer_retried", "Functions run once more, alone", lambda: tally.retried)
