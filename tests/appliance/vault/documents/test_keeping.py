# SPDX-License-Identifier: Apache-2.0
"""Documents that the vault writes down itself: whole, sealed, in parts, and gone when nobody names them."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as some

from appliance.contracts.blobs import BlobError
from appliance.link.refusals import Refused, Why
from appliance.model.things import Part
from appliance.model.words import FilingState
from appliance.vault.documents import keeping
from appliance.vault.documents.keeping import Kept, keep, let_go, unnamed
from appliance.vault.documents.opening import opened
from tests.appliance.vault.filings.sending import put_filing
from tests.appliance.vault.world import World, stream_of

MONTH = "2034-07"
ID = "d" * 26


@dataclass(frozen=True)
class Document:
    """Anything that is kept."""

    office: str
    wrapped_key: bytes
    parts: tuple[Part, ...]
    purge_month: str = MONTH
    sealed_as: str = ID


async def read(world: World, office: str, kept: Kept) -> bytes:
    document = Document(office, kept.wrapped_key, kept.parts)
    return b"".join([piece async for piece in opened(world.core, document)])


@pytest.mark.parametrize("size", [1, 63, 64, 65, 128, 1_000])
@pytest.mark.parametrize("piece", [1, 64, 100, 5_000])
async def test_it_comes_back_as_it_was(
    world: World, office: str, monkeypatch: pytest.MonkeyPatch, size: int, piece: int
) -> None:
    monkeypatch.setattr(keeping, "PART_SIZE", 64)
    content = bytes(number % 251 for number in range(size))
    pieces = [content[at : at + piece] for at in range(0, size, piece)]
    kept = await keep(world.core, office, MONTH, ID, stream_of(b"", *pieces, b""))
    assert (kept.size, kept.sha256) == (size, hashlib.sha256(content).digest())
    assert [part.size for part in kept.parts] == [min(64, size - at) for at in range(0, size, 64)]
    so_far = [content[: at + 64] for at in range(0, size, 64)]
    assert [part.sha256 for part in kept.parts] == [hashlib.sha256(one).digest() for one in so_far]
    assert await read(world, office, kept) == content
    raw = [b"".join([one async for one in world.blobs.open(blob.id)]) for blob in await world.blobs.ids()]
    assert len(raw) == len(kept.parts) and not any(content[:16] in one for one in raw if size > 16)


async def test_nothing_is_a_document_without_parts(world: World, office: str) -> None:
    kept = await keep(world.core, office, MONTH, ID, stream_of())
    assert (kept.parts, kept.size) == ((), 0)


async def test_two_documents_share_no_key(world: World, office: str) -> None:
    one, two = [await keep(world.core, office, MONTH, ID, stream_of(b"same")) for _ in "12"]
    assert one.wrapped_key != two.wrapped_key


async def test_a_full_store_and_a_broken_one(world: World, office: str) -> None:
    world.blobs.capacity = 1
    with pytest.raises(Refused) as caught:
        await keep(world.core, office, MONTH, ID, stream_of(b"content"))
    assert caught.value.why is Why.FULL
    world.blobs.capacity, world.blobs.broken = 1 << 30, "the disk is gone"
    with pytest.raises(Refused) as caught:
        await keep(world.core, office, MONTH, ID, stream_of(b"content"))
    assert caught.value.why is Why.BROKEN
    world.blobs.broken = ""
    assert await world.blobs.ids() == []


async def test_pieces_that_break_off_keep_nothing(world: World, office: str) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"content"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await keep(world.core, office, MONTH, ID, breaking())
    assert await world.blobs.ids() == []


async def test_what_a_record_names_is_not_let_go(world: World, office: str) -> None:
    kept = [await keep(world.core, office, MONTH, ID, stream_of(b"content")) for _ in "123"]
    for one in kept[:2]:
        await put_filing(world, office, FilingState.UPLOADED, parts=one.parts)
    parts = [part for one in kept for part in one.parts]
    blobs = [part.blob for part in parts]
    assert await world.core.read(lambda snapshot: unnamed(snapshot, blobs)) == blobs[2:]
    await let_go(world.core, parts)
    assert {blob.id for blob in await world.blobs.ids()} == set(blobs[:2])


async def test_a_store_that_cannot_delete_is_no_fault_of_the_act(
    world: World, office: str, caplog: pytest.LogCaptureFixture
) -> None:
    kept = await keep(world.core, office, MONTH, ID, stream_of(b"content"))
    world.blobs.broken = "the disk is gone"
    await let_go(world.core, kept.parts)
    assert "until the orphans are swept" in caplog.text
    assert BlobError.__name__ in caplog.text


@given(some.lists(some.binary(max_size=50), max_size=20), some.integers(1, 40))
async def test_parts_are_cut_anywhere_and_nothing_is_lost(pieces: list[bytes], part: int) -> None:
    coming = keeping._Coming(stream_of(*pieces))
    found: list[bytes] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "PART_SIZE", part)
        while await coming.has_more():
            found.append(b"".join([piece async for piece in coming.part()]))
    whole = b"".join(pieces)
    assert b"".join(found) == whole and coming.hash.digest() == hashlib.sha256(whole).digest()
    assert all(len(one) == part for one in found[:-1]) and all(found)
