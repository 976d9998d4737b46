# SPDX-License-Identifier: Apache-2.0
"""Until when a session may be: minutes, hours, grace, clocks that are set, whoever leaves (T17, T18, A14, A15)."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from renkei_policy_hours import PolicyHours

from appliance.contracts.plugin import NoSettings
from appliance.contracts.policy import ABSTAIN, Decision, PolicyRequest, Verdict
from appliance.contracts.records import StoreFull
from appliance.link.refusals import Refused
from appliance.model.calendar import Calendar, Hours
from appliance.model.devices import Bond
from appliance.model.journal import Kind
from appliance.model.things import Visit
from appliance.model.time import HOUR, JST, MINUTE, SECOND, Instant, instant
from appliance.model.tunnels import Cause, SessionState, TunnelSession
from appliance.model.words import Site
from appliance.testing.services import fake_services
from appliance.vault.records.tables import visits
from appliance.vault.records.transaction import Transaction
from appliance.vault.records.tunnel_tables import tunnel_sessions
from tests.appliance.vault.providers import Judge
from tests.appliance.vault.tunnels.connecting import Tunnels


def at(text: str) -> Instant:
    """An instant of Tuesday 2026-06-09, or of another day, in Japan."""
    full = text if "T" in text else f"2026-06-09T{text}"
    return instant(dt.datetime.fromisoformat(full).replace(tzinfo=JST))


def move(tunnels: Tunnels, text: str) -> None:
    """It is that time."""
    tunnels.world.clock.move(at(text) - tunnels.world.clock.now())


@pytest.fixture
def hours(tunnels: Tunnels) -> Tunnels:
    """With the policy of hours."""
    tunnels.world.plugins.add("policy", PolicyHours(NoSettings(), fake_services()), "policy_hours")
    return tunnels


@pytest.mark.parametrize(
    ("connect", "cut", "cause", "grace"),
    [
        ("18:00:00", "19:30:00", Cause.LIMIT, 10),
        ("18:40:00", "20:10:00", Cause.CLOSED, 10),
        ("19:00:00", "20:10:00", Cause.CLOSED, 10),
        ("19:00:00", "20:00:00", Cause.CLOSED, 0),
        ("19:59:59", "20:10:00", Cause.CLOSED, 10),
    ],
)
async def test_it_is_cut_at_that_second_and_the_visit_with_it(
    hours: Tunnels, pc: Bond, connect: str, cut: str, cause: Cause, grace: int
) -> None:
    core = hours.world.core
    core.calendar = Calendar(core.calendar.holidays, Hours(grace=grace))
    move(hours, connect)
    row = await hours.opened(pc)
    assert row.ends_at == at(cut)
    visit = Visit(b"v" * 32, "account", pc.office, Site.PORTAL, row.began_at, at(cut) + HOUR, tunnel=row.id)
    await core.commit(lambda txn: visits.put(txn, visit))
    hours.world.clock.move(at(cut) - SECOND - hours.world.clock.now())
    await hours.quiet()
    assert (await hours.again(row)).state is SessionState.OPEN and hours.gate.passing()
    move(hours, cut)
    await hours.quiet()
    after = await hours.again(row)
    assert (after.state, after.cause, after.ended_at) == (SessionState.ENDING, cause, at(cut))
    assert not hours.gate.passing()
    assert await core.read(lambda snapshot: visits.get(snapshot, visit.token_hash)) is None


@pytest.mark.parametrize(
    ("when", "comes_in"),
    [
        ("2026-06-15T07:59:59", False),
        ("2026-06-15T08:00", True),
        ("2026-06-15T19:59:59", True),
        ("2026-06-15T20:00", False),
        ("2026-06-15T20:05", False),
        ("2026-06-13T10:00", False),
        ("2026-09-22T10:00", False),
        ("2026-12-31T10:00", False),
    ],
)
async def test_nobody_comes_in_out_of_hours(hours: Tunnels, pc: Bond, when: str, comes_in: bool) -> None:
    clock = hours.world.clock
    clock.step(at(when) - clock.now())
    await hours.round()
    session = hours.gate.connect(pc.claim.kit)
    await hours.round()
    row = await hours.row(session)
    assert (row.state is SessionState.OPEN) is comes_in
    assert bool(hours.gate.passing()) is comes_in
    if not comes_in:
        assert row.cause is Cause.CLOSED
        assert hours.gate.connect(pc.claim.kit) == "", "it is barred until the next opening"


async def test_whoever_was_kept_out_at_night_comes_in_in_the_morning(hours: Tunnels, pc: Bond) -> None:
    move(hours, "22:00")
    await hours.round()
    hours.gate.connect(pc.claim.kit)
    await hours.round()
    move(hours, "2026-06-10T07:59:59")
    await hours.round()
    assert pc.claim.kit not in hours.gate.seats
    move(hours, "2026-06-10T08:00")
    await hours.round()
    await hours.round()
    assert (await hours.opened(pc)).began_at == at("2026-06-10T08:00")


async def test_a_policy_that_closes_early_ends_what_is_open(tunnels: Tunnels, pc: Bond) -> None:
    closed = False

    async def judge(request: PolicyRequest) -> Verdict:
        return Verdict(Decision.DENY, "storm", because_closed=True) if closed else ABSTAIN

    tunnels.world.plugins.add("policy", Judge(judge), "own")
    row = await tunnels.opened(pc)
    closed = True
    await tunnels.quiet()
    assert (await tunnels.again(row)).cause is Cause.CLOSED
    assert not tunnels.gate.passing()


async def test_a_policy_that_says_until_when_shortens_what_is_open(tunnels: Tunnels, pc: Bond) -> None:
    until: Instant | None = None

    async def judge(request: PolicyRequest) -> Verdict:
        return Verdict(Decision.ABSTAIN, "", until)

    tunnels.world.plugins.add("policy", Judge(judge), "own")
    row = await tunnels.opened(pc)
    until = row.began_at + 20 * MINUTE
    await tunnels.round()
    await tunnels.round()
    assert (await tunnels.again(row)).ends_at == until
    tunnels.world.clock.move(20 * MINUTE)
    assert not tunnels.gate.passing(), "the kernel was told of the shorter time"
    await tunnels.quiet()
    assert (await tunnels.again(row)).cause is Cause.CLOSED


async def test_a_clock_set_forward_ends_what_is_over_by_it(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    tunnels.world.clock.step(HOUR)
    await tunnels.round()
    await tunnels.round()
    assert (await tunnels.again(row)).state is SessionState.OPEN
    tunnels.world.clock.move(30 * MINUTE)
    assert not tunnels.gate.passing()
    await tunnels.quiet()
    assert (await tunnels.again(row)).cause is Cause.LIMIT


async def test_a_clock_set_back_gives_nobody_more_time(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    tunnels.world.clock.move(60 * MINUTE)
    await tunnels.round()
    tunnels.world.clock.step(-HOUR)
    await tunnels.round()
    tunnels.world.clock.move(30 * MINUTE)
    assert not tunnels.gate.passing()
    await tunnels.quiet()
    assert (await tunnels.again(row)).state is SessionState.ENDING


async def test_a_clock_set_back_while_the_vault_was_down_gives_nobody_more_either(
    tunnels: Tunnels, pc: Bond
) -> None:
    row = await tunnels.opened(pc)
    tunnels.world.clock.move(60 * MINUTE)
    tunnels.world.clock.step(-HOUR)
    await tunnels.restart()
    await tunnels.round()
    tunnels.world.clock.move(30 * MINUTE)
    await tunnels.quiet()
    assert (await tunnels.again(row)).state is SessionState.ENDING, "the kernel's time was less than the wall's"


async def leave(tunnels: Tunnels, row: TunnelSession, seconds: int) -> None:
    """As the sign-out at the portal does."""
    core = tunnels.world.core
    entry = replace(core.own_entry(Kind.SIGN_OUT), office=row.office)

    def work(txn: Transaction) -> None:
        tunnel_sessions.put(txn, replace(row, leaves_at=core.clock.now() + seconds * SECOND))
        txn.journal(entry)

    await core.commit(work)


async def test_whoever_signs_out_is_disconnected_a_moment_later(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await leave(tunnels, row, 3)
    assert tunnels.world.core.tunnels.woken.is_set()
    await tunnels.quiet()
    assert tunnels.gate.passing()
    tunnels.world.clock.move(3 * SECOND)
    await tunnels.quiet()
    assert not tunnels.gate.passing()
    await tunnels.round()
    assert (await tunnels.again(row)).cause is Cause.SIGNED_OUT
    fresh = await tunnels.opened(pc)
    assert fresh.began_at == tunnels.world.clock.now()


async def test_whoever_signed_out_is_disconnected_by_the_next_vault(tunnels: Tunnels, pc: Bond) -> None:
    row = await tunnels.opened(pc)
    await leave(tunnels, row, 3)
    await tunnels.restart()
    tunnels.world.clock.move(10 * SECOND)
    await tunnels.round()
    await tunnels.round()
    assert (await tunnels.again(row)).cause is Cause.SIGNED_OUT


async def test_what_cannot_be_written_is_still_due(
    tunnels: Tunnels, pc: Bond, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await tunnels.opened(pc)
    tunnels.world.clock.move(90 * MINUTE)

    async def full(work: Any) -> object:
        raise StoreFull("no room")

    with monkeypatch.context() as patch:
        patch.setattr(tunnels.world.core.writer, "commit", full)
        with pytest.raises(Refused):
            await tunnels.quiet()
    assert not tunnels.gate.passing(), "the kernel's own time-out"
    await tunnels.quiet()
    assert (await tunnels.again(row)).cause is Cause.LIMIT
