# SPDX-License-Identifier: Apache-2.0
"""A notice is taken back before anybody has opened it (誤配信): its bytes are destroyed, the record stays."""

from dataclasses import replace

from appliance.link.messages import CancelNotice, Nothing
from appliance.link.refusals import Refused, Why
from appliance.model.journal import TYPED
from appliance.model.things import Notice
from appliance.vault.caller import Caller
from appliance.vault.core import Core
from appliance.vault.documents.downloads import entry
from appliance.vault.documents.keeping import let_go
from appliance.vault.documents.notices import known_notice
from appliance.vault.documents.stepping import stepped
from appliance.vault.letters.outbox import tell_of_cancelling
from appliance.vault.outcomes import remember
from appliance.vault.records.tables import notices
from appliance.vault.records.transaction import Transaction
from appliance.vault.workflow.notice import Command, Facts

MAX_REASON = 500


async def cancel_notice(core: Core, caller: Caller, message: CancelNotice) -> Nothing:
    """Its data key goes with this transaction, the sealed bytes right after, if no copy needs them.

    A download that was begun has opened it, whether it came to its end or not. Raises Refused CONFLICT then.
    """
    reason = message.reason.strip()
    if not 0 < len(reason) <= MAX_REASON:
        raise Refused(Why.INVALID, "notice.reason", {"max": str(MAX_REASON)})

    def cancel(txn: Transaction) -> Notice:
        notice = known_notice(txn, message.notice)
        if notice.opened_at or notice.received_at:
            raise Refused(Why.CONFLICT, "notice.opened")
        facts = Facts(caller.actor, caller.now, reason=reason)
        cancelled = stepped(notice, Command.CANCEL, facts)
        notices.put(txn, cancelled)
        remember(txn, caller, Nothing())
        tell_of_cancelling(txn, cancelled)
        told = entry(caller, notice)
        txn.journal(replace(told, personal={**told.personal, TYPED: reason}))
        return notice

    notice = await core.commit(cancel, seen=caller.seen)
    await let_go(core, notice.parts)
    return Nothing()
