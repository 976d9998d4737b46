# SPDX-License-Identifier: Apache-2.0
"""What waits for a scanner: released, destroyed, or shown again; none that is bad blocks the rest."""

import dataclasses

import pytest

from appliance.contracts.scanner import Scanned, ScannerAway, ScanRequest, Verdict
from appliance.link import messages as m
from appliance.model.documents import ScanPolicy
from appliance.model.journal import Kind
from appliance.model.words import FilingState, ScanState
from appliance.testing.memory_scanner import INFECTED, LOCKED, MemoryScanner
from appliance.vault.filings import holding
from appliance.vault.filings.holding import Holding
from appliance.vault.letters import LetterKind
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.filings.sending import LOSS, NAME, SUSPENSION, kept, put_filing, send, sent
from tests.appliance.vault.world import Person, World


@pytest.fixture
def scanner(world: World) -> MemoryScanner:
    """A scanner that is away."""
    made = MemoryScanner()
    made.away = "restarting"
    world.plugins.add("scanner", made)
    return made


async def states(world: World, *filings: str) -> list[FilingState]:
    return [(await kept(world, id)).state for id in filings]


async def held(person: Person, mark: bytes = b"", name: str = NAME) -> str:
    [filed] = (await send(person, small_pdf(mark.decode() or name), name)).filings
    assert filed.state is FilingState.HELD
    return filed.filing


async def test_what_is_clean_goes_on(
    world: World, sender: Person, consultant: Person, scanner: MemoryScanner
) -> None:
    id = await held(consultant)
    room = Holding(world.core)
    await room.run()
    assert await states(world, id) == [FilingState.HELD]
    scanner.away = ""
    world.clock.move(1_000)
    await room.run()
    filing = await kept(world, id)
    assert (filing.state, filing.scan, filing.uploaded_by) == (
        FilingState.UPLOADED,
        ScanState.CLEAN,
        consultant.account,
    )
    assert filing.engine.startswith("memory 1.0")
    entry = await world.last()
    assert (entry.kind, entry.thing, entry.office, entry.actor) == (Kind.FILING_RELEASED, id, sender.office, "")
    assert (entry.sha256, entry.personal["file_name"]) == (filing.sha256.hex(), NAME)
    assert len(await world.letters(sender.account, LetterKind.FILING_WAITING)) == 1
    await sender.ask(m.ApproveFiling(id, filing.sha256, "", deliver=True))


@pytest.mark.parametrize(
    ("mark", "scan", "named"),
    [(INFECTED, ScanState.INFECTED, "Renkei.Test"), (LOCKED, ScanState.NOT_SCANNABLE, "locked")],
)
async def test_what_is_not_is_destroyed_and_told(
    world: World, sender: Person, scanner: MemoryScanner, mark: bytes, scan: ScanState, named: str
) -> None:
    id = await held(sender, mark)
    scanner.away = ""
    await Holding(world.core).run()
    filing = await kept(world, id)
    assert (filing.state, filing.scan, filing.reason) == (FilingState.REFUSED, scan, named)
    assert (filing.parts, filing.wrapped_key) == ((), b"")
    assert await world.blobs.ids() == []
    entry = await world.last()
    assert (entry.kind, entry.thing, entry.reason) == (Kind.FILING_REFUSED, id, named)
    assert len(await world.letters(sender.account, LetterKind.FILING_REFUSED)) == 1


async def test_one_that_the_scanner_cannot_bear_does_not_block_the_rest(
    world: World, sender: Person, scanner: MemoryScanner
) -> None:
    bad = [await held(sender, b"bad") for _ in range(holding.GIVE_UP + 2)]
    good = [await held(sender, name=name) for name in (LOSS, SUSPENSION)]

    async def answer(request: ScanRequest) -> Scanned:
        whole = b"".join([piece async for piece in request.chunks()])
        if b"bad" in whole:
            raise ScannerAway("it fell over")
        return Scanned(Verdict.CLEAN)

    scanner.away, scanner.answer = "", answer
    room = Holding(world.core)
    for _ in range(3):
        await room.run()
    assert await states(world, *good) == [FilingState.UPLOADED] * 2
    assert set(await states(world, *bad)) == {FilingState.HELD}


async def test_while_it_is_away_not_all_are_tried(world: World, sender: Person, scanner: MemoryScanner) -> None:
    tried = 0

    async def state() -> None:
        nonlocal tried
        tried += 1
        raise ScannerAway("still")

    scanner.state = state  # type: ignore[method-assign, assignment]
    for number in range(2 * holding.GIVE_UP):
        await put_filing(world, sender.office, FilingState.HELD, uploaded_at=world.clock.now() + number)
    room = Holding(world.core)
    await room.run()
    assert tried == holding.GIVE_UP
    await room.run()
    await room.run()
    assert tried == 3 * holding.GIVE_UP, "and then it begins anew"


async def test_more_than_a_run_takes_is_done_by_the_next(
    world: World, sender: Person, scanner: MemoryScanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "A_RUN", 2)
    ids = [await held(sender, str(number).encode()) for number in range(5)]
    scanner.away = ""
    room = Holding(world.core)
    for done in (2, 4, 5, 5):
        await room.run()
        assert (await states(world, *ids)).count(FilingState.UPLOADED) == done


async def test_what_is_taken_back_meanwhile_stays_taken_back(
    world: World, sender: Person, scanner: MemoryScanner
) -> None:
    id = await held(sender)

    async def answer(request: ScanRequest) -> Scanned:
        whole = [piece async for piece in request.chunks()]
        await sender.ask(m.CancelFiling(id, ""))
        return Scanned(Verdict.CLEAN if whole else Verdict.INFECTED)

    scanner.away, scanner.answer = "", answer
    await Holding(world.core).run()
    assert await states(world, id) == [FilingState.CANCELLED]
    assert await world.journal(Kind.FILING_RELEASED) == []


async def test_a_scanner_that_was_taken_away_releases_unless_one_is_required(
    world: World, sender: Person, scanner: MemoryScanner
) -> None:
    free, bound = await held(sender), await held(sender, name=LOSS)
    types = dict(world.core.catalogue.types)
    types["loss"] = dataclasses.replace(types["loss"], scan=ScanPolicy.REQUIRED)
    world.core.catalogue = dataclasses.replace(world.core.catalogue, types=types)
    world.plugins.given["scanner"] = []
    await Holding(world.core).run()
    assert await states(world, free, bound) == [FilingState.UPLOADED, FilingState.HELD]
    assert (await kept(world, free)).scan is ScanState.UNSCANNED


async def test_nothing_waits(world: World, sender: Person) -> None:
    before = await world.rows()
    room = Holding(world.core)
    await room.run()
    assert await world.rows() == before
    id = await sent(sender)
    await room.run()
    assert await states(world, id) == [FilingState.UPLOADED]
