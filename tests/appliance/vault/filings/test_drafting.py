# SPDX-License-Identifier: Apache-2.0
"""From an upload to filings: what cannot be taken is told, all of it, and leaves nothing."""

import dataclasses
import hashlib
from typing import Any

import pytest

from appliance.model.journal import Kind, Result
from appliance.model.problems import Problem, Rule
from appliance.model.words import FilingState, ScanState
from appliance.testing.memory_scanner import INFECTED, LOCKED, MemoryScanner
from appliance.vault.letters import LetterKind
from tests.appliance.vault.doorman.making import aes_zip, plain_zip, small_pdf
from tests.appliance.vault.doorman.samples import FOLDER, NAMES
from tests.appliance.vault.filings.sending import (
    LOSS,
    NAME,
    SUSPENSION,
    begun,
    everything,
    kept,
    register_zip_password,
    send,
    sent,
    submission,
)
from tests.appliance.vault.world import Person, World


async def test_one_password_and_cipher_of_seven_zip_and_others(world: World, sender: Person) -> None:
    for bits in (128, 192, 256):
        package = aes_zip({NAME: small_pdf(str(bits))}, bits=bits)
        assert (await send(sender, package, "a.ZIP")).problems == ()
    assert await everything(world) == (0, 3)


async def of_office_123(world: World) -> Person:
    """The admin of the office that the files of real programs are for."""
    office = await world.office(123)
    await register_zip_password(world, office)
    return await world.visitor(office)


@pytest.mark.parametrize("name", ["7zip-aes256.zip", "7zip-cp932.zip", "7zip-stored.zip", "bsdtar-aes256.zip"])
async def test_zips_of_real_programs(world: World, name: str) -> None:
    submitted = await send(await of_office_123(world), (FOLDER / name).read_bytes(), name)
    assert [filed.file_name for filed in submitted.filings] == list(NAMES)
    assert [filed.type for filed in submitted.filings] == ["acquisition", "loss"]


async def test_an_old_cipher_is_taken_where_the_fund_takes_it(world: World) -> None:
    person, package = await of_office_123(world), (FOLDER / "7zip-zipcrypto.zip").read_bytes()
    problems = (await send(person, package, "a.zip")).problems
    assert {problem.rule for problem in problems} == {Rule.ZIP_ZIPCRYPTO}
    exchange = dataclasses.replace(world.settings.exchange, accept_zipcrypto=True)
    world.core.settings = dataclasses.replace(world.settings, exchange=exchange)
    assert len((await send(person, package, "a.zip")).filings) == 2


# --- what is wrong ------------------------------------------------------------------------------------------------


async def refused(world: World, sender: Person, content: bytes, name: str, **changes: Any) -> list[Problem]:
    """The problems of a submission of which nothing stays but the entry that it was refused."""
    before = len(await world.journal(Kind.FILING_REFUSED))
    submitted = await send(sender, content, name, **changes)
    assert submitted.filings == ()
    assert await everything(world) == (0, 0)
    assert await world.blobs.ids() == []
    entries = await world.journal(Kind.FILING_REFUSED)
    assert len(entries) == before + 1
    entry = entries[-1]
    assert (entry.result, entry.office, entry.actor) == (Result.DONE, sender.office, sender.account)
    assert set(entry.reason.split(", ")) == {problem.rule.value for problem in submitted.problems}
    assert entry.sha256 == hashlib.sha256(content).hexdigest()
    return list(submitted.problems)


