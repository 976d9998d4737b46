# SPDX-License-Identifier: Apache-2.0
"""Every message passes here, in this order.

1. Admission: from which VPN session, where one is needed, and whose visit is it? (tunnels/inside.py, admission.py)
2. A command that this visit has sent before gets its first outcome.
3. Whose thing is it? Another office's is as good as none (404).
4. The policies are asked, about every message whose row names an action. No handler can forget it.
5. The handler does it, a search in its turn (turns.py); what it commits requires that the facts of 1 to 4 still
   stand, else all begins again.
6. A refusal is journaled, before it is answered; refusals before sign-in are counted by source and minute.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from appliance.link.envelope import Call, Reply
from appliance.link.messages import BY_SHAPE
from appliance.link.refusals import Refused, Why
from appliance.model.ids import is_id
from appliance.model.journal import Kind, Result
from appliance.model.words import Site
from appliance.vault.admission import admitted, need_for_others, need_form_token, need_ready
from appliance.vault.caller import SEED_BYTES, Caller, Streamed, visitor_of
from appliance.vault.core import Core
from appliance.vault.decide import Denied, judge_call
from appliance.vault.outcomes import first_outcome
from appliance.vault.records.transaction import Snapshot
from appliance.vault.tunnels.inside import come_from
from appliance.vault.turns import Turns, is_search

log = logging.getLogger("renkei.vault")

Handler = Callable[[Core, Caller, Any], Awaitable[Any]]
OfficeOf = Callable[[Snapshot, Caller, Any], str]

# Nobody did anything wrong in these cases, so that there is nothing to write down.
_NOT_JOURNALED = frozenset({Why.BUSY, Why.FULL, Why.BROKEN, Why.LATE, Why.AWAY})

# Where a message says what it is about; the first of these that holds an id.
_THINGS = (
    "filing",
    "notice",
    "upload",
    "download",
    "account",
    "proposal",
    "banner",
    "delegation",
    "registration",
    "request",
    "manual",
    "visit",
    "thing",
    "to",
    "office",
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who does a message, and whose thing it is about. for_plugins: a plugin may be granted it."""

    handler: Handler
    office_of: OfficeOf | None = None
    for_plugins: bool = False


class Reception:
    """The vault's side of the link."""

    def __init__(self, core: Core, desks: Mapping[type, Desk]) -> None:
        """desks has one for each message that the vault does."""
        self._core = core
        self._desks = desks
        self._turns = Turns()

    async def answer(self, call: Call) -> Reply:
        """The reply to one message. Raises Refused."""
        if call.stream is not None:
            return await self._attempt(call)
        return await self._core.decided(lambda: self._attempt(call))

    async def wrong_site(self, site: Site, name: str, reason: str) -> None:
        """The link has turned a message away that is not for this site."""
        await self._core.refusals.note(Kind.REQUEST_REFUSED, site, "", f"{reason}: {name}")

    async def ask_as_plugin(self, plugin: str, grants: frozenset[str], message: object) -> Any:
        """What a plugin asks on its own: as the account `plugin:<name>`, with what fund IT granted it."""
        core = self._core
        row = BY_SHAPE.get(type(message))
        if row is None:
            raise Refused(Why.INVALID, "refused.unknown_message")
        call = Call(Site.ADMIN, row, message, core.new_id())
        caller = Caller(call, core.clock_watch.now(), core.random.bytes(SEED_BYTES), actor=f"plugin:{plugin}")
        try:
            desk = self._desks[type(message)]
            if not desk.for_plugins or row.action not in grants:
                raise Denied(f"{row.action or row.name} is not granted to the plugin")
            return await desk.handler(core, caller, message)
        except Refused as refused:
            await self._journal(caller, refused)
            raise

    async def _attempt(self, call: Call) -> Reply:
        core = self._core
        caller = Caller(call, core.clock_watch.now(), core.random.bytes(SEED_BYTES))
        try:
            facts = await core.read(lambda snapshot: self._facts(snapshot, caller))
            caller = facts.caller
            if facts.refused is not None:
                raise facts.refused
            if facts.known is not None:
                return self._reply(caller, facts.known)
            await self._ask_policies(caller, facts.office)
            async with self._turn(caller):
                done = await self._desks[type(call.message)].handler(core, caller, call.message)
            return self._reply(caller, done)
        except Refused as refused:
            await self._journal(caller, refused)
            raise

    def _turn(self, caller: Caller) -> AbstractAsyncContextManager[None]:
        """Searches take turns; everything else has nothing to wait for. Raises Refused BUSY when it is entered."""
        if caller.visit is None or not is_search(caller.call.message):
            return nullcontext()
        return self._turns.take(caller.visit.token_hash)

    def _facts(self, snapshot: Snapshot, unknown: Caller) -> "_Facts":
        unknown = come_from(snapshot, self._core.settings, unknown)
        caller = admitted(snapshot, self._core.pepper, unknown)
        caller = replace(caller, seen=snapshot.seen, visit_seen=dict(snapshot.seen))
        try:
            need_form_token(caller)
            need_ready(caller)
            need_for_others(caller)
            known = first_outcome(snapshot, caller)
            office = self._office(snapshot, caller) if known is None else ""
        except Refused as refused:
            return _Facts(caller, refused=refused)
        return _Facts(caller, office, known)

    def _office(self, snapshot: Snapshot, caller: Caller) -> str:
        office_of = self._desks[type(caller.call.message)].office_of
        office = office_of(snapshot, caller, caller.call.message) if office_of else ""
        if office and caller.own_office and office != caller.own_office:
            raise Refused(Why.NOT_FOUND)
        return office

    async def _ask_policies(self, caller: Caller, office: str) -> None:
        if caller.account is None or not caller.call.row.action:
            return
        await judge_call(self._core, caller, office)

    def _reply(self, caller: Caller, done: Any) -> Reply:
        core = self._core
        visitor = visitor_of(caller)
        demo, now = core.settings.demo.enabled, core.clock.now()
        banners = core.banners.shown(caller.call.site, now)
        if isinstance(done, Streamed):
            return Reply(done.message, now, demo, visitor, done.stream, done.size, banners)
        return Reply(done, now, demo, visitor, banners=banners)

    async def _journal(self, caller: Caller, refused: Refused) -> None:
        """Write the refusal down. Where that is not possible, the refusal still stands."""
        if refused.why in _NOT_JOURNALED:
            return
        reason = getattr(refused, "reason", "") or str(refused)
        try:
            if caller.actor:
                entry = caller.entry(result=Result.REFUSED, thing=_thing(caller.call.message), reason=reason)
                await self._core.commit(lambda txn: txn.journal(entry), vital=True)
            else:
                source = caller.call.asserted.source
                await self._core.refusals.note(caller.call.row.journal, caller.call.site, source, reason)
        except Refused:
            log.exception("a refusal could not be journaled: %s", reason)


def _thing(message: object) -> str:
    """The id that a message names, whether there is such a thing or not."""
    named = [str(getattr(message, name, "")) for name in _THINGS]
    return next(filter(is_id, named), "")


@dataclass(frozen=True, slots=True)
class _Facts:
    caller: Caller
    office: str = ""
    known: Any = None
    refused: Refused | None = None
