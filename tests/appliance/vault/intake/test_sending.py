# SPDX-License-Identifier: Apache-2.0
"""What strangers type into the public site: taken where it is offered, within limits, with one answer for all."""

import asyncio

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.intake import IntakeSource
from appliance.model.journal import Kind
from appliance.model.registration import Field
from appliance.model.words import Site
from appliance.vault.intake import sending
from tests.appliance.vault.intake.forms import confirm, listed, read, took, typed, with_web_form
from tests.appliance.vault.world import Person, World


async def send(world: World, **changed: str) -> m.Nothing:
    """Somebody sends a form; what they are answered."""
    answered: m.Nothing = await world.ask(Site.PUBLIC, m.SendRegistration(typed(**changed)))
    return answered


async def test_it_is_not_taken_unless_the_fund_offers_it(world: World, clerk: Person) -> None:
    refused = await world.refused(Why.NOT_FOUND, Site.PUBLIC, m.SendRegistration(typed()))
    assert refused.text == "registration.not_offered"
    assert await listed(clerk) == []


async def test_it_waits_for_the_staff_with_the_day_of_its_sending(world: World, clerk: Person) -> None:
    await with_web_form(world)
    await send(world, entered_on="1999/1/1")
    (row,) = await listed(clerk)
    found = await read(clerk, row.id)
    assert (row.source, found.problems, row.file_name) == (IntakeSource.WEB, (), "")
    assert {cell.name: cell.read for cell in found.cells}["entered_on"] == "2026-06-09"
    (entry,) = await world.journal(Kind.REGISTRATION_SENT)
    assert (entry.actor, entry.thing, entry.site) == ("", row.id, "public")
    assert [one.text for one in await confirm(clerk, row.id)] == [""]


async def test_the_answer_is_one_whatever_there_is(world: World, clerk: Person) -> None:
    await with_web_form(world)
    await confirm(clerk, await took(clerk))
    answers = [await send(world), await send(world), await send(world, office_number="77")]
    assert answers == [m.Nothing()] * 3
    assert len(await listed(clerk)) == 2, "the same twice is one"


@pytest.mark.parametrize("changed", [{"mail": "taro"}, {"seats": "4"}, {"office_name": ""}, {"mail": "x" * 301}])
async def test_what_is_wrong_is_not_kept(world: World, clerk: Person, changed: dict[str, str]) -> None:
    await with_web_form(world)
    await world.refused(Why.INVALID, Site.PUBLIC, m.SendRegistration(typed(**changed)))
    assert await listed(clerk) == []


async def test_fields_that_are_missing_are_empty(world: World) -> None:
    await with_web_form(world)
    await world.refused(Why.INVALID, Site.PUBLIC, m.SendRegistration({Field.MAIL: "taro@example.jp"}))


async def test_a_source_has_its_limits(world: World) -> None:
    await with_web_form(world)
    for number in range(1, 31):
        await send(world, office_number=str(number))
    refused = await world.refused(Why.CONFLICT, Site.PUBLIC, m.SendRegistration(typed(office_number="31")))
    assert refused.text == "registration.too_often"
    await world.ask(Site.PUBLIC, m.SendRegistration(typed(office_number="31")), source="198.51.100.7")


async def test_all_together_they_have_theirs(world: World, clerk: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    await with_web_form(world)
    monkeypatch.setattr(sending, "MOST_WAITING", 2)
    for number in ("1", "2"):
        await send(world, office_number=number)
    await world.refused(Why.CONFLICT, Site.PUBLIC, m.SendRegistration(typed(office_number="3")))
    await confirm(clerk, (await listed(clerk))[0].id)
    await send(world, office_number="3")


async def test_many_at_once_are_not_more(world: World, clerk: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted where it is written: what all of them saw before says nothing."""
    await with_web_form(world)
    monkeypatch.setattr(sending, "MOST_WAITING", 2)
    asked = (world.ask(Site.PUBLIC, m.SendRegistration(typed(office_number=str(one)))) for one in range(1, 7))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert len(await listed(clerk)) == 2
    assert sum(isinstance(one, Refused) for one in answers) == 4


@pytest.mark.parametrize("site", [Site.PORTAL, Site.CONSOLE, Site.ADMIN])
async def test_no_other_site_sends_it(world: World, site: Site) -> None:
    assert site not in m.BY_SHAPE[m.SendRegistration].sites
