# SPDX-License-Identifier: Apache-2.0
"""Asking for a code: who gets a letter, how often, and that nobody can tell from outside."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind, Result
from appliance.model.time import DAY, HOUR, MINUTE
from appliance.model.words import AccountState, Site, Step
from appliance.vault.door.codes import keep, prepare
from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import outbox
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.world import Person, World


def asking(person: Person) -> m.RequestCode:
    return m.RequestCode(person.contract, person.login)


async def letters(world: World, person: Person) -> int:
    return len(await world.letters(person.account, LetterKind.ONE_TIME_CODE))


async def sent(world: World) -> None:
    """All letters are out."""

    def take(txn: Transaction) -> None:
        for one in outbox.scan(txn, "late"):
            outbox.delete(txn, one.kind, one.about, one.account)

    await world.core.commit(take)


async def test_a_code_goes_to_the_own_address_of_who_asks(world: World, user: Person) -> None:
    await world.ask(Site.PUBLIC, asking(user))
    (letter,) = await world.letters(user.account, LetterKind.ONE_TIME_CODE)
    assert (letter.to, letter.not_after, letter.urgent) == ("", world.clock.now() + HOUR, True)
    assert len(letter.fields["code"]) == 8
    (entry,) = await world.journal(Kind.CODE_REQUESTED)
    assert (entry.actor, entry.office, entry.site, entry.result) == (
        user.account,
        user.office,
        "public",
        Result.DONE,
    )


async def test_a_second_request_repeats_the_code_with_its_end(world: World, user: Person) -> None:
    first = await user.request_code()
    ends_at = (await world.factor(user)).code_ends_at
    await sent(world)
    world.clock.move(MINUTE)
    assert await user.request_code() == first
    (letter,) = await world.letters(user.account, LetterKind.ONE_TIME_CODE)
    assert letter.not_after == ends_at


async def test_a_re_send_gives_no_fresh_tries(world: World, user: Person) -> None:
    world.clock.move(90 * DAY)
    arrived = await user.arrive()
    await user.request_code()
    for _ in range(3):
        await world.outcome(Site.PORTAL, m.GiveCode(arrived.arrival, "0"))
    world.clock.move(MINUTE)
    await user.request_code()
    answers = [await world.outcome(Site.PORTAL, m.GiveCode(arrived.arrival, "0")) for _ in range(2)]
    assert answers == [Why.WRONG_SECRET, Why.LOCKED]


async def test_a_minute_later_and_no_sooner_there_is_another_letter(world: World, user: Person) -> None:
    for gap, count in ((0, 1), (MINUTE - 1, 0), (1, 1)):
        world.clock.move(gap)
        await sent(world)
        await world.ask(Site.PUBLIC, asking(user))
        assert await letters(world, user) == count


async def test_five_an_hour_whoever_asks_and_from_wherever(world: World, user: Person) -> None:
    got = 0
    for number in range(10):
        world.clock.move(MINUTE)
        await sent(world)
        await world.ask(Site.PUBLIC, asking(user), source=f"192.0.2.{number}")
        got += await letters(world, user)
    assert got == 5


async def test_of_many_at_once_one_letter_is_written(world: World, user: Person) -> None:
    answers = await asyncio.gather(*(world.outcome(Site.PUBLIC, asking(user)) for _ in range(20)))
    assert set(answers) == {m.Nothing()}
    assert await letters(world, user) == 1
    assert len(await world.journal(Kind.CODE_REQUESTED)) == 1


async def test_one_source_asks_thirty_times_a_minute(world: World, office: str) -> None:
    people = [await world.user(office, f"Yamada{number:02}") for number in range(32)]
    for person in people:
        await world.ask(Site.PUBLIC, asking(person))
    assert [await letters(world, person) for person in people] == [1] * 30 + [0] * 2
    await world.ask(Site.PUBLIC, asking(people[31]), source="192.0.2.99")
    assert await letters(world, people[31]) == 1


@pytest.mark.parametrize("why", ["blocked", "suspended", "nobody", "no office"])
async def test_who_could_not_use_a_code_gets_none(world: World, office: str, user: Person, why: str) -> None:
    person = user
    if why == "blocked":
        person = await world.locked(office, locks=3)
    elif why == "suspended":
        await world.set_state(user, AccountState.SUSPENDED)
    elif why == "nobody":
        person = await world.nobody(user)
    else:
        person = replace(user, contract="123456-0000999")
    assert await world.ask(Site.PUBLIC, asking(person)) == m.Nothing()
    assert await letters(world, person) == 0
    assert await world.journal(Kind.CODE_REQUESTED) == []
    world.clock.move(MINUTE)
    await world.core.refusals.flush()
    (entry,) = await world.journal(Kind.CODE_REQUESTED)
    assert (entry.actor, entry.office, entry.reason, entry.result) == ("", "", "no code was sent", Result.REFUSED)


async def test_who_is_locked_gets_one_for_afterwards(world: World, office: str) -> None:
    person = await world.locked(office)
    assert await person.request_code()


# --- nobody can tell ----------------------------------------------------------------------------------------------


class Watched:
    """What somebody outside could measure: durable steps, and how often a factor was asked."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world, self.asked = world, list[str]()
        for name in ("begin", "verify"):
            monkeypatch.setattr(world.mailed, name, self.counted(name, getattr(world.mailed, name)))

    def counted(self, name: str, method: Any) -> Any:
        async def call(request: object) -> Any:
            self.asked.append(name)
            return await method(request)

        return call

    async def cost(self, site: Site, message: object) -> tuple[Any, int, list[str]]:
        """The answer, the commits and the calls."""
        before, self.asked = self.world.store.commits, []
        try:
            answer: Any = await self.world.ask(site, message)
        except Refused as refused:
            answer = (refused.why, refused.text, refused.values)
        return answer, self.world.store.commits - before, self.asked


