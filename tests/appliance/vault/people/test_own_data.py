# SPDX-License-Identifier: Apache-2.0
"""One's own name and password."""

from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.words import Note, Site
from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import visits
from tests.appliance.vault.people.folk import OWN, user_of
from tests.appliance.vault.world import Person, World

FRESH = "Tsubaki-2026"


async def test_the_staff_of_the_fund_has_no_office(hayashi: Person) -> None:
    own = await hayashi.ask(m.ReadOwn())
    assert own.office is None and own.login == "hayashi" and own.wanted_mail == ""


async def test_a_name_changes_and_the_visit_goes_on(world: World, admin: Person) -> None:
    noted = await admin.ask(m.ChangeOwn("椿 花子", "つばき はなこ"))
    assert noted.notes == (Note.KANA_CONVERTED,)
    own = await admin.ask(m.ReadOwn())
    assert (own.name, own.kana) == ("椿 花子", "ツバキ　ハナコ")
    [entry] = [entry for entry in await world.journal(Kind.ACCOUNT_CHANGED) if entry.actor == admin.account]
    assert entry.thing == admin.account and "椿" not in entry.reason


async def test_a_name_is_refused_by_its_field(admin: Person) -> None:
    assert (await admin.refused(Why.INVALID, m.ChangeOwn("", "ツバキ ハナコ"))).text == "name.length"
    assert (await admin.refused(Why.INVALID, m.ChangeOwn("椿 花子", ""))).text == "kana.length"


async def test_a_repeated_change_is_done_once(world: World, admin: Person) -> None:
    message = m.ChangeOwn("椿 花子", "ツバキ ハナコ", command="n" * 16)
    assert await admin.ask(message) == await admin.ask(message)
    assert len(await world.journal(Kind.ACCOUNT_CHANGED)) == 1


async def test_a_password_changes_and_is_told(world: World, admin: Person) -> None:
    await admin.ask(m.ChangePassword(OWN, FRESH))
    await admin.ask(m.OpenMenu())
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, admin.typing(OWN))
    await world.ask(Site.PORTAL, admin.typing(FRESH))
    assert len(await world.letters(admin.account, LetterKind.PASSWORD_CHANGED)) == 1
    assert len(await world.journal(Kind.PASSWORD_CHANGED)) == 1


async def test_other_visits_end_with_the_old_password(world: World, hayashi: Person) -> None:
    """A visit at another site would be one; two at the same site cannot be, so the row is written."""
    other = (await world.core.read(lambda snapshot: visits.scan(snapshot, "account", (hayashi.account,))))[0]
    forged = replace(other, token_hash=bytes(32), site=Site.PORTAL)
    await world.core.commit(lambda txn: visits.put(txn, forged))
    await hayashi.ask(m.ChangePassword(OWN, FRESH))
    left = await world.core.read(lambda snapshot: visits.scan(snapshot, "account", (hayashi.account,)))
    assert left == [other]


@pytest.mark.parametrize(
    ("fresh", "text"),
    [(OWN, "password.is_present"), ("Sakura01", "password.length"), ("alllowercase", "password.kinds")],
)
async def test_a_password_that_is_none_costs_no_try(world: World, admin: Person, fresh: str, text: str) -> None:
    for _ in range(7):
        assert (await admin.refused(Why.INVALID, m.ChangePassword(OWN, fresh))).text == text
    assert (await world.secret(admin)).lock.failures == 0


async def test_a_wrong_present_password_costs_a_try_and_locks(world: World, admin: Person) -> None:
    left = [
        (await admin.refused(Why.WRONG_SECRET, m.ChangePassword("wrong", FRESH))).values["left"] for _ in range(5)
    ]
    assert left == ["5", "4", "3", "2", "1"]
    await admin.refused(Why.LOCKED, m.ChangePassword("wrong", FRESH))
    await admin.refused(Why.LOCKED, m.ChangePassword(OWN, FRESH))
    assert len(await world.letters(admin.account, LetterKind.ACCOUNT_LOCKED)) == 1
    refusals = await world.journal(Kind.PASSWORD_CHANGED)
    assert {entry.result for entry in refusals} == {Result.REFUSED}


async def test_at_sign_in_and_here_the_tries_are_of_one_budget(world: World, admin: Person) -> None:
    for _ in range(3):
        await admin.refused(Why.WRONG_SECRET, m.ChangePassword("wrong", FRESH))
        await world.outcome(Site.PORTAL, admin.typing("wrong"))
    await admin.refused(Why.LOCKED, m.ChangePassword(OWN, FRESH))


async def test_a_reset_in_between_wins(world: World, admin: Person) -> None:
    user = await user_of(admin)
    hash = world.core.passwords.hash

    async def slow(password: str) -> str:
        world.core.passwords.hash = hash  # type: ignore[method-assign]
        await admin.ask(m.ResetPassword(user.account))
        return await hash(password)

    world.core.passwords.hash = slow  # type: ignore[method-assign]
    await user.refused(Why.NOT_SIGNED_IN, m.ChangePassword(OWN, FRESH))
    assert (await world.secret(user)).first
