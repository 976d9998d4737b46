# SPDX-License-Identifier: Apache-2.0
"""Whether the hours keep everybody out: the handler of AskHours."""

from appliance.contracts.policy import PolicyRequest
from appliance.link.messages import AskHours, HoursNow
from appliance.model.calendar import Reason
from appliance.model.words import Role
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.decide import is_closed

SIGN_IN = "sign_in"


async def ask_hours(core: Core, caller: Caller, message: AskHours) -> HoursNow:
    """What the policies would say of the hours to somebody of whom nothing is known. Leaves no entry."""
    opening = core.calendar.opening(caller.now)
    nobody = PolicyRequest(
        action=SIGN_IN,
        site=caller.call.site,
        account="",
        role=Role.OFFICE_STAFF,
        permissions=frozenset(),
        account_office="",
        thing_office="",
        now=caller.now,
        opening=opening,
    )
    closed = await is_closed(core.policies(), nobody)
    return HoursNow(opening.reason if closed else Reason.OPEN, opening.next_open)