@pytest.mark.parametrize(
    ("content", "name", "rule"),
    [
        (small_pdf(), "scan.pdf", Rule.NAME_PARTS),
        (small_pdf(), "20260230_0001_加入者資格取得届.pdf", Rule.NAME_DATE),
        (small_pdf(), "20260609_1_加入者資格取得届.pdf", Rule.NAME_OFFICE),
        (small_pdf(), "20260609_0002_加入者資格取得届.pdf", Rule.NAME_OTHER_OFFICE),
        (small_pdf(), "20260609_0001_何かの届.pdf", Rule.NAME_TYPE),
        (small_pdf(), "20260609_0001_年金・一時金見込額試算依頼書.pdf", Rule.NAME_PAPER),
        (small_pdf() + b"more", NAME, Rule.PDF_TRAILING),
        (b"%PDF-1.7 nothing else", NAME, Rule.PDF_NONE),
        (plain_zip({NAME: small_pdf()}), "a.zip", Rule.ZIP_ENCRYPTION),
        (aes_zip({NAME: small_pdf()}, "another-Password1"), "a.zip", Rule.PASSWORD),
        (aes_zip({"20260609_0002_加入者資格取得届.pdf": small_pdf()}), "a.zip", Rule.NAME_OTHER_OFFICE),
        (b"PK nothing", "a.zip", Rule.ZIP_NONE),
        (b"MZ", "a.xlsx", Rule.CONTENT_FORMAT),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else "",
)
async def test_what_cannot_be_taken(world: World, sender: Person, content: bytes, name: str, rule: Rule) -> None:
    assert rule in {problem.rule for problem in await refused(world, sender, content, name)}


@pytest.mark.parametrize("name", ["20260609_0002_加入者資格取得届.pdf", "20260609_0001_年金資産額等依頼書.pdf"])
async def test_what_a_person_chose_does_not_make_it_right(world: World, sender: Person, name: str) -> None:
    """A document of another office, or one that goes by post, is not renamed into a filing."""
    assert await refused(world, sender, small_pdf(), name, type="loss", filed_on="2026-06-09")


async def test_of_several_each_must_have_its_name_and_all_is_told(world: World, sender: Person) -> None:
    names = [NAME, "scan.pdf", "20260609_1_加入者資格喪失届.pdf"]
    package = aes_zip({name: small_pdf(name) for name in names})
    problems = await refused(world, sender, package, "a.zip", type="loss", filed_on="2026-06-09")
    assert {(problem.entry, problem.rule) for problem in problems} == {
        ("scan.pdf", Rule.NAME_PARTS),
        ("scan.pdf", Rule.NAME_TYPE),
        ("20260609_1_加入者資格喪失届.pdf", Rule.NAME_OFFICE),
    }
    assert problems[-1].values["suggestion"] == LOSS


async def test_of_very_many_problems_as_many_are_told_as_fit(world: World, sender: Person) -> None:
    names = [f"{'長い名前' * 20}{number:02}.pdf" for number in range(99)]
    package = aes_zip({name: small_pdf(name) for name in names})
    upload = await begun(sender, package, "a.zip")
    message = submission(upload, package, command="c" * 16)
    first = await sender.ask(message)
    assert len(first.problems) > 50 and {problem.entry for problem in first.problems} < set(names)
    assert await sender.ask(message) == first


@pytest.mark.parametrize("event_on", ["", "2026-06-11", "2026-06-31", "soon", "1899-12-31", "２０２６-06-01"])
async def test_an_event_that_cannot_have_been(world: World, sender: Person, event_on: str) -> None:
    [problem] = await refused(world, sender, small_pdf(), NAME, event_on=event_on)
    assert problem == Problem(Rule.EVENT_DATE)


async def test_a_zip_before_there_is_a_password(world: World, user: Person) -> None:
    [problem] = await refused(world, user, aes_zip({NAME: small_pdf()}), "a.zip")
    assert problem.rule is Rule.PASSWORD


async def test_what_a_scanner_finds_is_destroyed(world: World, sender: Person) -> None:
    world.plugins.add("scanner", MemoryScanner())
    bad = small_pdf(INFECTED.decode())
    package = aes_zip({NAME: small_pdf(), LOSS: bad, SUSPENSION: small_pdf(LOCKED.decode())})
    problems = await refused(world, sender, package, "a.zip")
    assert [(problem.rule, problem.entry) for problem in problems] == [
        (Rule.INFECTED, LOSS),
        (Rule.NOT_SCANNABLE, SUSPENSION),
    ]
    assert problems[0].values == {"named": "Renkei.Test"}
    [problem] = await refused(world, sender, bad, NAME)
    assert problem.rule is Rule.INFECTED


async def test_what_was_scanned_says_by_whom(world: World, sender: Person) -> None:
    world.plugins.add("scanner", MemoryScanner())
    filing = await kept(world, await sent(sender))
    assert (filing.scan, filing.state) == (ScanState.CLEAN, FilingState.UPLOADED)
    assert filing.engine.startswith("memory 1.0")


async def test_while_the_scanner_is_away_it_is_held(world: World, sender: Person, consultant: Person) -> None:
    scanner = MemoryScanner()
    scanner.away = "restarting"
    world.plugins.add("scanner", scanner)
    [filed] = (await send(consultant)).filings
    assert filed.state is FilingState.HELD
    assert (await world.last()).kind is Kind.FILING_HELD
    assert await world.letters(sender.account, LetterKind.FILING_WAITING) == []
