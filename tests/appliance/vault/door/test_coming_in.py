# SPDX-License-Identifier: Apache-2.0
"""Coming in step by step: what comes when, what kills a sign-in under way, and one visit a person."""

import asyncio
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from appliance.config.settings import Door
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind, Result
from appliance.model.time import DAY, HOUR, MINUTE
from appliance.model.words import AccountState, Site, Step
from appliance.vault.door import seeking
from appliance.vault.door.arrival import Arrivals
from appliance.vault.door.seeking import MAX_TYPED
from appliance.vault.letters import LetterKind
from appliance.vault.tables import accounts, factors, secrets
from tests.appliance.vault.world import PEPPER, Person, World, opened


async def give_code(world: World, arrived: m.Arrived, code: str, site: Site = Site.PORTAL) -> m.Arrived:
    return await world.ask(site, m.GiveCode(arrived.arrival, code))  # type: ignore[no-any-return]


async def give_password(world: World, arrived: m.Arrived, password: str) -> m.Arrived:
    return await world.ask(Site.PORTAL, m.GivePassword(arrived.arrival, password))  # type: ignore[no-any-return]


@pytest.fixture
async def newcomer(world: World, office: str) -> Person:
    """Somebody who waits for the first sign-in."""
    person = await world.user(office, "Newcomer1")
    account = await world.account(person)
    fresh = replace(account, state=AccountState.FIRST, mail_confirmed_at=0)
    await world.core.commit(lambda txn: accounts.put(txn, fresh))
    return person


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


async def fresh_code(world: World, person: Person) -> str:
    """A code that is asked for a minute later, its earlier letters gone."""
    world.clock.move(MINUTE)
    return await person.request_code()


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


# --- codes --------------------------------------------------------------------------------------------------------


async def test_a_code_is_good_once_and_of_two_at_once_one_wins(world: World, newcomer: Person) -> None:
    arrived, code = await newcomer.arrive(), await newcomer.request_code()
    both = [world.outcome(Site.PORTAL, m.GiveCode(arrived.arrival, code)) for _ in "12"]
    answers = await asyncio.gather(*both)
    assert sorted(answer is Why.WRONG_SECRET for answer in answers) == [False, True]
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GiveCode(arrived.arrival, code))


async def test_a_code_ends_after_an_hour(world: World, newcomer: Person) -> None:
    code = await newcomer.request_code()
    world.clock.move(HOUR)
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GiveCode((await newcomer.arrive()).arrival, code))


async def test_a_code_of_another_account_is_none(world: World, newcomer: Person, stranger: Person) -> None:
    code = await stranger.request_code()
    assert code and code != await newcomer.request_code()
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GiveCode((await newcomer.arrive()).arrival, code))


async def test_five_wrong_codes_void_it_and_a_fresh_one_is_good(world: World, newcomer: Person) -> None:
    arrived, code = await newcomer.arrive(), await newcomer.request_code()
    texts = [await wrong_code(world, arrived) for _ in range(6)]
    assert [text for text, _ in texts] == ["door.wrong_code"] * 4 + ["door.code_void"] * 2
    assert [left for _, left in texts[:4]] == ["4", "3", "2", "1"]
    await world.refused(Why.LOCKED, Site.PORTAL, m.GiveCode(arrived.arrival, code))
    assert (await world.secret(newcomer)).lock.failures == 0, "the password has a budget of its own"
    other = await fresh_code(world, newcomer)
    assert other != code
    await give_code(world, await newcomer.arrive(), other)


async def wrong_code(world: World, arrived: m.Arrived) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        await give_code(world, arrived, "00000000")
    return caught.value.text, caught.value.values.get("left", "")


async def test_a_hundred_codes_at_once_are_five(world: World, newcomer: Person) -> None:
    arrived = await newcomer.arrive()
    code = await newcomer.request_code()
    wrong = [world.outcome(Site.PORTAL, m.GiveCode(arrived.arrival, f"{number:08}")) for number in range(100)]
    answers = await asyncio.gather(*wrong, world.outcome(Site.PORTAL, m.GiveCode(arrived.arrival, code)))
    assert answers.count(Why.WRONG_SECRET) == 4 and answers.count(Why.LOCKED) == 97
    assert (await world.factor(newcomer)).tries == 5


async def test_wrong_passwords_leave_the_codes_their_budget(world: World, newcomer: Person) -> None:
    proven = await give_code(world, await newcomer.arrive(), await newcomer.request_code())
    for _ in range(5):
        await world.outcome(Site.PORTAL, m.GivePassword(proven.arrival, "wrong"))
    assert (await world.factor(newcomer)).tries == 0
    await give_password(world, proven, newcomer.password)


async def test_a_factor_that_breaks_proves_nothing_and_costs_a_try(world: World, newcomer: Person) -> None:
    arrived, code = await newcomer.arrive(), await newcomer.request_code()
    world.mailed.broken = "it is broken"
    refused = await world.refused(Why.NOT_ALLOWED, Site.PORTAL, m.GiveCode(arrived.arrival, code))
    assert refused.text == "door.no_factor"
    world.mailed.broken = ""
    assert (await give_code(world, arrived, code)).step is Step.PASSWORD


# --- staff --------------------------------------------------------------------------------------------------------


