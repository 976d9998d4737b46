# SPDX-License-Identifier: Apache-2.0
"""What a provider is called, and that there are no two of one name."""

from appliance.contracts.action import Action
from appliance.contracts.families import Combine, Family
from appliance.contracts.jobs import Job
from appliance.contracts.metrics import Collector
from appliance.contracts.pages import Page
from appliance.host.page_places import misplaced_for
from appliance.host.refused import StartRefused


class Names:
    """The names taken so far, family by family."""

    def __init__(self) -> None:
        """None is taken."""
        self._taken: dict[tuple[str, str], str] = {}

    def take(self, plugin: str, family: Family, provider: object) -> None:
        """Note the provider. Raises StartRefused if its name is taken, or not its plugin's to give."""
        alone = family.combine is Combine.EXACTLY_ONE
        name = name_of(plugin, provider)
        if isinstance(provider, Action) and not name.startswith(f"{plugin}."):
            raise StartRefused(f"its action is called `{name}`; write `{plugin}.{name.rpartition('.')[2]}`")
        if isinstance(provider, Page) and (fault := misplaced_for(plugin, provider)):
            raise StartRefused(fault)
        first = self._taken.get((family.id, "" if alone else name))
        if first is not None:
            what = f"{family.combine} {family.does}" if alone else f"one {family.id} `{name}`"
            raise StartRefused(f"there can be {what}, and `{first}` has handed it over; remove one of the two")
        self._taken[family.id, "" if alone else name] = plugin


def name_of(plugin: str, provider: object) -> str:
    """The name by which a provider is told from the others of its family."""
    if isinstance(provider, Action):
        return provider.name
    if isinstance(provider, Page):
        return f"{plugin} {provider.site} {provider.method} {provider.path}"
    if isinstance(provider, Job | Collector):
        return f"{plugin}.{provider.name}"
    return plugin
