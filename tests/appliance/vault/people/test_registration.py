# SPDX-License-Identifier: Apache-2.0
"""The first sign-in: first password, office, oneself (SC9, SC10, R105)."""

from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.passwords import ROKIN_RULE
from appliance.model.words import AccountState, Note, PasswordProfile, Role, Site
from appliance.vault.records.tables import zip_passwords
from tests.appliance.vault.people.folk import (
    OWN,
    ZIP,
    admin_of,
    enter_console,
    first_admin,
    first_staff,
    first_user,
    registered_self,
)
from tests.appliance.vault.world import Person, World

SELF = m.RegisterSelf("佐倉 花子", "サクラ ハナコ", OWN)


@pytest.fixture
async def newcomer(world: World) -> Person:
    """The admin of an office at the first sign-in."""
    return await (await first_admin(world)).sign_in()


async def test_the_admin_registers_the_office_and_then_itself(world: World, newcomer: Person) -> None:
    own = await newcomer.ask(m.ReadOwn())
    assert own.state is AccountState.FIRST and not own.office.is_registered and own.is_mail_confirmed
    await newcomer.ask(m.RegisterOffice(" さくら\u3000", ZIP))
    done = await newcomer.ask(SELF)
    newcomer.token = done.token
    own = await newcomer.ask(m.ReadOwn())
    assert (own.state, own.name, own.kana) == (AccountState.ACTIVE, "佐倉 花子", "サクラ　ハナコ")
    assert own.office.is_registered and own.office.short_name == "さくら" and done.notes == ()
    assert len(await world.journal(Kind.OFFICE_REGISTERED, Kind.ACCOUNT_REGISTERED)) == 2


async def test_a_compression_password_that_opens_no_sample_is_not_kept(
    newcomer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.vault.people.registration.opens", lambda password: False)
    refused = await newcomer.refused(Why.INVALID, m.RegisterOffice("さくら", ZIP))
    assert refused.text == "zip_password.unusable"
    own = await newcomer.ask(m.ReadOwn())
    assert not own.office.is_registered


async def test_until_then_nothing_else_is_done(newcomer: Person) -> None:
    for message in (
        m.OpenMenu(),
        m.ListNotices(),
        m.ListUsers(),
        m.ChangeOwn("別 名", "ベツ メイ"),
        m.ListVisits(),
    ):
        refused = await newcomer.refused(Why.NOT_ALLOWED, message)
        assert refused.text == "door.unready"


async def test_the_order_is_office_first(newcomer: Person) -> None:
    refused = await newcomer.refused(Why.CONFLICT, SELF)
    assert refused.text == "own.office_first"


async def test_the_first_password_dies_and_the_new_one_is_good(world: World, newcomer: Person) -> None:
    first = newcomer.password
    await newcomer.ask(m.RegisterOffice("", ZIP))
    await registered_self(newcomer)
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, newcomer.typing(first))
    newcomer.token = (await world.ask(Site.PORTAL, newcomer.typing(OWN))).token
    await newcomer.ask(m.OpenMenu())


async def test_more_rights_come_with_another_token(world: World, newcomer: Person) -> None:
    await newcomer.ask(m.RegisterOffice("", ZIP))
    before = newcomer.token
    await registered_self(newcomer)
    assert newcomer.token != before
    await newcomer.refused(Why.NOT_SIGNED_IN, m.OpenMenu(), token=before)
    rows = (await newcomer.ask(m.ListVisits())).rows
    assert [row.is_this for row in rows] == [True]


async def test_registering_is_done_once(world: World, newcomer: Person) -> None:
    await newcomer.ask(m.RegisterOffice("さくら", ZIP))
    refused = await newcomer.refused(Why.CONFLICT, m.RegisterOffice("うめ", "another-Zip1"))
    assert refused.text == "office.registered"
    await registered_self(newcomer)
    refused = await newcomer.refused(Why.CONFLICT, SELF)
    assert refused.text == "own.registered"
    refused = await newcomer.refused(Why.CONFLICT, m.RegisterOffice("うめ", "another-Zip1"))
    assert refused.text == "office.registered"
    kept = await world.core.read(lambda snapshot: zip_passwords.get(snapshot, newcomer.office))
    assert kept is not None and kept.password == ZIP


async def test_a_repeated_command_gets_its_first_outcome(newcomer: Person) -> None:
    message = m.RegisterOffice("さくら", ZIP, command="c" * 16)
    assert await newcomer.ask(message) == await newcomer.ask(message) == m.Nothing()


