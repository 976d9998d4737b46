# SPDX-License-Identifier: Apache-2.0
"""The door: tokens, form tokens, and the budget of tries."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind, Result
from appliance.model.things import Secret
from appliance.model.time import MINUTE, SECOND
from appliance.model.words import Site
from appliance.vault.admission import token_hash
from appliance.vault.caller import form_token
from appliance.vault.passwords import MAX_WAITING
from appliance.vault.tables import secrets
from tests.appliance.vault.world import PEPPER, Person, World

WRONG = "not the password"


async def wrong_tries(world: World, person: Person, count: int) -> list[Why]:
    answers = []
    for _ in range(count):
        with pytest.raises(Refused) as caught:
            await world.ask(person.site, person.typing(WRONG))
        answers.append(caught.value.why)
    return answers


# --- visits -------------------------------------------------------------------------------------------------------


async def test_only_a_hash_of_the_token_is_kept(world: World, user: Person) -> None:
    rows = await world.store.read(lambda view: view.scan(b"", b"\xff", limit=1000))
    everything = b"".join(key + value for key, value in rows)
    assert user.token.encode() not in everything
    assert token_hash(PEPPER, user.token) in everything


@pytest.mark.parametrize(
    ("token", "reason"), [("", "no token"), ("x", "unknown token"), ("x" * 10_000, "unknown token")]
)
async def test_a_token_that_there_is_not(world: World, user: Person, token: str, reason: str) -> None:
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu(), token=token)
    last = await world.last()
    assert (last.kind, last.result, last.reason, last.actor) == (Kind.MENU_READ, Result.REFUSED, reason, "")


async def test_a_token_is_good_at_its_own_site_only(world: World, user: Person, clerk: Person) -> None:
    await world.refused(Why.NOT_SIGNED_IN, Site.CONSOLE, m.ListNotices(), token=user.token)
    assert (await world.last()).reason == "token of another site"
    await world.refused(Why.NOT_SIGNED_IN, Site.PORTAL, m.ListNotices(), token=clerk.token)
    assert world.rights.asked[-1].action == "sign_in", "no policy was asked about either"


async def test_a_visit_ends_at_the_very_millisecond(world: World, user: Person) -> None:
    world.clock.move(90 * MINUTE - 1)
    await user.ask(m.OpenMenu())
    world.clock.move(1)
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    assert (await world.last()).reason == "visit is over"


async def test_a_visit_that_was_ended_is_over(world: World, user: Person) -> None:
    await user.ask(m.SignOut())
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    await user.refused(Why.NOT_SIGNED_IN, m.SignOut())


async def test_a_removed_account_is_nobody(world: World, user: Person) -> None:
    await world.remove_account(user)
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    assert (await world.last()).reason == "account is gone"


async def test_a_visit_does_not_outlive_a_clock_set_back(world: World, user: Person) -> None:
    world.clock.move(80 * MINUTE)
    await user.ask(m.OpenMenu())
    world.clock.step(-60 * MINUTE)
    world.clock.move(10 * MINUTE - 1)
    await user.ask(m.ListNotices())
    world.clock.move(1)
    await user.refused(Why.NOT_SIGNED_IN, m.ListNotices())


# --- form tokens --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["", "0" * 64, "é", form_token(PEPPER, "another token")])
async def test_a_change_needs_the_form_token(world: World, user: Person, form: str) -> None:
    before = await world.rows()
    await user.refused(Why.FORGED, m.SignOut(), form=form)
    last = await world.last()
    assert (last.kind, last.result, last.actor, last.office) == (
        Kind.SIGN_OUT,
        Result.REFUSED,
        user.account,
        user.office,
    )
    assert await world.rows() == before


async def test_the_form_token_of_another_visit_is_none(world: World, user: Person, stranger: Person) -> None:
    await user.refused(Why.FORGED, m.SignOut(), form=form_token(PEPPER, stranger.token))
    await user.ask(m.SignOut(), form=form_token(PEPPER, user.token))


async def test_reading_needs_no_form_token(user: Person) -> None:
    assert await user.ask(m.OpenMenu(), form="") == m.Menu(0, False)


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

    async def endless(verifier: str, password: str) -> bool:
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

    async def counted(verifier: str, password: str) -> bool:
        looked_at.append(password)
        return await matches(verifier, password)

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
    places = [world.core.passwords.place(Site.PORTAL, str(number)) for number in range(MAX_WAITING)]
    for place in places:
        place.__enter__()
    for _ in range(10):
        await world.refused(Why.BUSY, Site.PORTAL, user.sign_in_message)
        await world.refused(Why.BUSY, Site.PORTAL, m.SignIn(user.contract, "Nobody00", WRONG))
    for place in places:
        place.__exit__(None, None, None)
    assert (await world.secret(user)).lock.failures == 0
    await user.sign_in()


async def test_a_secret_that_changes_meanwhile_proves_nothing(world: World, user: Person) -> None:
    matches = world.core.passwords.matches

    async def slow(verifier: str, password: str) -> bool:
        right = await matches(verifier, password)
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

    async def counted(verifier: str, password: str) -> bool:
        looked_at.append(password)
        return await matches(verifier, password)

    world.core.passwords.matches = counted  # type: ignore[method-assign]
    known = await costs(user)
    world.clock.move(2 * MINUTE)
    await world.core.refusals.flush()
    assert await costs(replace(user, login="Nobody00")) == known
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
