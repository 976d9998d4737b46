# SPDX-License-Identifier: Apache-2.0
"""The gate's figures: what is connected and open, how engines and kernel answer, and how often somebody knocks."""

from functools import partial

from appliance.contracts.tunnel import TunnelEngine
from appliance.gate.engine import Engine
from appliance.gate.gate import Gate
from appliance.gate.service import GateService
from appliance.host.conform import methods
from appliance.metrics.registry import Metrics


class Figures:
    """Counts what engines and nft do; show() adds what the gate knows by itself."""

    def __init__(self, metrics: Metrics) -> None:
        """All of them are there from the start."""
        self._metrics = metrics
        self._engine_seconds = metrics.histogram(
            "gate_engine_seconds", "Calls of VPN engines: duration", ("engine", "method")
        )
        self._engine_errors = metrics.counter(
            "gate_engine_errors", "Calls of VPN engines that failed", ("engine", "method")
        )
        self._nft_seconds = metrics.histogram("gate_nft_seconds", "Runs of nft: duration", ("what",))
        self._nft_errors = metrics.counter("gate_nft_errors", "Runs of nft that failed", ("what",))
        for what in ("prepare", "change", "held"):
            self._nft_errors.labels(what)

    def engine_called(self, engine: str, method: str, well: bool, seconds: float) -> None:
        """As gate.engine.Observe."""
        self._engine_seconds.labels(engine, method).observe(seconds)
        self._engine_errors.labels(engine, method).inc(0 if well else 1)

    def nft_ran(self, what: str, well: bool, seconds: float) -> None:
        """As gate.nft.Observe."""
        self._nft_seconds.labels(what).observe(seconds)
        self._nft_errors.labels(what).inc(0 if well else 1)

    def show(self, service: GateService) -> None:
        """What is so at each scrape."""
        metrics, gate = self._metrics, service.gate
        sessions = metrics.gauge("gate_sessions", "VPN sessions that engines show", ("engine", "state"))
        ready = metrics.gauge("gate_engine_ready", "1 while a VPN engine is ready, else 0", ("engine",))
        metrics.kept_counters(
            "gate_senseless_addresses",
            "Addresses that a VPN engine showed and no PC can have",
            ("engine",),
            lambda: [((name,), engine.senseless) for name, engine in gate.engines.items()],
        )
        for name, engine in gate.engines.items():
            # What rises is seen alone where it was there before.
            for method in methods(TunnelEngine):
                self._engine_errors.labels(name, method)
            ready.labels(name).set_function(partial(_is_ready, engine))
            for is_open, state in ((True, "open"), (False, "shut")):
                sessions.labels(name, state).set_function(partial(_count, gate, engine, is_open))
        metrics.gauge("gate_table_stands", "1 while the kernel's table is as it should be, else 0").set_function(
            lambda: float(not gate.trouble)
        )
        metrics.kept_counter("gate_knocks", "Times that somebody was turned away", lambda: float(service.knocked))
        metrics.kept_counter(
            "gate_unconfirmed", "Sessions ended that the vault did not confirm", lambda: float(service.unconfirmed)
        )


def _is_ready(engine: Engine) -> float:
    return float(engine.ready)


def _count(gate: Gate, engine: Engine, is_open: bool) -> float:
    shown = engine.sessions.values() if engine.ready else ()
    return float(sum((gate.open_seconds(engine, one) > 0) is is_open for one in shown))
