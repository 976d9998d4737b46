# SPDX-License-Identifier: Apache-2.0
"""Acts that plugins add: the handlers of Act and Look."""

import logging
from collections.abc import Mapping
from hashlib import sha256

import msgspec

from appliance.contracts.action import Action, ActionAnswer, ActionNotFound, ActionRefused, ActionRequest, Thing
from appliance.host.refused import ProviderFailed
from appliance.link.messages import Act, Acted, Look
from appliance.link.refusals import Refused, Why
from appliance.model.documents import Direction
from appliance.model.ids import is_id
from appliance.model.journal import TYPED
from appliance.model.things import Account, Filing, Notice
from appliance.model.words import Role
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.documents.notices import known_notice
from appliance.vault.filings.known import is_known
from appliance.vault.outcomes import remember
from appliance.vault.plugin_records import DRAFT, Draft
from appliance.vault.reading import journal_reading
from appliance.vault.records.tables import filings, offices
from appliance.vault.records.transaction import Snapshot, Transaction

MAX_TEXT = 4_000
# In bytes. What an act says is kept as its outcome, what was typed in the journal: each is one value of the store.
MOST_KEPT = 60_000
MOST_SHOWN = 800_000
log = logging.getLogger("renkei.vault")


async def act(core: Core, caller: Caller, message: Act) -> Acted:
    """The action's own records, the journal entry and the outcome are one transaction."""
    draft = Draft()
    answer = await _answer(core, caller, message, draft)
    reply = _reply(message, answer, MOST_KEPT)
    entry = caller.entry(
        office=await _office(core, caller, message, answer),
        thing=message.thing or message.name,
        reason=message.name,
        personal={TYPED: answer.typed} if answer.typed else {},
    )

    def write(txn: Transaction) -> None:
        draft.apply(txn)
        remember(txn, caller, reply)
        txn.journal(entry)

    await core.commit(write, seen={**caller.seen, **draft.seen})
    return reply


async def look(core: Core, caller: Caller, message: Look) -> Acted:
    """What an action that reads says. It is journaled like a list: once a visit, question and ten minutes."""
    draft = Draft()
    answer = await _answer(core, caller, message, draft)
    if draft.changes:
        raise _failed(message, "says that it reads, and has written")
    office = await _office(core, caller, message, answer)
    thing = message.thing or message.name
    await journal_reading(core, caller, _page(message), office, thing=thing, reason=message.name)
    return _reply(message, answer, MOST_SHOWN)


def office_of_act(snapshot: Snapshot, caller: Caller, message: Act | Look) -> str:
    """The office of the filing or notice that an act is about, "" for none. Raises Refused NOT_FOUND."""
    return _thing(snapshot, caller, message.thing).office if message.thing else ""


def _thing(snapshot: Snapshot, caller: Caller, id: str) -> Filing | Notice:
    if not is_id(id):
        raise Refused(Why.NOT_FOUND)
    filing = filings.get(snapshot, id)
    return filing if filing is not None and is_known(caller, filing) else known_notice(snapshot, id)


def _action(core: Core, caller: Caller, message: Act | Look) -> Action:
    """The action, if there is one of this kind at the site, and the caller may do it by what it says itself."""
    for provided in core.providers.all("action"):
        action: Action = provided.provider
        if action.name == message.name and _is_here(action, caller, message):
            _need_right(caller.account, action)
            return action
    raise Refused(Why.NOT_FOUND)


def _is_here(action: Action, caller: Caller, message: Act | Look) -> bool:
    """A plugin that asks comes from no site."""
    of_kind = action.reads is isinstance(message, Look)
    return of_kind and (caller.account is None or caller.call.site in action.sites)


def _need_right(person: Account | None, action: Action) -> None:
    """Raises Refused NOT_ALLOWED. What a plugin that asks may do was granted to it."""
    if person is None:
        return
    if person.role.of_fund:
        may = person.role in action.roles
    else:
        may = action.permission is None or action.permission in person.permissions
    if not may:
        raise Refused(Why.NOT_ALLOWED)


async def _answer(core: Core, caller: Caller, message: Act | Look, draft: Draft) -> ActionAnswer:
    """What the action says; what it writes is in draft. Raises Refused."""
    action = _action(core, caller, message)
    request = await _request(core, caller, message, _checked(action, message.fields))
    held = DRAFT.set(draft)
    try:
        return await action.handler(request)
    except ActionNotFound as refusal:
        raise Refused(Why.NOT_FOUND) from refusal
    except ActionRefused as refusal:
        values = {"reason": str(refusal), "field": refusal.field}
        raise Refused(Why.INVALID, "act.refused", values) from refusal
    except ProviderFailed as failure:
        raise Refused(Why.FAILED) from failure
    finally:
        DRAFT.reset(held)


def _failed(message: Act | Look, what: str) -> Refused:
    log.error("the action %s %s", message.name, what)
    return Refused(Why.FAILED)


def _reply(message: Act | Look, answer: ActionAnswer, most: int) -> Acted:
    """What is said back. Raises Refused FAILED for more than can be kept, or sent."""
    reply = Acted(dict(answer.fields), tuple(map(dict, answer.rows)))
    said = max(len(msgspec.msgpack.encode(reply)), len(answer.typed.encode("utf-8", "surrogatepass")))
    if said > most:
        raise _failed(message, f"says more than {most} bytes")
    return reply


def _page(message: Look) -> str:
    """Tells all questions apart, and is of one length whatever was typed."""
    asked = repr((message.name, message.thing, sorted(message.fields.items())))
    return sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()


def _checked(action: Action, fields: Mapping[str, str]) -> dict[str, str]:
    if set(fields) - action.fields or any(len(text) > MAX_TEXT for text in fields.values()):
        raise Refused(Why.INVALID)
    return dict(fields)


async def _request(core: Core, caller: Caller, message: Act | Look, fields: dict[str, str]) -> ActionRequest:
    found = await core.read(lambda snapshot: _thing(snapshot, caller, message.thing)) if message.thing else None
    return ActionRequest(
        caller.actor,
        caller.account.role if caller.account else Role.FUND_SYSTEM,
        caller.own_office,
        caller.now,
        fields,
        name=caller.account.name if caller.account else "",
        office_name=caller.office.name if caller.office else "",
        thing=_as_thing(core, found) if found else None,
        calendar=core.calendar,
    )


def _as_thing(core: Core, found: Filing | Notice) -> Thing:
    name = core.catalogue.name_of(found.type)
    if isinstance(found, Filing):
        return Thing(found.id, Direction.TO_FUND, found.office, name, found.filed_on)
    return Thing(found.id, Direction.TO_OFFICE, found.office, name, found.period)


async def _office(core: Core, caller: Caller, message: Act | Look, answer: ActionAnswer) -> str:
    """Whose history and pages the act belongs to; the people of an office act for their own. Raises Refused."""
    named, own = answer.office, caller.own_office
    if named in ("", own):
        return own
    if own or not is_id(named) or await core.read(lambda snapshot: offices.get(snapshot, named)) is None:
        raise _failed(message, "has named an office that cannot be meant")
    return named
