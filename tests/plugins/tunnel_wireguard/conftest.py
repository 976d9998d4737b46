# SPDX-License-Identifier: Apache-2.0
"""The engine in front of a host in memory."""

import logging
from dataclasses import replace

import pytest
from renkei_tunnel_wireguard.engine import WireGuard
from renkei_tunnel_wireguard.settings import Settings

from appliance.testing.clock import FakeClock
from appliance.testing.services import FakeMetrics
from tests.plugins.tunnel_wireguard.fake_host import PRIVATE, FakeHost


@pytest.fixture
def clock() -> FakeClock:
    """In the test's hand."""
    return FakeClock()


@pytest.fixture
def host(clock: FakeClock) -> FakeHost:
    """Without an interface."""
    return FakeHost(clock)


@pytest.fixture
def metrics() -> FakeMetrics:
    """What is counted."""
    return FakeMetrics()


@pytest.fixture
def engine(host: FakeHost, clock: FakeClock, metrics: FakeMetrics) -> WireGuard:
    """Not prepared yet."""
    return new_engine(host, clock, metrics)


def new_engine(host: FakeHost, clock: FakeClock, metrics: FakeMetrics | None = None) -> WireGuard:
    """One at this host, such as after a restart of the gate."""
    settings = replace(Settings(), dial="198.51.100.1")
    made = WireGuard(settings, host.run, clock, logging.getLogger("renkei.test"), metrics or FakeMetrics())
    made.private = PRIVATE
    return made
