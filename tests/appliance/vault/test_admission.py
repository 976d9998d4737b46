# SPDX-License-Identifier: Apache-2.0
"""Whose message is it: tokens, form tokens, and visits before the registration."""

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.time import MINUTE
from appliance.model.words import AccountState, Site
from appliance.vault.admission import token_hash
from appliance.vault.caller import form_token
from tests.appliance.vault.world import PEPPER, Person, World

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


async def test_a_removed_account_is_nobody(world: World, user: Person, stranger: Person) -> None:
    await world.remove_account(user)
    await world.set_state(stranger, AccountState.REMOVED)
    for person in (user, stranger):
        for message in (m.OpenMenu(), m.ReadOwn()):
            await person.refused(Why.NOT_SIGNED_IN, message)
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


# --- accounts that are not ready ----------------------------------------------------------------------------------


READY_ONLY = [row for row in m.MESSAGES if row.visit and not row.unready and Site.PORTAL in row.sites]


@pytest.mark.parametrize("row", READY_ONLY, ids=lambda row: row.name)
async def test_before_the_registration_nothing_is_done(world: World, user: Person, row: m.Message) -> None:
    await world.set_state(user, AccountState.FIRST)
    before = await world.rows()
    refused = await user.refused(Why.NOT_ALLOWED, object.__new__(row.shape))
    assert refused.text == "door.unready"
    assert await world.rows() == before
    last = await world.last()
    assert (last.kind, last.result, last.actor, last.reason) == (
        row.journal,
        Result.REFUSED,
        user.account,
        "not registered yet",
    )


async def test_who_waits_for_the_registration_can_go(world: World, user: Person) -> None:
    await world.set_state(user, AccountState.FIRST)
    await user.ask(m.SignOut())


async def test_who_is_suspended_has_no_visit(world: World, user: Person) -> None:
    await world.set_state(user, AccountState.SUSPENDED)
    await user.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    assert (await world.last()).reason == "account is suspended"
    await world.set_state(user, AccountState.ACTIVE)
    await user.ask(m.OpenMenu())
