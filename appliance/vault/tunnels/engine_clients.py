# SPDX-License-Identifier: Apache-2.0
"""What PCs need to know to connect, as the engines say it: kept, for kits are made also while the gate is away.

1. What an engine says first is what kits are told. When it says something else, kits are told what they were told
   before, until somebody at the vault's own host believes the new one: a gate in other hands sends no new PC
   anywhere (decision 47). A demo believes at once.
2. Each change is in the journal, with the fingerprints of both; while one waits, the doctor says so.
3. A gate that says something else all the time fills neither the records nor the journal: so many changes an hour
   are kept, and kits are told what they were told before.
"""

import hashlib
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace

from appliance.link.messages import EngineNow, Nothing
from appliance.link.messages.tunnels import BelieveEngine
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED, Entry, Kind
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.outcomes import remember
from appliance.vault.people import fields
from appliance.vault.records.transaction import Transaction
from appliance.vault.records.tunnel_tables import EngineFacts, engine_facts

FINGERPRINT_SIGNS = 16
MOST_CHANGES, CHANGES_SECONDS = 20, 3600.0


class EngineClients:
    """Remembers what is kept, so that a report that says the same costs nothing."""

    def __init__(self, core: Core) -> None:
        """Nothing was read yet."""
        self._core = core
        self._kept_at: deque[float] = deque()

    async def learn(self, states: Sequence[EngineNow]) -> None:
        """Keep what is new; an engine that says nothing is only away. Raises Refused."""
        tunnels = self._core.tunnels
        said = {one.name: dict(one.client) for one in states if one.client}
        # Whoever believes another one meanwhile is neither overwritten nor forgotten.
        async with tunnels.learning:
            kept = tunnels.engine_facts
            if kept is None:
                kept = {one.name: one for one in await self._core.read(engine_facts.walk)}
            found = [(kept.get(name), self._after(name, client, kept.get(name))) for name, client in said.items()]
            fresh = [(before, after) for before, after in found if after is not None][: self._room()]
            await self._keep(fresh)
            tunnels.engine_facts = kept | {after.name: after for _, after in fresh}

    async def _keep(self, fresh: Sequence[tuple[EngineFacts | None, EngineFacts]]) -> None:
        entries = [self._entry(before, after) for before, after in fresh]

        def keep(txn: Transaction) -> None:
            for (_, after), entry in zip(fresh, entries, strict=True):
                engine_facts.put(txn, after)
                txn.journal(entry)

        if fresh:
            await self._core.commit(keep, vital=True)
            self._kept_at.extend([self._core.clock.monotonic()] * len(fresh))

    def _room(self) -> int:
        """How many changes more are kept now (promise 3)."""
        until = self._core.clock.monotonic() - CHANGES_SECONDS
        while self._kept_at and self._kept_at[0] <= until:
            self._kept_at.popleft()
        return MOST_CHANGES - len(self._kept_at)

    def _after(self, name: str, client: Mapping[str, str], before: EngineFacts | None) -> EngineFacts | None:
        """What is to be kept when an engine says this (promise 1); None where that is kept already."""
        if before is None or (client != before.client and self._core.settings.demo.enabled):
            return EngineFacts(name, client, self._core.clock.now())
        offered = {} if client == before.client else client
        return None if offered == before.offered else replace(before, offered=offered)

    def _entry(self, before: EngineFacts | None, after: EngineFacts) -> Entry:
        """Promise 2."""
        if before is None:
            said = f"{fingerprint(after.client)}, for the first time; kits are told so"
        elif after.offered:
            said = f"{differing(after)}; kits are told the old one until somebody believes the new one"
        elif after.client == before.client:
            said = f"{fingerprint(after.client)} again, as kits are told"
        else:
            said = f"{differing(replace(before, offered=after.client))}; a demo believes it"
        return replace(self._core.own_entry(Kind.TUNNEL_ENGINE), reason=f"{after.name}: {said}")


def fingerprint(client: Mapping[str, str]) -> str:
    """What an engine says, in short: as many signs as nobody finds a second text for by chance."""
    text = "\0".join(f"{key}\0{value}" for key, value in sorted(client.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_SIGNS]


def differing(facts: EngineFacts) -> str:
    """What an engine said before and says now, in one line: both fingerprints, and which entries are others."""
    client, offered = facts.client, facts.offered
    keys = sorted(key for key in client.keys() | offered.keys() if client.get(key) != offered.get(key))
    return f"was {fingerprint(client)}, is {fingerprint(offered)}: {', '.join(keys)}"


async def believe_engine(core: Core, caller: Caller, message: BelieveEngine) -> Nothing:
    """Kits are told what the engine says now. Raises Refused NOT_FOUND, CONFLICT where that is something else."""
    reason = fields.reason(message.reason)

    def work(txn: Transaction) -> None:
        found = engine_facts.get(txn, message.engine)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        if not found.offered or fingerprint(found.offered) != message.fingerprint:
            raise Refused(Why.CONFLICT, "tunnel.engine_says_otherwise")
        engine_facts.put(txn, EngineFacts(found.name, found.offered, caller.now))
        said = f"{found.name}: {differing(found)}; kits are told the new one"
        txn.journal(caller.entry(Kind.TUNNEL_ENGINE, reason=said, personal={TYPED: reason}))
        remember(txn, caller, Nothing())

    async with core.tunnels.learning:
        await core.commit(work, seen=caller.seen, vital=True)
        core.tunnels.engine_facts = None
    return Nothing()
