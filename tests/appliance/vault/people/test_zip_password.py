# SPDX-License-Identifier: Apache-2.0
"""The ZIP password is shown again to the admin, for password and code (A41)."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.words import Site
from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import zip_passwords
from tests.appliance.vault.people.folk import OWN, ZIP, a_minute_later, admin_of, user_of
from tests.appliance.vault.world import Person, World


@pytest.fixture(autouse=True)
async def rested(world: World, admin: Person) -> None:
    """The code of the sign-in was asked for a while ago."""
    a_minute_later(world)


async def asked(world: World, admin: Person) -> str:
    """The code that came by mail."""
    await admin.ask(m.AskZipPassword())
    return (await world.letters(admin.account, LetterKind.OWN_CODE))[-1].fields["code"]


async def test_it_is_shown_journaled_and_mailed(world: World, admin: Person) -> None:
    code = await asked(world, admin)
    shown = await admin.ask(m.ShowZipPassword(OWN, code))
    assert shown.password == ZIP and ZIP not in repr(shown)
    assert len(await world.letters(admin.account, LetterKind.ZIP_PASSWORD_SHOWN)) == 1
    [entry] = await world.journal(Kind.ZIP_PASSWORD_SHOWN)
    assert (entry.result, entry.actor, entry.thing) == (Result.DONE, admin.account, admin.office)
    assert ZIP not in repr(entry)


async def test_a_code_shows_it_once(world: World, admin: Person) -> None:
    code = await asked(world, admin)
    await admin.ask(m.ShowZipPassword(OWN, code))
    await admin.refused(Why.WRONG_SECRET, m.ShowZipPassword(OWN, code))
    assert len(await world.letters(admin.account, LetterKind.ZIP_PASSWORD_SHOWN)) == 1


async def test_neither_proof_is_enough(world: World, admin: Person) -> None:
    code = await asked(world, admin)
    await admin.refused(Why.WRONG_SECRET, m.ShowZipPassword("wrong", code))
    await admin.refused(Why.WRONG_SECRET, m.ShowZipPassword(OWN, "00000000"))
    assert (await world.secret(admin)).lock.failures == 0
    assert await world.letters(admin.account, LetterKind.ZIP_PASSWORD_SHOWN) == []


async def test_a_code_of_the_sign_in_is_none_for_this(world: World, admin: Person) -> None:
    code = await admin.request_code()
    await admin.refused(Why.WRONG_SECRET, m.ShowZipPassword(OWN, code))


async def test_codes_are_limited(world: World, admin: Person) -> None:
    await asked(world, admin)
    assert (await admin.refused(Why.CONFLICT, m.AskZipPassword())).text == "code.too_often"


async def test_no_user_sees_it_whatever_the_permissions(world: World, admin: Person) -> None:
    user = await user_of(admin)
    for message in (m.AskZipPassword(), m.ShowZipPassword(OWN, "00000000")):
        assert (await user.refused(Why.NOT_ALLOWED, message)).text == "user.admin_only"
    assert (await world.factor(user)).tries == 0


async def test_an_admin_sees_that_of_the_own_office(world: World, admin: Person) -> None:
    other = await admin_of(world, number=2, contract_number="123456-0000002")
    kept = await world.core.read(lambda snapshot: zip_passwords.get(snapshot, other.office))
    assert kept is not None
    code = await asked(world, admin)
    await other.refused(Why.WRONG_SECRET, m.ShowZipPassword(OWN, code))


async def test_there_may_be_none(world: World, admin: Person) -> None:
    await world.core.commit(lambda txn: zip_passwords.delete(txn, admin.office))
    await admin.refused(Why.NOT_FOUND, m.ShowZipPassword(OWN, "00000000"))


async def test_a_visit_that_ends_in_between_sees_nothing(world: World, admin: Person) -> None:
    code = await asked(world, admin)
    verify = world.mailed.verify

    async def slow(request: object) -> object:
        await world.admin(m.CutLink(Site.PORTAL))
        return await verify(request)  # type: ignore[arg-type]

    world.mailed.verify = slow  # type: ignore[assignment,method-assign]
    await admin.refused(Why.NOT_SIGNED_IN, m.ShowZipPassword(OWN, code))
    assert await world.letters(admin.account, LetterKind.ZIP_PASSWORD_SHOWN) == []
