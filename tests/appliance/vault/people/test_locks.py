# SPDX-License-Identifier: Apache-2.0
"""Locks as the fund sees and ends them, at the desk and at the vault's own host."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import TYPED, Kind, Result
from appliance.model.time import HOUR, MINUTE
from appliance.model.words import AccountState, LockState, Role, Site
from appliance.vault.letters import LetterKind
from appliance.vault.people import locks
from appliance.vault.people.fields import MAX_REASON
from tests.appliance.vault.world import Person, World

REASON = "本人から電話、生年月日を確認"


@pytest.fixture
async def desk(world: World) -> Person:
    """Somebody at the desk (窓口), signed in."""
    return await (await world.staff("madoguchi", Role.FUND_DESK)).sign_in()


async def test_locked_and_blocked_are_listed_while_they_are(world: World, office: str, desk: Person) -> None:
    blocked = await world.locked(office, "Blocked01", locks=3)
    locked = await world.locked(office, "Locked01")
    await world.user(office, "Open00001")
    page = await desk.ask(m.ListLocks())
    assert [(row.account, row.state) for row in page.rows] == [
        (blocked.account, LockState.BLOCKED),
        (locked.account, LockState.LOCKED),
    ]
    row = page.rows[1]
    assert (row.contract_number, row.office_name, row.login) == (locked.contract, "事業所1", "Locked01")
    assert row.until == world.clock.now() + HOUR
    world.clock.move(HOUR)
    assert [row.account for row in (await desk.ask(m.ListLocks())).rows] == [blocked.account]


async def test_locks_that_are_over_keep_none_from_being_seen(
    world: World, office: str, desk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "MAX_ROWS", 2)
    for number in range(3):
        await world.locked(office, f"Over0000{number}")
    world.clock.move(HOUR)
    live = await world.locked(office, "Live00001")
    assert [row.account for row in (await desk.ask(m.ListLocks())).rows] == [live.account]


async def test_the_desk_ends_a_lock_with_a_reason_and_the_person_is_told(
    world: World, office: str, desk: Person
) -> None:
    person = await world.locked(office)
    await desk.ask(m.Unlock(person.account, f" {REASON} ", "c" * 16))
    (entry,) = await world.journal(Kind.ACCOUNT_UNLOCKED)
    assert (entry.actor, entry.thing, entry.office, entry.personal[TYPED]) == (
        desk.account,
        person.account,
        office,
        REASON,
    )
    assert len(await world.letters(person.account, LetterKind.ACCOUNT_UNLOCKED)) == 1
    await person.sign_in()
    assert (await desk.ask(m.ListLocks())).rows == ()


async def test_an_unlocked_one_has_all_its_tries_and_locks_again(world: World, office: str, desk: Person) -> None:
    person = await world.locked(office, locks=2)
    await desk.ask(m.Unlock(person.account, REASON))
    answers = [await world.outcome(Site.PORTAL, person.typing("wrong")) for _ in range(6)]
    assert answers == [Why.WRONG_SECRET] * 5 + [Why.LOCKED]
    assert (await world.secret(person)).lock.locks == 1, "the fund has looked at it: counting begins anew"


async def test_sent_twice_it_is_done_once(world: World, office: str, desk: Person) -> None:
    person = await world.locked(office)
    for _ in "12":
        await desk.ask(m.Unlock(person.account, REASON, "c" * 16))
    assert len(await world.journal(Kind.ACCOUNT_UNLOCKED)) == 1


@pytest.mark.parametrize("reason", ["", "   ", "x" * (MAX_REASON + 1), "\n", "\u200b"])
async def test_without_a_reason_nothing_is_done(world: World, office: str, desk: Person, reason: str) -> None:
    person = await world.locked(office)
    before = await world.rows()
    for message in (m.Unlock(person.account, reason), m.Initialise(person.account, reason)):
        assert (await desk.refused(Why.INVALID, message)).text == "reason.length"
    assert await world.rows() == before


async def test_what_is_not_locked_cannot_be_unlocked(world: World, user: Person, office: str, desk: Person) -> None:
    blocked = await world.locked(office, locks=3)
    for person in (user, blocked):
        refused = await desk.refused(Why.CONFLICT, m.Unlock(person.account, REASON))
        assert refused.text == "lock.not_locked"
    for id in ("a" * 26, "", "../x"):
        await desk.refused(Why.NOT_FOUND, m.Unlock(id, REASON))


async def test_a_blocked_one_gets_a_new_first_password_and_registers_anew(
    world: World, office: str, desk: Person
) -> None:
    person = await world.locked(office, locks=3)
    assert (await world.refused(Why.LOCKED, Site.PORTAL, person.sign_in_message)).text == "door.blocked"
    first = await desk.ask(m.Initialise(person.account, REASON))
    assert (await world.account(person)).state is AccountState.FIRST
    (entry,) = await world.journal(Kind.ACCOUNT_INITIALISED)
    assert (entry.actor, entry.thing, entry.personal[TYPED]) == (desk.account, person.account, REASON)
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, person.sign_in_message)
    person.password = first.password
    world.clock.move(MINUTE)
    await person.sign_in()
    assert first.password not in repr(first)
    assert len(await world.letters(person.account, LetterKind.PASSWORD_RESET)) == 1


async def test_initialising_ends_visits_and_twice_makes_the_last_one_count(
    world: World, user: Person, desk: Person
) -> None:
    first = await desk.ask(m.Initialise(user.account, REASON))
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    second = await desk.ask(m.Initialise(user.account, REASON))
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, user.typing(first.password))
    user.password = second.password
    world.clock.move(MINUTE)
    await user.sign_in()


async def test_the_desk_gives_no_staff_a_first_password(world: World, clerk: Person, desk: Person) -> None:
    await desk.refused(Why.NOT_FOUND, m.Initialise(clerk.account, REASON))
    await clerk.ask(m.OpenMenu())


async def test_the_list_is_journaled_once_in_ten_minutes(world: World, desk: Person) -> None:
    for _ in range(3):
        await desk.ask(m.ListLocks())
    assert len(await world.journal(Kind.LOCK_LIST_READ)) == 1
    world.clock.move(10 * MINUTE)
    await desk.ask(m.ListLocks())
    assert len(await world.journal(Kind.LOCK_LIST_READ)) == 2


# --- at the vault's own host --------------------------------------------------------------------------------------


async def test_an_administrator_sees_and_releases_locks_of_everybody(world: World, office: str) -> None:
    clerk = await world.staff()
    for _ in range(6):
        await world.outcome(Site.CONSOLE, clerk.typing("wrong"))
    person = await world.locked(office)
    rows = (await world.admin(m.AskLocks())).rows
    assert {(row.contract_number, row.login) for row in rows} == {("", "clerk"), (person.contract, "Locked01")}
    for contract, login in (("", "clerk"), (person.contract.replace("-", "－"), "Locked01")):
        assert (await world.admin(m.ReleaseLock(contract, login, REASON))).password == ""
    await clerk.sign_in()
    await person.sign_in()
    assert {entry.actor for entry in await world.journal(Kind.ACCOUNT_UNLOCKED)} == {"admin"}


async def test_releasing_a_blocked_one_prints_a_first_password(world: World, office: str) -> None:
    person = await world.locked(office, locks=3)
    released = await world.admin(m.ReleaseLock(person.contract, person.login, REASON))
    person.password = released.password
    await person.sign_in()
    assert len(await world.journal(Kind.ACCOUNT_INITIALISED)) == 1


async def test_what_cannot_be_released(world: World, user: Person) -> None:
    for message, why in (
        (m.ReleaseLock(user.contract, user.login, REASON), Why.CONFLICT),
        (m.ReleaseLock(user.contract, "Nobody00", REASON), Why.NOT_FOUND),
        (m.ReleaseLock("", user.login, REASON), Why.NOT_FOUND),
        (m.ReleaseLock(user.contract, user.login, ""), Why.INVALID),
    ):
        await world.refused(why, Site.ADMIN, message)
    assert [entry.result for entry in await world.journal(Kind.ACCOUNT_UNLOCKED)] == [Result.REFUSED] * 4
