# SPDX-License-Identifier: Apache-2.0
"""Whose name is it that somebody typed? A name that nobody has becomes a stranger, who is treated alike."""

import hmac
from dataclasses import dataclass

from appliance.link.refusals import Refused, Why
from appliance.model.ids import ID_BYTES, canonical, canonical_number, id_from
from appliance.model.things import Account, Lock, Secret
from appliance.vault.core import Core
from appliance.vault.records.tables import accounts, offices, secrets
from appliance.vault.records.transaction import Snapshot

MAX_TYPED = 200
VERSION_BYTES = 8


@dataclass(frozen=True, slots=True)
class Stranger:
    """A name that nobody has, by its pseudonym. id looks like that of an account."""

    name: bytes

    @property
    def id(self) -> str:
        """Always the same for the same name."""
        return id_from(hmac.digest(self.name, b"stranger", "sha256")[:ID_BYTES])


Whom = Account | Stranger


@dataclass(frozen=True, slots=True)
class Sought:
    """A typed name: whose it is, and what proves that, as it was when it was looked up."""

    name: bytes
    account: Account | None
    secret: Secret | None

    @property
    def who(self) -> Whom:
        """The account, or a stranger."""
        return self.account or Stranger(self.name)

    def lock(self, core: Core) -> Lock:
        """The lock of the name."""
        return self.secret.lock if self.secret else core.unknowns.locks.get(self.name, Lock())

    def version(self, core: Core) -> bytes:
        """A digest of what must not move while somebody signs in."""
        lock, secret, account = self.lock(core), self.secret, self.account
        facts: list[object] = [lock.locks, lock.blocked_at]
        if secret and account:
            facts += [secret.made_at, account.mail_changed_at, account.state]
        return hmac.digest(core.pepper, f"arrival {facts}".encode(), "sha256")[:VERSION_BYTES]


async def office_user(core: Core, contract_number: str, user_id: str) -> Sought:
    """An office user by what was typed. Raises Refused INVALID for what is too long to be a name."""
    number, login = canonical_number(_short(contract_number)), canonical(_short(user_id))
    name = core.keyring.sealer.blind("unknown", f"office/{number}/{login}")
    return await core.read(lambda snapshot: _found(snapshot, name, _office(snapshot, number), login))


async def staff_member(core: Core, typed: str) -> Sought:
    """One of the fund's staff by what was typed. Raises Refused INVALID as office_user()."""
    login = canonical(_short(typed))
    name = core.keyring.sealer.blind("unknown", f"fund/{login}")
    return await core.read(lambda snapshot: _found(snapshot, name, "", login))


async def by_id(core: Core, account: str, name: bytes) -> Sought:
    """An account by its id, or a stranger of this name."""
    return await core.read(lambda snapshot: Sought(name, *_rows(snapshot, account)))


def _short(typed: str) -> str:
    """What may be a name. Raises Refused INVALID; to make a long text canonical can take its length squared."""
    if len(typed) > MAX_TYPED:
        raise Refused(Why.INVALID)
    return typed


def _office(snapshot: Snapshot, number: str) -> str:
    """The office of a contract number; where there is none, an id that none has, so that as much is read."""
    office = offices.first(snapshot, "contract", snapshot.sealing.blind("contract", number))
    return office.id if office else "nobody"


def _found(snapshot: Snapshot, name: bytes, office: str, login: str) -> Sought:
    account = accounts.first(snapshot, "login", snapshot.sealing.blind(f"login/{office}", login))
    return Sought(name, *_rows(snapshot, account.id if account else Stranger(name).id))


def _rows(snapshot: Snapshot, id: str) -> tuple[Account | None, Secret | None]:
    account, secret = accounts.get(snapshot, id), secrets.get(snapshot, id)
    return (account, secret) if account and secret else (None, None)
