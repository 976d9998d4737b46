# SPDX-License-Identifier: Apache-2.0
"""May this happen? All policies are asked; deny beats allow, silence denies (design §4)."""

from collections.abc import Sequence
from dataclasses import replace

from appliance.contracts.policy import Decision, Policy, PolicyRequest, Verdict
from appliance.link.messages import Act, Look
from appliance.link.refusals import Refused, Why
from appliance.model.calendar import Opening
from appliance.model.time import Instant
from appliance.vault.caller import Caller
from appliance.vault.core import Core


class Denied(Refused):
    """The policies do not allow it. reason goes into the journal, never to the person."""

    def __init__(self, reason: str, closed: Opening | None = None) -> None:
        """reason is a policy's own sentence; with closed, people are told that the service is, and until when."""
        if closed is None or closed.is_open:
            super().__init__(Why.NOT_ALLOWED)
        else:
            super().__init__(Why.NOT_ALLOWED, f"closed.{closed.reason}", {"opens_at": str(closed.next_open)})
        self.reason = reason


async def judge(policies: Sequence[Policy], request: PolicyRequest) -> Instant | None:
    """Return if it may happen: until when, None for no end. Raises Denied with the first denial's reason."""
    return combined(await _verdicts(policies, request), request.opening)


async def judge_call(core: Core, caller: Caller, thing_office: str) -> Instant | None:
    """The same of a call: the visitor wants to do what the message's row says, with a thing of this office."""
    return await judge(core.policies(), _question(core, caller, thing_office))


async def judge_action(core: Core, caller: Caller, action: str, thing_office: str) -> Instant | None:
    """The same of an act that the message does beside its own, or that a page would offer."""
    return await judge(core.policies(), replace(_question(core, caller, thing_office), action=action))


async def is_allowed(core: Core, caller: Caller, action: str, thing_office: str) -> bool:
    """Whether judge_action() lets it pass."""
    try:
        await judge_action(core, caller, action, thing_office)
    except Denied:
        return False
    return True


def _question(core: Core, caller: Caller, thing_office: str) -> PolicyRequest:
    person, message = caller.person, caller.call.message
    return PolicyRequest(
        action=caller.call.row.action,
        site=caller.call.site,
        account=person.id,
        role=person.role,
        permissions=person.permissions,
        account_office=person.office,
        thing_office=thing_office,
        now=caller.now,
        opening=core.calendar.opening(caller.now),
        name=message.name if isinstance(message, Act | Look) else "",
    )


async def is_closed(policies: Sequence[Policy], request: PolicyRequest) -> bool:
    """Whether the hours would stop it, whoever asks."""
    return any(_by_the_hours(verdict) for verdict in await _verdicts(policies, request))


async def _verdicts(policies: Sequence[Policy], request: PolicyRequest) -> list[Verdict]:
    # One after the other: policies do not wait for anything, and a task for each costs more than their answers.
    return [await policy.judge(request) for policy in policies]


def _by_the_hours(verdict: Verdict) -> bool:
    return verdict.decision is Decision.DENY and verdict.because_closed


def combined(verdicts: Sequence[Verdict], opening: Opening | None = None) -> Instant | None:
    """The one answer that follows from all verdicts, in any order. Raises Denied.

    opening is what people are told where nothing but the hours stands against it.
    """
    denials = [verdict for verdict in verdicts if verdict.decision is Decision.DENY]
    if denials:
        raise Denied(denials[0].reason, opening if all(map(_by_the_hours, denials)) else None)
    if not any(verdict.decision is Decision.ALLOW for verdict in verdicts):
        raise Denied("no policy allows it")
    return min((verdict.until for verdict in verdicts if verdict.until is not None), default=None)
