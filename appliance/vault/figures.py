# SPDX-License-Identifier: Apache-2.0
"""The vault's own figures for Prometheus: read at each scrape from what is at hand, so that no scrape waits."""

from collections.abc import Callable

from appliance.contracts import scanner
from appliance.contracts.jobs import Job
from appliance.metrics.registry import Counts, Metrics
from appliance.model.calendar import date_of
from appliance.model.journal import Kind, Result
from appliance.model.time import SECOND
from appliance.model.words import WEB_SITES, MailOutcome, Site
from appliance.vault.core import Core
from appliance.vault.documents.scanner_watch import AWAY
from appliance.vault.doorman.doorman import Verdict
from appliance.vault.measured import MOST, MOST_LETTERS, SCANNER, Measured, seconds_since
from appliance.vault.records.writer import Writer
from appliance.vault.tunnels.figures import show_tunnels

EVERY_SECONDS = 10
COUNTED = {
    MailOutcome.SENT: "Letters that the mail server took",
    MailOutcome.LATER: "Tries after which a letter waits again",
    MailOutcome.FAILED: "Letters that were given up",
    MailOutcome.RETURNED: "Letters that were sent and came back",
}
BATCH_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
# Of letters and of files that are looked at: from at once to a morning.
WAITS = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400)


async def show_figures(core: Core, writer: Writer, metrics: Metrics) -> Job:
    """Show the figures of one vault in this process; the job that keeps them true. Raises Refused as measure()."""
    measured = Measured()
    await measured.measure(core)
    _show_acts(core, metrics)
    _show_stores(core, measured, metrics)
    _show_journal(core, measured, metrics)
    _show_people(core, measured, metrics)
    _show_letters(core, measured, metrics)
    _show_doorman(core, metrics)
    _show_scanners(core, metrics)
    _show_held(core, measured, metrics)
    _show_activations(measured, metrics)
    _show_registrations(measured, metrics)
    _show_kits(core, metrics)
    show_tunnels(core, metrics)
    _show_time(core, metrics)
    _show_writer(writer, metrics)
    return Job("figures", EVERY_SECONDS, lambda: measured.measure(core))


def show_link(connections: Callable[[Site], int], metrics: Metrics) -> None:
    """Show how many connections each site has to the vault."""
    gauge = metrics.gauge("link_connections", "Connections of the tiers to the vault", ("site",))
    for site in Site:
        gauge.labels(site.value).set_function(lambda site=site: connections(site))  # type: ignore[misc]


def _show_acts(core: Core, metrics: Metrics) -> None:
    """Every kind from the start, at 0: else the first act of a kind would look like no change."""
    activity = core.activity

    def acts() -> Counts:
        return [((kind, result), activity.acts[kind, result]) for kind in Kind for result in Result]

    metrics.kept_counters("acts", "Acts of the journal", ("kind", "result"), acts)
    metrics.kept_counter("documents_taken_bytes", "Bytes of documents that came in", lambda: activity.taken)
    metrics.kept_counter("documents_given_bytes", "Bytes of documents that went out", lambda: activity.given)


def _show_stores(core: Core, measured: Measured, metrics: Metrics) -> None:
    room = core.room
    metrics.gauge("records_used_ratio", "How full the record store is").set_function(lambda: room.records)
    metrics.gauge("blobs_used_ratio", "How full the blob store is").set_function(lambda: room.blobs)
    metrics.gauge("disk_used_ratio", "How full the disk of the vault's state is").set_function(
        lambda: measured.disk
    )


def _show_journal(core: Core, measured: Measured, metrics: Metrics) -> None:
    def unsigned() -> float:
        return seconds_since(measured.unsigned_since, core.clock.now())

    def verified_at() -> float:
        return measured.verified.at / SECOND if measured.verified else 0

    def damaged() -> bool:
        return measured.verified is not None and not measured.verified.ok

    metrics.gauge("journal_entries", "Entries of the journal").set_function(lambda: measured.journal)
    metrics.gauge("journal_signed_entries", "Entries below the newest checkpoint").set_function(
        lambda: measured.signed
    )
    metrics.gauge("journal_unsigned_seconds", "How long no checkpoint came that was due").set_function(unsigned)
    metrics.gauge(
        "journal_verified_timestamp_seconds", "When the journal was last verified, 0 if never"
    ).set_function(verified_at)
    metrics.gauge("journal_damaged", "1 since a verification found a fault, else 0").set_function(damaged)


def _show_people(core: Core, measured: Measured, metrics: Metrics) -> None:
    visits = metrics.gauge("visits", f"Visits that are kept, at most {MOST} counted", ("site",))
    followed = metrics.gauge("live_visits", "Visits of whose changes a site is told", ("site",))
    streams = metrics.gauge("live_streams", "Processes of a site that are told of changes", ("site",))
    for site in WEB_SITES:
        visits.labels(site.value).set_function(lambda site=site: measured.visits.get(site, 0))  # type: ignore[misc]
        followed.labels(site.value).set_function(lambda site=site: len(core.watching.followed(site)))  # type: ignore[misc]
        streams.labels(site.value).set_function(lambda site=site: core.watching.streams(site))  # type: ignore[misc]
    metrics.gauge("accounts_blocked", f"Accounts that only the fund can open, at most {MOST} counted").set_function(
        lambda: measured.blocked
    )
    metrics.gauge("passwords_waiting", "Passwords that are looked at or wait for it").set_function(
        lambda: core.passwords.waiting
    )


