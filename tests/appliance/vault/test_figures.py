# SPDX-License-Identifier: Apache-2.0
"""What Prometheus sees of a vault: each figure moves with what it is about, and a scrape asks nobody."""

import asyncio
import datetime as dt
import platform
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from importlib.metadata import version

import pytest

from appliance.contracts.jobs import Job
from appliance.contracts.records import StoreError
from appliance.link.messages import GateReport, OpenMenu, ReportRefusal
from appliance.link.refusals import Refused, Why
from appliance.metrics.registry import Metrics
from appliance.model.intake import Intake, IntakeSource, TypedForm
from appliance.model.journal import Kind, Result
from appliance.model.time import DAY, SECOND
from appliance.model.tunnels import Cause
from appliance.model.words import FilingState, Format, MailOutcome, Site
from appliance.testing.memory_scanner import SIGNATURES_AT, MemoryScanner
from appliance.vault.documents.scanning import look
from appliance.vault.doorman.doorman import Verdict
from appliance.vault.figures import show_figures, show_link
from appliance.vault.records.registration_tables import intakes
from appliance.vault.records.tables import outbox, uploads
from appliance.vault.records.transaction import Transaction
from appliance.vault.records.writer import Writer
from tests.appliance.vault.devices.scene import Scene
from tests.appliance.vault.filings.sending import put_filing
from tests.appliance.vault.issuing.new_offices import new_office
from tests.appliance.vault.world import CONTENT, Person, World


@dataclass
class Gate:
    """What the vault would see of a gate."""

    connected: bool = False
    report: GateReport = field(default_factory=lambda: GateReport((), ()))

    async def run(self) -> None:
        """Nothing to watch."""

    async def tell(self, message: object) -> None:
        """Nobody to tell."""


@dataclass
class Scraped:
    """A vault whose figures are shown."""

    world: World
    metrics: Metrics
    job: Job

    def __call__(self, name: str) -> float | None:
        """The figure `renkei_<name>` of a scrape of this moment."""
        return self.metrics.registry.get_sample_value(f"renkei_{name}")


@pytest.fixture
def gate(world: World) -> Gate:
    world.core.gate = Gate()
    return world.core.gate


@pytest.fixture
async def scraped(world: World, gate: Gate) -> AsyncIterator[Scraped]:
    writer, metrics = world.core.writer, Metrics(process=False)
    assert isinstance(writer, Writer)
    yield Scraped(world, metrics, await show_figures(world.core, writer, metrics))


def put(txn: Transaction) -> None:
    txn.put(b"x/1", b"1")


def fail(txn: Transaction) -> None:
    raise ValueError("mine")


async def test_the_gate_is_seen_as_the_vault_sees_it(scraped: Scraped, gate: Gate) -> None:
    assert scraped("gate_connected") == 0
    gate.connected = True
    assert scraped("gate_connected") == 1


async def test_the_days_that_the_calendar_lasts_go_down(scraped: Scraped, world: World) -> None:
    before = int(scraped("calendar_days_left") or 0)
    assert before == (dt.date(2027, 12, 31) - dt.date(2026, 6, 9)).days
    world.clock.move(before * DAY)
    assert scraped("calendar_days_left") == 0
    world.clock.move(DAY)
    assert scraped("calendar_days_left") == -1


async def test_the_stores_are_as_full_as_the_room_says(scraped: Scraped, world: World) -> None:
    world.core.room.records, world.core.room.blobs = 0.25, 0.5
    assert (scraped("records_used_ratio"), scraped("blobs_used_ratio")) == (0.25, 0.5)
    world.core.room.is_full()
    assert scraped("records_used_ratio") == 1.0


async def test_journal_and_outbox_are_shown_as_the_job_saw_them(
    scraped: Scraped, world: World, user: Person, clerk: Person
) -> None:
    await clerk.deliver(user.office)
    await scraped.job.run()
    assert scraped("journal_entries") == len(await world.journal())
    assert scraped("outbox_letters") == 1
    await world.core.commit(lambda txn: outbox.delete(txn, *_key(txn)))
    assert scraped("outbox_letters") == 1
    await scraped.job.run()
    assert scraped("outbox_letters") == 0


