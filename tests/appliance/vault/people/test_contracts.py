# SPDX-License-Identifier: Apache-2.0
"""A contract: an office, its seats and its first user, by an administrator."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.words import AccountState, Note, Role, Site, Step
from appliance.vault.door.passwords import READABLE
from appliance.vault.records.tables import accounts, offices
from tests.appliance.vault.people.folk import CONTRACT, admin_of, first_admin
from tests.appliance.vault.world import World


async def test_it_makes_an_office_and_its_admin(world: World) -> None:
    added = await world.admin(CONTRACT)
    office = await world.core.read(lambda snapshot: offices.get(snapshot, added.office))
    account = await world.core.read(lambda snapshot: accounts.get(snapshot, added.account))
    assert office is not None and account is not None
    assert (office.number, office.contract_number, office.seats) == (1, "123456-0000001", 3)
    assert (office.registered_at, office.short_name) == (0, "")
    assert (account.role, account.state, account.mail_confirmed_at) == (Role.OFFICE_ADMIN, AccountState.FIRST, 0)
    assert len(added.password) >= 10 and set(added.password) <= set(READABLE)
    [entry] = await world.journal(Kind.CONTRACT_ADDED)
    assert (entry.actor, entry.office, entry.thing) == ("admin", added.office, added.account)
    assert added.password not in repr(added) + repr(entry)
    kept = await world.store.read(lambda view: view.scan(b"", b"\xff", limit=1000))
    assert added.password.encode() not in b"".join(key + value for key, value in kept)


async def test_what_was_typed_is_made_canonical(world: World) -> None:
    added = await world.admin(
        replace(
            CONTRACT,
            contract_number=" １２３４５６ー０００００１２\u200b",
            kana="さくら\u00a0ﾊﾅｺ",
            mail="ｈａｎａ＠ｅｘａｍｐｌｅ．ｊｐ\u3000",
        )
    )
    account = await world.core.read(lambda snapshot: accounts.get(snapshot, added.account))
    office = await world.core.read(lambda snapshot: offices.get(snapshot, added.office))
    assert account is not None and office is not None
    assert (account.kana, account.mail) == ("サクラ　ハナコ", "hana@example.jp")
    assert office.contract_number == "123456-0000012" and added.notes == (Note.KANA_CONVERTED,)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"number": 0}, "office_number.range"),
        ({"number": 1_000_000}, "office_number.range"),
        ({"contract_number": "1234560000001"}, "contract_number.form"),
        ({"contract_number": "1" * 1_000_000}, "contract_number.form"),
        ({"office_name": "\u3000"}, "office_name.length"),
        ({"office_name": "社" * 101}, "office_name.length"),
        ({"seats": 0}, "seats.range"),
        ({"seats": 4}, "seats.range"),
        ({"login": "kikin01"}, "login.form"),
        ({"name": ""}, "name.length"),
        ({"kana": "サクラハナコ"}, "kana.blank"),
        ({"kana": "佐倉 ハナコ"}, "kana.signs"),
        ({"mail": "hana@"}, "mail.form"),
        ({"mail": "hana@example.jp\nBcc: x@example.jp"}, "mail.form"),
        ({"mail": "はな@example.jp"}, "mail.form"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_field(world: World, changes: dict[str, Any], text: str) -> None:
    refused = await world.refused(Why.INVALID, Site.ADMIN, replace(CONTRACT, **changes))
    assert (refused.text, refused.values["field"]) == (text, text.split(".")[0])
    assert await world.core.read(lambda snapshot: offices.scan(snapshot, "number")) == []


@pytest.mark.parametrize(
    ("changes", "text"),
    [({"number": 2}, "contract_number.taken"), ({"contract_number": "123456-0000002"}, "office_number.taken")],
)
async def test_numbers_are_given_once(world: World, changes: dict[str, Any], text: str) -> None:
    await world.admin(CONTRACT)
    refused = await world.refused(Why.CONFLICT, Site.ADMIN, replace(CONTRACT, **changes))
    assert refused.text == text


async def test_the_same_contract_twice_at_once_is_one(world: World) -> None:
    answers = await asyncio.gather(*(world.outcome(Site.ADMIN, CONTRACT) for _ in range(5)))
    assert answers.count(Why.CONFLICT) == 4
    assert len([e for e in await world.journal(Kind.CONTRACT_ADDED) if e.result is Result.DONE]) == 1


async def test_two_offices_may_have_the_same_login(world: World) -> None:
    one = await admin_of(world)
    other = await admin_of(world, number=2, contract_number="123456-0000002")
    assert (await one.ask(m.ReadOwn())).office.number == 1
    assert (await other.ask(m.ReadOwn())).office.number == 2


async def test_its_admin_comes_in_with_a_code_and_the_first_password(world: World) -> None:
    person = await first_admin(world)
    assert (await person.arrive()).step is Step.CODE
    await person.sign_in()
    assert (await world.account(person)).mail_confirmed_at
