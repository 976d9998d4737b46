# SPDX-License-Identifier: Apache-2.0
"""The policy of hours: nobody comes into the portal while the service is closed (R6, A15)."""

from appliance.contracts.plugin import Plugin, hookimpl
from appliance.contracts.policy import ABSTAIN, Decision, Policy, PolicyRequest, Verdict
from appliance.model.words import Site

__all__ = ["PolicyHours"]

SIGN_IN = "sign_in"


class PolicyHours(Plugin):
    """Denies what is outside the hours that the core has looked up, and abstains from everything else."""

    @hookimpl
    def register_policy(self) -> list[Policy]:
        """This plugin is its own policy."""
        return [self]

    async def judge(self, request: PolicyRequest) -> Verdict:
        """Open: until the grace after closing is over. Closed: no, but for visits within that grace (T18)."""
        opening = request.opening
        if request.site is not Site.PORTAL:
            return ABSTAIN
        is_going_on = opening.grace_ends is not None and not _comes_in(request)
        if opening.is_open or is_going_on:
            return Verdict(Decision.ABSTAIN, "", until=opening.grace_ends)
        return Verdict(
            Decision.DENY, f"the service is closed: {opening.reason}", until=opening.next_open, because_closed=True
        )


def _comes_in(request: PolicyRequest) -> bool:
    """Whether a visit would begin: with `sign_in`, in whichever steps."""
    return request.action.partition(".")[0] == SIGN_IN