async def test_letters_are_shown_with_their_age_and_what_became_of_them(
    scraped: Scraped, world: World, user: Person, clerk: Person
) -> None:
    names = ["outbox_oldest_seconds", "letters_away_seconds"]
    assert [scraped(name) for name in names] == [0, 0]
    await clerk.deliver(user.office)
    await scraped.job.run()
    world.clock.move(90 * SECOND)
    world.core.post.away_since = world.clock.monotonic() - 5
    assert [scraped(name) for name in names] == [90, 5]
    for number, outcome in enumerate(("sent", "later", "failed", "returned"), 1):
        world.core.post.counted[MailOutcome(outcome)] += number
        assert scraped(f"letters_{outcome}_total") == number


def verdicts(metrics: Metrics, verdict: str) -> float:
    """How often a scanner said so."""
    labels = {"scanner": "one", "verdict": verdict}
    return metrics.registry.get_sample_value("renkei_scanner_verdicts_total", labels) or 0


async def test_scanners_are_shown_as_they_were_when_last_asked(world: World, gate: Gate) -> None:
    scanner, metrics = MemoryScanner(), Metrics(process=False)
    world.plugins.add("scanner", scanner, "one")
    assert isinstance(world.core.writer, Writer)
    job = await show_figures(world.core, world.core.writer, metrics)

    def shown() -> list[float | None]:
        names = ("renkei_scanner_away", "renkei_scanner_signatures_age_seconds")
        return [metrics.registry.get_sample_value(name, {"scanner": "one"}) for name in names]

    age = (world.clock.now() - SIGNATURES_AT) / SECOND
    assert shown() == [0, age]
    world.clock.move(60 * SECOND)
    assert shown() == [0, age + 60]
    scanner.away = "at lunch"
    assert shown() == [0, age + 60]
    await job.run()
    assert shown() == [1, 0]
    scanner.away, scanner.signatures_at = "", 0
    await job.run()
    assert shown() == [0, 0]


async def test_what_scanners_say_is_counted(world: World, gate: Gate, clerk: Person, office: str) -> None:
    scanner, metrics = MemoryScanner(), Metrics(process=False)
    world.plugins.add("scanner", scanner, "one")
    assert isinstance(world.core.writer, Writer)
    await show_figures(world.core, world.core.writer, metrics)
    id = await clerk.begin(office, len(CONTENT))
    await clerk.put(id, 0, CONTENT)
    kept = await world.core.read(lambda snapshot: uploads.get(snapshot, id))
    assert kept is not None
    for away in ("", "at lunch", ""):
        scanner.away = away
        await look(world.core, kept, Format.PDF)
    assert [verdicts(metrics, verdict) for verdict in ("clean", "away", "infected")] == [2, 1, 0]
    assert metrics.registry.get_sample_value("renkei_scanner_seconds_count", {"scanner": "one"}) == 3


async def test_requests_for_activation_are_counted_and_the_late_ones_too(scraped: Scraped, world: World) -> None:
    names = ["activations_waiting", "activations_late"]
    assert [scraped(name) for name in names] == [0, 0]
    scene = Scene(world)
    await scene.ask(await scene.office(7))
    await scraped.job.run()
    assert [scraped(name) for name in names] == [1, 0]
    world.clock.move(3 * DAY)
    await scraped.job.run()
    assert [scraped(name) for name in names] == [1, 1]


async def test_what_keeps_offices_waiting_is_counted(scraped: Scraped, world: World) -> None:
    names = ["registrations_waiting", "registrations_late", "sealed_letters_waiting", "sealed_letters_ending"]

    async def seen() -> list[float | None]:
        await scraped.job.run()
        return [scraped(name) for name in names]

    assert await seen() == [0, 0, 0, 0]
    intake = Intake("1" * 26, IntakeSource.WEB, TypedForm("登録届.xlsx", {}), b"1", world.clock.now(), "")
    await world.core.commit(lambda txn: intakes.put(txn, intake))
    await new_office(world)
    assert await seen() == [1, 0, 1, 0]
    world.clock.move(5 * DAY)
    assert await seen() == [1, 0, 1, 0]
    world.clock.move(1)
    assert await seen() == [1, 0, 1, 1]
    world.clock.move(16 * DAY - 1)
    assert await seen() == [1, 0, 1, 1], "nobody has swept"
    world.clock.move(1)
    assert await seen() == [1, 1, 1, 1]


