# SPDX-License-Identifier: Apache-2.0
"""SubmitFiling: bare documents and ZIPs become filings, or the person is told everything that is wrong."""

import hashlib

import pytest

from appliance.model.journal import Kind
from appliance.model.words import FilingState, ScanState
from appliance.vault.documents.opening import opened
from appliance.vault.records.tables import filings, uploads
from tests.appliance.vault.doorman.making import aes_zip, small_pdf
from tests.appliance.vault.filings.sending import (
    EVENT,
    LOSS,
    NAME,
    SUSPENSION,
    kept,
    register_zip_password,
    send,
)
from tests.appliance.vault.world import Person, World


@pytest.fixture
async def sender(world: World, user: Person) -> Person:
    """The admin of an office with a ZIP password."""
    await register_zip_password(world, user.office)
    return user


async def content_of(world: World, id: str) -> bytes:
    return b"".join([piece async for piece in opened(world.core, await kept(world, id))])


async def everything(world: World) -> tuple[int, int]:
    """How many uploads and filings there are."""
    return await world.core.read(lambda snapshot: (uploads.count(snapshot, 100), filings.count(snapshot, 100)))


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
