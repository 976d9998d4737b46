# SPDX-License-Identifier: Apache-2.0
"""The outbox: what people are to be told is written with the change that it tells of (design §5).

Notifiers take their letters from here. A letter that nobody could send in a week is dropped.
"""

from appliance.model.things import Letter, Notice
from appliance.model.time import DAY, Instant
from appliance.model.words import Permission
from appliance.vault.tables import accounts, outbox
from appliance.vault.transaction import Transaction

KEEP = 7 * DAY
MAX_SWEPT = 500


def tell_of_notice(txn: Transaction, notice: Notice) -> None:
    """One letter for each account of the office that wants mail (R182)."""
    for account in accounts.scan(txn, "office", (notice.office,)):
        if Permission.MAIL_NOTICE in account.permissions:
            outbox.put(txn, _letter(account.id, notice))


def _letter(account: str, notice: Notice) -> Letter:
    return Letter(
        channel="mail",
        kind="notice_delivered",
        account=account,
        about=notice.id,
        written_at=notice.delivered_at,
        not_after=notice.delivered_at + KEEP,
    )


def drop_overdue(txn: Transaction, now: Instant) -> int:
    """Remove letters that came too late for everyone; how many."""
    overdue = outbox.scan(txn, "due", until=(now - KEEP,), limit=MAX_SWEPT)
    for letter in overdue:
        outbox.delete(txn, letter.kind, letter.about, letter.account)
    return len(overdue)