async def test_kits_are_counted(scraped: Scraped, world: World) -> None:
    work = world.core.kits
    work.built, work.failed, work.different = 3, 2, 1
    assert [scraped(f"kits_{name}_total") for name in ("built", "failed", "different")] == [3, 2, 1]


async def test_filings_that_wait_for_a_scanner_are_counted_with_their_age(
    scraped: Scraped, world: World, office: str
) -> None:
    names = ["filings_held", "filings_held_oldest_seconds"]
    assert [scraped(name) for name in names] == [0, 0]
    await put_filing(world, office, FilingState.HELD)
    world.clock.move(90 * SECOND)
    for state in (FilingState.HELD, FilingState.UPLOADED, FilingState.DELIVERED):
        await put_filing(world, office, state)
    await scraped.job.run()
    world.clock.move(30 * SECOND)
    assert [scraped(name) for name in names] == [2, 120]


def _key(txn: Transaction) -> tuple[str, str, str]:
    (letter,) = outbox.scan(txn, "due")
    return letter.kind, letter.about, letter.account


async def test_they_are_true_before_the_first_run_of_the_job(world: World, gate: Gate, office: str) -> None:
    writer, metrics = world.core.writer, Metrics(process=False)
    assert isinstance(writer, Writer)
    await show_figures(world.core, writer, metrics)
    assert metrics.registry.get_sample_value("renkei_journal_entries") == len(await world.journal()) > 0


