# SPDX-License-Identifier: Apache-2.0
"""The plugins' own records: sealed, apart from everybody else's, and written with the act that they belong to."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from appliance.model.journal import Kind
from appliance.vault.core import Core
from appliance.vault.records.row_keys import after as next_after
from appliance.vault.records.row_keys import end_of, join
from appliance.vault.records.transaction import Snapshot, Transaction

MAX_RECORD_KEY = 200


@dataclass
class Draft:
    """What an action has written through services.records, until it is committed with the act.

    seen is what it has read there: if that moves meanwhile, the act begins again.
    """

    changes: dict[bytes, bytes | None] = field(default_factory=dict)
    seen: dict[bytes, bytes | None] = field(default_factory=dict)

    def apply(self, txn: Transaction) -> None:
        """Write everything."""
        for key, value in self.changes.items():
            if value is None:
                txn.delete(key)
            else:
                txn.put(key, value)


DRAFT: ContextVar[Draft | None] = ContextVar("draft", default=None)


class PluginRecords:
    """A plugin's own sealed space (contracts.plugin.Records)."""

    def __init__(self, core_of: Callable[[], Core], plugin: str) -> None:
        """plugin is its name; no other can read or write there. core_of gives the core once there is one."""
        self._core_of = core_of
        self._plugin = plugin
        self._prefix = join(f"p/{plugin}")

    async def get(self, key: str) -> bytes | None:
        """The value under key, as this act sees it."""
        full, draft = self._key(key), DRAFT.get()
        if draft is not None and full in draft.changes:
            return draft.changes[full]
        value, seen = await self._core_of().read(lambda snapshot: (snapshot.get(full), snapshot.seen))
        if draft is not None:
            draft.seen = {**seen, **draft.seen}
        return value

    async def put(self, key: str, value: bytes) -> None:
        """Within an action: with the act. Elsewhere: durable on return."""
        await self._change(self._key(key), value)

    async def delete(self, key: str) -> None:
        """Within an action: with the act. Elsewhere: durable on return."""
        await self._change(self._key(key), None)

    async def scan(
        self, after: str = "", limit: int = 1000, *, prefix: str = "", newest: bool = False
    ) -> list[tuple[str, bytes]]:
        """Pairs as they are kept; what an action has written but not committed is not among them."""
        within = self._prefix + prefix.encode()
        start, stop = within, end_of(within)
        if after and newest:
            stop = min(stop, self._prefix + after.encode())
        elif after:
            start = max(start, next_after(self._prefix + after.encode()))
        return await self._core_of().read(lambda snapshot: self._rows(snapshot, start, stop, limit, newest))

    def _rows(
        self, snapshot: Snapshot, start: bytes, stop: bytes, limit: int, newest: bool
    ) -> list[tuple[str, bytes]]:
        pairs = snapshot.view.scan(start, stop, limit=limit, reverse=newest) if start < stop else []
        cut = len(self._prefix)
        return [(key[cut:].decode(), snapshot.sealing.open(key, value)) for key, value in pairs]

    def _key(self, key: str) -> bytes:
        if not 0 < len(key.encode()) <= MAX_RECORD_KEY:
            raise ValueError(f"a record key of a plugin has 1 to {MAX_RECORD_KEY} bytes")
        return self._prefix + key.encode()

    async def _change(self, key: bytes, value: bytes | None) -> None:
        draft = DRAFT.get()
        if draft is not None:
            draft.changes[key] = value
            return
        single = Draft({key: value})
        entry = self._core_of().own_entry(Kind.PLUGIN_RECORDS, actor=f"plugin:{self._plugin}")

        def write(txn: Transaction) -> None:
            single.apply(txn)
            txn.journal(entry)

        await self._core_of().commit(write)
