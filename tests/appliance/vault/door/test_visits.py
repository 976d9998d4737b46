# SPDX-License-Identifier: Apache-2.0
"""Signing in and out: names as people type them, policies, the end of a visit."""

import asyncio
from dataclasses import replace

import pytest

from appliance.contracts.policy import ABSTAIN, Decision, PolicyRequest, Verdict
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.time import MINUTE
from appliance.model.words import ALL_PERMISSIONS, PRESETS, Role, Site
from appliance.vault.housekeeping import sweep_visits
from tests.appliance.vault.providers import Judge
from tests.appliance.vault.world import Person, World


@pytest.mark.parametrize("hyphen", ["-", "‐", "−", "ー", "－", "–"])
async def test_a_contract_number_with_any_hyphen(world: World, user: Person, hyphen: str) -> None:
    typed = replace(user, contract=f" {user.contract.replace('-', hyphen)} ")
    assert (await world.ask(Site.PORTAL, typed.sign_in_message)).token


async def test_full_width_digits_and_letters_are_the_same(world: World, user: Person) -> None:
    wide = str.maketrans({chr(sign): chr(sign + 0xFEE0) for sign in range(0x30, 0x7B)})
    typed = replace(user, contract=user.contract.translate(wide), login=user.login.translate(wide))
    assert (await world.ask(Site.PORTAL, typed.sign_in_message)).token


async def test_capitals_are_other_letters(world: World, user: Person) -> None:
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, replace(user, login=user.login.upper()).sign_in_message)


async def test_the_visitor_is_shown_who_it_is(world: World, user: Person, clerk: Person) -> None:
    shown = (await world.answer(Site.PORTAL, m.OpenMenu(), token=user.token)).visitor
    assert shown is not None
    assert (shown.name, shown.office_name, shown.role) == ("利用者Yamada01", "事業所1", Role.OFFICE_ADMIN)
    assert shown.permissions == ALL_PERMISSIONS
    assert shown.ends_at == world.clock.now() + 90 * MINUTE
    at_console = (await world.answer(Site.CONSOLE, m.OpenMenu(), token=clerk.token)).visitor
    assert at_console is not None
    assert (at_console.office_name, at_console.ends_at) == ("", world.clock.now() + 480 * MINUTE)


async def test_every_visit_has_a_token_of_its_own(user: Person) -> None:
    first = user.token
    await user.sign_in()
    assert user.token != first


async def test_staff_cannot_come_in_at_the_portal(world: World, clerk: Person) -> None:
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, replace(clerk, site=Site.PORTAL).sign_in_message)


async def test_users_cannot_come_in_at_the_console(world: World, user: Person) -> None:
    await world.refused(Why.WRONG_SECRET, Site.CONSOLE, replace(user, site=Site.CONSOLE).sign_in_message)


async def test_signing_in_is_journaled_under_the_account(world: World, office: str, user: Person) -> None:
    (entry,) = await world.journal(Kind.SIGN_IN)
    assert (entry.actor, entry.office, entry.site, entry.result) == (user.account, office, "portal", Result.DONE)


# --- policies -----------------------------------------------------------------------------------------------------


async def test_the_policies_are_asked_who_it_is_after_the_password(world: World, office: str, user: Person) -> None:
    (asked,) = world.rights.asked
    assert asked == PolicyRequest(
        action="sign_in",
        site=Site.PORTAL,
        account=user.account,
        role=Role.OFFICE_ADMIN,
        permissions=PRESETS[Role.OFFICE_ADMIN],
        account_office=office,
        thing_office="",
        now=world.clock.now(),
        opening=world.core.calendar.opening(world.clock.now()),
    )
    await world.refused(Why.WRONG_SECRET, Site.PORTAL, user.typing("wrong"))
    assert len(world.rights.asked) == 1


async def test_a_denial_begins_no_visit_and_is_kept_under_the_account(world: World, user: Person) -> None:
    world.rights.denied.add("sign_in")
    before = await world.rows()
    refused = await world.refused(Why.NOT_ALLOWED, Site.PORTAL, user.sign_in_message)
    assert "says no" not in str(refused) and refused.values == {}
    assert set(await world.rows()) == set(before)
    (entry,) = [each for each in await world.journal(Kind.SIGN_IN) if each.actor and each.result is Result.REFUSED]
    assert (entry.actor, entry.office, entry.reason) == (user.account, user.office, "the test says no")
    assert (await world.secret(user)).lock.failures == 0


async def test_the_earliest_end_of_a_verdict_ends_the_visit(world: World, user: Person) -> None:
    closing = world.clock.now() + 30 * MINUTE

    async def until_closing(request: PolicyRequest) -> Verdict:
        return Verdict(Decision.ABSTAIN, "", closing)

    world.plugins.add("policy", Judge(until_closing))
    world.rights.until = world.clock.now() + 60 * MINUTE
    assert (await world.ask(Site.PORTAL, user.sign_in_message)).ends_at == closing


async def test_an_end_behind_the_usual_one_lengthens_nothing(world: World, user: Person) -> None:
    world.rights.until = world.clock.now() + 10_000 * MINUTE
    assert (await world.ask(Site.PORTAL, user.sign_in_message)).ends_at == world.clock.now() + 90 * MINUTE


async def test_an_end_long_ago_begins_nothing_that_goes_on(world: World, user: Person) -> None:
    world.rights.until = 0
    signed_in = await world.ask(Site.PORTAL, user.sign_in_message)
    await world.refused(Why.NOT_SIGNED_IN, Site.PORTAL, m.OpenMenu(), token=signed_in.token)


async def test_where_no_policy_speaks_nobody_comes_in(world: World, user: Person) -> None:
    async def silent(request: PolicyRequest) -> Verdict:
        return ABSTAIN

    world.plugins.given["policy"] = []
    await world.refused(Why.NOT_ALLOWED, Site.PORTAL, user.sign_in_message)
    world.plugins.add("policy", Judge(silent))
    await world.refused(Why.NOT_ALLOWED, Site.PORTAL, user.sign_in_message)


# --- the end ------------------------------------------------------------------------------------------------------


async def test_signing_out_removes_all_that_hangs_on_the_visit(world: World, office: str, clerk: Person) -> None:
    user = await world.user(office)
    notice = await clerk.deliver(office, command="c" * 16)
    before = set(await world.rows())
    await user.sign_in()
    head, got = await user.download(notice)
    await user.ask(m.SignOut())
    await sweep_visits(world.core)
    (cut,) = await world.journal(Kind.NOTICE_DOWNLOAD_CUT)
    assert (cut.thing, cut.office, cut.reason) == (notice, office, "the visit ended first")
    assert set(await world.rows()) == before
    await user.refused(Why.NOT_SIGNED_IN, m.DownloadFinished(head.download, len(got)))


async def test_signing_out_is_journaled(world: World, user: Person) -> None:
    await user.ask(m.SignOut())
    last = await world.last()
    assert (last.kind, last.actor, last.office) == (Kind.SIGN_OUT, user.account, user.office)


async def test_signing_out_twice_at_once_is_done_once(world: World, user: Person) -> None:
    both = [world.outcome(Site.PORTAL, m.SignOut(), token=user.token) for _ in "12"]
    assert set(await asyncio.gather(*both)) == {m.SignedOut(), Why.NOT_SIGNED_IN}
    done = [entry for entry in await world.journal(Kind.SIGN_OUT) if entry.result is Result.DONE]
    assert len(done) == 1


async def test_one_visit_ends_without_the_others(user: Person, stranger: Person) -> None:
    await user.ask(m.SignOut())
    await stranger.ask(m.OpenMenu())
