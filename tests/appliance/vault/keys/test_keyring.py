# SPDX-License-Identifier: Apache-2.0
"""The key ring: made once, opened by its master key alone, rotated without touching what it sealed."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from appliance.contracts.records import Failed, RecordStore, StoreError, StoreFull, Txn, View
from appliance.testing.clock import FakeRandom
from appliance.testing.memory_records import MemoryRecords
from appliance.vault.keys.keyring import (
    OFFICE_RANDOM,
    Keyring,
    KeysMoved,
    rotate_master,
    unwrap_document_key,
    wrap_document_key,
)
from appliance.vault.keys.sealing import Unsealable, WrongMasterKey
from appliance.vault.keys.shreds import Shredded, ShredKeys, rotate_shreds

T = TypeVar("T")
MASTER, OTHER = b"m" * 32, b"o" * 32
OFFICE, DOCUMENT, MONTH = "o" * 26, "d" * 26, "2033-07"


@pytest.fixture
def store() -> MemoryRecords:
    return MemoryRecords()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "shreds"


@pytest.fixture
async def keyring(store: MemoryRecords, folder: Path) -> Keyring:
    return await opened(store, folder)


async def opened(store: RecordStore, folder: Path, master: bytes = MASTER, seed: str = "") -> Keyring:
    random = FakeRandom(seed)
    return await Keyring.open(store, master, random, ShredKeys(folder, master, random))


async def add_office(store: RecordStore, keyring: Keyring, office: str = OFFICE) -> None:
    fresh = FakeRandom(office).bytes(OFFICE_RANDOM)
    [outcome] = await store.write([lambda txn: keyring.add_office(txn, office, fresh)])
    if isinstance(outcome, Failed):
        raise outcome.error


async def rows(store: RecordStore) -> dict[bytes, bytes]:
    return dict(await store.read(lambda view: view.scan(b"", b"\xff")))


async def set_row(store: RecordStore, key: bytes, value: bytes | None) -> None:
    def work(txn: Txn) -> None:
        txn.delete(key) if value is None else txn.put(key, value)

    await store.write([work])


async def test_an_empty_store_gets_its_keys_once(store: MemoryRecords, folder: Path) -> None:
    first = await opened(store, folder)
    kept = await rows(store)
    assert sorted(kept) == [b"k/index", b"k/master", b"k/record/00001"]
    again = await opened(store, folder, seed="another run")
    assert await rows(store) == kept
    assert again.sealer.open(b"k", first.sealer.seal(b"k", b"v")) == b"v"
    assert again.sealer.blind("l", "t") == first.sealer.blind("l", "t")
    assert store.commits == 1


async def test_no_key_stands_in_the_store_in_the_clear(store: MemoryRecords, folder: Path) -> None:
    drawn: list[bytes] = []

    class Watched(FakeRandom):
        def bytes(self, count: int) -> bytes:
            drawn.append(super().bytes(count))
            return drawn[-1]

    keyring = await Keyring.open(store, MASTER, Watched(), ShredKeys(folder, MASTER, Watched()))
    await add_office(store, keyring)
    await keyring.add_record_key()
    kept = b"".join((await rows(store)).values())
    keys = [
        *(secret for secret in drawn if len(secret) == 32),
        FakeRandom(OFFICE).bytes(OFFICE_RANDOM)[:32],
        MASTER,
    ]
    assert len(keys) == 5
    assert not any(key in kept for key in keys)


async def test_a_store_that_cannot_write_gives_no_key_ring(store: MemoryRecords, folder: Path) -> None:
    for error in (StoreFull("full"), StoreError("broken")):
        store.fail_next(error)
        with pytest.raises(type(error)):
            await opened(store, folder)
    assert await rows(store) == {}


async def test_another_master_key_opens_nothing_and_says_so(
    store: MemoryRecords, folder: Path, keyring: Keyring
) -> None:
    with pytest.raises(WrongMasterKey, match="wrapped by another master key: give the credential"):
        await opened(store, folder, OTHER)
    with pytest.raises(WrongMasterKey, match="32 bytes, not 5"):
        await opened(store, folder, b"short")


@pytest.mark.parametrize("row", [b"k/index", b"k/record/00001", b"k/master"])
@pytest.mark.parametrize("value", [None, b"", b"\x01" + b"x" * 60])
async def test_a_damaged_key_stops_the_start(
    store: MemoryRecords, folder: Path, keyring: Keyring, row: bytes, value: bytes | None
) -> None:
    await set_row(store, row, value)
    with pytest.raises((Unsealable, WrongMasterKey)):
        await opened(store, folder)


async def test_wrapped_keys_cannot_change_places(store: MemoryRecords, folder: Path, keyring: Keyring) -> None:
    kept = await rows(store)
    await set_row(store, b"k/index", kept[b"k/record/00001"])
    with pytest.raises(Unsealable, match="k/index is missing or damaged"):
        await opened(store, folder)


async def test_shred_keys_of_another_master_stop_the_start(
    store: MemoryRecords, folder: Path, keyring: Keyring
) -> None:
    await keyring.shreds.get_or_make(MONTH)
    await rotate_shreds(folder, MASTER, OTHER, FakeRandom())
    with pytest.raises(WrongMasterKey, match="finish the rotation"):
        await opened(store, folder)


async def test_a_new_record_key_seals_and_old_rows_open(
    store: MemoryRecords, folder: Path, keyring: Keyring
) -> None:
    old = keyring.sealer.seal(b"k", b"old")
    sealer = keyring.sealer
    assert [await keyring.add_record_key(), await keyring.add_record_key()] == [2, 3]
    new = sealer.seal(b"k", b"new")
    assert int.from_bytes(new[1:3], "big") == 3
    again = await opened(store, folder, seed="another run")
    for one in (keyring, again):
        assert (one.sealer.open(b"k", old), one.sealer.open(b"k", new)) == (b"old", b"new")
    assert again.sealer.seal(b"k", b"")[:3] == new[:3]


async def test_a_record_key_that_was_not_kept_seals_nothing(store: MemoryRecords, keyring: Keyring) -> None:
    store.fail_next(StoreFull("full"))
    with pytest.raises(StoreFull):
        await keyring.add_record_key()
    assert keyring.sealer.seal(b"k", b"v")[1:3] == b"\0\1"


async def test_an_office_gets_one_key(store: MemoryRecords, keyring: Keyring) -> None:
    await add_office(store, keyring)
    before = await rows(store)
    with pytest.raises(ValueError, match="has a key"):
        await add_office(store, keyring)
    assert await rows(store) == before


async def test_a_document_key_opens_in_a_later_run(store: MemoryRecords, folder: Path, keyring: Keyring) -> None:
    await add_office(store, keyring)
    made = await keyring.new_document_key(OFFICE, MONTH, DOCUMENT)
    assert len(made.plain) == 32
    assert made.plain not in made.wrapped
    assert made.plain.hex() not in repr(made)
    again = await opened(store, folder, seed="another run")
    for one in (keyring, again):
        assert await one.open_document_key(OFFICE, MONTH, DOCUMENT, made.wrapped) == made.plain


async def test_every_document_has_its_own_key(store: MemoryRecords, keyring: Keyring) -> None:
    await add_office(store, keyring)
    made = [await keyring.new_document_key(OFFICE, MONTH, DOCUMENT) for _ in range(5)]
    assert len({key.plain for key in made}) == len({key.wrapped for key in made}) == 5


async def test_a_document_key_moves_to_another_month(store: MemoryRecords, folder: Path, keyring: Keyring) -> None:
    await add_office(store, keyring)
    made = await keyring.new_document_key(OFFICE, MONTH, DOCUMENT)
    moved = await keyring.move_document_key(OFFICE, MONTH, "2036-07", DOCUMENT, made.wrapped)
    await keyring.shreds.destroy(MONTH)
    again = await opened(store, folder, seed="later")
    assert await again.open_document_key(OFFICE, "2036-07", DOCUMENT, moved) == made.plain
    with pytest.raises(Shredded):
        await again.move_document_key(OFFICE, MONTH, "2037-07", DOCUMENT, made.wrapped)
    with pytest.raises(ValueError, match="purge month"):
        await again.move_document_key(OFFICE, "2036-07", "2036-13", DOCUMENT, moved)


async def test_a_document_key_is_shared_with_an_office_and_opens_for_nobody_else(
    store: MemoryRecords, keyring: Keyring
) -> None:
    second, third = "p" * 26, "q" * 26
    for office in (OFFICE, second, third):
        await add_office(store, keyring, office)
    made = await keyring.new_document_key(OFFICE, MONTH, DOCUMENT)
    shared = await keyring.share_document_key(OFFICE, second, MONTH, DOCUMENT, made.wrapped)
    assert await keyring.open_document_key(second, MONTH, DOCUMENT, shared) == made.plain
    for office, wrapped in ((OFFICE, shared), (third, shared), (second, made.wrapped)):
        with pytest.raises(Unsealable):
            await keyring.open_document_key(office, MONTH, DOCUMENT, wrapped)
    with pytest.raises(Unsealable):
        await keyring.share_document_key(second, third, MONTH, DOCUMENT, made.wrapped)
    with pytest.raises(Unsealable, match="has no key"):
        await keyring.share_document_key(OFFICE, "r" * 26, MONTH, DOCUMENT, made.wrapped)


async def test_a_document_key_opens_for_its_office_month_and_document_only(
    store: MemoryRecords, keyring: Keyring
) -> None:
    other_office = "p" * 26
    await add_office(store, keyring)
    await add_office(store, keyring, other_office)
    await keyring.shreds.get_or_make("2033-08")
    made = await keyring.new_document_key(OFFICE, MONTH, DOCUMENT)
    for place in ((other_office, MONTH, DOCUMENT), (OFFICE, "2033-08", DOCUMENT), (OFFICE, MONTH, "e" * 26)):
        with pytest.raises(Unsealable):
            await keyring.open_document_key(*place, made.wrapped)


async def test_an_office_without_a_key_and_a_month_that_is_none(store: MemoryRecords, keyring: Keyring) -> None:
    with pytest.raises(Unsealable, match="has no key"):
        await keyring.new_document_key(OFFICE, MONTH, DOCUMENT)
    await add_office(store, keyring)
    with pytest.raises(ValueError, match="YYYY-MM"):
        await keyring.new_document_key(OFFICE, "2033", DOCUMENT)


async def test_shredding_a_month_closes_its_documents_for_good(
    store: MemoryRecords, folder: Path, keyring: Keyring
) -> None:
    await add_office(store, keyring)
    gone = await keyring.new_document_key(OFFICE, MONTH, DOCUMENT)
    stays = await keyring.new_document_key(OFFICE, "2033-08", DOCUMENT)
    await keyring.shreds.destroy(MONTH)
    for one in (keyring, await opened(store, folder)):
        with pytest.raises(Shredded):
            await one.open_document_key(OFFICE, MONTH, DOCUMENT, gone.wrapped)
        with pytest.raises(Shredded):
            await one.new_document_key(OFFICE, MONTH, DOCUMENT)
        assert await one.open_document_key(OFFICE, "2033-08", DOCUMENT, stays.wrapped) == stays.plain


async def test_a_failed_transaction_leaves_no_office_key_in_memory(store: MemoryRecords, keyring: Keyring) -> None:
    store.fail_next(StoreError("broken"))
    with pytest.raises(StoreError):
        await add_office(store, keyring)
    with pytest.raises(Unsealable, match="has no key"):
        await keyring.new_document_key(OFFICE, MONTH, DOCUMENT)
    await add_office(store, keyring)
    assert await keyring.new_document_key(OFFICE, MONTH, DOCUMENT)


@pytest.mark.parametrize("office", [b"k" * 32, bytes(32)])
@pytest.mark.parametrize("shred", [b"k" * 32, bytes(32)])
def test_a_document_key_needs_both_keys(office: bytes, shred: bytes) -> None:
    wrapped = wrap_document_key(b"o" * 32, b"s" * 32, DOCUMENT, b"d" * 32, b"n" * 12)
    assert unwrap_document_key(b"o" * 32, b"s" * 32, DOCUMENT, wrapped) == b"d" * 32
    for pair in ((office, b"s" * 32), (b"o" * 32, shred), (office, shred), (b"s" * 32, b"o" * 32)):
        with pytest.raises(Unsealable):
            unwrap_document_key(*pair, DOCUMENT, wrapped)


async def test_rotating_the_master_key_changes_nothing_but_wraps(
    store: MemoryRecords, folder: Path, keyring: Keyring
) -> None:
    await add_office(store, keyring)
    await keyring.add_record_key()
    sealed = keyring.sealer.seal(b"t/1", b"value")
    await set_row(store, b"t/1", sealed)
    made = await keyring.new_document_key(OFFICE, MONTH, DOCUMENT)
    before = await rows(store)

    assert await rotate_shreds(folder, MASTER, OTHER, FakeRandom("s")) == 1
    assert await rotate_master(store, MASTER, OTHER, FakeRandom("r")) == 4
    after = await rows(store)
    assert before.keys() == after.keys()
    assert {key for key in before if before[key] != after[key]} == {key for key in before if key.startswith(b"k/")}

    rotated = await opened(store, folder, OTHER)
    assert rotated.sealer.open(b"t/1", sealed) == b"value"
    assert rotated.sealer.blind("l", "t") == keyring.sealer.blind("l", "t")
    assert await rotated.open_document_key(OFFICE, MONTH, DOCUMENT, made.wrapped) == made.plain
    with pytest.raises(WrongMasterKey):
        await opened(store, folder, MASTER)


async def test_a_rotation_may_be_repeated(store: MemoryRecords, keyring: Keyring) -> None:
    await rotate_master(store, MASTER, OTHER, FakeRandom("r"))
    kept = await rows(store)
    assert await rotate_master(store, MASTER, OTHER, FakeRandom("s")) == 0
    assert await rows(store) == kept


@pytest.mark.parametrize(("old", "new"), [(b"w" * 32, OTHER), (MASTER, b"short"), (b"", OTHER)])
async def test_a_rotation_with_a_wrong_key_changes_nothing(
    store: MemoryRecords, keyring: Keyring, old: bytes, new: bytes
) -> None:
    before = await rows(store)
    with pytest.raises(WrongMasterKey):
        await rotate_master(store, old, new, FakeRandom())
    assert await rows(store) == before


async def test_a_rotation_that_fails_changes_nothing(store: MemoryRecords, folder: Path, keyring: Keyring) -> None:
    before = await rows(store)
    store.fail_next(StoreError("broken"))
    with pytest.raises(StoreError):
        await rotate_master(store, MASTER, OTHER, FakeRandom())
    assert await rows(store) == before
    assert await opened(store, folder)


async def test_a_damaged_key_stops_the_rotation(store: MemoryRecords, keyring: Keyring) -> None:
    await set_row(store, b"k/index", b"\x01" + b"x" * 60)
    before = await rows(store)
    with pytest.raises(Unsealable, match="k/index"):
        await rotate_master(store, MASTER, OTHER, FakeRandom())
    assert await rows(store) == before


class Meanwhile(MemoryRecords):
    """Somebody else writes right after the first read."""

    act: Callable[[], Awaitable[None]] | None = None

    async def read(self, work: Callable[[View], T]) -> T:
        found = await super().read(work)
        act, self.act = self.act, None
        if act is not None:
            await act()
        return found


async def test_a_key_added_meanwhile_stops_the_rotation(folder: Path) -> None:
    store = Meanwhile()
    keyring = await opened(store, folder)
    store.act = partial(add_office, store, keyring)
    with pytest.raises(KeysMoved, match="rotate again"):
        await rotate_master(store, MASTER, OTHER, FakeRandom())
    assert await rotate_master(store, MASTER, OTHER, FakeRandom()) == 3


async def test_a_running_vault_adds_no_key_under_the_old_master(store: MemoryRecords, keyring: Keyring) -> None:
    await rotate_master(store, MASTER, OTHER, FakeRandom("r"))
    with pytest.raises(WrongMasterKey):
        await add_office(store, keyring)
    with pytest.raises(WrongMasterKey):
        await keyring.add_record_key()


async def test_more_offices_than_a_page_are_rotated(store: MemoryRecords, folder: Path, keyring: Keyring) -> None:
    def work(txn: Txn) -> None:
        for number in range(1500):
            keyring.add_office(txn, f"{number:026d}", FakeRandom(str(number)).bytes(OFFICE_RANDOM))

    await store.write([work])
    assert await rotate_master(store, MASTER, OTHER, FakeRandom("r")) == 1502
    rotated = await opened(store, folder, OTHER)
    for number in (0, 999, 1000, 1499):
        assert await rotated.new_document_key(f"{number:026d}", MONTH, DOCUMENT)