async def test_asking_costs_and_answers_the_same_whoever_it_is(
    world: World, office: str, user: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(world, monkeypatch)
    blocked, nobody = await world.locked(office, locks=3), await world.nobody(user)
    elsewhere = replace(user, contract="123456-0000999")
    await world.core.refusals.flush()
    people = (user, user, nobody, elsewhere, blocked)
    costs = [await watched.cost(Site.PUBLIC, asking(person)) for person in people]
    assert costs == [(m.Nothing(), 1, ["begin"])] * len(people)


async def test_wrong_codes_cost_and_answer_the_same_whoever_it_is(
    world: World, office: str, user: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.clock.move(90 * DAY)
    watched = Watched(world, monkeypatch)
    silent, nobody = await world.user(office, "Silent001"), await world.nobody(user, Step.CODE)
    await user.request_code()
    other = await world.user(office, "Other0001")
    await world.outcome(Site.PORTAL, m.GiveCode((await other.arrive()).arrival, "0"))  # the first makes the decoy
    series = []
    for person in (user, silent, nobody):
        arrival = (await person.arrive()).arrival
        world.clock.move(MINUTE)
        await world.core.refusals.flush()
        await world.outcome(Site.PORTAL, m.GiveCode("", "0"))  # the first refusal of a minute is written at once
        costs = [await watched.cost(Site.PORTAL, m.GiveCode(arrival, "0")) for _ in range(5)]
        world.clock.move(MINUTE)
        await world.ask(Site.PUBLIC, asking(person))
        costs += [await watched.cost(Site.PORTAL, m.GiveCode(arrival, "0"))]
        series.append(costs)
    assert series[0] == series[1] == series[2]
    texts = [answer[1] for answer, _, _ in series[0]]
    assert texts == ["door.wrong_code"] * 4 + ["door.code_void", "door.wrong_code"]
    assert [answer[2].get("left") for answer, _, _ in series[0]] == ["4", "3", "2", "1", None, "4"]


async def test_a_public_site_that_is_cut_off_voids_what_was_asked_through_it(world: World, user: Person) -> None:
    world.clock.move(90 * DAY)
    code = await user.request_code()
    await sent(world)
    await world.admin(m.CutLink(Site.PUBLIC))
    arrived = await user.arrive()
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, m.GiveCode(arrived.arrival, code))
    world.clock.move(MINUTE)
    fresh = await user.request_code()
    assert fresh != code
    assert (await world.ask(Site.PORTAL, m.GiveCode(arrived.arrival, fresh))).step is Step.PASSWORD


# --- for other rooms ----------------------------------------------------------------------------------------------


async def test_each_purpose_has_a_code_of_its_own(world: World, user: Person) -> None:
    sign_in = await user.request_code()
    account = await world.account(user)
    now = world.clock.now()
    prepared = await prepare(world.core, account, "new_mail", now)
    kind, to = LetterKind.MAIL_CHANGE_CONFIRM, "new@example.jp"
    assert await world.core.commit(lambda txn: keep(txn, prepared, kind, now, to))
    (letter,) = await world.letters(user.account, kind)
    assert letter.to == to and letter.fields["code"] != sign_in
    assert not await world.core.commit(lambda txn: keep(txn, prepared, kind, now, to)), "the row has moved"
    assert "code" not in repr(prepared) or prepared.code not in repr(prepared)
