# SPDX-License-Identifier: Apache-2.0
"""Letters about delegations: to the admins of both offices, and to the person."""

from collections.abc import Iterable, Sequence

from appliance.model.delegations import Delegation
from appliance.model.things import Account, Office
from appliance.model.time import Instant, date_in_japan
from appliance.model.typed_days import in_era
from appliance.vault.grouping.days import last_day
from appliance.vault.letters import LetterKind, write
from appliance.vault.letters.rendering import name_of
from appliance.vault.records.tables import accounts, admin_of, offices, somebody
from appliance.vault.records.transaction import Snapshot, Transaction


def tell_of_begin(
    txn: Transaction, person: Account, clients: Sequence[Office], fresh: Sequence[Delegation], now: Instant
) -> None:
    """The clients' admins are told of their own; the other side once, of all of them."""
    for client, one in zip(clients, fresh, strict=True):
        said = _said(txn, person, client.name, one)
        if admin := admin_of(txn, client.id):
            write(txn, LetterKind.DELEGATION_BEGUN, admin.id, one.id, said, now)
    rest = len(clients) - 1
    name = clients[0].name + (f" ほか {rest} 事業所" if rest else "")
    said = _said(txn, person, name, fresh[0])
    for account in _once(person, admin_of(txn, person.office)):
        write(txn, LetterKind.DELEGATION_BEGUN, account.id, fresh[0].id, said, now)


def tell_of_end(txn: Transaction, one: Delegation, now: Instant) -> None:
    """Somebody has ended it."""
    _tell_both(txn, LetterKind.DELEGATION_ENDED, one, now)


def tell_of_ending(txn: Transaction, one: Delegation, now: Instant) -> None:
    """Its last day is near."""
    _tell_both(txn, LetterKind.DELEGATION_ENDING, one, now)


def _tell_both(txn: Transaction, kind: LetterKind, one: Delegation, now: Instant) -> None:
    client, person = offices.get(txn, one.office), accounts.get(txn, one.account)
    if client is None or person is None:
        return
    said = _said(txn, person, client.name, one)
    told = (somebody(txn, one.account), admin_of(txn, one.office), admin_of(txn, one.managing))
    for account in _once(*told):
        write(txn, kind, account.id, one.id, said, now)


def _once(*some: Account | None) -> Iterable[Account]:
    return {account.id: account for account in some if account is not None}.values()


def _said(snapshot: Snapshot, person: Account, client: str, one: Delegation) -> dict[str, str]:
    firm = offices.get(snapshot, one.managing)
    return {
        "client": name_of(client),
        "person": name_of(person.name),
        "firm": name_of(firm.name) if firm else "",
        "first": in_era(date_in_japan(one.since)),
        "last": in_era(last_day(one.until)),
    }
