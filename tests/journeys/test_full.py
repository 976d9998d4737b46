# SPDX-License-Identifier: Apache-2.0
"""No room left, on the disk or in the map: new documents are refused in Japanese, everybody else is served."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
import renkei_records_lmdb
from renkei_records_lmdb.store import LmdbStore

from appliance.cli.tiers import Process, open_web
from appliance.link.refusals import Refused as LinkRefused
from appliance.link.refusals import Why
from appliance.model.words import Site
from appliance.vault.records.transaction import Transaction
from appliance.vault.service import VaultService
from tests.journeys.courier import Courier, Document, Refused
from tests.journeys.installation import Installation
from tests.journeys.waiting import until
from tests.story.story import sign_in
from tests.story.visitor import Visitor

DISK_MIB = 160
MAP_BYTES = 4 << 20
ROW = 60_000
FULL = "ただいま新しい書類を受け付けられません"
FIRST, SECOND, THIRD = (Document.of(number, 1_000_000) for number in (1, 2, 3))


async def refused_as_full(courier: Courier, document: Document) -> None:
    """By the script's way and by the form's: 507, in Japanese, with what still works."""
    with pytest.raises(Refused) as refused:
        await courier.carry(document, "command-when-it-is-full")
    assert refused.value.status == 507
    assert (refused.value.said["what"], "ダウンロード" in refused.value.said["next"]) == (f"{FULL}。", True)


async def form_is_refused_as_full(staff: Visitor, courier: Courier, file: Path) -> None:
    """The page for people without scripts."""
    form = (await staff.get("/notices/new")).page.form("/notices/new")
    typed = {"office": courier.office, "type": courier.type, "period": "2026-06"}
    sent = await staff.send(form, typed, ("file", file))
    assert (sent.status, FULL in sent.page.text) == (507, True)


async def reading_goes_on(user: Visitor, notice: str, document: Document) -> None:
    """Lists, histories, and a download to its very end."""
    for path in ("/", "/notices", "/history"):
        assert (await user.ask("GET", path)).status == 200
    assert (await user.ask("GET", f"/notices/{notice}/file")).body == document.content
    assert "受信済" in (await user.get("/notices")).page.text


@pytest.fixture
def small_disk(fund: Installation, as_root: None) -> Iterator[Path]:
    """The vault's state on a file system of its own."""
    state = fund.root / "state" / "vault"
    kept = fund.root / "kept"
    state.rename(kept)
    state.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=700", "small", str(state)], check=True)
    try:
        shutil.copytree(kept, state, dirs_exist_ok=True)
        yield state
    finally:
        fund.end()
        subprocess.run(["umount", str(state)], check=True)


def fill(path: Path) -> None:
    """Take all that is left of a disk."""
    with path.open("wb", buffering=0) as file:
        for piece in (1 << 20, 4096, 1):
            try:
                while file.write(bytes(piece)) == piece:
                    pass
            except OSError:
                continue  # this is what full means


@pytest.mark.lab
async def test_a_full_disk_refuses_new_documents_serves_everybody_else_and_heals_by_itself(
    fund: Installation, small_disk: Path, tmp_path: Path
) -> None:
    fund.start("vault")
    fund.start("web")
    file = tmp_path / "form.pdf"
    file.write_bytes(SECOND.content)
    async with fund.visitor(Site.CONSOLE) as staff, fund.visitor(Site.PORTAL) as user:
        courier = await Courier.at(fund, staff)
        notice = await courier.carry(FIRST, "command-before-it-is-full")
        await sign_in(user, fund.user)
        fill(small_disk / "filler")
        await refused_as_full(courier, SECOND)
        await form_is_refused_as_full(staff, courier, file)
        await reading_goes_on(user, notice, FIRST)
        async with fund.visitor(Site.PORTAL) as late:
            assert (await sign_in(late, fund.other)).path == "/"
        (small_disk / "filler").unlink()
        await until(partial(accepted, courier, THIRD))
    assert '"ok": true' in await fund.renkei("journal", "verify", "--json")


async def accepted(courier: Courier, document: Document) -> bool:
    """Whether a document is delivered now."""
    try:
        await courier.carry(document, "command-when-there-is-room")
    except Refused as refused:
        assert refused.status == 507
        return False
    return True


@asynccontextmanager
async def in_this_process(fund: Installation) -> AsyncIterator[VaultService]:
    """Vault and sites in this very process, so that a journey can reach into the vault."""
    async with asyncio.TaskGroup() as group, AsyncExitStack() as stack:
        process = Process(fund.settings, fund.config, group, stack)
        vault = VaultService(fund.settings, process.credentials, process.metrics, config_file=fund.config)
        stack.push_async_callback(vault.stop)
        await vault.start(group, None)
        await vault.listen(fund.root / "run")
        await open_web(process, (Site.PORTAL, Site.CONSOLE))
        yield vault


async def fill_map(vault: VaultService) -> list[bytes]:
    """Write rows until the store takes no more; their keys."""
    keys = [b"test/%06d" % number for number in range(MAP_BYTES // ROW)]
    for number, key in enumerate(keys):
        try:
            await vault.core.commit(partial(put, key), vital=True)
        except LinkRefused as refused:
            assert refused.why is Why.FULL
            return keys[:number]
    raise AssertionError("the map is never full")


def put(key: bytes, txn: Transaction) -> None:
    """One row that is in the way."""
    txn.put(key, bytes(ROW))


def delete(keys: list[bytes], txn: Transaction) -> None:
    """Make room."""
    for key in keys:
        txn.delete(key)


async def test_a_full_map_refuses_changes_serves_readers_and_heals_without_a_restart(
    fund: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(path: Path, size: int, *more: object) -> LmdbStore:
        return LmdbStore(path, MAP_BYTES, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(renkei_records_lmdb, "LmdbStore", small)
    async with (
        in_this_process(fund) as vault,
        fund.visitor(Site.CONSOLE) as staff,
        fund.visitor(Site.PORTAL) as user,
        fund.visitor(Site.PORTAL) as late,
    ):
        courier = await Courier.at(fund, staff)
        notice = await courier.carry(FIRST, "command-before-it-is-full")
        await sign_in(user, fund.user)
        keys = await fill_map(vault)
        await refused_as_full(courier, SECOND)
        assert (await sign_in(late, fund.other)).status == 507
        await reading_goes_on(user, notice, FIRST)
        await vault.core.commit(partial(delete, keys), vital=True)
        await vault.core.room.measure(vault.core.records, vault.core.blobs)
        assert await accepted(courier, THIRD)
        assert (await sign_in(late, fund.other)).path == "/"
