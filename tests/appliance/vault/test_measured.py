# SPDX-License-Identifier: Apache-2.0
"""A look at the records: what the journal, the locks, the visits and the disk tell, and what it costs."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.model.journal import Kind
from appliance.model.time import MINUTE, SECOND
from appliance.model.words import Site
from appliance.vault.measured import Measured, seconds_since, used_ratio
from appliance.vault.records.tables import Verified, verifications
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def measured(world: World) -> Measured:
    made = Measured()
    await made.measure(world.core)
    return made


async def write(world: World) -> None:
    """One more entry in the journal."""
    entry = world.core.own_entry(Kind.STATUS_READ)
    await world.core.commit(lambda txn: txn.journal(entry))


async def test_a_journal_that_is_signed_does_not_wait(measured: Measured, world: World) -> None:
    await write(world)
    await world.core.checkpoints.sign_if_grown()
    world.clock.move(MINUTE)
    await measured.measure(world.core)
    assert measured.journal == measured.signed > 0
    assert measured.unsigned_since == 0


async def test_a_journal_that_is_signed_no_more_waits_since_it_was_seen(measured: Measured, world: World) -> None:
    await world.core.checkpoints.sign_if_grown()
    await measured.measure(world.core)
    await write(world)
    await measured.measure(world.core)
    since = world.clock.now()
    for _ in range(3):
        world.clock.move(10 * SECOND)
        await write(world)
        await measured.measure(world.core)
    assert measured.unsigned_since == since
    assert measured.journal - measured.signed == 4


async def test_one_that_grows_between_two_checkpoints_does_not_wait_long(measured: Measured, world: World) -> None:
    for _ in range(5):
        await write(world)
        await world.core.checkpoints.sign_if_grown()
        await write(world)
        world.clock.move(10 * SECOND)
        await measured.measure(world.core)
    assert measured.unsigned_since == world.clock.now(), "the signed part moved since the look before"


async def test_the_last_verification_is_seen(measured: Measured, world: World) -> None:
    assert measured.verified is None
    verdict = Verified(world.clock.now(), ok=False)
    await world.core.commit(lambda txn: verifications.put(txn, verdict))
    await measured.measure(world.core)
    assert measured.verified == verdict


async def test_blocked_accounts_and_visits_are_counted(measured: Measured, world: World, user: Person) -> None:
    assert (measured.blocked, measured.visits[Site.CONSOLE]) == (0, 0)
    await world.locked(user.office, locks=3)
    await world.locked(user.office, "Locked02", locks=1)
    await measured.measure(world.core)
    assert measured.blocked == 1, "one that opens by itself is none"
    assert measured.visits == {Site.PUBLIC: 0, Site.PORTAL: 1, Site.CONSOLE: 0}


async def test_a_disk_that_is_not_there_is_not_known(world: World, tmp_path: Path) -> None:
    world.core.settings = replace(world.core.settings, state=str(tmp_path / "none"))
    measured = Measured()
    await measured.measure(world.core)
    assert math.isnan(measured.disk)
    assert 0 < used_ratio(tmp_path) < 1


@pytest.mark.parametrize(("since", "now", "seconds"), [(0, 5_000, 0), (1_000, 5_000, 4), (5_000, 1_000, 0)])
def test_never_is_no_time_ago(since: int, now: int, seconds: float) -> None:
    assert seconds_since(since, now) == seconds
