# SPDX-License-Identifier: Apache-2.0
"""How the plugins are while the service runs, asked by `renkei doctor`."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from appliance.contracts.plugin import PluginError
from appliance.host.bounded import Bound
from appliance.host.loading import Loaded

EXAMINE_SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Examined:
    """is_there: it runs. works: nothing is wrong with it; else why says what is."""

    is_there: bool = True
    works: bool = True
    why: str = ""


async def examine(running: Iterable[Loaded], without: Mapping[str, str]) -> dict[str, Examined]:
    """Each configured plugin by name, all asked at once; without are those that do not run, with the reason."""
    async with asyncio.TaskGroup() as group:
        asked = {one.name: group.create_task(_examine(one)) for one in running}
    found = {name: task.result() for name, task in asked.items()}
    return {**found, **{name: Examined(False, False, why) for name, why in without.items()}}


async def _examine(plugin: Loaded) -> Examined:
    try:
        await Bound(EXAMINE_SECONDS, plugin.plugin.examine())
    except PluginError as error:
        return Examined(works=False, why=str(error))
    except TimeoutError:
        return Examined(works=False, why=f"it did not answer within {EXAMINE_SECONDS:g} seconds")
    except Exception as error:  # noqa: BLE001 - a plugin may fail in any way, and that is the finding
        return Examined(works=False, why=type(error).__name__)
    return Examined()
