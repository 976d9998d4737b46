# SPDX-License-Identifier: Apache-2.0
"""Names as people type them, and names that nobody has."""

from dataclasses import replace

import pytest

from appliance.model.ids import is_id
from appliance.model.words import AccountState
from appliance.vault.door.seeking import Stranger, by_id, office_user, staff_member
from appliance.vault.records.tables import secrets
from tests.appliance.vault.world import Person, World


@pytest.mark.parametrize("hyphen", ["-", "‐", "−", "ー", "－", "–"])
async def test_a_contract_number_with_any_hyphen(world: World, user: Person, hyphen: str) -> None:
    sought = await office_user(world.core, f" {user.contract.replace('-', hyphen)}\u3000", user.login)
    assert sought.who.id == user.account


@pytest.mark.parametrize("typed", ["Ｙａｍａｄａ０１", "Yamada01\u200b", "\u00a0Yamada01 ", "Yamada\ufeff01"])
async def test_a_user_id_as_keyboards_and_mails_spoil_it(world: World, user: Person, typed: str) -> None:
    assert (await office_user(world.core, user.contract, typed)).who.id == user.account


@pytest.mark.parametrize("typed", ["yamada01", "YAMADA01", "Yamada1", "Yamada011", "", "Yamada-01", "やまだ01"])
async def test_other_names_are_strangers(world: World, user: Person, typed: str) -> None:
    sought = await office_user(world.core, user.contract, typed)
    assert isinstance(sought.who, Stranger) and sought.secret is None
    assert is_id(sought.who.id) and sought.who.id != user.account


async def test_the_same_stranger_is_the_same_however_typed(world: World, user: Person) -> None:
    first, second = [await office_user(world.core, user.contract, typed) for typed in ("Nobody00", " Ｎobody00")]
    assert first.who == second.who
    assert (await office_user(world.core, "123456-0000999", "Nobody00")).who != first.who
    assert (await staff_member(world.core, "Nobody00")).who != first.who


async def test_staff_and_users_are_not_found_at_each_others_door(world: World, user: Person, clerk: Person) -> None:
    assert isinstance((await staff_member(world.core, user.login)).who, Stranger)
    assert isinstance((await office_user(world.core, "", clerk.login)).who, Stranger)
    assert (await staff_member(world.core, f" {clerk.login}")).who.id == clerk.account


async def test_an_account_without_a_secret_is_nobodys(world: World, user: Person) -> None:
    await world.core.commit(lambda txn: (secrets.delete(txn, user.account), None)[1])
    assert isinstance((await by_id(world.core, user.account, b"name")).who, Stranger)


async def test_the_version_moves_with_what_must_not(world: World, user: Person) -> None:
    sought = await office_user(world.core, user.contract, user.login)
    assert sought.account is not None and sought.secret is not None
    same = replace(sought, account=replace(sought.account, name="another"))
    others = [
        replace(sought, secret=replace(sought.secret, made_at=1)),
        replace(sought, secret=replace(sought.secret, lock=replace(sought.secret.lock, locks=1))),
        replace(sought, account=replace(sought.account, mail_changed_at=1)),
        replace(sought, account=replace(sought.account, state=AccountState.SUSPENDED)),
        replace(sought, account=None, secret=None),
    ]
    versions = [one.version(world.core) for one in (sought, *others)]
    assert len(set(versions)) == len(versions)
    assert same.version(world.core) == versions[0]
