# SPDX-License-Identifier: Apache-2.0
"""The hours at the vault: who is kept out, what people are told, and when a visit must end (T17, T18)."""

import datetime as dt

import pytest
from renkei_policy_hours import PolicyHours

from appliance.contracts.plugin import NoSettings
from appliance.contracts.policy import Decision, PolicyRequest, Verdict
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.calendar import Reason
from appliance.model.journal import Kind, Result
from appliance.model.time import JST, MINUTE, Instant, instant
from appliance.model.words import Site
from appliance.testing.services import fake_services
from tests.appliance.vault.providers import Judge
from tests.appliance.vault.world import Person, World


def at(text: str) -> Instant:
    """An instant in Japan."""
    return instant(dt.datetime.fromisoformat(text).replace(tzinfo=JST))


def move(world: World, text: str) -> None:
    """It is that time."""
    world.clock.move(at(text) - world.clock.now())


@pytest.fixture
def hours(world: World) -> World:
    """A vault with the policy of hours; it is Tuesday 2026-06-09 10:00."""
    world.plugins.add("policy", PolicyHours(NoSettings(), fake_services()), "policy_hours")
    return world


async def asked(world: World) -> m.HoursNow:
    """What a sign-in page is told."""
    reply = await world.ask(Site.PORTAL, m.AskHours())
    assert isinstance(reply, m.HoursNow)
    return reply


@pytest.mark.parametrize(
    ("now", "reason", "next_open"),
    [
        ("2026-06-09T19:59:59", Reason.OPEN, "2026-06-10T08:00"),
        ("2026-06-09T20:00", Reason.AFTER_HOURS, "2026-06-10T08:00"),
        ("2026-06-13T10:00", Reason.WEEKEND, "2026-06-15T08:00"),
        ("2026-09-22T10:00", Reason.HOLIDAY, "2026-09-24T08:00"),
        ("2026-12-31T10:00", Reason.YEAR_END, "2027-01-04T08:00"),
    ],
)
async def test_anybody_is_told_the_hours(hours: World, now: str, reason: Reason, next_open: str) -> None:
    move(hours, now)
    assert await asked(hours) == m.HoursNow(reason, at(next_open))


async def test_asking_for_the_hours_leaves_no_entry(hours: World) -> None:
    before = len(await hours.journal())
    for _ in range(3):
        await asked(hours)
    assert len(await hours.journal()) == before


async def test_without_a_policy_of_hours_it_is_never_closed(world: World) -> None:
    move(world, "2026-12-31T03:00")
    assert (await asked(world)).reason is Reason.OPEN


async def test_a_policy_that_denies_for_another_reason_is_not_the_hours(world: World) -> None:
    async def never(request: PolicyRequest) -> Verdict:
        return Verdict(Decision.DENY, "not today")

    world.plugins.add("policy", Judge(never))
    move(world, "2026-12-31T03:00")
    assert (await asked(world)).reason is Reason.OPEN


async def test_nobody_asks_for_the_hours_elsewhere() -> None:
    assert m.BY_SHAPE[m.AskHours].sites == {Site.PORTAL}


async def test_who_comes_while_it_is_closed_is_told_when_it_opens(hours: World, user: Person) -> None:
    move(hours, "2026-12-31T10:00")
    refused = await hours.refused(Why.NOT_ALLOWED, Site.PORTAL, user.sign_in_message)
    assert (refused.text, refused.values) == ("closed.year_end", {"opens_at": str(at("2027-01-04T08:00"))})
    entries = [entry for entry in await hours.journal(Kind.SIGN_IN) if entry.result is Result.REFUSED]
    assert [entry.reason for entry in entries if entry.actor == user.account] == ["the service is closed: year_end"]


async def test_a_wrong_password_is_told_nothing_of_the_hours(hours: World, user: Person) -> None:
    move(hours, "2026-12-31T10:00")
    await hours.refused(Why.WRONG_SECRET, Site.PORTAL, user.typing("wrong"))


async def test_a_visit_of_the_evening_ends_with_the_grace(hours: World, user: Person) -> None:
    move(hours, "2026-06-09T19:00")
    begun = await hours.ask(Site.PORTAL, user.sign_in_message)
    assert begun.ends_at == at("2026-06-09T20:10")
    move(hours, "2026-06-09T20:09:59")
    await user.ask(m.OpenMenu(), token=begun.token)
    await hours.refused(Why.NOT_ALLOWED, Site.PORTAL, user.sign_in_message)
    move(hours, "2026-06-09T20:10")
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu(), token=begun.token)


async def test_a_visit_of_the_afternoon_has_its_ninety_minutes(hours: World, user: Person) -> None:
    move(hours, "2026-06-09T18:00")
    assert (await hours.ask(Site.PORTAL, user.sign_in_message)).ends_at == at("2026-06-09T18:00") + 90 * MINUTE


async def test_acts_are_denied_where_a_visit_outlives_the_day(world: World, user: Person) -> None:
    """As after a start with the policy that was not there before."""
    move(world, "2026-06-09T19:30")
    begun = await world.ask(Site.PORTAL, user.sign_in_message)
    world.plugins.add("policy", PolicyHours(NoSettings(), fake_services()), "policy_hours")
    move(world, "2026-06-09T20:10")
    refused = await user.refused(Why.NOT_ALLOWED, m.OpenMenu(), token=begun.token)
    assert refused.text == "closed.after_hours"
    await user.ask(m.SignOut(), token=begun.token)


async def test_the_fund_works_at_night(hours: World, clerk: Person) -> None:
    move(hours, "2026-12-31T23:00")
    await clerk.sign_in()
    await clerk.ask(m.OpenMenu())
