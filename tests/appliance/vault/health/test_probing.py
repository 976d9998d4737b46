# SPDX-License-Identifier: Apache-2.0
"""What has to be tried: it ends in time whatever happens, says no more than it must, and is kept for a while."""

import asyncio

import pytest

from appliance.contracts.blobs import BlobError
from appliance.contracts.records import StoreFull
from appliance.host.examining import Examined
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.health import About, Light
from appliance.model.journal import Kind
from appliance.model.words import Role, Site
from appliance.testing.memory_device import MemoryBinder
from appliance.testing.memory_kit import MemoryKits
from appliance.vault.health import probing
from appliance.vault.health.doctor import Doctor
from tests.appliance.vault.world import World


async def lights(world: World) -> dict[tuple[About, str], m.Finding]:
    """What the administrator is told."""
    world.core.doctor = Doctor()
    told: m.Diagnosis = await world.admin(m.Diagnose())
    return {(one.about, one.which): one for one in told.findings}


async def test_a_store_that_answers_is_green(world: World) -> None:
    found = await lights(world)
    assert found[About.RECORDS, ""].light is found[About.BLOBS, ""].light is Light.GREEN
    assert [about for about, _ in found] == sorted((about for about, _ in found), key=list(About).index)


async def test_a_store_that_fails_or_hangs_is_red(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails() -> None:
        raise BlobError("the disk\nis gone")

    async def hangs() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(probing, "STORE_SECONDS", 0.01)
    assert await probing.tried(About.BLOBS, fails) == m.Finding(About.BLOBS, Light.RED, said="the disk is gone")
    assert (await probing.tried(About.RECORDS, hangs)).said == "no answer within 0.01 s"


async def test_plugins_are_told_by_what_they_say(world: World) -> None:
    async def examined() -> dict[str, Examined]:
        return {
            "mail": Examined(works=False, why="refuses user and password"),
            "lunch": Examined(False, False, "it is blocked"),
            "rights": Examined(),
        }

    world.core.examine_plugins = examined
    found = await lights(world)
    assert found[About.PLUGIN, "mail"].light is Light.RED and found[About.MAIL, ""].light is Light.YELLOW
    assert found[About.PLUGIN, "lunch"] == m.Finding(About.PLUGIN, Light.YELLOW, "lunch", said="it is blocked")
    assert found[About.PLUGIN, "rights"].light is Light.GREEN
    world.plugins.add("notifier", object(), "mail")
    found = await lights(world)
    assert found[About.MAIL, "mail"].said == "refuses user and password" and (About.MAIL, "") not in found


async def test_many_who_ask_cost_no_more_than_one(world: World) -> None:
    asked = 0

    async def examined() -> dict[str, Examined]:
        nonlocal asked
        asked += 1
        return {}

    world.core.examine_plugins = examined
    first = await world.admin(m.Diagnose())
    assert await asyncio.gather(*(world.admin(m.Diagnose()) for _ in range(3))) == [first] * 3 and asked == 1
    world.clock.move(31_000)
    await world.admin(m.Diagnose())
    assert asked == 2
    assert len(await world.journal(Kind.STATUS_READ)) == 1


async def test_the_administrator_is_told_also_while_nothing_can_be_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(work: object) -> object:
        raise StoreFull("no room")

    monkeypatch.setattr(world.core.writer, "commit", full)
    system = await world.outcome(Site.CONSOLE, m.ReadDiagnosis())
    assert (await lights(world))[About.RECORDS_ROOM, ""].light is Light.RED
    assert isinstance(system, Why)


@pytest.mark.parametrize("role", [Role.FUND_SYSTEM, Role.FUND_AUDITOR])
async def test_the_fund_reads_the_same(world: World, role: Role) -> None:
    person = await (await world.staff("somebody", role)).sign_in()
    told: m.Diagnosis = await person.ask(m.ReadDiagnosis())
    assert {one.about for one in told.findings} >= {About.RECORDS, About.JOURNAL, About.KEY_COPIES}
    assert m.BY_SHAPE[m.Diagnose].sites == {Site.ADMIN}


async def test_kits_are_told_by_kind_of_pc(world: World) -> None:
    assert (await lights(world))[About.KITS, ""].light is Light.UNKNOWN
    world.plugins.add("device", MemoryBinder(), "device_code")
    ready, lacking = MemoryKits("Linux"), MemoryKits("Windows")
    lacking.missing = "put a client in place"
    world.plugins.add("kit", ready, "kit_linux")
    world.plugins.add("kit", lacking, "kit_windows")
    found = await lights(world)
    assert found[About.KITS, "Linux"].light is Light.GREEN
    told = found[About.KITS, "Windows"]
    assert (told.light, told.said) == (Light.YELLOW, "put a client in place")


async def test_kits_are_not_told_while_the_records_do_not_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(core: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(probing, "STORE_SECONDS", 0.01)
    monkeypatch.setattr(probing, "builders", hangs)
    assert await probing.of_kits(world.core) == []
