# SPDX-License-Identifier: Apache-2.0
"""SubmitFiling: what an upload becomes, at once, again, and instead of what came back."""

import asyncio
import hashlib

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.time import DAY
from appliance.model.words import FilingState, Permission, ScanState
from appliance.vault.doorman.doorman import AT_ONCE
from appliance.vault.filings import submitting
from appliance.vault.housekeeping import sweep_orphans
from appliance.vault.letters import LetterKind
from tests.appliance.vault.doorman.making import PASSWORD, aes_zip, small_pdf
from tests.appliance.vault.filings.sending import (
    EVENT,
    LOSS,
    NAME,
    SUSPENSION,
    begun,
    content_of,
    everything,
    kept,
    put_filing,
    register_zip_password,
    returned,
    send,
    sent,
    submission,
)
from tests.appliance.vault.world import Person, World

# --- what becomes of it -------------------------------------------------------------------------------------------


async def test_a_bare_document_with_its_right_name(world: World, sender: Person) -> None:
    pdf = small_pdf()
    submitted = await send(sender, pdf, note=" 至急\r\n\x07お願いします ")
    [filed] = submitted.filings
    assert (filed.type, filed.file_name, filed.state, filed.came_as) == (
        "acquisition",
        NAME,
        FilingState.UPLOADED,
        "",
    )
    filing = await kept(world, filed.filing)
    assert (filing.office, filing.uploaded_by, filing.uploaded_at) == (
        sender.office,
        sender.account,
        world.clock.now(),
    )
    assert (filing.filed_on, filing.event_on, filing.due_on) == ("2026-06-09", EVENT, "2026-07-01")
    assert (filing.sha256, filing.size, filing.package) == (hashlib.sha256(pdf).digest(), len(pdf), b"")
    assert (filing.scan, filing.note) == (ScanState.UNSCANNED, "至急\nお願いします")
    assert await content_of(world, filing.id) == pdf
    assert await everything(world) == (0, 1)
    entry = await world.last()
    assert (entry.kind, entry.thing, entry.office, entry.sha256) == (
        Kind.FILING_UPLOADED,
        filing.id,
        sender.office,
        filing.sha256.hex(),
    )
    assert entry.personal["file_name"] == NAME


async def test_each_document_of_a_zip_is_a_filing_of_its_own(world: World, sender: Person) -> None:
    documents = {name: small_pdf(name) for name in (NAME, LOSS, SUSPENSION)}
    package = aes_zip(documents)
    submitted = await send(sender, package, "届書.zip")
    assert [filed.type for filed in submitted.filings] == ["acquisition", "loss", "suspension"]
    rows = [await kept(world, filed.filing) for filed in submitted.filings]
    for row, (name, content) in zip(rows, documents.items(), strict=True):
        assert (row.file_name, row.package) == (name, hashlib.sha256(package).digest())
        assert await content_of(world, row.id) == content
    assert [row.due_on for row in rows] == ["2026-07-01", "2026-07-01", ""]
    assert [row.event_on for row in rows] == [EVENT, EVENT, ""]
    assert len({row.wrapped_key for row in rows}) == 3
    assert len(await world.journal(Kind.FILING_UPLOADED)) == 3
    assert await everything(world) == (0, 3)
    named = {part.blob for row in rows for part in row.parts}
    assert {blob.id for blob in await world.blobs.ids()} == named, "the package itself is gone"


async def test_a_bare_document_is_named_by_kind_and_date(world: World, sender: Person) -> None:
    """A file dragged in is named by the portal."""
    submitted = await send(sender, small_pdf(), "スキャン 001.pdf", type="loss", filed_on="2026-06-08")
    [filed] = submitted.filings
    assert (filed.file_name, filed.came_as) == ("20260608_0001_加入者資格喪失届.pdf", "スキャン 001.pdf")
    assert (await kept(world, filed.filing)).filed_on == "2026-06-08"


async def test_a_single_document_in_a_zip_is_named_as_well(world: World, sender: Person) -> None:
    package = aes_zip({"scan.pdf": small_pdf()})
    [filed] = (await send(sender, package, "a.zip", type="loss", filed_on="2026-06-08")).filings
    assert (filed.file_name, filed.came_as) == ("20260608_0001_加入者資格喪失届.pdf", "scan.pdf")


async def test_what_waits_is_told_to_who_may_approve_it(
    world: World, sender: Person, colleague: Person, consultant: Person
) -> None:
    await world.take_permission(colleague, Permission.APPROVE)
    package = aes_zip({name: small_pdf(name) for name in (NAME, LOSS)})
    await send(consultant, package, "a.zip")
    told = [
        len(await world.letters(one.account, LetterKind.FILING_WAITING)) for one in (sender, colleague, consultant)
    ]
    assert told == [1, 0, 0]
    await send(sender, name=SUSPENSION)
    assert len(await world.letters(sender.account, LetterKind.FILING_WAITING)) == 1, "who can do it needs no letter"


