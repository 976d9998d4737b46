# SPDX-License-Identifier: Apache-2.0
"""The manuals are there, with what scanners said of them; what one objects to is not."""

import datetime as dt
import hashlib
from dataclasses import replace

import pytest

from appliance.contracts.scanner import Verdict
from appliance.link.refusals import Refused, Why
from appliance.model.time import DAY, MINUTE
from appliance.vault.manuals.books import NAMES
from appliance.vault.manuals.listed import SCAN_AGAIN, manuals, open_manual
from tests.appliance.vault.manuals.scanners import Saying
from tests.appliance.vault.world import World


async def test_the_four_are_there_and_open(world: World) -> None:
    found = await manuals(world.core)
    assert tuple(one.id for one in found) == NAMES
    assert found[2].file_name.startswith("電子連携サービス・操作マニュアル(2")
    for one in found:
        manual, content = await open_manual(world.core, one.id)
        assert manual == one and content.startswith(b"%PDF-")
        assert (len(content), hashlib.sha256(content).digest()) == (one.size, one.sha256)
        assert one.file_name.endswith(f"({one.dated:%Y%m%d}).pdf")


@pytest.mark.parametrize("begins", ["2026-06-09T10:00:00+09:00", "2026-06-08T15:00:00+00:00"])
async def test_in_a_demo_none_is_of_a_later_day_than_it_begins(world: World, begins: str) -> None:
    settings = world.core.settings
    told = [one.dated for one in await manuals(world.core)]
    world.core.settings = replace(settings, demo=replace(settings.demo, enabled=True, clock_start=begins))
    world.core.manuals.printed.clear()
    found = await manuals(world.core)
    assert {one.dated for one in found} == {dt.date(2026, 6, 9)} and min(told) > dt.date(2026, 6, 9)
    assert all(one.file_name.endswith("(20260609).pdf") for one in found)
    world.core.settings = replace(
        settings, demo=replace(settings.demo, enabled=True, clock_start="2099-01-01T00:00Z")
    )
    world.core.manuals.printed.clear()
    assert [one.dated for one in await manuals(world.core)] == told


async def test_nobody_opens_what_there_is_not(world: World) -> None:
    for id in ("", "nothing", "../install", "f" * 32):
        with pytest.raises(Refused) as caught:
            await open_manual(world.core, id)
        assert caught.value.why is Why.NOT_FOUND


async def test_without_a_scanner_nothing_is_called_scanned(world: World) -> None:
    assert {(one.engine, one.scanned_at) for one in await manuals(world.core)} == {("", 0)}


async def test_what_a_scanner_called_clean_names_it_and_is_looked_at_again_each_day(world: World) -> None:
    scanner = Saying(Verdict.CLEAN)
    world.plugins.add("scanner", scanner)
    found = await manuals(world.core)
    assert {one.engine for one in found} == {"TestScan 1.0"}
    assert {one.scanned_at for one in found} == {world.clock.now()}
    assert [hashlib.sha256(read).digest() for read in scanner.read] == [one.sha256 for one in found]
    world.clock.move(DAY - 1)
    await manuals(world.core)
    assert len(scanner.read) == len(NAMES)
    world.clock.move(1)
    assert {one.scanned_at for one in await manuals(world.core)} == {world.clock.now()}


async def test_a_scanner_that_is_away_is_asked_again_soon_and_nothing_is_called_scanned(world: World) -> None:
    scanner = Saying(*[None] * len(NAMES), Verdict.CLEAN)
    world.plugins.add("scanner", scanner)
    assert {one.engine for one in await manuals(world.core)} == {""}
    world.clock.move(SCAN_AGAIN - MINUTE)
    assert {one.engine for one in await manuals(world.core)} == {""}
    world.clock.move(MINUTE)
    assert {one.engine for one in await manuals(world.core)} == {"TestScan 1.0"}


async def test_what_a_scanner_objects_to_is_not_offered(world: World) -> None:
    world.plugins.add("scanner", Saying(Verdict.CLEAN, Verdict.INFECTED, Verdict.CLEAN))
    assert tuple(one.id for one in await manuals(world.core)) == (NAMES[0], *NAMES[2:])
    with pytest.raises(Refused):
        await open_manual(world.core, NAMES[1])
