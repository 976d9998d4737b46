# SPDX-License-Identifier: Apache-2.0
"""Letters about filings, to those who want mail (R120): a letter says that there is something, and never what."""

from collections.abc import Iterator, Sequence

from appliance.model.things import Account, Filing, Office
from appliance.model.time import Instant
from appliance.model.words import AccountState, FilingState, Permission, Role
from appliance.vault.grouping.serving import permissions_at, serving
from appliance.vault.letters import LetterKind, write
from appliance.vault.records.tables import accounts, offices, somebody
from appliance.vault.records.transaction import Snapshot, Transaction


def tell_of_waiting(txn: Transaction, some: Sequence[Filing], about: str, now: Instant) -> None:
    """Filings of one uploader wait: a letter to all who may approve them, unless the uploader can do it himself.

    about is what they came in, so that there is one letter, however many they are.
    """
    waiting = next((filing for filing in some if filing.state is FilingState.UPLOADED), None)
    if waiting is None:
        return
    office, uploader = offices.get(txn, waiting.office), accounts.get(txn, waiting.uploaded_by)
    if _approves_own(txn, office, uploader, now):
        return
    for account in _wanting(txn, waiting.office):
        if Permission.APPROVE in account.permissions and account.id != waiting.uploaded_by:
            write(txn, LetterKind.FILING_WAITING, account.id, about, {}, now)
    asked = {Permission.APPROVE, Permission.MAIL_NOTICE}
    for person, delegation in serving(txn, waiting.office, now):
        if asked <= delegation.permissions and person.id != waiting.uploaded_by:
            write(txn, LetterKind.FILING_WAITING, person.id, about, {}, now, office=waiting.office)


def approvers(snapshot: Snapshot, filing: Filing) -> list[Account]:
    """Those of its office who may approve a filing: while four eyes are asked for, others than its uploader."""
    office = offices.get(snapshot, filing.office)
    uploader = filing.uploaded_by if office is not None and office.four_eyes else ""
    return [
        account
        for account in accounts.scan(snapshot, "office", (filing.office,))
        if Permission.APPROVE in account.permissions
        and account.state is AccountState.ACTIVE
        and account.id != uploader
    ]


def _approves_own(snapshot: Snapshot, office: Office | None, uploader: Account | None, now: Instant) -> bool:
    if office is None or office.four_eyes or uploader is None:
        return False
    return Permission.APPROVE in permissions_at(snapshot, uploader, office.id, now)


def tell_of_receipt(txn: Transaction, filing: Filing) -> None:
    """The fund has it: a letter to the uploader (R136)."""
    _tell_uploader(txn, LetterKind.FILING_RECEIVED, filing, filing.received_at)


def tell_of_refusal(txn: Transaction, filing: Filing) -> None:
    """The scanner, once it was back, did not let it pass: a letter to the uploader."""
    _tell_uploader(txn, LetterKind.FILING_REFUSED, filing, filing.settled_at)


def tell_of_return(txn: Transaction, filing: Filing) -> None:
    """It came back: a letter to the uploader and to the admin."""
    for account in _wanting(txn, filing.office):
        if account.id != filing.uploaded_by and account.role is Role.OFFICE_ADMIN:
            write(txn, LetterKind.FILING_RETURNED, account.id, filing.id, {}, filing.settled_at)
    _tell_uploader(txn, LetterKind.FILING_RETURNED, filing, filing.settled_at)


def _tell_uploader(txn: Transaction, kind: LetterKind, filing: Filing, now: Instant) -> None:
    uploader = somebody(txn, filing.uploaded_by)
    if uploader and Permission.MAIL_NOTICE in permissions_at(txn, uploader, filing.office, now):
        office = filing.office if uploader.office != filing.office else ""
        write(txn, kind, uploader.id, filing.id, {}, now, office=office)


def _wanting(snapshot: Snapshot, office: str) -> Iterator[Account]:
    """The office's people who want mail."""
    found = accounts.scan(snapshot, "office", (office,))
    return (account for account in found if Permission.MAIL_NOTICE in account.permissions)
