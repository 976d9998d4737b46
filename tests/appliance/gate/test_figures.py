# SPDX-License-Identifier: Apache-2.0
"""The gate's figures say what is so."""

from appliance.gate.figures import Figures
from appliance.gate.service import GateService
from appliance.metrics.registry import Metrics
from tests.appliance.gate.gates import ONE, TWO, Yard


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"renkei_gate_{name}", labels)


async def test_sessions_are_open_or_shut_and_engines_ready_or_not() -> None:
    metrics, yard = Metrics(process=False), await Yard(2).ready()
    Figures(metrics).show(GateService(now=lambda: 0, gate=yard.gate))
    await yard.opened(ONE)
    await yard.connected(TWO)
    assert value(metrics, "sessions", engine="memory", state="open") == 1
    assert value(metrics, "sessions", engine="memory", state="shut") == 1
    assert value(metrics, "sessions", engine="memory1", state="open") == 0
    assert value(metrics, "engine_ready", engine="memory") == 1
    yard.engine.away = "gone"
    await yard.attend()
    assert value(metrics, "engine_ready", engine="memory") == 0
    assert value(metrics, "sessions", engine="memory", state="open") == 0


async def test_what_has_not_failed_is_there_with_zero() -> None:
    metrics, yard = Metrics(process=False), await Yard().ready()
    Figures(metrics).show(GateService(now=lambda: 0, gate=yard.gate))
    for method in ("prepare", "admit", "bar", "live", "close"):
        assert value(metrics, "engine_errors_total", engine="memory", method=method) == 0


async def test_the_table_stands_or_not() -> None:
    metrics, yard = Metrics(process=False), await Yard().ready()
    Figures(metrics).show(GateService(now=lambda: 0, gate=yard.gate))
    assert value(metrics, "table_stands") == 1
    yard.kernel.refuses = "no permission"
    await yard.gate.table.stand()
    assert value(metrics, "table_stands") == 0


def test_a_gate_without_an_engine_has_no_trouble_with_its_table() -> None:
    metrics = Metrics(process=False)
    service = GateService(now=lambda: 0)
    Figures(metrics).show(service)
    assert value(metrics, "table_stands") == 1
    assert (value(metrics, "knocks_total"), value(metrics, "unconfirmed_total")) == (0, 0)
    service.unconfirmed = 3
    assert value(metrics, "unconfirmed_total") == 3


def test_calls_and_their_failures_are_counted() -> None:
    metrics = Metrics(process=False)
    figures = Figures(metrics)
    assert value(metrics, "nft_errors_total", what="change") == 0
    figures.engine_called("softether", "live", True, 0.002)
    assert value(metrics, "engine_errors_total", engine="softether", method="live") == 0
    figures.engine_called("softether", "live", False, 10.0)
    figures.nft_ran("change", False, 0.1)
    assert value(metrics, "engine_errors_total", engine="softether", method="live") == 1
    assert value(metrics, "engine_seconds_count", engine="softether", method="live") == 2
    assert value(metrics, "nft_errors_total", what="change") == 1
    assert value(metrics, "nft_seconds_sum", what="change") == 0.1
