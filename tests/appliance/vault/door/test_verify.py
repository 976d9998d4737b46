# SPDX-License-Identifier: Apache-2.0
"""Passwords at the door: the budget of tries, locks and the block, strangers."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind, Result
from appliance.model.things import Secret
from appliance.model.time import HOUR, MINUTE, SECOND
from appliance.model.words import Site
from appliance.vault.door.passwords import MAX_WAITING
from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import secrets
from tests.appliance.vault.world import Person, World

WRONG = "not the password"


async def refusals(world: World, person: Person, count: int) -> list[Refused]:
    """What so many wrong passwords are answered."""
    answers = []
    for _ in range(count):
        with pytest.raises(Refused) as caught:
            await world.ask(person.site, person.typing(WRONG))
        answers.append(caught.value)
    return answers


async def wrong_tries(world: World, person: Person, count: int) -> list[Why]:
    """Why so many wrong passwords are refused."""
    return [refused.why for refused in await refusals(world, person, count)]


# --- tries --------------------------------------------------------------------------------------------------------


async def test_lockout_as_in_t14(world: World, user: Person) -> None:
    assert await wrong_tries(world, user, 5) == [Why.WRONG_SECRET] * 5
    assert (await world.secret(user)).lock.failures == 5
    assert await wrong_tries(world, user, 1) == [Why.LOCKED]
    world.clock.move(60 * MINUTE - SECOND)
    await world.refused(Why.LOCKED, Site.PORTAL, user.sign_in_message)
    world.clock.move(SECOND)
    await user.sign_in()
    secret = await world.secret(user)
    assert (secret.lock.failures, secret.lock.locked_until) == (0, 0)


async def test_success_gives_the_whole_budget_back(world: World, user: Person) -> None:
    await wrong_tries(world, user, 5)
    await user.sign_in()
    assert await wrong_tries(world, user, 6) == [Why.WRONG_SECRET] * 5 + [Why.LOCKED]


async def test_the_sixth_try_may_be_the_right_one(world: World, user: Person) -> None:
    await wrong_tries(world, user, 5)
    await user.sign_in()


async def test_tries_while_locked_count_for_nothing(world: World, user: Person) -> None:
    await wrong_tries(world, user, 6)
    locked_until = (await world.secret(user)).lock.locked_until
    world.clock.move(30 * MINUTE)
    assert await wrong_tries(world, user, 20) == [Why.LOCKED] * 20
    assert (await world.secret(user)).lock.locked_until == locked_until


async def test_after_a_lock_the_budget_is_whole(world: World, user: Person) -> None:
    await wrong_tries(world, user, 6)
    world.clock.move(60 * MINUTE)
    assert await wrong_tries(world, user, 6) == [Why.WRONG_SECRET] * 5 + [Why.LOCKED]


async def test_a_lock_is_journaled_once_with_all_tries(world: World, user: Person) -> None:
    await wrong_tries(world, user, 9)
    entries = [entry for entry in await world.journal() if entry.actor == user.account]
    (lock,) = [entry for entry in entries if entry.kind is Kind.ACCOUNT_LOCKED]
    assert (lock.thing, lock.office) == (user.account, user.office)
    wrong = [each for each in entries if each.kind is Kind.SIGN_IN and each.result is Result.REFUSED]
    assert [entry.reason for entry in wrong] == ["wrong password"] * 6
    assert {(entry.office, entry.personal["source"]) for entry in wrong} == {(user.office, "192.0.2.1")}


async def test_who_hangs_up_leaves_a_trace_of_every_try(world: World, user: Person) -> None:
    """A site in other hands could otherwise lock everybody, and nobody would know why."""
    looking = asyncio.Event()
    matches = world.core.passwords.matches

    async def endless(secret: Secret | None, password: str) -> bool:
        looking.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    world.core.passwords.matches = endless  # type: ignore[method-assign]
    for _ in range(6):
        looking.clear()
        async with asyncio.TaskGroup() as group:
            sender = group.create_task(world.ask(Site.PORTAL, user.sign_in_message))
            await looking.wait()
            sender.cancel()
    world.core.passwords.matches = matches  # type: ignore[method-assign]
    await world.refused(Why.LOCKED, Site.PORTAL, user.sign_in_message)
    tries = [entry.reason for entry in await world.journal(Kind.SIGN_IN) if entry.actor == user.account]
    assert tries.count("given up") == 6
    assert len(await world.journal(Kind.ACCOUNT_LOCKED)) == 1


async def test_a_hundred_at_once_get_no_more_tries_than_the_budget(world: World, user: Person) -> None:
    looked_at = []
    matches = world.core.passwords.matches

    async def counted(secret: Secret | None, password: str) -> bool:
        looked_at.append(password)
        return await matches(secret, password)

    world.core.passwords.matches = counted  # type: ignore[method-assign]
    sources = [f"192.0.2.{number}" for number in range(50)]
    waves = [
        await asyncio.gather(*(world.outcome(Site.PORTAL, user.typing(WRONG), source=one) for one in sources))
        for _ in "12"
    ]
    assert Counter(waves[0] + waves[1]) == {Why.WRONG_SECRET: 5, Why.LOCKED: 95}
    assert len(looked_at) == 6
    assert len(await world.journal(Kind.ACCOUNT_LOCKED)) == 1


async def test_the_right_one_among_many_at_once_is_not_seen_beyond_the_budget(world: World, user: Person) -> None:
    await wrong_tries(world, user, 4)
    messages = [user.typing(WRONG)] * 3 + [user.sign_in_message]
    answers = await asyncio.gather(*(world.outcome(Site.PORTAL, message) for message in messages))
    assert answers == [Why.WRONG_SECRET, Why.LOCKED, Why.LOCKED, Why.LOCKED]


async def test_a_full_queue_takes_no_try(world: World, user: Person) -> None:
    nobody = await world.nobody(user)
    places = [world.core.passwords.place(Site.PORTAL, str(number)) for number in range(MAX_WAITING)]
    for place in places:
        place.__enter__()
    for _ in range(10):
        await world.refused(Why.BUSY, Site.PORTAL, user.sign_in_message)
        await world.refused(Why.BUSY, Site.PORTAL, nobody.typing(WRONG))
    for place in places:
        place.__exit__(None, None, None)
    assert (await world.secret(user)).lock.failures == 0
    await user.sign_in()


async def test_a_secret_that_changes_meanwhile_proves_nothing(world: World, user: Person) -> None:
    matches = world.core.passwords.matches

    async def slow(secret: Secret | None, password: str) -> bool:
        right = await matches(secret, password)
        fresh = Secret(user.account, "another verifier")
        await world.core.commit(lambda txn: secrets.put(txn, fresh))
        return right

    world.core.passwords.matches = slow  # type: ignore[method-assign]
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, user.sign_in_message)
    assert await world.secret(user) == Secret(user.account, "another verifier")


# --- names that nobody has ----------------------------------------------------------------------------------------


async def test_unknown_names_are_answered_like_known_ones(world: World, user: Person, clerk: Person) -> None:
    for person in (user, clerk):
        nobody = replace(person, login="Nobody00")
        elsewhere = replace(person, contract="123456-0000999")
        for one in (person, nobody, elsewhere)[: 3 if person is user else 2]:
            assert await wrong_tries(world, one, 5) == [Why.WRONG_SECRET] * 5
            assert await wrong_tries(world, one, 2) == [Why.LOCKED] * 2
            world.clock.move(60 * MINUTE - 1)
            assert await wrong_tries(world, one, 1) == [Why.LOCKED]
            world.clock.move(1)
            assert await wrong_tries(world, one, 1) == [Why.WRONG_SECRET]


async def test_unknown_names_cost_as_much(world: World, user: Person) -> None:
    """As many passwords looked at and as many commits, at every try up to the lock and after it."""

    async def costs(person: Person) -> list[tuple[int, int]]:
        found = []
        for _ in range(8):
            commits, before = world.store.commits, len(looked_at)
            await wrong_tries(world, person, 1)
            found.append((world.store.commits - commits, len(looked_at) - before))
        return found

    looked_at = []
    matches = world.core.passwords.matches

    async def counted(secret: Secret | None, password: str) -> bool:
        looked_at.append(password)
        return await matches(secret, password)

    world.core.passwords.matches = counted  # type: ignore[method-assign]
    nobody = await world.nobody(user)
    known = await costs(user)
    world.clock.move(2 * MINUTE)
    await world.core.refusals.flush()
    assert await costs(nobody) == known
    assert [looked for _, looked in known] == [1] * 6 + [0] * 2


async def test_how_a_name_is_typed_gives_no_fresh_budget(world: World, user: Person) -> None:
    typed = ["Nobody00", " Nobody00", "Ｎｏｂｏｄｙ００", "Nobody\u200b00", "Nobody00\u3000", "Nobody00"]
    for login in typed[:5]:
        await wrong_tries(world, replace(user, login=login), 1)
    assert await wrong_tries(world, replace(user, login=typed[5]), 1) == [Why.LOCKED]
    assert await wrong_tries(
        world, replace(user, contract=user.contract.replace("-", "‐"), login="Nobody00"), 1
    ) == [Why.LOCKED]
    assert await wrong_tries(world, replace(user, login="nobody00"), 1) == [Why.WRONG_SECRET], "case is kept"


async def test_a_locked_name_at_one_office_is_not_locked_at_another(
    world: World, user: Person, stranger: Person
) -> None:
    await wrong_tries(world, user, 6)
    await wrong_tries(world, stranger, 1)
    await stranger.sign_in()


async def test_a_restart_forgets_no_lock(world: World, user: Person) -> None:
    await wrong_tries(world, user, 6)
    await world.restart()
    await world.refused(Why.LOCKED, Site.PORTAL, user.sign_in_message)


# --- texts, the block, letters ------------------------------------------------------------------------------------


async def test_a_person_and_a_stranger_hear_the_same_until_the_block(world: World, user: Person) -> None:
    nobody = await world.nobody(user)
    heard = []
    start = world.clock.now()
    for person in (user, nobody):
        said = []
        for number in range(20):
            if number in (7, 14):  # a lock is over
                world.clock.move(HOUR)
            (refused,) = await refusals(world, person, 1)
            said.append((refused.why, refused.text, refused.values))
        heard.append([(why, text, values.get("left")) for why, text, values in said])
    assert heard[0] == heard[1]
    one_lock = [(Why.WRONG_SECRET, "door.wrong_password", str(left)) for left in (5, 4, 3, 2, 1)]
    closed, blocked = (Why.LOCKED, "door.locked", None), (Why.LOCKED, "door.blocked", None)
    assert heard[0] == [*one_lock, closed, closed, *one_lock, closed, closed, *one_lock, blocked]
    assert world.clock.now() == start + 4 * HOUR


async def test_a_lock_says_until_when(world: World, user: Person) -> None:
    refused = (await refusals(world, user, 6))[-1]
    assert refused.values == {"until": "11:00"}


async def test_eighteen_in_a_row_block_for_ever_with_one_letter_each(world: World, office: str) -> None:
    person = await world.locked(office, locks=3)
    world.clock.move(1000 * HOUR)
    assert (await world.refused(Why.LOCKED, Site.PORTAL, person.sign_in_message)).text == "door.blocked"
    assert len(await world.letters(person.account, LetterKind.ACCOUNT_LOCKED)) == 2
    assert len(await world.letters(person.account, LetterKind.ACCOUNT_BLOCKED)) == 1
    assert len(await world.journal(Kind.ACCOUNT_LOCKED)) == 2
    (entry,) = await world.journal(Kind.ACCOUNT_BLOCKED)
    assert (entry.actor, entry.thing, entry.office) == (person.account, person.account, office)


async def test_a_right_password_between_resets_locks_as_well(world: World, office: str) -> None:
    person = await world.locked(office, locks=2)
    world.clock.move(HOUR)
    await person.sign_in()
    answers = await wrong_tries(world, person, 6)
    assert answers[-1] is Why.LOCKED and (await world.secret(person)).lock.locks == 1


async def test_a_lock_that_the_right_one_has_lifted_meanwhile_is_told_to_nobody(world: World, user: Person) -> None:
    """The right one is looked at first, though its try was the fifth; the sixth, wrong, had locked already."""
    await wrong_tries(world, user, 4)
    right, wrong = user.sign_in_message, user.typing(WRONG)
    answers = await asyncio.gather(*(world.outcome(Site.PORTAL, each) for each in (right, wrong)))
    assert answers[1] is Why.LOCKED
    assert (await world.secret(user)).lock.failures == 0
    assert await world.letters(user.account, LetterKind.ACCOUNT_LOCKED) == []
    assert await world.journal(Kind.ACCOUNT_LOCKED) == []
    await user.sign_in()
