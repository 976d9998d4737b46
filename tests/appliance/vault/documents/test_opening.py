# SPDX-License-Identifier: Apache-2.0
"""Kept documents are read as they were sent, or not at all."""

import hashlib
import logging
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.things import Part, Upload
from appliance.vault.documents import uploads
from appliance.vault.documents.opening import hash_after, opened
from appliance.vault.keys.sealing import Unsealable
from appliance.vault.records.tables import uploads as rows
from tests.appliance.vault.world import Person, World, delivery

PART = 64
WHOLE = b"%PDF-1.7 " + bytes(range(150))


@dataclass(frozen=True)
class Copy:
    office: str
    purge_month: str
    wrapped_key: bytes
    sealed_as: str
    parts: tuple[Part, ...]


@pytest.fixture
async def upload(world: World, clerk: Person, office: str, monkeypatch: pytest.MonkeyPatch) -> Upload:
    """A document of three parts."""
    monkeypatch.setattr(uploads, "PART_SIZE", PART)
    id = await clerk.begin(office, len(WHOLE))
    for number in range(3):
        await clerk.put(id, number, WHOLE[number * PART : (number + 1) * PART])
    found = await world.core.read(lambda snapshot: rows.get(snapshot, id))
    assert found is not None
    return found


async def spoil(world: World, blob: str) -> None:
    raw = b"".join([piece async for piece in world.blobs.open(blob)])
    world.blobs.change(blob, raw[:-1] + bytes([raw[-1] ^ 1]))


@pytest.mark.parametrize("parts", [None, 0, 1, 2, 3])
async def test_the_open_bytes_of_the_first_parts(world: World, upload: Upload, parts: int | None) -> None:
    wanted = WHOLE if parts is None else WHOLE[: parts * PART]
    assert b"".join([piece async for piece in opened(world.core, upload, parts)]) == wanted


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, len(WHOLE) - 1), length=st.integers(0, len(WHOLE) + 5))
async def test_a_range_is_that_slice(world: World, upload: Upload, start: int, length: int) -> None:
    got = [piece async for piece in opened(world.core, upload, start=start, stop=start + length)]
    assert b"".join(got) == WHOLE[start : start + length]
    to_the_end = [piece async for piece in opened(world.core, upload, start=start)]
    assert b"".join(to_the_end) == WHOLE[start:]


async def test_a_range_reads_only_the_parts_that_it_touches(world: World, upload: Upload) -> None:
    for number in (0, 2):
        await world.blobs.delete(upload.parts[number].blob)
    got = [piece async for piece in opened(world.core, upload, start=PART, stop=2 * PART)]
    assert b"".join(got) == WHOLE[PART : 2 * PART]


async def test_the_bytes_of_a_copy_open_under_the_id_that_sealed_them(world: World, upload: Upload) -> None:
    other = await world.office(2)
    wrapped = await world.core.keyring.share_document_key(
        upload.office, other, upload.purge_month, upload.id, upload.wrapped_key
    )
    copy = Copy(other, upload.purge_month, wrapped, upload.id, upload.parts)
    assert b"".join([piece async for piece in opened(world.core, copy)]) == WHOLE
    with pytest.raises(Unsealable):
        assert [piece async for piece in opened(world.core, replace(copy, sealed_as=world.core.new_id()))]


async def test_parts_in_another_order_do_not_open(world: World, upload: Upload) -> None:
    first, second = (part.blob for part in upload.parts[:2])
    kept = [b"".join([piece async for piece in world.blobs.open(blob)]) for blob in (first, second)]
    world.blobs.change(first, kept[1])
    world.blobs.change(second, kept[0])
    with pytest.raises(Unsealable):
        assert [piece async for piece in opened(world.core, upload)]


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("parts", [0, 1, 2, 3])
async def test_the_hash_after_each_part(world: World, upload: Upload, parts: int, restarted: bool) -> None:
    if restarted:
        await world.restart()
    hash = await hash_after(world.core, upload, parts)
    assert hash.digest() == hashlib.sha256(WHOLE[: parts * PART]).digest()
    hash.update(b"more")
    again = await hash_after(world.core, upload, parts)
    assert again.digest() == hashlib.sha256(WHOLE[: parts * PART]).digest()


async def test_the_blobs_are_not_read_again_without_need(world: World, upload: Upload) -> None:
    world.blobs.broken = "nobody looks"
    assert await hash_after(world.core, upload, 3)


async def test_bytes_that_were_changed_on_the_disk_are_not_delivered(
    world: World, clerk: Person, upload: Upload, caplog: pytest.LogCaptureFixture
) -> None:
    await spoil(world, upload.parts[1].blob)
    await world.restart()
    with caplog.at_level(logging.ERROR):
        await clerk.refused(Why.BROKEN, delivery(upload.id, WHOLE))
    assert upload.id in caplog.text
    assert await clerk.ask(m.ListNotices()) == m.NoticePage((), "")


async def test_a_blob_that_is_gone_is_our_fault(world: World, upload: Upload) -> None:
    await world.blobs.delete(upload.parts[0].blob)
    await world.restart()
    with pytest.raises(Refused) as caught:
        await hash_after(world.core, upload, 1)
    assert caught.value.why is Why.BROKEN
