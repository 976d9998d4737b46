# SPDX-License-Identifier: Apache-2.0
"""What the sites turned away by themselves: the handler of ReportRefusal."""

import re

from appliance.link.messages import Nothing, ReportRefusal
from appliance.link.refusals import Refused, Why
from appliance.vault.caller import Caller
from appliance.vault.core import Core

REASON = re.compile(r"^[a-z][a-z ]{0,60}$")


async def report_refusal(core: Core, caller: Caller, message: ReportRefusal) -> Nothing:
    """Counted by source and minute like every refusal before sign-in. The reason is one of our fixed words."""
    if not REASON.fullmatch(message.reason):
        raise Refused(Why.INVALID)
    source = caller.call.asserted.source
    await core.refusals.note(caller.call.row.journal, caller.call.site, source, message.reason)
    return Nothing()
