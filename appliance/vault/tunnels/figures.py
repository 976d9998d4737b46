# SPDX-License-Identifier: Apache-2.0
"""The figures of VPN sessions, as the vault holds them and as the gate shows them."""

from collections import Counter

from appliance.metrics.registry import Counts, Metrics
from appliance.model.time import date_in_japan
from appliance.model.tunnels import Cause
from appliance.vault.core import Core


def show_tunnels(core: Core, metrics: Metrics) -> None:
    """Read at each scrape from what is at hand."""
    gate, tunnels = core.gate, core.tunnels

    def sessions() -> Counts:
        found = Counter((held.row.engine, held.row.state.value) for held in tunnels.held.values())
        return list(found.items())

    def ready() -> Counts:
        states = tunnels.report.states if tunnels.report is not None else ()
        return [((one.name,), int(one.ready)) for one in states]

    def ends() -> Counts:
        return [((cause.value,), tunnels.ends[cause]) for cause in Cause]

    metrics.gauge("gate_connected", "1 while the gate reports, else 0").set_function(lambda: gate.connected)
    metrics.kept_gauges("tunnel_engine_ready", "1 while a VPN engine answers, else 0", ("engine",), ready)
    metrics.kept_gauges("tunnel_sessions", "VPN sessions that are not over", ("engine", "state"), sessions)
    metrics.kept_counters("tunnel_ends", "VPN sessions that ended, or were refused", ("cause",), ends)
    metrics.gauge("tunnel_paused", "PCs that stay out, as they connected again and again").set_function(
        lambda: len(tunnels.pauses)
    )
    metrics.kept_counter(
        "tunnel_turned_away", "Connects of PCs that stay out", lambda: float(tunnels.pauses.turned_away)
    )
    metrics.gauge("tunnel_sessions_peak", "Most VPN sessions let through at once today").set_function(
        lambda: tunnels.most_on(date_in_japan(core.clock.now()).isoformat())
    )
    metrics.gauge("tunnel_drift", "Sessions that the gate shows otherwise than they should be").set_function(
        lambda: tunnels.drift
    )
    metrics.gauge(
        "tunnel_overrun_seconds", "For how long the worst session has passed that may not, 0 if none does"
    ).set_function(lambda: tunnels.overrun)
