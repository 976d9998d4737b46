# SPDX-License-Identifier: Apache-2.0
"""What the administrator does: offices, accounts, the link cut, the demo's clock, the journal out and proven."""

from pathlib import Path
from typing import Any

import pytest

from appliance import __version__
from appliance.contracts.records import MAX_WRITES
from appliance.contracts.scanner import ScannerState
from appliance.host.system import DemoClock
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind, Result
from appliance.model.time import HOUR
from appliance.model.words import Site
from appliance.testing.clock import FakeClock
from appliance.vault.documents.downloads import MAX_OPEN
from appliance.vault.door.visits import VISITS_AT_ONCE
from appliance.vault.journal import rows
from appliance.vault.records.tables import visits
from tests.appliance.vault.world import Person, World, opened


async def refused(world: World, why: Why, message: object) -> str:
    return (await world.refused(why, Site.ADMIN, message)).text


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
    monkeypatch.setattr("appliance.vault.documents.downloads.MAX_OPEN", 3)
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


@pytest.mark.parametrize(("approved", "kind"), [(True, Kind.PLUGIN_APPROVED), (False, Kind.PLUGIN_REMOVED)])
async def test_letting_plugins_in_is_journaled_with_their_hash(world: World, approved: bool, kind: Kind) -> None:
    await world.admin(m.ApprovePlugin("renkei-lunch", "1.0", "ab" * 32, approved))
    last = await world.last()
    assert (last.kind, last.thing, last.reason, last.sha256) == (kind, "renkei-lunch", "1.0", "ab" * 32)


@pytest.mark.parametrize("sha256", ["", "ab", "AB" * 32, "zz" * 32, "ab" * 33])
async def test_what_is_no_hash_is_journaled_as_refused(world: World, sha256: str) -> None:
    with pytest.raises(Refused):
        await world.admin(m.ApprovePlugin("renkei-lunch", "1.0", sha256, True))
    last = await world.last()
    assert (last.kind, last.result, last.sha256) == (Kind.PLUGIN_APPROVED, Result.REFUSED, "")


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


async def test_the_status_shows_scanners_as_they_were_when_last_asked(world: World) -> None:
    assert (await world.admin(m.AskStatus())).scanners == ()
    world.core.scanners.states = {"there": ScannerState("memory 1.0", 5), "gone": None}
    told = (await world.admin(m.AskStatus())).scanners
    assert told == (m.ScannerNow("gone"), m.ScannerNow("there", "memory 1.0", 5))


async def test_the_status_shows_the_vpn_as_the_gate_last_did(world: World) -> None:
    state = m.EngineNow("softether", False, "away")
    world.core.tunnels.hear(m.GateReport((), (), (state,)))
    world.core.tunnels.drift = 2
    status = await world.admin(m.AskStatus())
    assert (status.engines, status.tunnel_drift) == ((state,), 2)
    world.core.tunnels.lose()
    assert (await world.admin(m.AskStatus())).engines == ()


async def test_the_status_shows_figures_and_is_journaled_once_in_ten_minutes(world: World) -> None:
    status = await world.admin(m.AskStatus())
    assert status == m.Status(__version__, world.clock.now(), 0, 0.0, 0.0, False, 0)
    assert (await world.admin(m.AskStatus())).journal_size == 1
    assert len(await world.journal(Kind.STATUS_READ)) == 1
    world.clock.move(600_000)
    await world.admin(m.AskStatus())
    assert len(await world.journal(Kind.STATUS_READ)) == 2
