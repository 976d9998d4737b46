# SPDX-License-Identifier: Apache-2.0
"""What can be told at once: from settings, from files, and from what the vault's jobs saw last."""

from collections.abc import Iterator
from pathlib import Path

from cryptography import x509

from appliance.config.office_settings import ScannerNeed
from appliance.link.messages import Finding
from appliance.model.calendar import date_of
from appliance.model.health import NEVER_VERIFIED, About, Light
from appliance.model.time import DAY, MINUTE, Instant
from appliance.model.words import WEB_SITES, Site
from appliance.vault.core import Core
from appliance.vault.gate_watch import GateWatch
from appliance.vault.journal.log import Log
from appliance.vault.measured import used_ratio
from appliance.vault.records.tables import JOURNAL, Verified, outbox, verifications
from appliance.vault.records.transaction import Snapshot
from appliance.vault.tunnels.engine_clients import differing

# Yellow is while there is time to do something about it.
ROOM_BEFORE = 0.10
DISK_YELLOW, DISK_RED = 85, 95
CERTIFICATE_YELLOW, CERTIFICATE_RED = 30, 7
SIGNATURES_DAYS = 3
LETTERS_MINUTES = 15
VERIFIED_DAYS = 35
HOLIDAYS_DAYS = 60
MAX_SAID = 200


def one_line(text: str) -> str:
    """What somebody said, as it fits into a report."""
    return " ".join(text.split())[:MAX_SAID]


def graded(number: float, yellow: float, red: float) -> Light:
    """The light of something of which less is better."""
    return Light.RED if number >= red else Light.YELLOW if number >= yellow else Light.GREEN


def seen(core: Core) -> Iterator[Finding]:
    """Everything that needs neither a store nor a network."""
    yield from _rooms(core)
    yield _disk(Path(core.settings.state) / "vault")
    for site in WEB_SITES:
        if file := core.settings.sites.of(site).certificate:  # a site of another host has none here
            yield certificate(site, file, core.clock.now())
    yield from _scanners(core)
    yield Finding(About.CLOCK, Light.RED if core.clock_watch.is_behind() else Light.GREEN)
    if isinstance(core.gate, GateWatch):
        yield from _gate(core)
    days = core.calendar.holidays.days_left(date_of(core.clock.now()))
    yield Finding(About.HOLIDAYS, Light.YELLOW if days < HOLIDAYS_DAYS else Light.GREEN, number=max(days, 0))
    yield Finding(About.KEY_COPIES, Light.UNKNOWN)


def _gate(core: Core) -> Iterator[Finding]:
    """The gate, and what it says of its table and of its engines; while it is away it says nothing."""
    report = core.tunnels.report
    if report is None:
        yield Finding(About.GATE, Light.YELLOW)
        return
    yield Finding(About.GATE, Light.RED if report.table else Light.GREEN, said=one_line(report.table))
    known = core.tunnels.engine_facts or {}
    for one in report.states:
        light, said = (Light.GREEN, "") if one.ready else (Light.RED, one.trouble)
        facts = known.get(one.name)
        if one.ready and facts is not None and facts.offered:
            light, said = Light.YELLOW, differing(facts)
        yield Finding(About.TUNNEL, light, one_line(one.name), said=one_line(said))


def _rooms(core: Core) -> Iterator[Finding]:
    refused = core.settings.vault.refuse_uploads_at
    for about, ratio in ((About.RECORDS_ROOM, core.room.records), (About.BLOBS_ROOM, core.room.blobs)):
        yield Finding(about, graded(ratio, refused - ROOM_BEFORE, refused), number=round(ratio * 100))


def _disk(folder: Path) -> Finding:
    try:
        percent = round(100 * used_ratio(folder))
    except OSError as error:
        return Finding(About.DISK, Light.RED, str(folder), said=error.strerror or "")
    return Finding(About.DISK, graded(percent, DISK_YELLOW, DISK_RED), str(folder), percent)


def certificate(site: Site, file: str, now: Instant) -> Finding:
    """How long a site's certificate holds; of a whole chain, the first that ends counts."""
    try:
        chain = x509.load_pem_x509_certificates(Path(file).read_bytes())
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else "no certificate"
        return Finding(About.CERTIFICATE, Light.RED, site.value, said=one_line(f"{file}: {said}"))
    ends = min(int(one.not_valid_after_utc.timestamp() * 1000) for one in chain)
    days = (ends - now) // DAY
    light = Light.RED if days < CERTIFICATE_RED else Light.YELLOW if days < CERTIFICATE_YELLOW else Light.GREEN
    return Finding(About.CERTIFICATE, light, site.value, max(days, 0))


def _scanners(core: Core) -> Iterator[Finding]:
    names = sorted({one.plugin for one in core.providers.all("scanner")})
    for name in names:
        state = core.scanners.states.get(name)
        if state is None:
            yield Finding(About.SCANNER, Light.RED, name)
            continue
        days = (core.clock.now() - state.signatures_at) // DAY if state.signatures_at else 0
        light = Light.YELLOW if days > SIGNATURES_DAYS else Light.GREEN
        yield Finding(About.SCANNER, light, name, max(days, 0), one_line(state.engine))
    if not names:
        is_needed = core.settings.exchange.scanner is ScannerNeed.REQUIRED
        yield Finding(About.SCANNER, Light.RED if is_needed else Light.UNKNOWN)


def read(snapshot: Snapshot, log: Log, now: Instant) -> tuple[Finding, ...]:
    """What only the records tell; log is the journal."""
    oldest = outbox.first(snapshot, "written")
    minutes = (now - oldest.written_at) // MINUTE if oldest else 0
    light = Light.YELLOW if minutes >= LETTERS_MINUTES else Light.GREEN
    letters = Finding(About.LETTERS, light, number=max(minutes, 0))
    began = [one.entry.at for one in log.page(snapshot.view, before=1, limit=1)]
    return letters, _journal(verifications.get(snapshot, JOURNAL), began, now)


def _journal(last: Verified | None, began: list[Instant], now: Instant) -> Finding:
    """One that was never verified waits as long for it as one that was."""
    days = max((now - (last.at if last else min(began, default=now))) // DAY, 0)
    light = Light.YELLOW if days > VERIFIED_DAYS else Light.GREEN
    if last is None:
        return Finding(About.JOURNAL, light, said=NEVER_VERIFIED)
    return Finding(About.JOURNAL, light if last.ok else Light.RED, number=days)
