# SPDX-License-Identifier: Apache-2.0
"""What is to be done after a plugin came, changed or was blocked, so that it counts."""

from collections.abc import Collection, Iterable
from pathlib import Path

from appliance.cli.places import DEFAULT_CONFIG
from appliance.model.words import Tier

UNITS = {Tier.VAULT: "renkei-vault.service", Tier.WEB: "'renkei-web@*.service'", Tier.GATE: "renkei-gate.service"}


def restart(config: Path, tiers: Collection[Tier]) -> str:
    """How the services of tiers are started again, in the words of a shell where systemd has them."""
    if config != DEFAULT_CONFIG:
        return f"restart {' and '.join(tier for tier in Tier if tier in tiers)}"
    return f"systemctl restart {' '.join(unit for tier, unit in UNITS.items() if tier in tiers)}"


def steps(config: Path, without_table: Iterable[str], tiers: Collection[Tier]) -> list[str]:
    """What to do after an install, a line each; without_table are plugins that the configuration does not name."""
    missing = [f"next: write the table [plugins.{name}] into {config}" for name in sorted(without_table)]
    looking = ["next: renkei check"] if tiers else []
    return [*missing, *looking, *([f"next: {restart(config, tiers)}"] if tiers else [])]