async def test_records_that_cannot_be_read_fail_the_job_and_no_scrape(
    scraped: Scraped, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read(work: object) -> object:
        raise StoreError("away")

    before = scraped("journal_entries")
    monkeypatch.setattr(world.store, "read", read)
    with pytest.raises(Refused) as caught:
        await scraped.job.run()
    assert caught.value.why is Why.BROKEN
    assert scraped("journal_entries") == before


async def test_batches_are_counted_with_their_size_and_time(scraped: Scraped, world: World) -> None:
    world.store.pause()
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(world.core.commit(put))
        await asyncio.sleep(0)
        assert scraped("writer_waiting") == 3
        world.store.resume()
    assert scraped("writer_waiting") == 0
    assert scraped("writer_batch_functions_sum") == 4
    assert scraped("writer_batch_functions_count") == scraped("writer_batch_seconds_count") == 2


async def test_failures_of_functions_are_counted(scraped: Scraped, world: World) -> None:
    with pytest.raises(ValueError, match="mine"):
        await world.core.commit(fail)
    assert (scraped("writer_failed_total"), scraped("writer_retried_total")) == (1, 0)


async def test_functions_that_ran_once_more_alone_are_counted(scraped: Scraped, world: World) -> None:
    world.store.fail_next(StoreError("the first, which is alone"), StoreError("the other two together"))
    outcomes = await asyncio.gather(*(world.core.commit(put) for _ in range(3)), return_exceptions=True)
    assert [isinstance(outcome, Refused) for outcome in outcomes] == [True, False, False]
    assert (scraped("writer_failed_total"), scraped("writer_retried_total")) == (1, 2)


async def test_two_vaults_cannot_share_a_process(scraped: Scraped, world: World) -> None:
    writer = world.core.writer
    assert isinstance(writer, Writer)
    with pytest.raises(ValueError, match="Duplicated"):
        await show_figures(world.core, writer, scraped.metrics)


def acts(metrics: Metrics, kind: Kind, result: str = "done") -> float | None:
    """How many acts of a kind were counted."""
    return metrics.registry.get_sample_value("renkei_acts_total", {"kind": kind.value, "result": result})


async def test_acts_are_counted_once_they_are_durable(scraped: Scraped, world: World, user: Person) -> None:
    before = acts(scraped.metrics, Kind.MENU_READ)
    assert acts(scraped.metrics, Kind.ACCOUNT_BLOCKED) == 0, "a kind is there before its first act"
    await user.ask(OpenMenu())
    assert acts(scraped.metrics, Kind.MENU_READ) == (before or 0) + 1
    world.store.fail_next(StoreError("full of sand"))
    with pytest.raises(Refused):
        await world.core.commit(lambda txn: txn.journal(world.core.own_entry(Kind.ACCOUNT_BLOCKED)))
    assert acts(scraped.metrics, Kind.ACCOUNT_BLOCKED) == 0


async def test_no_figure_of_the_vault_names_a_person_or_an_office(
    scraped: Scraped, world: World, user: Person, clerk: Person
) -> None:
    """Whatever is done, labels are words of ours: each value is an enum's, a plugin's or a bucket's."""
    await clerk.deliver(user.office)
    await world.ask(Site.PORTAL, ReportRefusal("madeup"), source="192.0.2.77")
    await world.core.refusals.flush()
    await scraped.job.run()
    words = {word.value for enum in (Kind, Result, Site, Verdict, Cause) for word in enum} | {
        "yes",
        "no",
        "unknown",
    }
    numbers = {version("renkei-gateway"), platform.python_version()}
    families = [family for family in scraped.metrics.registry.collect() if family.name.startswith("renkei_")]
    values = {v for one in families for s in one.samples for label, v in s.labels.items() if label != "le"}
    assert values <= words | numbers, "a label that somebody else may choose"


async def test_bytes_of_documents_are_counted(scraped: Scraped, user: Person, clerk: Person) -> None:
    names = ("documents_taken_bytes_total", "documents_given_bytes_total")
    assert [scraped(name) for name in names] == [0, 0]
    notice = await clerk.deliver(user.office)
    assert [scraped(name) for name in names] == [len(CONTENT), 0]
    await user.download(notice)
    assert [scraped(name) for name in names] == [len(CONTENT), len(CONTENT)]


async def test_the_doorman_tells_what_became_of_files(scraped: Scraped, world: World) -> None:
    doorman = world.core.doorman
    doorman.observe(Verdict.REFUSED, 0.2)
    doorman.observe(Verdict.NO_ANSWER, 33.0)
    found = {
        verdict.value: scraped.metrics.registry.get_sample_value(
            "renkei_doorman_verdicts_total", {"verdict": verdict.value}
        )
        for verdict in Verdict
    }
    assert found == {"passed": 0, "refused": 1, "no_answer": 1, "failed": 0}
    assert scraped("doorman_seconds_sum") == pytest.approx(33.2)
    assert scraped("doorman_files") == 0


async def test_how_long_letters_waited_is_shown_by_lane(scraped: Scraped, world: World) -> None:
    world.core.post.observe(True, 0.5)
    world.core.post.observe(False, 400)

    def waited(urgent: str) -> float | None:
        return scraped.metrics.registry.get_sample_value("renkei_letter_seconds_sum", {"urgent": urgent})

    assert (waited("yes"), waited("no")) == (0.5, 400)


async def test_a_clock_that_goes_back_is_seen(scraped: Scraped, world: World) -> None:
    assert (scraped("clock_behind_seconds"), scraped("clock_jumps_total")) == (0, 0)
    world.core.clock_watch.wrote(world.clock.now() + 90 * SECOND)
    assert scraped("clock_behind_seconds") == 90


async def test_connections_to_the_vault_are_shown_by_site() -> None:
    metrics = Metrics(process=False)
    show_link(lambda site: 3 if site is Site.PORTAL else 0, metrics)
    assert metrics.registry.get_sample_value("renkei_link_connections", {"site": "portal"}) == 3
    assert metrics.registry.get_sample_value("renkei_link_connections", {"site": "admin"}) == 0
