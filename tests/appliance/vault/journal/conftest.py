# SPDX-License-Identifier: Apache-2.0
"""A journal in a store that a test can read, write and forge."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.contracts.records import Failed, Txn, View
from appliance.model.journal import Entry, Kind, Result
from appliance.testing.clock import FakeRandom
from appliance.testing.memory_records import MemoryRecords
from appliance.vault.journal import rows
from appliance.vault.journal.checkpoint import Checkpoints
from appliance.vault.journal.log import Log
from appliance.vault.journal.merkle import Frontier, leaf_hash
from appliance.vault.keys.sealing import Sealer

T = TypeVar("T")
ORIGIN = "renkei.fund.example/journal"
AT = 1_780_966_800_000


class Rig:
    """Store, log and checkpoints, and the means of somebody who has the keys and bad intentions."""

    def __init__(self) -> None:
        self.store = MemoryRecords()
        self.sealer = Sealer({1: bytes(32)}, 1, bytes(32), FakeRandom("journal"))
        self.log = Log(ORIGIN, self.sealer)
        self.key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        self.checkpoints = Checkpoints(self.log, self.key, self.store, self.commit)

    async def commit(self, work: Callable[[Txn], Any]) -> Any:
        """What the writer does."""
        outcome = (await self.store.write([work]))[0]
        if isinstance(outcome, Failed):
            raise outcome.error
        return outcome.value

    async def read(self, work: Callable[[View], T]) -> T:
        """Shorthand."""
        return await self.store.read(work)

    def entry(self, number: int = 0, office: str = "", **personal: str) -> Entry:
        """An entry that is like no other."""
        return Entry(
            kind=Kind.NOTICE_DELIVERED,
            result=Result.DONE,
            at=AT + number,
            site="console",
            actor="a" * 26,
            office=office,
            thing=f"thing-{number}",
            reason="",
            request=f"request-{number}",
            salt=number.to_bytes(16, "big"),
            sha256="ab" * 32,
            personal=personal,
        )

    async def fill(self, count: int, each: int = 100) -> None:
        """Append count entries; one in three has an office, one in two a file name."""
        size = await self.read(self.log.size)
        for start in range(size, size + count, each):
            numbers = range(start, min(start + each, size + count))
            entries = [self._some(number) for number in numbers]
            await self.commit(lambda txn, entries=entries: self.log.append(txn, entries))  # type: ignore[misc]

    def _some(self, number: int) -> Entry:
        office = ("", "office-a", "office-b")[number % 3]
        return self.entry(number, office, **({"file_name": f"納入告知 {number}.pdf"} if number % 2 else {}))

    # --- forging --------------------------------------------------------------------------------------------------

    async def forge(self, key: bytes, change: Callable[[bytes], bytes]) -> None:
        """Open a row, change it and seal it again, as somebody with the keys could."""

        def work(txn: Txn) -> None:
            sealed = txn.get(key)
            assert sealed is not None
            txn.put(key, self.sealer.seal(key, change(self.sealer.open(key, sealed))))

        await self.commit(work)

    async def put(self, key: bytes, plain: bytes) -> None:
        """Put a row that seals well."""
        await self.commit(lambda txn: txn.put(key, self.sealer.seal(key, plain)))

    async def damage(self, key: bytes) -> None:
        """Flip one bit, as a disk does."""

        def work(txn: Txn) -> None:
            sealed = txn.get(key)
            assert sealed is not None
            txn.put(key, sealed[:-1] + bytes([sealed[-1] ^ 1]))

        await self.commit(work)

    async def remove(self, *keys: bytes) -> None:
        """Delete rows."""
        await self.commit(lambda txn: [txn.delete(key) for key in keys])

    async def rewrite_tree(self) -> None:
        """Make head and kept nodes fit to the leaves, whatever they are now."""
        size = await self.read(self.log.size)
        frontier = Frontier()
        for seq in range(size):
            (leaf,) = await self.read(lambda view, seq=seq: self.log.leaves(view, seq, 1))  # type: ignore[misc]
            await self.put(rows.leaf_key(seq), leaf_hash(leaf.text) + leaf.text)
            completed = frontier.append(leaf_hash(leaf.text))
            for level in range(8, len(completed)):
                await self.put(rows.node_key(level, seq >> level), completed[level])
        await self.put(rows.HEAD, frontier.to_bytes())


@pytest.fixture
def rig() -> Rig:
    """An empty journal."""
    return Rig()
