# SPDX-License-Identifier: Apache-2.0
"""How accounts begin and end."""

from dataclasses import replace

import pytest

from appliance.link.refusals import Refused, Why
from appliance.model.things import FactorState
from appliance.model.words import AccountState, Note, Site
from appliance.vault.people.accounts import account_of, give_first_password, has_factor, mail_notes, remove_person
from appliance.vault.records.tables import (
    MailChange,
    accounts,
    code_requests,
    factors,
    mail_changes,
    mail_states,
    secrets,
    visits,
)
from appliance.vault.records.transaction import Snapshot
from tests.appliance.vault.people.folk import first_user
from tests.appliance.vault.world import Person, World


async def test_nothing_is_left_by_which_a_removed_person_could_come_in(world: World, admin: Person) -> None:
    [visit] = await world.core.read(lambda snapshot: visits.scan(snapshot, "account", (admin.account,)))
    for number in range(120):  # more than end in one go
        made = replace(visit, token_hash=number.to_bytes(32, "big"), site=Site.CONSOLE)
        await world.core.commit(lambda txn, one=made: visits.put(txn, one))  # type: ignore[misc]
    await world.core.commit(lambda txn: mail_changes.put(txn, MailChange(admin.account, "x@example.jp", 1)))
    before = await world.account(admin)
    assert await world.core.read(lambda snapshot: mail_states.scan(snapshot, "account", (admin.account,)))
    await world.core.commit(lambda txn: remove_person(txn, before))
    after = await world.account(admin)
    assert (after.state, after.permissions, after.name) == (AccountState.REMOVED, frozenset(), before.name)

    def left(snapshot: Snapshot) -> list[object]:
        id = admin.account
        rows: list[object] = [secrets.get(snapshot, id), mail_changes.get(snapshot, id)]
        rows += [code_requests.get(snapshot, id)]
        rows += factors.scan(snapshot, "account", (id,))
        rows += visits.scan(snapshot, "account", (id,))
        rows += mail_states.scan(snapshot, "account", (id,))
        return [row for row in rows if row is not None]

    assert await world.core.read(left) == []


async def test_a_first_password_voids_what_one_account_came_in_with(world: World, admin: Person) -> None:
    user = await first_user(admin)
    rows = [FactorState(user.account, "otp_totp", purpose, b"s", proven_at=1) for purpose in ("sign_in", "other")]
    for row in rows:
        await world.core.commit(lambda txn, one=row: factors.put(txn, one))  # type: ignore[misc]
    assert await world.core.read(lambda snapshot: has_factor(snapshot, user.account, "other"))
    await world.core.commit(lambda txn: mail_changes.put(txn, MailChange(user.account, "x@example.jp", 1)))
    kept = await world.account(user)
    await world.core.commit(lambda txn: give_first_password(world.core, txn, kept, "Abcdefghjkmn", 1))
    assert not await world.core.read(lambda snapshot: has_factor(snapshot, user.account, "other"))
    assert await world.core.read(lambda snapshot: has_factor(snapshot, admin.account, "sign_in"))
    assert await world.core.read(lambda snapshot: mail_changes.get(snapshot, user.account)) is None


async def test_a_factor_that_has_proven_nothing_is_none_yet(world: World, admin: Person) -> None:
    user = await first_user(admin)
    row = FactorState(user.account, "otp_totp", "sign_in", b"s")
    await world.core.commit(lambda txn: factors.put(txn, row))
    assert not await world.core.read(lambda snapshot: has_factor(snapshot, user.account, "sign_in"))


async def test_an_account_is_looked_for_in_its_office(world: World, admin: Person) -> None:
    for id, office in ((admin.account, ""), (admin.account, "b" * 26), ("c" * 26, admin.office)):
        with pytest.raises(Refused) as caught:
            await world.core.read(lambda snapshot, i=id, o=office: account_of(snapshot, i, o))  # type: ignore[misc]
        assert caught.value.why is Why.NOT_FOUND
    found = await world.core.read(lambda snapshot: account_of(snapshot, admin.account, admin.office))
    assert found.id == admin.account


async def test_a_mailbox_is_shared_with_others_only(world: World, admin: Person) -> None:
    own = (await world.account(admin)).mail

    async def notes(account: str, mail: str, office: str) -> tuple[Note, ...]:
        return await world.core.read(lambda snapshot: mail_notes(snapshot, office, account, mail))

    assert await notes(admin.account, own, admin.office) == ()
    assert await notes("c" * 26, own.upper(), admin.office) == (Note.MAIL_SHARED,)
    assert await notes("c" * 26, own, "") == ()
    removed = replace(await world.account(admin), state=AccountState.REMOVED)
    await world.core.commit(lambda txn: accounts.put(txn, removed))
    assert await notes("c" * 26, own, admin.office) == ()
