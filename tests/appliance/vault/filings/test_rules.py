# SPDX-License-Identifier: Apache-2.0
"""The office's own rules for approving: its admin reads and changes them."""

import dataclasses

import pytest

from appliance.config.office_settings import Exchange
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from tests.appliance.vault.world import Person, World


@pytest.mark.parametrize("four_eyes", [True, False])
@pytest.mark.parametrize("deliver_on_approve", [True, False])
async def test_the_admin_changes_them(
    world: World, sender: Person, stranger: Person, four_eyes: bool, deliver_on_approve: bool
) -> None:
    await sender.ask(m.ChangeOfficeRules(four_eyes, deliver_on_approve, ""))
    entry = await world.last()
    assert (entry.kind, entry.office, entry.thing) == (Kind.OFFICE_RULES_CHANGED, sender.office, sender.office)
    words = {True: "on", False: "off"}
    assert entry.reason == f"four_eyes {words[four_eyes]}, deliver_on_approve {words[deliver_on_approve]}"
    assert await sender.ask(m.ReadOfficeRules()) == m.OfficeRules(four_eyes, deliver_on_approve)
    assert await stranger.ask(m.ReadOfficeRules()) == m.OfficeRules(False, False)


async def test_nobody_but_the_admin(world: World, sender: Person, colleague: Person, consultant: Person) -> None:
    for person in (colleague, consultant):
        for message in (m.ReadOfficeRules(), m.ChangeOfficeRules(True, True, "")):
            assert (await person.refused(Why.NOT_ALLOWED, message)).text == "user.admin_only"
            entry = await world.last()
            assert (entry.result, entry.reason) == (Result.REFUSED, "only the admin of an office may")
    assert await sender.ask(m.ReadOfficeRules()) == m.OfficeRules(False, False)


async def test_the_fund_has_no_say(clerk: Person) -> None:
    for message in (m.ReadOfficeRules(), m.ChangeOfficeRules(True, True, "")):
        await clerk.refused(Why.NOT_ALLOWED, message)


async def test_a_command_that_comes_twice_is_done_once(world: World, sender: Person) -> None:
    message = m.ChangeOfficeRules(True, False, "c" * 16)
    await sender.ask(message)
    await sender.ask(m.ChangeOfficeRules(False, False, ""))
    await sender.ask(message)
    assert await sender.ask(m.ReadOfficeRules()) == m.OfficeRules(False, False)


async def test_where_no_filings_are_taken_there_is_nothing_to_rule(world: World, sender: Person) -> None:
    world.core.settings = dataclasses.replace(world.settings, exchange=Exchange(filings_enabled=False))
    for message in (m.ReadOfficeRules(), m.ChangeOfficeRules(True, True, "")):
        assert (await sender.refused(Why.NOT_ALLOWED, message)).text == "filing.disabled"
