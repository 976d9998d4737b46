# SPDX-License-Identifier: Apache-2.0
"""Documents on their way in: names, sizes, parts in order, bytes that are not what they should be."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import pytest

from appliance.contracts.blobs import BlobError
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.link.streams import StreamCut
from appliance.model.journal import Kind, Result
from appliance.vault.documents import uploads
from appliance.vault.documents.uploads import MAX_NAME, MAX_TYPED, document_name
from appliance.vault.records.tables import uploads as rows
from tests.appliance.vault.world import CONTENT, Person, World, delivery, stream_of
from tests.pdf import pdf

PART = 64
WHOLE = pdf(1, 500)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PART_SIZE", PART)


def parts_of(content: bytes) -> list[bytes]:
    return [content[at : at + PART] for at in range(0, len(content), PART)]


async def kept(world: World, upload: str) -> int:
    """How many parts of an upload are kept."""
    row = await world.core.read(lambda snapshot: rows.get(snapshot, upload))
    assert row is not None
    return len(row.parts)


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("納入告知.pdf", "納入告知.pdf"),
        ("NOTICE.PDF", "NOTICE.PDF"),
        ("/etc/cron.d/x.pdf", "x.pdf"),
        (r"C:\Users\taro\納入.pdf", "納入.pdf"),
        ("../../../x.pdf", "x.pdf"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie_ b.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("invoice\u202efdp.exe.pdf", "invoicefdp.exe.pdf"),
        ("a\u200b\u2066b\ufeff.pdf", "ab.pdf"),
        ('a"b<c>d|e?f*g.pdf', "a_b_c_d_e_f_g.pdf"),
        ("が.pdf", "が.pdf"),
        (" . .x.pdf . ", "x.pdf"),
        ("x" * (MAX_NAME - 4) + ".pdf", "x" * (MAX_NAME - 4) + ".pdf"),
        ("\ud800.pdf", ".pdf"),
    ],
)
def test_a_name_is_never_a_path(typed: str, name: str) -> None:
    if name == ".pdf":
        with pytest.raises(Refused):
            document_name(typed)
    else:
        assert document_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("", "upload.name"),
        (".", "upload.name"),
        ("a.pdf/", "upload.name"),
        ("x" * (MAX_NAME - 3) + ".pdf", "upload.name"),
        ("\u202e\u200b", "upload.name"),
        ("dir/" + "x" * MAX_TYPED + "/a.pdf", "upload.name"),
        ("a.pdf" + "\u202e" * MAX_TYPED, "upload.name"),
        ("a.exe", "upload.ending"),
        ("a.pdf.exe", "upload.ending"),
        ("pdf", "upload.ending"),
        (".pdf", "upload.ending"),
        ("a.pdf\0.exe", "upload.ending"),
    ],
)
async def test_a_name_that_cannot_be_begins_nothing(
    world: World, clerk: Person, office: str, typed: str, text: str
) -> None:
    before = await world.rows()
    refused = await clerk.refused(Why.INVALID, m.BeginUpload(office, typed, 10, ""))
    assert refused.text == text
    assert await world.rows() == before


@pytest.mark.parametrize("size", [0, -1, 200 * 1024 * 1024 + 1, 2**62])
async def test_a_size_that_cannot_be_begins_nothing(world: World, clerk: Person, office: str, size: int) -> None:
    refused = await clerk.refused(Why.TOO_LARGE, m.BeginUpload(office, "a.pdf", size, ""))
    assert refused.values == {"max": "200"}


async def test_the_largest_size_may_begin(clerk: Person, office: str) -> None:
    assert await clerk.begin(office, 200 * 1024 * 1024)


@pytest.mark.parametrize("nobody", ["", "a" * 26, "x" * 5_000, "\0"])
async def test_an_office_that_there_is_not(clerk: Person, office: str, nobody: str) -> None:
    await clerk.refused(Why.NOT_FOUND, m.BeginUpload(nobody, "a.pdf", 10, ""))


async def test_the_name_is_in_the_journal_as_a_personal_value(world: World, clerk: Person, office: str) -> None:
    upload = await clerk.begin(office, name="dir/納入.pdf")
    entry = await world.last()
    assert (entry.kind, entry.thing, entry.office, entry.actor) == (
        Kind.UPLOAD_BEGUN,
        upload,
        "",
        clerk.account,
    )
    assert entry.personal["file_name"] == "納入.pdf"


# --- parts --------------------------------------------------------------------------------------------------------


async def test_parts_in_order_become_the_document(
    world: World, user: Person, clerk: Person, office: str, small_parts: None
) -> None:
    upload = await clerk.begin(office, len(WHOLE))
    for number, part in enumerate(parts_of(WHOLE)):
        answer = await clerk.put(upload, number, part[:10], b"", part[10:])
        so_far = WHOLE[: (number + 1) * PART]
        assert answer == m.PartKept(len(part), hashlib.sha256(so_far).digest())
    notice = (await clerk.ask(delivery(upload, WHOLE))).notice
    assert (await user.download(notice))[1] == WHOLE


async def test_a_part_out_of_order_is_told_which_is_next(
    world: World, clerk: Person, office: str, small_parts: None
) -> None:
    upload = await clerk.begin(office, len(WHOLE))
    await clerk.put(upload, 0, WHOLE[:PART])
    for number in (2, 3, -1, 2**40):
        refused = await clerk.refused(Why.CONFLICT, m.PutPart(upload, number), stream=stream_of(WHOLE[:PART]))
        assert (refused.text, refused.values) == ("upload.order", {"next": "1"})
    assert await kept(world, upload) == 1


async def test_a_repeat_with_the_same_bytes_changes_nothing(
    world: World, clerk: Person, office: str, small_parts: None
) -> None:
    upload = await clerk.begin(office, len(WHOLE))
    first = await clerk.put(upload, 0, WHOLE[:PART])
    before = (await world.rows(), await world.blobs.ids(), len(await world.journal()))
    assert await clerk.put(upload, 0, WHOLE[:PART]) == first
    assert (await world.rows(), await world.blobs.ids(), len(await world.journal())) == before


async def test_a_repeat_with_other_bytes_is_a_conflict(
    world: World, clerk: Person, office: str, small_parts: None
) -> None:
    upload = await clerk.begin(office, len(WHOLE))
    await clerk.put(upload, 0, WHOLE[:PART])
    before = await world.rows()
    other = WHOLE[: PART - 1] + b"!"
    refused = await clerk.refused(Why.CONFLICT, m.PutPart(upload, 0), stream=stream_of(other))
    assert refused.text == "upload.differs"
    assert await world.rows() == before


async def test_one_part_twice_at_once_is_kept_once(
    world: World, clerk: Person, office: str, small_parts: None
) -> None:
    upload = await clerk.begin(office, len(WHOLE))
    both = [
        world.outcome(clerk.site, m.PutPart(upload, 0), token=clerk.token, stream=stream_of(WHOLE[:PART]))
        for _ in "12"
    ]
    answers = await asyncio.gather(*both)
    assert answers == [m.PartKept(PART, hashlib.sha256(WHOLE[:PART]).digest())] * 2, "the second changed nothing"
    assert await kept(world, upload) == 1
    assert len(await world.blobs.ids()) == 1, "nobody fills the disk by sending a part many times at once"


async def test_of_two_different_parts_at_once_one_is_kept(
    world: World, clerk: Person, office: str, small_parts: None
) -> None:
    upload = await clerk.begin(office, len(WHOLE))
    other = WHOLE[: PART - 1] + b"!"
    both = [
        world.outcome(clerk.site, m.PutPart(upload, 0), token=clerk.token, stream=stream_of(sent))
        for sent in (WHOLE[:PART], other)
    ]
    answers = await asyncio.gather(*both)
    assert Why.CONFLICT in answers and sum(isinstance(answer, m.PartKept) for answer in answers) == 1
    assert await kept(world, upload) == 1 == len(await world.blobs.ids())


@pytest.mark.parametrize(
    ("sent", "why", "text"),
    [
        (CONTENT + b"!", Why.TOO_LARGE, "upload.part_size"),
        (CONTENT * 100, Why.TOO_LARGE, "upload.part_size"),
        (CONTENT[:-1], Why.INVALID, "upload.cut"),
        (b"", Why.INVALID, "upload.cut"),
        (b"MZ" + CONTENT[2:], Why.INVALID, "upload.not_pdf"),
    ],
)
@pytest.mark.parametrize("step", [1, 1000])
async def test_bytes_that_are_not_what_was_said(
    world: World, clerk: Person, office: str, sent: bytes, why: Why, text: str, step: int
) -> None:
    upload = await clerk.begin(office)
    pieces = [sent[at : at + step] for at in range(0, len(sent), step)]
    refused = await clerk.refused(why, m.PutPart(upload, 0), stream=stream_of(*pieces))
    assert refused.text == text
    assert (await world.blobs.ids(), await kept(world, upload)) == ([], 0)
    last = await world.last()
    assert (last.kind, last.result, last.thing) == (Kind.UPLOAD_PART, Result.REFUSED, upload)


async def test_nothing_comes_behind_the_last_part(world: World, clerk: Person, office: str) -> None:
    upload = await clerk.upload(office)
    refused = await clerk.refused(Why.CONFLICT, m.PutPart(upload, 1), stream=stream_of(b"more"))
    assert refused.text == "upload.complete"


async def test_parts_of_a_delivered_document_may_be_sent_again_and_change_nothing(
    world: World, clerk: Person, office: str
) -> None:
    notice = await clerk.deliver(office)
    before = await world.rows()
    await clerk.put(notice, 0, CONTENT)
    await clerk.refused(Why.CONFLICT, m.PutPart(notice, 0), stream=stream_of(CONTENT[:-1] + b"!"))
    await clerk.refused(Why.CONFLICT, m.PutPart(notice, 1), stream=stream_of(b"more"))
    assert await world.rows() == before


async def test_an_upload_is_that_of_who_began_it(world: World, clerk: Person, office: str) -> None:
    other = await (await world.staff("second")).sign_in()
    upload = await clerk.upload(office)
    notice = await clerk.deliver(office)
    for id in (upload, notice, "a" * 26, "", "x" * 5_000):
        await other.refused(Why.NOT_FOUND, m.PutPart(id, 0), stream=stream_of(CONTENT))
        await other.refused(Why.NOT_FOUND, delivery(id))
    assert await kept(world, upload) == 1


async def test_a_visit_that_ends_while_bytes_come_keeps_nothing(world: World, clerk: Person, office: str) -> None:
    upload = await clerk.begin(office)

    async def signing_out() -> AsyncIterator[bytes]:
        yield CONTENT[:5]
        await clerk.ask(m.SignOut())
        yield CONTENT[5:]

    await clerk.refused(Why.NOT_SIGNED_IN, m.PutPart(upload, 0), stream=signing_out())
    assert await kept(world, upload) == 0


async def test_a_stream_that_is_cut_keeps_nothing(world: World, clerk: Person, office: str) -> None:
    upload = await clerk.begin(office)

    async def cut() -> AsyncIterator[bytes]:
        yield CONTENT[:5]
        raise StreamCut

    with pytest.raises((StreamCut, Refused)):
        await clerk.ask(m.PutPart(upload, 0), stream=cut())
    assert (await world.blobs.ids(), await kept(world, upload)) == ([], 0)
    await clerk.put(upload, 0, CONTENT)


# --- stores that fail ---------------------------------------------------------------------------------------------


async def test_a_full_blob_store_refuses_and_takes_it_later(world: World, clerk: Person, office: str) -> None:
    upload = await clerk.begin(office)
    world.blobs.capacity = 10
    await clerk.refused(Why.FULL, m.PutPart(upload, 0), stream=stream_of(CONTENT))
    assert (await world.blobs.ids(), await kept(world, upload)) == ([], 0)
    world.blobs.capacity = 1 << 30
    await clerk.put(upload, 0, CONTENT)


async def test_a_blob_store_that_breaks_in_the_middle(world: World, clerk: Person, office: str) -> None:
    upload = await clerk.begin(office)

    async def breaking() -> AsyncIterator[bytes]:
        yield CONTENT[:5]
        world.blobs.broken = "the disk is gone"
        yield CONTENT[5:]

    await clerk.refused(Why.BROKEN, m.PutPart(upload, 0), stream=breaking())
    world.blobs.broken = ""
    assert (await world.blobs.ids(), await kept(world, upload)) == ([], 0)
    await clerk.put(upload, 0, CONTENT)


async def test_a_store_that_hides_a_refusal_behind_its_own_error(
    world: World, clerk: Person, office: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def save(id: str, chunks: AsyncIterator[bytes]) -> int:
        try:
            return sum([len(chunk) async for chunk in chunks])
        except Refused as refused:
            raise BlobError("something happened") from refused

    monkeypatch.setattr(world.blobs, "save", save)
    upload = await clerk.begin(office)
    await clerk.refused(Why.TOO_LARGE, m.PutPart(upload, 0), stream=stream_of(CONTENT + b"!"))


async def test_what_is_kept_is_sealed(world: World, clerk: Person, office: str) -> None:
    await clerk.upload(office)
    (blob,) = await world.blobs.ids()
    raw = b"".join([piece async for piece in world.blobs.open(blob.id)])
    assert b"PDF" not in raw and CONTENT[10:20] not in raw
