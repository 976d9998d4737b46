# SPDX-License-Identifier: Apache-2.0
"""Shred keys are durable, private, and once destroyed never come back."""

import asyncio
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.testing.clock import FakeRandom
from appliance.vault.keys.sealing import Unsealable, WrongMasterKey
from appliance.vault.keys.shreds import Shredded, ShredKeys, rotate_shreds

MASTER, OTHER = b"m" * 32, b"o" * 32
FORMAT_1 = (
    "524b530177512e3ff96a9a62e92a8d41bf8c0271016e6e6e6e6e6e6e6e6e6e6e6ed1b182945f5452c6f0bd04bc2f14bd0f77"
    "8f4953a1aeec42d4c28c211861b42c8231a30d448b8131c91b29223d9e6220"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "shreds"


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what was made durable, in order."""
    found: list[str] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        found.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    return found


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def loaded(folder: Path, master: bytes = MASTER, seed: str = "") -> ShredKeys:
    shreds = ShredKeys(folder, master, FakeRandom(seed))
    await shreds.load()
    return shreds


async def test_a_month_keeps_its_key(folder: Path) -> None:
    shreds = await loaded(folder)
    key = await shreds.get_or_make("2033-07")
    assert len(key) == 32
    assert await shreds.get_or_make("2033-07") == shreds.get("2033-07") == key
    assert await shreds.get_or_make("2033-08") != key
    again = await loaded(folder, seed="another run")
    assert again.get("2033-07") == key
    assert again.months() == ["2033-07", "2033-08"]


async def test_many_who_want_a_new_month_get_one_key(folder: Path) -> None:
    shreds = await loaded(folder)
    async with asyncio.TaskGroup() as tasks:
        found = [tasks.create_task(shreds.get_or_make("2033-07")) for _ in range(50)]
    assert {task.result() for task in found} == {(await loaded(folder)).get("2033-07")}


async def test_files_are_private_and_show_no_key(folder: Path) -> None:
    key = await (await loaded(folder)).get_or_make("2033-07")
    assert names(folder) == ["2033-07.key"]
    assert key not in (folder / "2033-07.key").read_bytes()
    assert (mode(folder), mode(folder / "2033-07.key")) == (0o700, 0o600)


async def test_the_key_is_durable_before_it_is_given(folder: Path, synced: list[str]) -> None:
    shreds = await loaded(folder)
    await shreds.get_or_make("2033-07")
    assert synced == ["state", "2033-07.key.new", "shreds"]


async def test_a_month_without_a_key_is_lost_not_shredded(folder: Path) -> None:
    with pytest.raises(Unsealable, match="was its folder lost"):
        (await loaded(folder)).get("2033-07")


@pytest.mark.parametrize(
    "month", ["", "2033", "2033-13", "2033-00", "2033-7", "../2033-07", "2033-07\n", "２０３３-07"]
)
async def test_only_months_are_months(folder: Path, month: str) -> None:
    shreds = await loaded(folder)
    with pytest.raises(ValueError, match="YYYY-MM"):
        await shreds.get_or_make(month)
    with pytest.raises(ValueError, match="YYYY-MM"):
        await shreds.destroy(month)
    assert names(folder) == []


async def test_destroyed_is_destroyed(folder: Path) -> None:
    shreds = await loaded(folder)
    kept = await shreds.get_or_make("2033-08")
    await shreds.get_or_make("2033-07")
    assert await shreds.destroy("2033-07") is True
    assert await shreds.destroy("2033-07") is False
    for now in (shreds, await loaded(folder)):
        with pytest.raises(Shredded, match="2033-07 was destroyed"):
            now.get("2033-07")
        with pytest.raises(Shredded):
            await now.get_or_make("2033-07")
        assert now.months() == ["2033-08"]
        assert now.get("2033-08") == kept
    assert names(folder) == ["2033-07.gone", "2033-08.key"]


async def test_the_bytes_of_the_file_are_overwritten(folder: Path, tmp_path: Path, synced: list[str]) -> None:
    shreds = await loaded(folder)
    await shreds.get_or_make("2033-07")
    other_name = tmp_path / "held"
    os.link(folder / "2033-07.key", other_name)
    before = other_name.read_bytes()
    synced.clear()
    await shreds.destroy("2033-07")
    assert synced == ["2033-07.gone.new", "shreds", "2033-07.key", "shreds"]
    after = other_name.read_bytes()
    assert len(after) >= len(before)
    assert not any(before[at : at + 8] in after for at in range(len(before) - 8))


async def test_a_crash_while_destroying_is_finished_at_the_next_start(folder: Path) -> None:
    shreds = await loaded(folder)
    await shreds.get_or_make("2033-07")
    (folder / "2033-07.gone").touch()
    with pytest.raises(Shredded):
        (await loaded(folder)).get("2033-07")
    assert names(folder) == ["2033-07.gone"]


async def test_a_crash_while_making_leaves_nothing_half(folder: Path) -> None:
    shreds = await loaded(folder)
    (folder / "2033-07.key.new").write_bytes(b"RKS\x01half")
    assert (await loaded(folder)).months() == []
    assert names(folder) == []
    assert len(await shreds.get_or_make("2033-07")) == 32


async def test_a_full_disk_makes_no_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shreds = await loaded(folder)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            await shreds.get_or_make("2033-07")
    with pytest.raises(Unsealable):
        shreds.get("2033-07")
    assert (await loaded(folder)).months() == []


async def test_another_master_key_is_named_as_the_cause(folder: Path) -> None:
    await (await loaded(folder)).get_or_make("2033-07")
    with pytest.raises(WrongMasterKey, match="2033-07 is wrapped by another master key"):
        await loaded(folder, OTHER)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: b"",
        lambda content: content[:30],
        lambda content: b"RKS\x02" + content[4:],
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    ],
    ids=["empty", "cut", "format", "changed"],
)
async def test_a_damaged_file_stops_the_start(folder: Path, spoil: Callable[[bytes], bytes]) -> None:
    await (await loaded(folder)).get_or_make("2033-07")
    path = folder / "2033-07.key"
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(Unsealable):
        await loaded(folder)


async def test_a_key_under_the_name_of_another_month_does_not_open(folder: Path) -> None:
    await (await loaded(folder)).get_or_make("2033-07")
    (folder / "2033-07.key").rename(folder / "2033-08.key")
    with pytest.raises(Unsealable):
        await loaded(folder)


async def test_rotation_keeps_the_keys_and_may_be_repeated(folder: Path) -> None:
    shreds = await loaded(folder)
    months = ["2033-07", "2033-08", "2033-09"]
    keys = [await shreds.get_or_make(month) for month in months]
    await shreds.get_or_make("2032-01")
    await shreds.destroy("2032-01")
    assert await rotate_shreds(folder, MASTER, OTHER, FakeRandom("r")) == 3
    assert await rotate_shreds(folder, MASTER, OTHER, FakeRandom("r")) == 0
    rotated = await loaded(folder, OTHER)
    assert [rotated.get(month) for month in months] == keys
    with pytest.raises(Shredded):
        rotated.get("2032-01")
    with pytest.raises(WrongMasterKey):
        await loaded(folder, MASTER)


async def test_a_rotation_cut_in_the_middle_is_finished_by_the_next(folder: Path) -> None:
    shreds = await loaded(folder)
    keys = [await shreds.get_or_make(month) for month in ("2033-07", "2033-08")]
    old = (folder / "2033-08.key").read_bytes()
    await rotate_shreds(folder, MASTER, OTHER, FakeRandom("r"))
    (folder / "2033-08.key").write_bytes(old)
    for master in (MASTER, OTHER):
        with pytest.raises(WrongMasterKey, match="finish the rotation"):
            await loaded(folder, master)
    assert await rotate_shreds(folder, MASTER, OTHER, FakeRandom("s")) == 1
    rotated = await loaded(folder, OTHER)
    assert [rotated.get("2033-07"), rotated.get("2033-08")] == keys


async def test_a_rotation_with_a_wrong_old_key_changes_nothing(folder: Path) -> None:
    await (await loaded(folder)).get_or_make("2033-07")
    before = (folder / "2033-07.key").read_bytes()
    with pytest.raises(WrongMasterKey):
        await rotate_shreds(folder, b"w" * 32, OTHER, FakeRandom())
    assert (folder / "2033-07.key").read_bytes() == before


async def test_files_of_format_1_stay_readable(folder: Path) -> None:
    await loaded(folder)
    (folder / "2033-07.key").write_bytes(bytes.fromhex(FORMAT_1))
    assert (await loaded(folder)).get("2033-07") == b"k" * 32
