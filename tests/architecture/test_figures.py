# SPDX-License-Identifier: Apache-2.0
"""Every figure that a process shows stands in docs/monitoring.md with its labels, and no other does."""

import re
from pathlib import Path

import pytest
from prometheus_client.metrics import MetricWrapperBase

from appliance.config.credentials import Credentials
from appliance.config.settings import Settings
from appliance.gate.figures import Figures
from appliance.gate.service import GateService
from appliance.metrics.registry import Metrics
from appliance.testing.clock import FakeRandom
from appliance.vault.figures import show_figures, show_link
from appliance.vault.records.writer import Writer
from appliance.web.service import WebService
from tests.appliance.vault.world import World, opened
from tests.architecture import tree

ROW = re.compile(r"^\| `(renkei_[a-z_]+)` \| ([a-z, ]*?) ?\| \S", re.MULTILINE)
UNITS = ("_total", "_seconds", "_ratio", "_bytes")
# Numbers of things bear the name of the things, and no unit.
BARE = {
    "renkei_accounts_blocked",
    "renkei_activations_late",
    "renkei_activations_waiting",
    "renkei_build_info",
    "renkei_calendar_days_left",
    "renkei_doorman_files",
    "renkei_filings_held",
    "renkei_gate_connected",
    "renkei_gate_engine_ready",
    "renkei_gate_sessions",
    "renkei_gate_table_stands",
    "renkei_journal_damaged",
    "renkei_journal_entries",
    "renkei_journal_signed_entries",
    "renkei_link_connections",
    "renkei_live_connected",
    "renkei_live_pages",
    "renkei_live_streams",
    "renkei_live_visits",
    "renkei_outbox_letters",
    "renkei_passwords_waiting",
    "renkei_plugin_running",
    "renkei_registrations_late",
    "renkei_registrations_waiting",
    "renkei_scanner_away",
    "renkei_sealed_letters_ending",
    "renkei_sealed_letters_waiting",
    "renkei_site_connections",
    "renkei_site_requests",
    "renkei_tunnel_drift",
    "renkei_tunnel_engine_ready",
    "renkei_tunnel_paused",
    "renkei_tunnel_sessions",
    "renkei_tunnel_sessions_peak",
    "renkei_visits",
    "renkei_writer_batch_functions",
    "renkei_writer_waiting",
}


@pytest.fixture
async def metrics(tmp_path: Path) -> Metrics:
    """The registry of a process in which all tiers run."""
    made = Metrics(process=False)
    WebService(Settings(), Credentials(None), made, None, FakeRandom())
    Figures(made).show(GateService(now=lambda: 0))
    async with opened(World.new(tmp_path)) as world:
        assert isinstance(world.core.writer, Writer)
        await show_figures(world.core, world.core.writer, made)
        show_link(lambda site: 0, made)
    return made


def shown(metrics: Metrics) -> dict[str, str]:
    """The labels of each figure."""
    found = {}
    for source, names in metrics.registry._collector_to_names.items():
        name = min((name for name in names if not name.endswith(("_created", "_bucket", "_sum"))), key=_rank)
        labels = source._labelnames if isinstance(source, MetricWrapperBase) else getattr(source, "labels", ())
        found[name.removesuffix("_count")] = ", ".join(labels)
    return found


def _rank(name: str) -> tuple[bool, str]:
    """A counter is known by its name in a scrape."""
    return not name.endswith("_total"), name


def test_the_page_lists_every_figure_with_its_labels(metrics: Metrics) -> None:
    page = tree.text(Path("docs/monitoring.md")) or ""
    assert dict(ROW.findall(page)) == shown(metrics)


def test_what_is_measured_bears_its_unit(metrics: Metrics) -> None:
    """By the conventions of Prometheus; what is a number of things bears their name."""
    bare = {name for name in shown(metrics) if not name.endswith(UNITS)}
    assert bare == BARE