@pytest.mark.parametrize(
    ("password", "text"),
    [
        ("short-1A", "password.length"),
        ("x" * 65, "password.length"),
        ("onlysmallletters", "password.kinds"),
        ("Full Width 12", "password.signs"),
        ("Ｓａｋｕｒａ－２０２６", "password.signs"),
    ],
)
async def test_a_password_that_is_none(newcomer: Person, password: str, text: str) -> None:
    await newcomer.ask(m.RegisterOffice("", ZIP))
    refused = await newcomer.refused(Why.INVALID, m.RegisterSelf("佐倉 花子", "サクラ ハナコ", password))
    assert (refused.text, refused.values["field"]) == (text, "password")


@pytest.mark.parametrize("login", ["Sakura2026", "sAKURA2026"])
async def test_the_login_is_no_password_in_any_case(world: World, login: str) -> None:
    person = await (await first_admin(world, login="Sakura2026")).sign_in()
    await person.ask(m.RegisterOffice("", ZIP))
    refused = await person.refused(Why.INVALID, m.RegisterSelf("佐倉 花子", "サクラ ハナコ", login))
    assert refused.text == "password.is_login"


async def test_the_first_password_cannot_be_kept(world: World) -> None:
    for number in range(1, 9):
        person = await (await first_admin(world, number=number, contract_number=f"123456-{number:07}")).sign_in()
        await person.ask(m.RegisterOffice("", ZIP))
        refused = await person.refused(Why.INVALID, m.RegisterSelf("佐倉 花子", "サクラ ハナコ", person.password))
        if refused.text == "password.is_first":
            return
    raise AssertionError("no first password has three kinds of signs")


@pytest.mark.parametrize(
    ("short", "password", "text"),
    [
        ("略" * 21, ZIP, "short_name.length"),
        ("", "short-1", "zip_password.length"),
        ("", "x1" * 17, "zip_password.length"),
        ("", "abcdefgh", "zip_password.kinds"),
        ("", "with blank1", "zip_password.signs"),
        ("", "漢字パスワード12", "zip_password.signs"),
    ],
)
async def test_an_office_that_cannot_be_registered_so(
    newcomer: Person, short: str, password: str, text: str
) -> None:
    refused = await newcomer.refused(Why.INVALID, m.RegisterOffice(short, password))
    assert (refused.text, refused.values["field"]) == (text, text.split(".")[0])


async def test_a_name_in_hiragana_is_converted_and_said_so(newcomer: Person) -> None:
    await newcomer.ask(m.RegisterOffice("", ZIP))
    done = await newcomer.ask(m.RegisterSelf("佐倉 花子", "さくら ﾊﾅｺ", OWN))
    assert done.notes == (Note.KANA_CONVERTED,)


async def test_a_user_registers_itself_and_never_the_office(world: World) -> None:
    admin = await admin_of(world)
    user = await (await first_user(admin)).sign_in()
    await user.refused(Why.NOT_ALLOWED, m.RegisterOffice("うめ", ZIP))
    await registered_self(user)
    await user.ask(m.OpenMenu())


async def test_the_staff_of_the_fund_registers_without_kana(world: World) -> None:
    clerk = await enter_console(await first_staff(world, "hara", Role.FUND_CLERK))
    await clerk.refused(Why.NOT_ALLOWED, m.OpenMenu())
    await registered_self(clerk)
    assert (await clerk.ask(m.ReadOwn())).kana == ""
    await clerk.ask(m.OpenMenu())


async def test_an_end_in_between_registers_nobody(world: World, newcomer: Person) -> None:
    """Somebody has the account initialised while its first password is being replaced."""
    await newcomer.ask(m.RegisterOffice("", ZIP))
    hash = world.core.passwords.hash

    async def slow(password: str) -> str:
        await world.touch_account(newcomer)
        await world.admin(m.CutLink(Site.PORTAL))
        return await hash(password)

    world.core.passwords.hash = slow  # type: ignore[method-assign]
    await newcomer.refused(Why.NOT_SIGNED_IN, SELF)
    assert (await world.account(newcomer)).state is AccountState.FIRST


async def test_the_fund_chooses_the_rule_for_passwords(world: World, newcomer: Person) -> None:
    door = replace(world.settings.door, password_profile=PasswordProfile.ROKIN)
    world.core.settings = replace(world.settings, door=door)
    await newcomer.ask(m.RegisterOffice("", ZIP))
    refused = await newcomer.refused(
        Why.INVALID, m.RegisterSelf("佐倉 花子", "サクラ ハナコ", "Sakura-2026-too-long")
    )
    assert refused.values["max"] == "12" and (await newcomer.ask(m.ReadOwn())).rule == ROKIN_RULE
    await registered_self(newcomer, "Sakura-26")