async def test_staff_enrol_an_app_the_first_time_and_need_it_ever_after(world: World) -> None:
    clerk = await world.staff()
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    assert arrived.step is Step.ENROL and arrived.shown["secret"] and not arrived.token
    done = await give_code(world, arrived, await clerk.app_code(), Site.CONSOLE)
    assert done.step is Step.IN
    (entry,) = await world.journal(Kind.FACTOR_ENROLLED)
    assert (entry.actor, entry.thing) == (clerk.account, clerk.account)
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    assert (arrived.step, arrived.shown) == (Step.CODE, {})
    await give_code(world, arrived, await clerk.app_code(), Site.CONSOLE)
    assert len(await world.journal(Kind.FACTOR_ENROLLED)) == 1


async def test_an_enrolment_that_was_not_finished_begins_anew(world: World) -> None:
    clerk = await world.staff()
    first = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    old = await clerk.app_code()
    second = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    assert second.shown["secret"] != first.shown["secret"]
    await world.refused(Why.WRONG_SECRET, Site.CONSOLE, m.GiveCode(second.arrival, old))
    await give_code(world, second, await clerk.app_code(), Site.CONSOLE)


async def test_an_answer_of_the_app_is_good_once(world: World, clerk: Person) -> None:
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    code = await clerk.app_code()
    both = [world.outcome(Site.CONSOLE, m.GiveCode(arrived.arrival, code)) for _ in "12"]
    assert sorted(answer is Why.WRONG_SECRET for answer in await asyncio.gather(*both)) == [False, True]
    await world.refused(Why.WRONG_SECRET, Site.CONSOLE, m.GiveCode(arrived.arrival, code))


async def test_after_five_wrong_answers_an_app_rests_for_an_hour(world: World, clerk: Person) -> None:
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    answers = [await world.outcome(Site.CONSOLE, m.GiveCode(arrived.arrival, "0")) for _ in range(5)]
    assert answers == [Why.WRONG_SECRET] * 4 + [Why.LOCKED]
    message = m.GiveCode(arrived.arrival, await clerk.app_code())
    assert (await world.refused(Why.LOCKED, Site.CONSOLE, message)).text == "door.code_rests"
    world.clock.move(HOUR)
    await clerk.sign_in()


async def test_an_enrolment_anew_gives_no_fresh_tries(world: World) -> None:
    clerk = await world.staff()
    for _ in range(5):
        arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
        await world.outcome(Site.CONSOLE, m.GiveCode(arrived.arrival, "0"))
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    await world.refused(Why.LOCKED, Site.CONSOLE, m.GiveCode(arrived.arrival, await clerk.app_code()))


@pytest.mark.parametrize("broken", [True, False])
async def test_without_a_second_factor_staff_do_not_come_in(world: World, broken: bool) -> None:
    clerk = await world.staff()
    if broken:
        world.app.broken = "it is broken"
    else:
        world.plugins.given["factor"] = []
    message = m.ArriveStaff(clerk.login, clerk.password)
    assert (await world.refused(Why.NOT_ALLOWED, Site.CONSOLE, message)).text == "door.no_factor"
    assert "second factor otp_totp" in (await world.last()).reason


async def test_a_code_at_the_console_needs_the_password_before_it(world: World, clerk: Person) -> None:
    sealed = (await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))).arrival
    arrivals, now = Arrivals(PEPPER, world.random), world.clock.now()
    opened_one = arrivals.open(Site.CONSOLE, sealed, now)
    without = arrivals.seal(Site.CONSOLE, msgspec.structs.replace(opened_one, password_at=0))
    await world.refused(Why.NOT_SIGNED_IN, Site.CONSOLE, m.GiveCode(without, await clerk.app_code()))
    assert (await world.last()).reason == "no password was given"


async def test_where_the_fund_mails_codes_to_its_staff_one_is_sent_with_the_password(world: World) -> None:
    world.core.settings = replace(world.core.settings, door=Door(staff_factor="otp_email"))
    clerk = await world.staff()
    await world.refused(Why.WRONG_SECRET, Site.CONSOLE, m.ArriveStaff(clerk.login, "wrong"))
    assert await world.letters(clerk.account, LetterKind.ONE_TIME_CODE) == []
    arrived = await world.ask(Site.CONSOLE, m.ArriveStaff(clerk.login, clerk.password))
    assert arrived.step is Step.CODE
    (letter,) = await world.letters(clerk.account, LetterKind.ONE_TIME_CODE)
    assert (await give_code(world, arrived, letter.fields["code"], Site.CONSOLE)).step is Step.IN


async def test_an_office_user_with_an_app_gives_its_answer_where_the_fund_allows_it(
    world: World, newcomer: Person
) -> None:
    world.core.settings = replace(world.core.settings, door=Door(app_factor="otp_totp"))
    staff = await world.clerk()
    row = replace(await world.factor(staff, "otp_totp"), account=newcomer.account)
    await world.core.commit(lambda txn: factors.put(txn, row))
    arrived = await newcomer.arrive()
    assert await newcomer.request_code() == "", "no code is mailed to who has an app"
    proven = await give_code(world, arrived, await newcomer.app_code())
    assert proven.step is Step.PASSWORD
    assert (await world.account(newcomer)).mail_confirmed_at == 0, "an app tells nothing of the address"


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
