# SPDX-License-Identifier: Apache-2.0
"""What the administrator does: offices, accounts, the link cut, the demo's clock, the journal out and proven."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance import __version__
from appliance.contracts.records import MAX_WRITES
from appliance.host.system import DemoClock
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.time import HOUR
from appliance.model.words import ALL_PERMISSIONS, PRESETS, Permission, Role, Site
from appliance.testing.clock import FakeClock
from appliance.vault.journal import rows
from appliance.vault.notices import MAX_OPEN
from appliance.vault.passwords import READABLE
from appliance.vault.tables import accounts, offices, visits
from appliance.vault.visits import VISITS_AT_ONCE
from tests.appliance.vault.world import Person, World, opened


async def refused(world: World, why: Why, message: object) -> str:
    return (await world.refused(why, Site.ADMIN, message)).text


def office(number: int = 1, contract: str = "123456-0000001", name: str = "事業所") -> m.AddOffice:
    return m.AddOffice(number, contract, name)


def account(contract: str = "", login: str = "clerk", role: Role = Role.FUND_CLERK) -> m.AddAccount:
    return m.AddAccount(contract, login, "名前", "a@example.jp", role)


# --- offices ------------------------------------------------------------------------------------------------------


async def test_an_office_is_added_with_a_key_of_its_own(world: World) -> None:
    id = (await world.admin(office(contract=" １２３４５６−０００００01 "))).office
    row = await world.core.read(lambda snapshot: offices.get(snapshot, id))
    assert row is not None
    assert (row.number, row.contract_number, row.created_at) == (1, "123456-0000001", world.clock.now())


async def test_the_same_office_again_changes_nothing(world: World) -> None:
    first = await world.admin(office())
    before = (await world.rows(), len(await world.journal()))
    assert await world.admin(office(contract=" 123456‐0000001 ", name="another name")) == first
    assert (await world.rows(), len(await world.journal())) == before


@pytest.mark.parametrize("message", [office(2), office(1, "123456-0000002"), office(3, "123456-0000003")])
async def test_a_number_is_taken_once(world: World, message: m.AddOffice) -> None:
    await world.admin(office(1))
    await world.admin(office(3, "123456-0000004"))
    before = await world.rows()
    assert await refused(world, Why.CONFLICT, message) == "office.taken"
    assert await world.rows() == before
    last = await world.last()
    assert (last.kind, last.result, last.actor) == (Kind.OFFICE_ADDED, Result.REFUSED, "admin")


async def test_the_same_office_twice_at_once(world: World) -> None:
    replies = await asyncio.gather(*(world.admin(office()) for _ in range(5)))
    assert len(set(replies)) == 1
    assert len(await world.journal(Kind.OFFICE_ADDED)) == 1


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (office(0), "office.number"),
        (office(1_000_000), "office.number"),
        (office(-1), "office.number"),
        (office(contract=""), "office.number"),
        (office(contract="12345-0000001"), "office.number"),
        (office(contract="123456-000000001"), "office.number"),
        (office(contract="123456_0000001"), "office.number"),
        (office(contract="123456-0000001\n1"), "office.number"),
        (office(name=""), "office.name"),
        (office(name="x" * 101), "office.name"),
    ],
)
async def test_an_office_that_cannot_be(world: World, message: m.AddOffice, text: str) -> None:
    before = await world.rows()
    assert await refused(world, Why.INVALID, message) == text
    assert await world.rows() == before


# --- accounts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
async def test_an_account_has_the_permissions_of_its_role(world: World, role: Role) -> None:
    await world.admin(office())
    contract = "" if role.of_fund else "123456-0000001"
    added = await world.admin(account(contract, "Yamada01", role))
    row = await world.core.read(lambda snapshot: accounts.get(snapshot, added.account))
    assert row is not None
    assert (row.role, row.permissions, bool(row.office)) == (role, PRESETS.get(role, frozenset()), not role.of_fund)
    assert Permission.APPROVE not in PRESETS[Role.SHAROSHI] and PRESETS[Role.OFFICE_ADMIN] == ALL_PERMISSIONS


async def test_a_first_password_can_be_copied_from_paper_and_is_kept_nowhere(world: World, user: Person) -> None:
    assert len(user.password) == 12 and set(user.password) <= set(READABLE)
    kept = await world.store.read(lambda view: view.scan(b"", b"\xff", limit=1000))
    assert user.password.encode() not in b"".join(key + value for key, value in kept)
    assert user.password not in repr(await world.admin(account(login="other")))


@pytest.mark.parametrize(
    "message",
    [
        account(login=""),
        account(login="a b"),
        account(login="-x-"),
        account(login="x" * 33),
        account(login="clerk\n1"),
        account("123456-0000001", "short", Role.OFFICE_ADMIN),
        account("123456-0000001", "with.dots1", Role.OFFICE_ADMIN),
    ],
)
async def test_a_login_that_cannot_be(world: World, message: m.AddAccount) -> None:
    await world.admin(office())
    before = await world.rows()
    assert await refused(world, Why.INVALID, message) == "account.login"
    assert await world.rows() == before


@pytest.mark.parametrize(
    "message",
    [account("123456-0000001", "Yamada01", Role.FUND_CLERK), account("", "Yamada01", Role.OFFICE_ADMIN)],
)
async def test_a_role_of_the_other_side(world: World, message: m.AddAccount) -> None:
    await world.admin(office())
    before = await world.rows()
    assert await refused(world, Why.INVALID, message) == "account.role"
    assert await world.rows() == before


@pytest.mark.parametrize(
    "mail",
    [
        "",
        "user",
        "@example.jp",
        "user@",
        "a@b@example.jp",
        "a b@example.jp",
        "a@example.jp\nBcc: x@example.jp",
        "a" * 65 + "@example.jp",
    ],
)
async def test_a_mail_address_that_cannot_be(world: World, mail: str) -> None:
    before = await world.rows()
    assert await refused(world, Why.INVALID, replace(account(login="clerk"), mail=mail)) == "account.mail"
    assert await world.rows() == before


async def test_an_account_of_an_office_that_there_is_not(world: World) -> None:
    message = account("123456-0000009", "Yamada01", Role.OFFICE_ADMIN)
    assert await refused(world, Why.NOT_FOUND, message) == "office.unknown"


async def test_a_name_is_taken_once_in_an_office(world: World, user: Person) -> None:
    again = account(user.contract, " Ｙamada01 ", Role.OFFICE_ADMIN)
    assert await refused(world, Why.CONFLICT, again) == "account.taken"
    await world.admin(account(user.contract, "yamada01", Role.OFFICE_ADMIN))
    await world.user(await world.office(2), "Yamada01")


async def test_a_name_is_taken_once_even_at_once(world: World) -> None:
    answers = await asyncio.gather(*(world.outcome(Site.ADMIN, account()) for _ in range(3)))
    assert answers.count(Why.CONFLICT) == 2


# --- the link -----------------------------------------------------------------------------------------------------


async def test_a_cut_link_ends_all_visits_of_its_site(world: World, user: Person, clerk: Person) -> None:
    again = await (await world.user(user.office, "Tanaka03")).sign_in()
    assert await world.admin(m.CutLink(Site.PORTAL)) == m.LinkCut(2)
    for person in (user, again):
        await person.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
    await clerk.ask(m.OpenMenu())
    (entry,) = await world.journal(Kind.LINK_CUT)
    assert (entry.thing, entry.reason, entry.actor) == ("portal", "2 visits ended", "admin")
    assert await world.admin(m.CutLink(Site.PORTAL)) == m.LinkCut(0)


async def test_any_number_of_visits_with_all_that_hangs_on_them_can_be_cut(
    world: World, clerk: Person, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = await clerk.deliver(office)
    monkeypatch.setattr("appliance.vault.notices.MAX_OPEN", 3)
    count = VISITS_AT_ONCE + 3
    for number in range(count):
        user = await world.visitor(office, f"Yamada{number:02}")
    for _ in range(5):
        await user.download(notice, stop_after=0)
    assert await world.admin(m.CutLink(Site.PORTAL)) == m.LinkCut(count)
    left = await world.core.read(lambda snapshot: visits.scan(snapshot, "site"))
    assert [visit.site for visit in left] == [Site.CONSOLE]


def test_the_fullest_visits_fit_into_one_transaction() -> None:
    row_and_index, visit_and_indexes = 2, 4
    each = visit_and_indexes + row_and_index * MAX_OPEN
    assert VISITS_AT_ONCE * each < MAX_WRITES


# --- the demo's clock ---------------------------------------------------------------------------------------------


async def test_the_demos_clock_goes_forward_and_ends_visits(tmp_path: Path) -> None:
    start = FakeClock().now()
    async with opened(World.new(tmp_path, DemoClock(FakeClock(), start))) as world:
        clerk = await world.clerk()
        assert await world.admin(m.MoveClock(8 * 3600)) == m.ClockMoved(start + 8 * HOUR)
        await clerk.refused(Why.NOT_SIGNED_IN, m.OpenMenu())
        (entry,) = await world.journal(Kind.CLOCK_MOVED)
        assert (entry.at, entry.reason) == (start + 8 * HOUR, "28800 seconds forward")
        await clerk.sign_in()


@pytest.mark.parametrize("seconds", [-1, -(2**40)])
async def test_the_demos_clock_never_goes_back(tmp_path: Path, seconds: int) -> None:
    clock = DemoClock(FakeClock(), FakeClock().now())
    async with opened(World.new(tmp_path, clock)) as world:
        await refused(world, Why.INVALID, m.MoveClock(seconds))
        assert clock.now() == FakeClock().now()


async def test_no_other_clock_can_be_moved(world: World) -> None:
    before = world.clock.now()
    assert await refused(world, Why.INVALID, m.MoveClock(60)) == "demo.clock"
    assert world.clock.now() == before


# --- journal, plugins, status -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("blocked", "kind"), [(True, Kind.PLUGIN_BLOCKED), (False, Kind.PLUGIN_UNBLOCKED)])
async def test_blocking_a_plugin_is_journaled(world: World, blocked: bool, kind: Kind) -> None:
    await world.admin(m.BlockPlugin("policy_hours", blocked))
    last = await world.last()
    assert (last.kind, last.thing, last.actor) == (kind, "policy_hours", "admin")


async def test_the_journal_goes_out_with_the_entry_of_its_export(world: World, user: Person) -> None:
    reply = await world.answer(Site.ADMIN, m.ExportJournal())
    assert reply.stream is not None
    bundle = b"".join([piece async for piece in reply.stream])
    assert b"journal.exported" in bundle and user.account.encode() in bundle
    assert b"Yamada01" not in bundle
    assert (await world.last()).kind is Kind.JOURNAL_EXPORTED


async def test_a_journal_that_nobody_touched_proves_itself(world: World, user: Person, clerk: Person) -> None:
    await user.receive(await clerk.deliver(user.office))
    await world.core.checkpoints.sign_if_grown()
    count = len(await world.journal())
    verdict = await world.admin(m.VerifyJournal())
    assert (verdict.ok, verdict.entries, verdict.first_bad) == (True, count, None)
    last = await world.last()
    assert (last.kind, last.result, last.reason) == (Kind.JOURNAL_VERIFIED, Result.DONE, f"{count} entries, ok")


async def test_a_journal_that_was_changed_names_the_entry_each_time(world: World, user: Person) -> None:
    await world.core.checkpoints.sign_if_grown()

    def spoil(txn: Any) -> None:
        txn.put(rows.leaf_key(1), txn.get(rows.leaf_key(0)))

    await world.store.write([spoil])
    for _ in range(2):
        verdict = await world.admin(m.VerifyJournal())
        assert (verdict.ok, verdict.first_bad) == (False, 1)
        last = (await world.core.read(lambda snapshot: world.core.log.page(snapshot.view, limit=1)))[0].entry
        assert last.result is Result.REFUSED and "first bad entry: 1" in last.reason


async def test_the_status_shows_figures_and_is_journaled_once_in_ten_minutes(world: World) -> None:
    status = await world.admin(m.AskStatus())
    assert status == m.Status(__version__, world.clock.now(), 0, 0.0, 0.0, False, 0)
    assert (await world.admin(m.AskStatus())).journal_size == 1
    assert len(await world.journal(Kind.STATUS_READ)) == 1
    world.clock.move(600_000)
    await world.admin(m.AskStatus())
    assert len(await world.journal(Kind.STATUS_READ)) == 2
