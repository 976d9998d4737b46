# SPDX-License-Identifier: Apache-2.0
"""People who have registered already, for tests and measurements that begin after that.

The product has no such way: they are written into the records of a vault that a test has in its hands, with the
entries that every change leaves.
"""

from dataclasses import dataclass, field, replace

from appliance.model.journal import Kind
from appliance.model.things import Account, Office, Secret
from appliance.model.words import PRESETS, AccountState, Role
from appliance.vault.caller import ADMIN
from appliance.vault.core import Core
from appliance.vault.door.passwords import FIRST_PASSWORD_LENGTH, readable
from appliance.vault.keys.keyring import OFFICE_RANDOM
from appliance.vault.records.tables import accounts, offices, secrets
from appliance.vault.records.transaction import Transaction


@dataclass(frozen=True)
class Ready:
    """Somebody who only needs to sign in."""

    account: str
    password: str = field(repr=False)


async def ready_office(core: Core, number: int, contract: str, name: str = "") -> str:
    """An office that its admin has registered; its id."""
    now = core.clock.now()
    office = Office(core.new_id(), number, contract, name or f"事業所{number}", now, registered_at=now)
    key = core.random.bytes(OFFICE_RANDOM)
    entry = replace(core.own_entry(Kind.CONTRACT_ADDED, actor=ADMIN, thing=office.id), office=office.id)

    def add(txn: Transaction) -> None:
        offices.put(txn, office)
        core.keyring.add_office(txn.txn, office.id, key)
        txn.journal(entry)

    await core.commit(add)
    return office.id


async def ready_person(
    core: Core, office: str, login: str, role: Role, *, name: str = "", mail: str = "user@example.jp"
) -> Ready:
    """Somebody of an office, or of the fund if it is "", whose last sign-in is just now."""
    now, password = core.clock.now(), readable(core.random, FIRST_PASSWORD_LENGTH)
    rights = PRESETS.get(role, frozenset())
    account = Account(core.new_id(), office, login, name or f"利用者{login}", mail, role, rights, now)
    account = replace(account, state=AccountState.ACTIVE, mail_confirmed_at=now)
    verifier = await core.passwords.hash(password)
    secret = Secret(account.id, verifier, made_at=now, last_sign_in_at=now)
    entry = replace(core.own_entry(Kind.ACCOUNT_ADDED, actor=ADMIN, thing=account.id), office=office)

    def add(txn: Transaction) -> None:
        accounts.put(txn, account)
        secrets.put(txn, secret)
        txn.journal(entry)

    await core.commit(add)
    return Ready(account.id, password)
