# SPDX-License-Identifier: Apache-2.0
"""Acts that plugins add: the handler of Act, and the plugins' own records that are written with it."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

from appliance.contracts.action import Action, ActionRefused, ActionRequest
from appliance.host.host import Provided
from appliance.link.messages import Act, Acted
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.words import Role
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.outcomes import remember
from appliance.vault.records.row_keys import after as next_after
from appliance.vault.records.row_keys import end_of, join
from appliance.vault.records.transaction import Snapshot, Transaction

MAX_TEXT = 4_000
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


_draft: ContextVar[Draft | None] = ContextVar("draft", default=None)


async def act(core: Core, caller: Caller, message: Act) -> Acted:
    """The action's own records, the journal entry and the outcome are one transaction."""
    provided = _action(core, caller, message)
    fields = _checked(provided.provider, message.fields)
    draft = Draft()
    held = _draft.set(draft)
    try:
        answer = await provided.provider.handler(_request(caller, fields))
    except ActionRefused as refusal:
        raise Refused(Why.INVALID, "act.refused", {"reason": str(refusal)}) from refusal
    finally:
        _draft.reset(held)
    reply = Acted(dict(answer.fields))

    def write(txn: Transaction) -> None:
        draft.apply(txn)
        remember(txn, caller, reply)
        txn.journal(caller.entry(thing=message.name))

    await core.commit(write, seen={**caller.seen, **draft.seen})
    return reply


def _action(core: Core, caller: Caller, message: Act) -> Provided:
    for provided in core.providers.all("action"):
        action: Action = provided.provider
        if action.name == message.name and caller.call.site in action.sites:
            office_user = caller.account is not None and not caller.account.role.of_fund
            if action.permission and office_user and action.permission not in caller.person.permissions:
                raise Refused(Why.NOT_ALLOWED)
            return provided
    raise Refused(Why.NOT_FOUND)


def _checked(action: Action, fields: Mapping[str, str]) -> dict[str, str]:
    if set(fields) - action.fields or any(len(text) > MAX_TEXT for text in fields.values()):
        raise Refused(Why.INVALID)
    return dict(fields)


def _request(caller: Caller, fields: dict[str, str]) -> ActionRequest:
    role = caller.account.role if caller.account else Role.FUND_SYSTEM
    return ActionRequest(caller.actor, role, caller.own_office, caller.now, fields)


class PluginRecords:
    """A plugin's own sealed space (contracts.plugin.Records)."""

    def __init__(self, core_of: Callable[[], Core], plugin: str) -> None:
        """plugin is its name; no other can read or write there. core_of gives the core once there is one."""
        self._core_of = core_of
        self._plugin = plugin
        self._prefix = join(f"p/{plugin}")

    async def get(self, key: str) -> bytes | None:
        """The value under key, as this act sees it."""
        full, draft = self._key(key), _draft.get()
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

    async def scan(self, after: str = "", limit: int = 1000) -> list[tuple[str, bytes]]:
        """Pairs as they are kept; what an action has written but not committed is not among them."""
        start = next_after(self._prefix + after.encode()) if after else self._prefix
        return await self._core_of().read(lambda snapshot: self._rows(snapshot, start, limit))

    def _rows(self, snapshot: Snapshot, start: bytes, limit: int) -> list[tuple[str, bytes]]:
        pairs = snapshot.view.scan(start, end_of(self._prefix), limit=limit)
        cut = len(self._prefix)
        return [(key[cut:].decode(), snapshot.sealing.open(key, value)) for key, value in pairs]

    def _key(self, key: str) -> bytes:
        if not 0 < len(key.encode()) <= MAX_RECORD_KEY:
            raise ValueError(f"a record key of a plugin has 1 to {MAX_RECORD_KEY} bytes")
        return self._prefix + key.encode()

    async def _change(self, key: bytes, value: bytes | None) -> None:
        draft = _draft.get()
        if draft is not None:
            draft.changes[key] = value
            return
        single = Draft({key: value})
        entry = self._core_of().own_entry(Kind.PLUGIN_RECORDS, actor=f"plugin:{self._plugin}")

        def write(txn: Transaction) -> None:
            single.apply(txn)
            txn.journal(entry)

        await self._core_of().commit(write)
