# SPDX-License-Identifier: Apache-2.0
"""From the configuration and the plugins to a gate."""

import logging

from appliance.config.settings import Settings
from appliance.contracts.plugin import Random
from appliance.gate.engine import Pace
from appliance.gate.figures import Figures
from appliance.gate.gate import Gate
from appliance.gate.kernel import Kernel
from appliance.gate.memory_kernel import MemoryKernel
from appliance.gate.nft import NftKernel
from appliance.host.refused import StartRefused
from appliance.host.system import SystemClock
from appliance.host.tier import TierPlugins

RUN_BYTES = 8
_log = logging.getLogger(__name__)


def made_gate(settings: Settings, plugins: TierPlugins, figures: Figures, random: Random) -> Gate:
    """The gate with all engines of the configuration. Raises StartRefused where one of them only makes believe."""
    clock = SystemClock()
    engines = {provided.plugin: provided.provider for provided in plugins.all("tunnel")}
    bare = bool(engines) and engines.keys() <= plugins.make_believe
    kernel: Kernel = MemoryKernel(clock)
    if engines.keys() & plugins.make_believe and not bare:
        raise StartRefused(
            f"{', '.join(sorted(engines))}: one that makes believe cannot stand beside a real engine"
        )
    if bare:
        _log.warning(
            "a demo: there is no tunnel, nothing is enforced in the kernel, and whoever says so is connected"
        )
    elif engines:
        kernel = NftKernel(settings.gate.portal, settings.gate.ports, observe=figures.nft_ran)
    return Gate(
        engines,
        kernel,
        clock,
        run=random.bytes(RUN_BYTES).hex(),
        pace=pace_of(settings.gate.report_seconds, bare=bare),
        bare=bare,
        portal=settings.gate.portal,
        observe=figures.engine_called,
    )


def pace_of(report_seconds: float, *, bare: bool) -> Pace:
    """How often engines are looked at: without a kernel nobody is heard who knocks, so somebody always may."""
    return Pace(min(report_seconds, Pace().quick) if bare else report_seconds)