async def test_under_four_eyes_the_other_one_is_told(world: World, sender: Person, colleague: Person) -> None:
    await sender.ask(m.ChangeOfficeRules(True, False, ""))
    await send(sender)
    assert len(await world.letters(colleague.account, LetterKind.FILING_WAITING)) == 1
    assert await world.letters(sender.account, LetterKind.FILING_WAITING) == []


# --- what no page sends -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "nothing"},
        {"type": "payment_notice"},
        {"type": "benefit_estimate"},
        {"type": "x" * 5_000},
        {"filed_on": "20260609"},
        {"filed_on": "2026-02-30"},
    ],
)
async def test_what_no_page_offers_is_refused_and_the_upload_stays(
    world: World, sender: Person, changes: dict[str, str]
) -> None:
    upload = await begun(sender, small_pdf(), NAME)
    answer = await sender.refused(Why.INVALID, submission(upload, small_pdf(), **changes))
    assert answer.text == "filing.type"
    assert await everything(world) == (1, 0)


async def test_a_note_has_an_end(world: World, sender: Person) -> None:
    upload = await begun(sender, small_pdf(), NAME)
    for note in ("x" * 501, "x" * 1_000_000):
        answer = await sender.refused(Why.INVALID, submission(upload, small_pdf(), note=note))
        assert (answer.text, answer.values) == ("filing.note", {"max": "500"})
    assert (await sender.ask(submission(upload, small_pdf(), note="x" * 500))).filings


async def test_an_upload_that_is_not_complete_or_another(world: World, sender: Person) -> None:
    pdf = small_pdf()
    upload = await sender.begin("", len(pdf), NAME)
    assert (await sender.refused(Why.CONFLICT, submission(upload, pdf))).text == "upload.order"
    await sender.put(upload, 0, pdf)
    for sha256 in (b"", bytes(32), b"x" * 5_000):
        answer = await sender.refused(Why.INVALID, submission(upload, pdf, sha256=sha256))
        assert answer.text == "upload.hash"
    assert (await sender.ask(submission(upload, pdf))).filings


async def test_an_upload_is_that_of_who_began_it(
    world: World, sender: Person, colleague: Person, stranger: Person
) -> None:
    upload = await begun(sender, small_pdf(), NAME)
    for other in (colleague, stranger):
        for id in (upload, "a" * 26, "", "x" * 5_000):
            await other.refused(Why.NOT_FOUND, submission(id, small_pdf()))
    assert await everything(world) == (1, 0)


async def test_what_the_fund_uploads_is_no_filing(world: World, sender: Person, clerk: Person) -> None:
    upload = await clerk.upload(sender.office)
    await sender.refused(Why.NOT_FOUND, submission(upload, b""))


# --- again, at once, afterwards -----------------------------------------------------------------------------------


async def test_a_command_that_comes_twice_has_the_first_outcome(world: World, sender: Person) -> None:
    for content in (small_pdf(), small_pdf() + b"more"):
        upload = await begun(sender, content, NAME)
        message = submission(upload, content, command=f"command-{len(content):08d}")
        first = await sender.ask(message)
        before = (await world.rows(), await world.blobs.ids(), len(await world.journal()))
        assert await sender.ask(message) == first
        assert (await world.rows(), await world.blobs.ids(), len(await world.journal())) == before


async def test_a_command_that_comes_twice_at_once_is_done_once(world: World, sender: Person) -> None:
    package = aes_zip({NAME: small_pdf(), LOSS: small_pdf("loss")})
    upload = await begun(sender, package, "a.zip")
    message = submission(upload, package, command="c" * 16)
    first, *others = await asyncio.gather(*(sender.ask(message) for _ in range(AT_ONCE + 2)))
    assert others == [first] * len(others), "also who had to wait until the bytes were gone"
    assert await everything(world) == (0, 2)
    assert len(await world.blobs.ids()) == 2, "whoever came too late leaves nothing on the disk"


async def test_one_upload_is_submitted_once_however_often_it_is_asked_for_at_once(
    world: World, sender: Person
) -> None:
    package = aes_zip({NAME: small_pdf(), LOSS: small_pdf("loss")})
    upload = await begun(sender, package, "a.zip")
    message = submission(upload, package)
    answers = await asyncio.gather(
        *(world.outcome(sender.site, message, token=sender.token) for _ in range(AT_ONCE + 4))
    )
    assert sorted(map(str, answers))[1:] == [Why.NOT_FOUND] * (AT_ONCE + 3)
    assert await everything(world) == (0, 2)
    assert len(await world.blobs.ids()) == 2


async def test_parts_of_a_sent_document_may_come_again(world: World, sender: Person) -> None:
    """The same form twice: what was sent is there, and the end has its outcome."""
    pdf = small_pdf()
    upload = await begun(sender, pdf, NAME)
    message = submission(upload, pdf, command="c" * 16)
    first = await sender.ask(message)
    await sender.put(upload, 0, pdf)
    assert await sender.ask(message) == first


