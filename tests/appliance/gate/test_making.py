# SPDX-License-Identifier: Apache-2.0
"""A gate is made from the configuration: with a kernel for real engines, and without one in a plain demo alone."""

import logging

import pytest

from appliance.config.settings import Gate as GateSettings
from appliance.config.settings import Settings
from appliance.gate.figures import Figures
from appliance.gate.gate import Gate
from appliance.gate.making import made_gate
from appliance.gate.memory_kernel import MemoryKernel
from appliance.gate.nft import NftKernel
from appliance.host.host import Provided
from appliance.host.refused import StartRefused
from appliance.host.tier import TierPlugins
from appliance.metrics.registry import Metrics
from appliance.testing.clock import FakeRandom
from appliance.testing.memory_tunnel import MemoryEngine

SETTINGS = Settings(gate=GateSettings(report_seconds=2.0))


class Plugins(TierPlugins):
    """Those that a test names."""

    def __init__(self, *names: str, believing: str = "") -> None:
        self._names = names
        self._believing = believing

    def all(self, family_id: str) -> list[Provided]:
        assert family_id == "tunnel"
        return [Provided(name, MemoryEngine()) for name in self._names]

    @property
    def make_believe(self) -> frozenset[str]:
        return frozenset(filter(None, [self._believing]))


def made(plugins: Plugins) -> Gate:
    return made_gate(SETTINGS, plugins, Figures(Metrics(process=False)), FakeRandom())


def test_real_engines_have_a_kernel() -> None:
    gate = made(Plugins("tunnel_softether", "tunnel_wireguard"))
    assert list(gate.engines) == ["tunnel_softether", "tunnel_wireguard"]
    assert isinstance(gate.table._kernel, NftKernel) and gate.has_kernel
    assert len(gate.run) == 16
    portals = {engine._portal for engine in gate.engines.values()}
    assert portals == {SETTINGS.gate.portal}, "which is no PC's address"
    assert {engine._pace.usual for engine in gate.engines.values()} == {SETTINGS.gate.report_seconds}


def test_without_an_engine_the_kernel_is_left_alone() -> None:
    gate = made(Plugins())
    assert isinstance(gate.table._kernel, MemoryKernel) and not gate.has_kernel


def test_in_a_plain_demo_nothing_is_enforced_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        gate = made(Plugins("tunnel_loopback", believing="tunnel_loopback"))
    assert isinstance(gate.table._kernel, MemoryKernel) and not gate.has_kernel
    assert "nothing is enforced in the kernel" in caplog.text
    [engine] = gate.engines.values()
    assert engine._pace.usual == 0.3, "nobody is heard who connects"


def test_make_believe_does_not_stand_beside_a_real_engine() -> None:
    with pytest.raises(StartRefused, match="cannot stand beside a real engine"):
        made(Plugins("tunnel_softether", "tunnel_loopback", believing="tunnel_loopback"))
