# SPDX-License-Identifier: Apache-2.0
"""What PCs need to know to connect, as the engines say it: kept, for kits are made also while the gate is away."""

from collections.abc import Mapping, Sequence

from appliance.link.messages import EngineNow
from appliance.vault.core import Core
from appliance.vault.records.transaction import Transaction
from appliance.vault.records.tunnel_tables import EngineFacts, engine_facts


class EngineClients:
    """Remembers what is kept, so that a report that says the same costs nothing."""

    def __init__(self, core: Core) -> None:
        """Nothing was read yet."""
        self._core = core
        self._kept: dict[str, Mapping[str, str]] | None = None

    async def learn(self, states: Sequence[EngineNow]) -> None:
        """Keep what is new; an engine that says nothing is only away. Raises Refused."""
        if self._kept is None:
            self._kept = {one.name: dict(one.client) for one in await self._core.read(engine_facts.walk)}
        said = {one.name: dict(one.client) for one in states if one.client}
        fresh = {name: client for name, client in said.items() if self._kept.get(name) != client}
        if not fresh:
            return
        now = self._core.clock.now()

        def keep(txn: Transaction) -> None:
            for name, client in fresh.items():
                engine_facts.put(txn, EngineFacts(name, client, now))

        await self._core.commit(keep, vital=True)
        self._kept |= fresh
