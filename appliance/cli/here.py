# SPDX-License-Identifier: Apache-2.0
"""Which tiers are installed on this host, and which sites are its own: a host may have some of them only."""

from importlib.util import find_spec

from appliance.cli.failure import Failure
from appliance.config.settings import Settings
from appliance.model.words import Site, Tier

PACKAGES = {f"appliance.{tier}": f"renkei-{tier}" for tier in Tier}


def is_here(tier: Tier) -> bool:
    """Whether a tier is installed."""
    return find_spec(f"appliance.{tier}") is not None


def need(tier: Tier) -> None:
    """Raise Failure where a tier is not installed."""
    if not is_here(tier):
        raise _not_here(f"appliance.{tier}")


def absence(error: BaseException) -> Failure | None:
    """What to say of an error that only means that a tier is not installed; None of all others."""
    if isinstance(error, ModuleNotFoundError) and error.name in PACKAGES:
        return _not_here(error.name)
    return None


def sites_here(settings: Settings) -> tuple[Site, ...]:
    """The sites of this host; none where they are not installed."""
    return settings.sites.here if is_here(Tier.WEB) else ()


def _not_here(room: str) -> Failure:
    what = "sites" if room == f"appliance.{Tier.WEB}" else room.rpartition(".")[2]
    return Failure(f"this host has no {what}; say this where {PACKAGES[room]} is installed")
