# SPDX-License-Identifier: Apache-2.0
"""確認コード come up (SC3, R64, R65): each is taken in for the ticket's office, whatever it says itself (A39)."""

from appliance.link.messages import MOST_CODES, CodesSent, SendCodes
from appliance.link.refusals import Refused, Why
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.devices.requesting import take_in
from appliance.vault.outcomes import remember


async def send_codes(core: Core, caller: Caller, message: SendCodes) -> CodesSent:
    """What became of each file; whoever has the letter may do it (A30). Raises Refused: too many, or none."""
    if not message.files:
        raise Refused(Why.INVALID, "activate.none")
    if len(message.files) > MOST_CODES:
        raise Refused(Why.TOO_LARGE, "activate.too_many", {"most": str(MOST_CODES)})
    if not core.counter.may_send(caller.visiting.rests_on, len(message.files), caller.now):
        raise Refused(Why.CONFLICT, "activate.too_often")
    done = CodesSent(await take_in(core, caller, caller.employer, message.files))
    await core.commit(lambda txn: remember(txn, caller, done))
    return done
