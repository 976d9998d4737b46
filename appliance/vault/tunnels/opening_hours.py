# SPDX-License-Identifier: Apache-2.0
"""What the policies say of the hours of the VPN: those of the portal behind it (R6, A15), a fund's own ones too."""

from dataclasses import replace

from appliance.contracts.policy import Decision, PolicyRequest, Verdict
from appliance.model.time import Instant
from appliance.model.words import Role, Site
from appliance.vault.core import Core
from appliance.vault.tunnels.judging import Hours

COMES_IN, STAYS = "sign_in", "menu.read"


async def hours_of(core: Core, now: Instant) -> Hours:
    """As they would tell somebody of whom nothing is known. What denies for another reason denies the sign-in."""
    coming = PolicyRequest(
        action=COMES_IN,
        site=Site.PORTAL,
        account="",
        role=Role.OFFICE_STAFF,
        permissions=frozenset(),
        account_office="",
        thing_office="",
        now=now,
        opening=core.calendar.opening(now),
    )
    comes_in = [await policy.judge(coming) for policy in core.policies()]
    staying = replace(coming, action=STAYS)
    stays = [await policy.judge(staying) for policy in core.policies()]
    untils = [one.until for one in stays if one.decision is not Decision.DENY and one.until is not None]
    return Hours(_are_open(comes_in), _are_open(stays), min(untils, default=None))


def _are_open(verdicts: list[Verdict]) -> bool:
    return not any(one.decision is Decision.DENY and one.because_closed for one in verdicts)
