# SPDX-License-Identifier: Apache-2.0
"""The mark beside the records: an older copy of them is neither signed nor called whole."""

from pathlib import Path

import pytest

from appliance.contracts.records import StoreError
from appliance.testing.memory_records import MemoryRecords
from appliance.vault.journal.checkpoint import Checkpoints
from appliance.vault.journal.log import Head, JournalDamaged
from appliance.vault.journal.mark import MarkFile
from appliance.vault.journal.verify import verify
from tests.appliance.vault.journal.conftest import Rig

ROOT = bytes(range(32))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "signed"


def signing(rig: Rig, file: Path) -> Checkpoints:
    """The checkpoints of a rig, as after a start of the vault."""
    return Checkpoints(rig.log, rig.key, rig.store, rig.commit, MarkFile(file))


async def grown_after_a_backup(rig: Rig, file: Path, folder: Path) -> Path:
    """A signed journal, a backup of the records, and a journal that was signed again later."""
    await rig.fill(300)
    await signing(rig, file).sign_if_grown()
    await rig.store.backup(folder / "backup")
    await rig.fill(20)
    await signing(rig, file).sign_if_grown()
    return folder / "backup"


async def test_a_mark_is_read_as_it_was_kept(file: Path) -> None:
    assert MarkFile(file).head is None
    await MarkFile(file).keep(Head(7, ROOT))
    assert MarkFile(file).head == Head(7, ROOT)


@pytest.mark.parametrize("text", ["", "7", f"7 {ROOT.hex()} more", "x y", f"-1 {ROOT.hex()}", "7 abcd", "\u3042"])
def test_what_is_no_mark_is_refused(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(JournalDamaged, match="does not say what was last signed"):
        MarkFile(file)


async def test_a_mark_that_cannot_be_written_is_the_outage_of_a_store(rig: Rig, tmp_path: Path) -> None:
    await rig.fill(3)
    folder = tmp_path / "mark"
    folder.mkdir()
    checkpoints = signing(rig, folder / "signed")
    (folder / "signed.new").mkdir()
    with pytest.raises(StoreError, match="could not be written"):
        await checkpoints.sign_if_grown()
    (folder / "signed.new").rmdir()
    assert await checkpoints.sign_if_grown(), "it is signed when there is room again"


async def test_the_mark_is_there_before_the_signature(rig: Rig, file: Path) -> None:
    await rig.fill(3)

    async def fails(work: object) -> None:
        raise OSError("the store is away")

    with pytest.raises(OSError, match="away"):
        await Checkpoints(rig.log, rig.key, rig.store, fails, MarkFile(file)).sign_if_grown()
    assert MarkFile(file).head == await rig.read(rig.log.head)
    assert await signing(rig, file).sign_if_grown(), "after a crash between the two it goes on"


async def test_a_journal_goes_on_from_its_mark(rig: Rig, file: Path) -> None:
    for _ in range(3):
        await rig.fill(100)
        assert await signing(rig, file).sign_if_grown()
        assert await signing(rig, file).sign_if_grown() is None
    assert (await verify(rig.store, rig.log, signing(rig, file))).ok


async def test_an_older_copy_is_neither_signed_nor_whole(rig: Rig, file: Path, tmp_path: Path) -> None:
    rig.store = MemoryRecords.restored(await grown_after_a_backup(rig, file, tmp_path))
    with pytest.raises(JournalDamaged, match="320 entries were signed, now there are 300: an older copy"):
        await signing(rig, file).sign_if_grown()
    verdict = await verify(rig.store, rig.log, signing(rig, file))
    assert (verdict.ok, verdict.first_bad) == (False, 300)
    assert verdict.reason == "the mark beside the records is over 320 entries, 300 are left"
    assert (await verify(rig.store, rig.log, rig.checkpoints)).ok, "without the mark nobody would know"


async def test_an_older_copy_that_went_on_is_not_signed_either(rig: Rig, file: Path, tmp_path: Path) -> None:
    rig.store = MemoryRecords.restored(await grown_after_a_backup(rig, file, tmp_path))
    await rig.commit(lambda txn: rig.log.append(txn, [rig.entry(9000 + number) for number in range(50)]))
    with pytest.raises(JournalDamaged, match=r"320 entries were signed, .* a fork, .*, which was signed"):
        await signing(rig, file).sign_if_grown()
    verdict = await verify(rig.store, rig.log, signing(rig, file))
    assert not verdict.ok and verdict.first_bad is not None and verdict.first_bad <= 320
