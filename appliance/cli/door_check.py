# SPDX-License-Identifier: Apache-2.0
"""What `renkei check` says about the door: whether the second factors that it needs are there."""

from importlib.util import find_spec

from appliance.config.settings import Settings
from appliance.host.catalogue import Row

FACTOR = "factor"


def absent_factors(settings: Settings, rows: list[Row]) -> list[str]:
    """A sentence for each second factor that [door] names and that no vault would have: it would not start."""
    if find_spec("appliance.vault") is None:
        return []  # the edge host lets nobody in
    there = {row.name for row in rows if row.name in settings.plugins and FACTOR in row.families}
    return [
        f"door.{key} names `{name}`, which is no configured second factor; add [plugins.{name}]"
        for key, name in settings.door.factors.items()
        if name not in there
    ]
