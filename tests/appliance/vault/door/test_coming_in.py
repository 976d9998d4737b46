# SPDX-License-Identifier: Apache-2.0
"""Coming in step by step: what comes when, what kills a sign-in under way, and one visit a person."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.contracts.policy import ABSTAIN, PolicyRequest, Verdict
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.time import DAY, HOUR, MINUTE
from appliance.model.words import AccountState, Role, Site, Step
from appliance.vault.door import seeking
from appliance.vault.door.seeking import MAX_TYPED
from appliance.vault.people.accounts import remove_person
from appliance.vault.records.tables import accounts, secrets, visits
from tests.appliance.vault.door.steps import fresh_code, give_code, give_password
from tests.appliance.vault.providers import Judge
from tests.appliance.vault.world import Person, World, opened

# --- the portal ---------------------------------------------------------------------------------------------------


async def test_without_a_code_due_name_and_password_are_all(world: World, user: Person) -> None:
    arrived = await user.arrive()
    assert (arrived.step, arrived.token, arrived.shown) == (Step.PASSWORD, "", {})
    done = await give_password(world, arrived, user.password)
    assert (done.step, done.arrival) == (Step.IN, "") and len(done.token) > 40


async def test_the_first_time_a_code_comes_first_and_confirms_the_address(world: World, newcomer: Person) -> None:
    arrived = await newcomer.arrive()
    assert arrived.step is Step.CODE
    code = await newcomer.request_code()
    proven = await give_code(
        world, arrived, f" {code[:4]}－{code[4:]} ".translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    )
    assert proven.step is Step.PASSWORD and proven.arrival != arrived.arrival
    assert (await world.account(newcomer)).mail_confirmed_at == world.clock.now()
    (entry,) = await world.journal(Kind.CODE_PROVEN)
    assert (entry.actor, entry.office, entry.result) == (newcomer.account, newcomer.office, Result.DONE)
    done = await give_password(world, proven, newcomer.password)
    assert done.step is Step.IN
    assert (await world.secret(newcomer)).last_sign_in_at == world.clock.now()


async def test_a_due_code_cannot_be_left_out(world: World, newcomer: Person) -> None:
    arrived = await newcomer.arrive()
    nobody = await world.nobody(newcomer, Step.CODE)
    for arrival in (arrived, await nobody.arrive()):
        refused = await world.refused(
            Why.NOT_SIGNED_IN, Site.PORTAL, m.GivePassword(arrival.arrival, newcomer.password)
        )
        assert refused.text == "door.expired"
    assert (await world.secret(newcomer)).lock.failures == 0


async def test_after_ninety_days_a_code_is_asked_for_again(world: World, user: Person) -> None:
    world.clock.move(89 * DAY)
    assert (await user.arrive()).step is Step.PASSWORD
    world.clock.move(DAY)
    assert (await user.arrive()).step is Step.CODE
    await user.sign_in()
    assert (await user.arrive()).step is Step.PASSWORD


async def test_nothing_is_kept_between_the_steps(world: World, user: Person) -> None:
    before = await world.rows()
    for _ in range(50):
        await user.arrive()
    assert await world.rows() == before


async def test_a_first_password_lets_in_to_register_and_nothing_else(world: World, newcomer: Person) -> None:
    first = world.core.passwords.first("Erste2Wort")
    secret = replace(await world.secret(newcomer), verifier=first, first=True)
    await world.core.commit(lambda txn: secrets.put(txn, secret))
    newcomer.password = "Erste2Wort"
    await newcomer.sign_in()
    refused = await newcomer.refused(Why.NOT_ALLOWED, m.OpenMenu())
    assert refused.text == "door.unready"


async def test_who_is_suspended_hears_so_after_the_password_and_not_before(world: World, user: Person) -> None:
    await world.set_state(user, AccountState.SUSPENDED)
    assert (await world.refused(Why.WRONG_SECRET, Site.PORTAL, user.typing("wrong"))).text == "door.wrong_password"
    assert (await world.refused(Why.NOT_ALLOWED, Site.PORTAL, user.sign_in_message)).text == "door.suspended"


# --- what ends a sign-in under way --------------------------------------------------------------------------------


async def test_an_arrival_lasts_ten_minutes(world: World, user: Person) -> None:
    arrived = await user.arrive()
    world.clock.move(10 * MINUTE - 1)
    assert (await give_password(world, arrived, user.password)).step is Step.IN
    arrived = await user.arrive()
    world.clock.move(10 * MINUTE)
    await world.refused(Why.NOT_SIGNED_IN, Site.PORTAL, m.GivePassword(arrived.arrival, user.password))
    assert (await world.last()).reason == "arrival is too old"


async def test_a_lock_ends_it_with_the_code_that_was_proven(world: World, newcomer: Person) -> None:
    proven = await give_code(world, await newcomer.arrive(), await newcomer.request_code())
    for _ in range(6):
        await world.outcome(Site.PORTAL, m.GivePassword(proven.arrival, "wrong"))
    message = m.GivePassword(proven.arrival, newcomer.password)
    assert (await world.refused(Why.LOCKED, Site.PORTAL, message)).text == "door.locked"
    clerk = await world.clerk()
    await clerk.ask(m.Unlock(newcomer.account, "本人から電話"))
    await give_password(
        world, await give_code(world, await newcomer.arrive(), await fresh_code(world, newcomer)), newcomer.password
    )


@pytest.mark.parametrize("change", ["password", "mail", "suspended", "gone"])
async def test_what_moves_meanwhile_ends_it(world: World, user: Person, change: str) -> None:
    arrived = await user.arrive()
    account, secret = await world.account(user), await world.secret(user)
    world.clock.move(MINUTE)
    if change == "password":
        await world.core.commit(lambda txn: secrets.put(txn, replace(secret, made_at=world.clock.now())))
    elif change == "mail":
        await world.core.commit(lambda txn: accounts.put(txn, replace(account, mail_changed_at=world.clock.now())))
    elif change == "suspended":
        await world.set_state(user, AccountState.SUSPENDED)
    else:
        await world.remove_account(user)
    await world.refused(Why.NOT_SIGNED_IN, Site.PORTAL, m.GivePassword(arrived.arrival, user.password))
    assert (await world.last()).reason == "something has moved meanwhile"


async def test_a_name_that_somebody_gets_meanwhile_is_not_let_in(world: World, office: str, user: Person) -> None:
    nobody = await world.nobody(user)
    arrived = await nobody.arrive()
    somebody = await world.user(office, nobody.login)
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GivePassword(arrived.arrival, somebody.password))


async def test_an_arrival_of_one_site_is_nothing_at_another(world: World, user: Person, clerk: Person) -> None:
    at_portal = (await user.arrive()).arrival
    await world.refused(Why.NOT_SIGNED_IN, Site.CONSOLE, m.GiveCode(at_portal, await clerk.app_code()))
    at_console = (await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))).arrival
    await world.refused(Why.NOT_SIGNED_IN, Site.PORTAL, m.GivePassword(at_console, clerk.password))


async def test_a_site_that_is_cut_off_finishes_no_sign_in(world: World, newcomer: Person) -> None:
    code = await newcomer.request_code()
    proven = await give_code(world, await newcomer.arrive(), code)
    await world.admin(m.CutLink(Site.PORTAL))
    await world.refused(Why.NOT_SIGNED_IN, Site.PORTAL, m.GivePassword(proven.arrival, newcomer.password))
    assert (await world.last()).reason == "the site was cut off meanwhile"
    world.clock.move(MINUTE)
    await newcomer.sign_in()


@pytest.mark.parametrize("step", [-2 * HOUR, -2 * MINUTE])
async def test_while_the_clock_is_behind_nobody_takes_a_step(world: World, user: Person, step: int) -> None:
    arrived, account = await user.arrive(), await world.secret(user)
    world.clock.step(step)
    for site, message in (
        (Site.PORTAL, user.arrive_message),
        (Site.PORTAL, m.GiveCode(arrived.arrival, "1")),
        (Site.PORTAL, m.GivePassword(arrived.arrival, user.password)),
        (Site.CONSOLE, m.ArriveStaff("clerk", "x")),
        (Site.PUBLIC, m.RequestCode(user.contract, user.login)),
    ):
        assert (await world.refused(Why.BROKEN, site, message)).text == "refused.clock"
    assert await world.secret(user) == account


async def test_two_hours_forward_end_a_sign_in_and_no_lock_before_its_time(world: World, user: Person) -> None:
    arrived = await user.arrive()
    world.clock.step(2 * HOUR)
    await world.refused(Why.NOT_SIGNED_IN, Site.PORTAL, m.GivePassword(arrived.arrival, user.password))
    await user.sign_in()


# --- visits -------------------------------------------------------------------------------------------------------


async def test_a_new_sign_in_ends_the_visit_before_it_at_this_site(
    world: World, user: Person, stranger: Person
) -> None:
    first = user.token
    await user.sign_in()
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu(), token=first)
    await user.ask(m.OpenMenu())
    await stranger.ask(m.OpenMenu())
    (entry,) = await world.journal(Kind.VISIT_ENDED)
    assert (entry.actor, entry.thing, entry.reason) == (user.account, user.account, "1 ended by a new sign-in")


async def test_of_two_at_once_one_visit_is_left(world: World, user: Person) -> None:
    both = await asyncio.gather(*(world.ask(Site.PORTAL, user.sign_in_message) for _ in "12"))
    answers = [await world.outcome(Site.PORTAL, m.OpenMenu(), token=done.token) for done in both]
    assert sorted(answer is Why.NOT_SIGNED_IN for answer in answers) == [False, True]


def while_it_signs_in(world: World, person: Person, act: Callable[[], Awaitable[object]]) -> None:
    """Something is done between the proof and the visit, which policies are asked about in between."""
    done: list[object] = []

    async def judging(request: PolicyRequest) -> Verdict:
        if request.action == "sign_in" and request.account == person.account and not done:
            done.append("first, so that it is done once")
            await act()
        return ABSTAIN

    world.plugins.add("policy", Judge(judging), "racing")


@pytest.mark.parametrize("change", ["first password", "password", "removed", "suspended", "rights", "cut"])
async def test_no_visit_outlives_what_was_done_while_it_began(world: World, office: str, change: str) -> None:
    user = await world.user(office)
    clerk = await world.clerk()
    arrived = await user.arrive()
    world.clock.move(MINUTE)

    async def act() -> None:
        account, secret = await world.account(user), await world.secret(user)
        world.clock.move(1)
        if change == "first password":
            await clerk.ask(m.Initialise(user.account, "本人から電話"))
        elif change == "password":
            await world.core.commit(lambda txn: secrets.put(txn, replace(secret, verifier="another")))
        elif change == "removed":
            await world.core.commit(lambda txn: remove_person(txn, account))
        elif change == "suspended":
            await world.set_state(user, AccountState.SUSPENDED)
        elif change == "rights":
            await world.core.commit(lambda txn: accounts.put(txn, replace(account, role=Role.SHAROSHI)))
        else:
            await world.admin(m.CutLink(Site.PORTAL))

    while_it_signs_in(world, user, act)
    done = await world.outcome(Site.PORTAL, m.GivePassword(arrived.arrival, user.password))
    if change == "rights":
        shown = (await world.answer(Site.PORTAL, m.OpenMenu(), token=done.token)).visitor
        assert shown is not None and shown.role is Role.SHAROSHI
        return
    assert isinstance(done, Why)
    assert await world.core.read(lambda snapshot: visits.scan(snapshot, "account", (user.account,))) == []


# --- what is typed ------------------------------------------------------------------------------------------------

# One such name of 60,000 signs kept the whole vault busy for four seconds.
SLOW = "a" + "\u0315\u0300" * MAX_TYPED


@pytest.mark.parametrize(
    ("site", "message"),
    [
        (Site.PORTAL, m.Arrive(SLOW, "Yamada01")),
        (Site.PORTAL, m.Arrive("123456-0000001", SLOW)),
        (Site.CONSOLE, m.ArriveStaff(SLOW, "x")),
        (Site.PUBLIC, m.RequestCode(SLOW, "Yamada01")),
        (Site.PUBLIC, m.RequestCode("123456-0000001", SLOW)),
    ],
)
async def test_what_is_too_long_for_a_name_is_refused_before_it_is_made_canonical(
    world: World, monkeypatch: pytest.MonkeyPatch, site: Site, message: object
) -> None:
    made: list[str] = []

    def noted(typed: str) -> str:
        made.append(typed)
        return typed

    for name in ("canonical", "canonical_number"):
        monkeypatch.setattr(seeking, name, noted)
    await world.refused(Why.INVALID, site, message)
    assert SLOW not in made


async def test_a_restart_forgets_no_step(tmp_path: Path) -> None:
    async with opened(World.new(tmp_path / "shreds")) as world:
        user = await world.user(await world.office(1))
        arrived = await user.arrive()
        await world.restart()
        assert (await give_password(world, arrived, user.password)).step is Step.IN