async def test_a_vault_that_ends_before_the_commit_leaves_only_bytes_that_nobody_names(
    world: World, sender: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = aes_zip({NAME: small_pdf(), LOSS: small_pdf("loss")})
    upload = await begun(sender, package, "a.zip")
    monkeypatch.setattr(submitting, "_write", fail)
    with pytest.raises(ZeroDivisionError):
        await sender.ask(submission(upload, package))
    monkeypatch.undo()
    assert await everything(world) == (1, 0)
    assert len(await world.blobs.ids()) == 3
    assert len((await sender.ask(submission(upload, package))).filings) == 2
    world.clock.move(2 * DAY)
    await sweep_orphans(world.core)
    assert len(await world.blobs.ids()) == 2


async def fail(*_: object) -> None:
    raise ZeroDivisionError


async def test_a_document_that_cannot_be_read_any_more(world: World, sender: Person) -> None:
    upload = await begun(sender, small_pdf(), NAME)
    [blob] = await world.blobs.ids()
    await world.blobs.delete(blob.id)
    await sender.refused(Why.BROKEN, submission(upload, small_pdf()))
    assert await everything(world) == (1, 0)


# --- instead of one that came back --------------------------------------------------------------------------------


async def test_a_returned_filing_and_the_one_in_its_place_lead_to_each_other(
    world: World, sender: Person, clerk: Person
) -> None:
    first = await returned(world, sender, clerk)
    second = await sent(sender, follows=first)
    assert ((await kept(world, first)).followed_by, (await kept(world, second)).follows) == (second, first)
    assert (await kept(world, first)).state is FilingState.RETURNED
    upload = await begun(sender, small_pdf(), NAME)
    answer = await sender.refused(Why.CONFLICT, submission(upload, small_pdf(), follows=first))
    assert answer.text == "filing.followed"
    await sender.ask(m.CancelFiling(second, ""))
    [third] = (await sender.ask(submission(upload, small_pdf(), follows=first))).filings
    assert (await kept(world, first)).followed_by == third.filing


@pytest.mark.parametrize("state", [state for state in FilingState if state is not FilingState.RETURNED])
async def test_only_what_was_returned_is_followed(world: World, sender: Person, state: FilingState) -> None:
    first = await put_filing(world, sender.office, state)
    upload = await begun(sender, small_pdf(), NAME)
    answer = await sender.refused(Why.CONFLICT, submission(upload, small_pdf(), follows=first))
    assert answer.text == "filing.not_returned"
    assert await everything(world) == (1, 1)


async def test_another_offices_filing_is_not_followed(
    world: World, sender: Person, clerk: Person, stranger: Person
) -> None:
    first = await returned(world, sender, clerk)
    upload = await begun(stranger, small_pdf(), NAME)
    for id in (first, "a" * 26, "x" * 5_000):
        await stranger.refused(Why.NOT_FOUND, submission(upload, small_pdf(), follows=id))


async def test_a_filing_is_followed_once_however_many_try(world: World, sender: Person, clerk: Person) -> None:
    first = await returned(world, sender, clerk)
    pdfs = [small_pdf(str(number)) for number in range(3)]
    uploads_ = [await begun(sender, pdf, NAME) for pdf in pdfs]
    answers = await asyncio.gather(
        *(
            world.outcome(sender.site, submission(upload, pdf, follows=first), token=sender.token)
            for upload, pdf in zip(uploads_, pdfs, strict=True)
        )
    )
    assert sum(isinstance(answer, m.Submitted) for answer in answers) == 1
    assert set(answers) - {Why.CONFLICT, Why.BUSY} == {a for a in answers if isinstance(a, m.Submitted)}
    assert await everything(world) == (2, 2)


@pytest.mark.lab
async def test_two_hundred_at_once_are_not_mixed_up(world: World) -> None:
    """Lesson 6: each filing has its own office, name and bytes."""
    people, turns = [], asyncio.Semaphore(60)  # more would be told to come again
    for number in range(1, 11):
        office = await world.office(number)
        await register_zip_password(world, office, f"{PASSWORD}{number}")
        people.append((number, await world.visitor(office, f"Yamada{number:02d}")))

    async def one(number: int, person: Person, turn: int) -> None:
        name = f"202606{turn + 1:02d}_{number:04d}_中断者届.pdf"
        content = small_pdf(f"{number}/{turn}")
        package = aes_zip({name: content}, f"{PASSWORD}{number}")
        upload = await begun(person, package, "a.zip")
        async with turns:
            answer = await person.ask(submission(upload, package))
        [filed] = answer.filings
        filing = await kept(world, filed.filing)
        assert (filing.office, filing.file_name) == (person.office, name)
        assert await content_of(world, filing.id) == content

    await asyncio.gather(*(one(number, person, turn) for turn in range(20) for number, person in people))
    assert await everything(world) == (0, 200)
