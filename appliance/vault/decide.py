# SPDX-License-Identifier: Apache-2.0
"""May this happen? All policies are asked; deny beats allow, silence denies (design §4)."""

import asyncio
from collections.abc import Sequence

from appliance.contracts.policy import Decision, Policy, PolicyRequest, Verdict
from appliance.link.refusals import Refused, Why
from appliance.model.time import Instant


class Denied(Refused):
    """The policies do not allow it. reason goes into the journal, never to the person."""

    def __init__(self, reason: str) -> None:
        """reason is a policy's own sentence."""
        super().__init__(Why.NOT_ALLOWED)
        self.reason = reason


async def judge(policies: Sequence[Policy], request: PolicyRequest) -> Instant | None:
    """Return if it may happen: until when, None for no end. Raises Denied with the first denial's reason."""
    if len(policies) == 1:
        return combined([await policies[0].judge(request)])
    return combined(await asyncio.gather(*(policy.judge(request) for policy in policies)))


def combined(verdicts: Sequence[Verdict]) -> Instant | None:
    """The one answer that follows from all verdicts, in any order. Raises Denied."""
    for verdict in verdicts:
        if verdict.decision is Decision.DENY:
            raise Denied(verdict.reason)
    if not any(verdict.decision is Decision.ALLOW for verdict in verdicts):
        raise Denied("no policy allows it")
    return min((verdict.until for verdict in verdicts if verdict.until is not None), default=None)
