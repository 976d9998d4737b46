# SPDX-License-Identifier: Apache-2.0
"""The figures of VPN sessions, while they live, while they end, and while the gate is away."""

from collections.abc import Callable

import pytest

from appliance.link.messages import EngineNow
from appliance.metrics.registry import Metrics
from appliance.model.devices import Bond
from appliance.model.tunnels import Cause
from appliance.vault.tunnels.figures import show_tunnels
from tests.appliance.vault.tunnels.connecting import Tunnels

Scrape = Callable[..., float | None]


@pytest.fixture
def scraped(tunnels: Tunnels) -> Scrape:
    """A figure of a scrape of this moment."""
    metrics = Metrics(process=False)
    show_tunnels(tunnels.world.core, metrics)
    return lambda name, **labels: metrics.registry.get_sample_value(f"renkei_tunnel_{name}", labels)


async def test_sessions_are_counted_by_engine_and_state(tunnels: Tunnels, pc: Bond, scraped: Scrape) -> None:
    assert scraped("sessions", engine="softether", state="open") is None
    await tunnels.opened(pc)
    assert scraped("sessions", engine="softether", state="open") == scraped("sessions_peak") == 1
    tunnels.gate.lies = True
    await tunnels.block(pc)
    await tunnels.quiet()
    await tunnels.pass_time(20)
    assert scraped("sessions", engine="softether", state="ending") == 1
    assert (scraped("drift"), scraped("ends_total", cause=Cause.BLOCKED)) == (1, 1)
    assert (scraped("overrun_seconds") or 0) >= 15
    tunnels.gate.lies = False
    await tunnels.pass_time(10)
    assert (scraped("drift"), scraped("overrun_seconds")) == (0, 0)
    assert scraped("ends_total", cause=Cause.BLOCKED) == 1, "each end is counted once"


async def test_every_cause_is_there_before_it_comes(scraped: Scrape) -> None:
    assert [scraped("ends_total", cause=cause) for cause in Cause] == [0] * len(Cause)


async def test_engines_are_shown_as_the_gate_says(tunnels: Tunnels, pc: Bond, scraped: Scrape) -> None:
    tunnels.gate.states = (EngineNow("softether", True), EngineNow("wireguard", False, "no such device"))
    await tunnels.round()
    assert scraped("engine_ready", engine="softether") == 1
    assert scraped("engine_ready", engine="wireguard") == 0
    tunnels.world.core.tunnels.lose()
    assert scraped("engine_ready", engine="softether") is None


async def test_what_ended_before_a_restart_is_not_counted_again(tunnels: Tunnels, pc: Bond) -> None:
    await tunnels.opened(pc)
    tunnels.gate.lies = True
    await tunnels.block(pc)
    await tunnels.quiet()
    await tunnels.restart()
    await tunnels.round()
    assert not tunnels.world.core.tunnels.ends
