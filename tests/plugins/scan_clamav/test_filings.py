# SPDX-License-Identifier: Apache-2.0
"""Documents of a whole vault before a real clamd: refused, held while it is away, released by themselves."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from renkei_scan_clamav import ScanClamav, Settings

from appliance.contracts.families import BY_ID
from appliance.host.guarded import Rule as Guard
from appliance.host.guarded import guarded
from appliance.link.messages import Submitted
from appliance.link.refusals import Why
from appliance.metrics.registry import Metrics
from appliance.model.problems import Rule
from appliance.model.things import Filing
from appliance.model.words import FilingState, ScanState
from appliance.testing.services import fake_services
from appliance.vault.filings.holding import Holding
from appliance.vault.records.tables import notices
from tests.appliance.vault.doorman.making import aes_zip, small_pdf
from tests.appliance.vault.filings.sending import LOSS, NAME, everything, kept, register_zip_password, send, sent
from tests.appliance.vault.world import CONTENT, Person, World, delivery, opened
from tests.servers.clamd import MARK, Clamd, clamd, program

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(program() is None, reason="clamd is not installed: `make apt`"),
]
BAD = small_pdf(MARK.decode())
FOUND = "Renkei.Own.UNOFFICIAL"


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Clamd]:
    folder = tmp_path / "clamd"
    folder.mkdir()
    with clamd(folder) as running:
        yield running


@pytest.fixture
async def world(tmp_path: Path, real: Clamd) -> AsyncIterator[World]:
    """A vault that scans, with one office."""
    settings = Settings(socket=str(real.socket), max_mib=8, max_signature_age_days=0, timeout_seconds=0.5)
    (scanner,) = ScanClamav(settings, fake_services()).register_scanner()
    calls = Metrics(process=False).plugin_call("scan_clamav", "scanner")
    async with opened(World.new(tmp_path / "shreds")) as made:
        made.plugins.add("scanner", guarded(scanner, Guard("scan_clamav", BY_ID["scanner"], calls)), "scan_clamav")
        yield made


@pytest.fixture
async def sender(world: World) -> Person:
    """The admin of an office."""
    office = await world.office(1)
    await register_zip_password(world, office)
    return await world.visitor(office)


def names_of(submitted: Submitted) -> list[tuple[Rule, str, str]]:
    return [(problem.rule, problem.entry, problem.values["named"]) for problem in submitted.problems]


async def test_a_clean_one_goes_on_with_engine_and_state(world: World, sender: Person) -> None:
    filing = await kept(world, await sent(sender))
    assert (filing.state, filing.scan) == (FilingState.UPLOADED, ScanState.CLEAN)
    assert filing.engine.startswith("ClamAV ")


async def test_an_infected_one_in_a_locked_zip_is_refused_and_nothing_is_left(world: World, sender: Person) -> None:
    package = aes_zip({NAME: small_pdf(), LOSS: BAD})
    assert names_of(await send(sender, package, "a.zip")) == [(Rule.INFECTED, LOSS, FOUND)]
    assert await everything(world) == (0, 0)
    assert await world.blobs.ids() == []


async def test_what_it_cannot_look_into_is_refused(world: World, real: Clamd, sender: Person) -> None:
    await sent(sender)
    real.stop()
    real.options["MaxFileSize"] = "100"
    real.start()
    (problem,) = (await send(sender, small_pdf("long" * 200))).problems
    assert problem.rule is Rule.NOT_SCANNABLE and "Heuristics.Limits.Exceeded" in problem.values["named"]


@pytest.mark.parametrize("how", ["kill", "stop", "freeze"])
async def test_a_filing_is_held_while_clamd_is_away_and_released_after(
    world: World, real: Clamd, sender: Person, how: str
) -> None:
    getattr(real, how)()
    id = await sent(sender)
    assert await state_of(world, id) == (FilingState.HELD, ScanState.WAITING)
    holding = Holding(world.core)
    await holding.run()
    assert await state_of(world, id) == (FilingState.HELD, ScanState.WAITING)
    real.kill()
    real.start()
    world.clock.move(30_000)
    await holding.run()
    assert await state_of(world, id) == (FilingState.UPLOADED, ScanState.CLEAN)


async def test_an_infected_one_that_was_held_is_refused_and_destroyed(
    world: World, real: Clamd, sender: Person
) -> None:
    real.kill()
    good, bad = await sent(sender), await sent_bad(sender)
    real.start()
    await Holding(world.core).run()
    assert await state_of(world, good) == (FilingState.UPLOADED, ScanState.CLEAN)
    refused = await kept(world, bad)
    assert (refused.state, refused.parts, refused.reason) == (FilingState.REFUSED, (), FOUND)


async def test_a_notice_is_not_delivered_while_clamd_is_away_and_its_upload_stays(
    world: World, real: Clamd, sender: Person
) -> None:
    clerk = await world.clerk()
    upload = await clerk.upload(sender.office, CONTENT)
    real.kill()
    refusal = await clerk.refused(Why.AWAY, delivery(upload, CONTENT))
    assert refusal.text == "scan.away"
    real.start()
    id = str((await clerk.ask(delivery(upload, CONTENT))).notice)
    notice = await world.core.read(lambda snapshot: notices.get(snapshot, id))
    assert notice is not None and notice.scan is ScanState.CLEAN and notice.engine.startswith("ClamAV ")


async def sent_bad(person: Person) -> str:
    """The id of a filing that has something in it."""
    [filed] = (await send(person, BAD)).filings
    return filed.filing


async def state_of(world: World, id: str) -> tuple[FilingState, ScanState]:
    filing: Filing = await kept(world, id)
    return filing.state, filing.scan
