# SPDX-License-Identifier: Apache-2.0
"""A 診断ファイル is judged for an office that there is; the journal counts its lights and keeps nothing else."""

import pytest

from appliance.link.messages.calling import DiagnosisJudged, JudgeDiagnosis
from appliance.link.refusals import Why
from appliance.model.diagnosis_file import FIRST_LINE, Light
from appliance.model.journal import Kind
from appliance.model.words import Role, Site
from appliance.testing.memory_kit import MemoryKits
from tests.appliance.vault.world import Person, World

CONTENT = f"{FIRST_LINE}\nos: Windows 7\nvirtual-machine: no\n".encode()


@pytest.fixture
async def desk(world: World) -> Person:
    """One of the desk, signed in."""
    return await (await world.staff("desk", Role.FUND_DESK)).sign_in()


async def test_its_lights_are_told_and_counted(world: World, desk: Person, office: str) -> None:
    judged = await desk.ask(JudgeDiagnosis(office, CONTENT))
    assert isinstance(judged, DiagnosisJudged)
    assert judged.diagnosed.findings[0].light is Light.RED
    [entry] = await world.journal(Kind.DIAGNOSIS_FILE_READ)
    assert (entry.office, entry.reason) == (office, "green 1, yellow 0, red 1, grey 6")


async def test_a_pc_is_judged_by_the_kits_that_the_fund_has(world: World, desk: Person, office: str) -> None:
    content = f"{FIRST_LINE}\nplatform: Linux\nos: Debian GNU/Linux 12\nos-bits: 64\n".encode()
    assert (await desk.ask(JudgeDiagnosis(office, content))).diagnosed.findings[0].light is Light.RED
    world.plugins.add("kit", MemoryKits("Windows", ".exe"), "kit_windows")
    assert (await desk.ask(JudgeDiagnosis(office, content))).diagnosed.findings[0].light is Light.RED
    world.plugins.add("kit", MemoryKits("Linux", ".run"), "kit_linux")
    assert (await desk.ask(JudgeDiagnosis(office, content))).diagnosed.findings[0].light is Light.GREEN


async def test_nothing_of_it_is_kept(world: World, desk: Person, office: str) -> None:
    before = set(await world.rows())
    await desk.ask(JudgeDiagnosis(office, CONTENT))
    assert set(await world.rows()) == before


async def test_what_is_none_is_refused_with_its_reason(world: World, desk: Person, office: str) -> None:
    message = JudgeDiagnosis(office, b"MZ" + bytes(100))
    refused = await world.refused(Why.INVALID, Site.CONSOLE, message, token=desk.token)
    assert refused.text == "diagnosis_file.first_line" and refused.values == {"field": "file"}


async def test_of_an_office_that_there_is_not(world: World, desk: Person) -> None:
    await world.refused(Why.NOT_FOUND, Site.CONSOLE, JudgeDiagnosis("f" * 32, CONTENT), token=desk.token)
