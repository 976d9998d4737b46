# SPDX-License-Identifier: Apache-2.0
"""No notice is delivered while the fund's staff is at lunch."""

import datetime as dt
from dataclasses import dataclass

from appliance.contracts.plugin import Plugin, hookimpl
from appliance.contracts.policy import ABSTAIN, Decision, Policy, PolicyRequest, Verdict
from appliance.model.time import in_japan, instant
from appliance.model.words import Tier

TIER = Tier.VAULT
VERSION = "0.1.0"


@dataclass(frozen=True)
class LunchSettings:
    """The break, in Japanese time; at `ends` it is over."""

    begins: dt.time = dt.time(12, 0)
    ends: dt.time = dt.time(13, 0)

    def __post_init__(self) -> None:
        """Refuse a break that ends before it begins."""
        if self.begins >= self.ends:
            raise ValueError("`begins` must be earlier than `ends`")


class PolicyLunch(Plugin):
    """Denies deliveries during the break, and abstains from everything else."""

    Settings = LunchSettings

    @hookimpl
    def register_policy(self) -> list[Policy]:
        """This plugin is its own policy."""
        return [self]

    async def judge(self, request: PolicyRequest) -> Verdict:
        """Deny a delivery until the break is over."""
        now = in_japan(request.now)
        if request.action != "notice.deliver" or not self.settings.begins <= now.time() < self.settings.ends:
            return ABSTAIN
        back = dt.datetime.combine(now.date(), self.settings.ends, now.tzinfo)
        return Verdict(Decision.DENY, "the staff is at lunch", until=instant(back))