def _show_letters(core: Core, measured: Measured, metrics: Metrics) -> None:
    post, clock = core.post, core.clock

    def age() -> float:
        return seconds_since(measured.oldest, clock.now())

    def away() -> float:
        return 0 if post.away_since is None else clock.monotonic() - post.away_since

    metrics.gauge("outbox_letters", f"Letters that wait, at most {MOST_LETTERS} counted").set_function(
        lambda: measured.letters
    )
    metrics.gauge("outbox_oldest_seconds", "How long the oldest letter has waited").set_function(age)
    metrics.gauge("letters_away_seconds", "How long the mail server has been away, else 0").set_function(away)
    for outcome, help in COUNTED.items():
        metrics.kept_counter(f"letters_{outcome}", help, lambda outcome=outcome: post.counted[outcome])  # type: ignore[misc]

    waited = metrics.histogram("letter_seconds", "How long a letter waited until it left", ("urgent",), WAITS)
    lanes = {urgent: waited.labels(word).observe for urgent, word in ((True, "yes"), (False, "no"))}
    post.observe = lambda urgent, seconds: lanes[urgent](seconds)


def _show_doorman(core: Core, metrics: Metrics) -> None:
    doorman = core.doorman
    verdicts = metrics.counter("doorman_verdicts", "Files that the doorman judged", ("verdict",))
    seconds = metrics.histogram("doorman_seconds", "How long the doorman took for a file", buckets=WAITS)
    for verdict in Verdict:
        verdicts.labels(verdict.value)

    def observe(verdict: Verdict, took: float) -> None:
        verdicts.labels(verdict.value).inc()
        seconds.observe(took)

    doorman.observe = observe
    metrics.gauge("doorman_files", "Files that the doorman judges, or that wait for it").set_function(
        lambda: doorman.here
    )


def _show_scanners(core: Core, metrics: Metrics) -> None:
    watch, clock, label = core.scanners, core.clock, ("scanner",)
    verdicts = metrics.counter("scanner_verdicts", "Documents, by what became of them", ("scanner", "verdict"))
    seconds = metrics.histogram("scanner_seconds", "How long a scanner took for a document", label)
    away = metrics.gauge("scanner_away", "1 while the scanner does not answer, else 0", label)
    age = metrics.gauge("scanner_signatures_age_seconds", "Age of the newest signatures, 0 if unknown", label)

    def observe(name: str, verdict: str, took: float) -> None:
        verdicts.labels(name, verdict).inc()
        seconds.labels(name).observe(took)

    def age_of(name: str) -> float:
        state = watch.states.get(name)
        return seconds_since(state.signatures_at, clock.now()) if state else 0

    watch.observe = observe
    for name in sorted({provided.plugin for provided in core.providers.all(SCANNER)}):
        for verdict in (*scanner.Verdict, AWAY):
            verdicts.labels(name, verdict)
        away.labels(name).set_function(lambda name=name: int(watch.states.get(name) is None))  # type: ignore[misc]
        age.labels(name).set_function(lambda name=name: age_of(name))  # type: ignore[misc]


def _show_held(core: Core, measured: Measured, metrics: Metrics) -> None:
    def age() -> float:
        return seconds_since(measured.oldest_held, core.clock.now())

    metrics.gauge("filings_held", f"Filings that wait for a scanner, at most {MOST} counted").set_function(
        lambda: measured.held
    )
    metrics.gauge("filings_held_oldest_seconds", "How long the oldest of them has waited").set_function(age)


def _show_kits(core: Core, metrics: Metrics) -> None:
    work = core.kits
    metrics.kept_counter("kits_built", "Kits that were made", lambda: work.built)
    metrics.kept_counter("kits_failed", "Kits that could not be made", lambda: work.failed)
    metrics.kept_counter("kits_different", "Kits that came out otherwise than listed", lambda: work.different)


def _show_activations(measured: Measured, metrics: Metrics) -> None:
    metrics.gauge("activations_waiting", f"Requests for activation that wait, at most {MOST} counted").set_function(
        lambda: measured.activations
    )
    metrics.gauge("activations_late", f"Those whose promised day is over, at most {MOST} counted").set_function(
        lambda: measured.activations_late
    )


def _show_registrations(measured: Measured, metrics: Metrics) -> None:
    """From the form of an office to the letter that it is sent."""
    shown = {
        "registrations_waiting": ("Registrations that wait to be confirmed", lambda: measured.registrations),
        "registrations_late": ("Those that have waited for three weeks", lambda: measured.registrations_late),
        "sealed_letters_waiting": ("Letters that nobody confirmed as printed", lambda: measured.sealed),
        "sealed_letters_ending": ("Those that are forgotten within two days", lambda: measured.sealed_ending),
    }
    for name, (what, count) in shown.items():
        metrics.gauge(name, f"{what}, at most {MOST} counted").set_function(count)


def _show_time(core: Core, metrics: Metrics) -> None:
    watch = core.clock_watch
    metrics.gauge("clock_behind_seconds", "How far the clock is behind the journal's latest time").set_function(
        lambda: watch.behind_seconds
    )
    metrics.kept_counter("clock_jumps", "How often the clock was set while this process ran", lambda: watch.jumps)

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
