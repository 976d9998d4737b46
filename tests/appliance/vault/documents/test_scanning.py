# SPDX-License-Identifier: Apache-2.0
"""A document goes on when every scanner has read it and found it clean; nothing else lets it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from appliance.config.office_settings import Exchange, ScannerNeed
from appliance.contracts.families import BY_ID
from appliance.contracts.scanner import MAX_NAMED, Scanned, ScannerAway, ScannerState, ScanRequest, Verdict
from appliance.host import bounded
from appliance.host.guarded import Rule, guarded
from appliance.metrics.registry import Metrics
from appliance.model.documents import Direction, DocumentType, ScanPolicy
from appliance.model.problems import Problem
from appliance.model.problems import Rule as Problems
from appliance.model.things import Upload
from appliance.model.words import Format, ScanState
from appliance.testing.memory_scanner import INFECTED, LOCKED, MemoryScanner
from appliance.vault.documents.scanning import Looked, engine_text, look, need_scanner
from appliance.vault.records.tables import uploads as rows
from tests.appliance.vault.world import CONTENT, Person, World

SOON = 0.02
ENGINE = "memory 1.0, signatures 2026-06-08"
CLEAN, AWAY = Looked(ScanState.CLEAN, ENGINE), Looked(ScanState.WAITING)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(bounded, "GRACE", SOON)
    caplog.set_level(logging.CRITICAL, "appliance.host.guarded")
    caplog.handler.setLevel(logging.WARNING)


Keep = Callable[[bytes], Awaitable[Upload]]


@pytest.fixture
async def keep(world: World, clerk: Person, office: str) -> Keep:
    """Keeps some bytes as a document that is on its way."""

    async def kept(content: bytes) -> Upload:
        id = await clerk.begin(office, len(content))
        await clerk.put(id, 0, content)
        found = await world.core.read(lambda snapshot: rows.get(snapshot, id))
        assert found is not None
        return found

    return kept


def configured(world: World, scanner: Any, name: str = "one", *, seconds: float = 5) -> Any:
    """The scanner, guarded as the host guards it."""
    family = replace(BY_ID["scanner"], timeout=seconds, own_time=())
    rule = Rule(name, family, Metrics(process=False).plugin_call(name, "scanner"))
    world.plugins.add("scanner", guarded(scanner, rule), name)
    return scanner


async def looked(world: World, kept: Upload, seconds: float = 5) -> Looked:
    return await look(world.core, kept, Format.PDF, seconds=seconds)


# --- one scanner --------------------------------------------------------------------------------------------------


async def test_without_a_scanner_it_is_unscanned(world: World, keep: Keep) -> None:
    assert await looked(world, await keep(CONTENT)) == Looked(ScanState.UNSCANNED)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (CONTENT, CLEAN),
        (CONTENT + INFECTED, Looked(ScanState.INFECTED, ENGINE, "Renkei.Test")),
        (CONTENT + LOCKED, Looked(ScanState.NOT_SCANNABLE, ENGINE, "locked")),
    ],
)
async def test_the_verdict_of_one(world: World, keep: Keep, content: bytes, wanted: Looked) -> None:
    configured(world, MemoryScanner())
    assert await looked(world, await keep(content)) == wanted


async def test_what_it_is_handed(world: World, keep: Keep) -> None:
    asked: list[ScanRequest] = []
    scanner = configured(world, MemoryScanner())

    async def answer(request: ScanRequest) -> Scanned:
        asked.append(request)
        for _ in range(2):
            assert b"".join([piece async for piece in request.chunks()]) == CONTENT
        return Scanned(Verdict.CLEAN)

    scanner.answer = answer
    kept = await keep(CONTENT)
    assert (await looked(world, kept)).state is ScanState.CLEAN
    assert [(one.id, one.format, one.size) for one in asked] == [(kept.id, Format.PDF, len(CONTENT))]
    assert "%PDF" not in repr(asked)


# --- scanners that do not answer as agreed ------------------------------------------------------------------------


class Says:
    """A scanner that does what it is told, after it has read the document."""

    def __init__(self, does: Callable[[], Any], *, state: Callable[[], Any] | None = None) -> None:
        self._does = does
        self._state = state or (lambda: ScannerState("memory 1.0"))

    async def scan(self, request: ScanRequest) -> Any:
        async for _ in request.chunks():
            pass
        return await _done(self._does)

    async def state(self) -> Any:
        return await _done(self._state)


async def _done(does: Callable[[], Any]) -> Any:
    value = does()
    return await value if asyncio.iscoroutine(value) else value


def raises(error: BaseException) -> Callable[[], Any]:
    def does() -> None:
        raise error

    return does


async def hangs() -> None:
    await asyncio.Event().wait()


class Lookalike:
    verdict, named = Verdict.CLEAN, ""


BAD: list[Callable[[], Any]] = [
    raises(ScannerAway("at lunch")),
    raises(ScannerAway()),
    raises(ValueError("a fault")),
    raises(TimeoutError()),
    raises(asyncio.CancelledError()),
    raises(SystemExit(1)),
    hangs,
    lambda: None,
    lambda: True,
    lambda: "clean",
    lambda: Verdict.CLEAN,
    Lookalike,
    lambda: Scanned("clean"),  # type: ignore[arg-type]
    lambda: Scanned(Verdict.CLEAN, "two\nlines"),
]


@pytest.mark.parametrize("does", BAD)
async def test_whoever_does_not_answer_as_agreed_leaves_it_waiting(
    world: World, keep: Keep, does: Callable[[], Any]
) -> None:
    configured(world, Says(does), seconds=SOON)
    assert await looked(world, await keep(CONTENT)) == AWAY


@pytest.mark.parametrize("does", [*BAD[:10], lambda: ScannerState(""), lambda: ScannerState("x", -1)])
async def test_whoever_cannot_say_what_it_is_leaves_it_waiting(
    world: World, keep: Keep, does: Callable[[], Any]
) -> None:
    configured(world, Says(lambda: Scanned(Verdict.CLEAN), state=does), seconds=SOON)
    assert await looked(world, await keep(CONTENT)) == AWAY


async def test_patience_ends(world: World, keep: Keep) -> None:
    configured(world, Says(hangs), seconds=600)
    assert await looked(world, await keep(CONTENT), seconds=SOON) == AWAY


async def test_clean_counts_only_from_who_has_read_all(
    world: World, keep: Keep, caplog: pytest.LogCaptureFixture
) -> None:
    scanner = configured(world, MemoryScanner())

    async def glance(request: ScanRequest) -> Scanned:
        return Scanned(Verdict.CLEAN)

    scanner.answer = glance
    assert await looked(world, await keep(CONTENT)) == AWAY
    assert "without reading it to its end" in caplog.text


async def test_who_finds_something_at_the_beginning_need_not_read_on(world: World, keep: Keep) -> None:
    scanner = configured(world, MemoryScanner())

    async def first(request: ScanRequest) -> Scanned:
        return Scanned(Verdict.INFECTED, "First.Byte")

    scanner.answer = first
    assert (await looked(world, await keep(CONTENT))).state is ScanState.INFECTED


@pytest.mark.parametrize("swallowed", [False, True])
async def test_a_document_that_cannot_be_read_waits(
    world: World, keep: Keep, swallowed: bool, caplog: pytest.LogCaptureFixture
) -> None:
    kept = await keep(CONTENT)
    world.blobs.broken = "the disk is gone"
    scanner = configured(world, MemoryScanner())

    async def carefree(request: ScanRequest) -> Scanned:
        with suppress(ScannerAway):
            [_ async for _ in request.chunks()]
        return Scanned(Verdict.CLEAN)

    if swallowed:
        scanner.answer = carefree
    assert await looked(world, kept) == AWAY
    assert f"document {kept.id} cannot be read" in caplog.text


async def test_who_asks_may_go_away(world: World, keep: Keep) -> None:
    configured(world, Says(hangs), seconds=600)
    kept = await keep(CONTENT)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(SOON):
            await looked(world, kept, seconds=600)


# --- several ------------------------------------------------------------------------------------------------------


def named(name: str, verdict: Verdict = Verdict.INFECTED) -> Says:
    return Says(lambda: Scanned(verdict, name), state=lambda: ScannerState(f"{name} 2"))


CLEAR, GONE = named("clear", Verdict.CLEAN), Says(raises(ScannerAway("gone")))
SHUT = named("shut", Verdict.NOT_SCANNABLE)


@pytest.mark.parametrize(
    ("scanners", "wanted"),
    [
        ([CLEAR, CLEAR], Looked(ScanState.CLEAN, "clear 2; clear 2")),
        ([CLEAR, GONE], AWAY),
        ([GONE, GONE], AWAY),
        ([CLEAR, SHUT], Looked(ScanState.NOT_SCANNABLE, "clear 2; shut 2", "shut")),
        ([GONE, SHUT], Looked(ScanState.NOT_SCANNABLE, "shut 2", "shut")),
        ([SHUT, CLEAR, named("bad")], Looked(ScanState.INFECTED, "shut 2; clear 2; bad 2", "bad")),
        ([GONE, named("bad")], Looked(ScanState.INFECTED, "bad 2", "bad")),
        ([named("bad"), named("worse")], Looked(ScanState.INFECTED, "bad 2; worse 2", "bad; worse")),
        (
            [named("x" * 150)] * 2,
            Looked(ScanState.INFECTED, f"{'x' * 150} 2; {'x' * 46}", f"{'x' * 150}; {'x' * 48}"),
        ),
    ],
)
async def test_the_verdict_of_several(world: World, keep: Keep, scanners: list[Says], wanted: Looked) -> None:
    for number, scanner in enumerate(scanners):
        configured(world, scanner, f"number-{number}")
    said = await looked(world, await keep(CONTENT))
    assert said == wanted and len(said.engine) <= MAX_NAMED and len(said.named) <= MAX_NAMED


async def test_they_are_asked_at_once(world: World, keep: Keep) -> None:
    both = asyncio.Barrier(2)

    async def together() -> Scanned:
        await both.wait()
        return Scanned(Verdict.CLEAN)

    for name in ("one", "other"):
        configured(world, Says(together), name)
    assert (await looked(world, await keep(CONTENT))).state is ScanState.CLEAN


# --- what follows -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "rule"),
    [
        (ScanState.UNSCANNED, None),
        (ScanState.WAITING, None),
        (ScanState.CLEAN, None),
        (ScanState.INFECTED, Problems.INFECTED),
        (ScanState.NOT_SCANNABLE, Problems.NOT_SCANNABLE),
    ],
)
def test_what_cannot_go_on_is_a_problem(state: ScanState, rule: Problems | None) -> None:
    wanted = Problem(rule, values={"named": "it"}) if rule else None
    assert Looked(state, "engine", "it").problem == wanted


@pytest.mark.parametrize(
    ("fund", "policy", "wanted"),
    [
        (ScannerNeed.IF_THERE, ScanPolicy.DEFAULT, False),
        (ScannerNeed.IF_THERE, ScanPolicy.REQUIRED, True),
        (ScannerNeed.REQUIRED, ScanPolicy.DEFAULT, True),
        (ScannerNeed.REQUIRED, ScanPolicy.REQUIRED, True),
    ],
)
@pytest.mark.parametrize("there", [False, True])
def test_a_scanner_may_be_needed(
    world: World, fund: ScannerNeed, policy: ScanPolicy, wanted: bool, there: bool
) -> None:
    world.core.settings = replace(world.settings, exchange=Exchange(scanner=fund))
    if there:
        configured(world, MemoryScanner())
        wanted = False
    assert need_scanner(world.core, DocumentType("x", "届", Direction.TO_FUND, scan=policy)) is wanted


def test_the_day_of_the_signatures_is_that_in_japan() -> None:
    assert engine_text(ScannerState("ClamAV 1.4.3", 1_780_930_800_000)) == "ClamAV 1.4.3, signatures 2026-06-09"
    assert engine_text(ScannerState("ClamAV 1.4.3")) == "ClamAV 1.4.3"
