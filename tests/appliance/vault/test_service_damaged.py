# SPDX-License-Identifier: Apache-2.0
"""A vault whose records or keys somebody has changed: it stops, refuses to go on, and can be looked at."""

from collections.abc import Callable
from pathlib import Path

import pytest
from renkei_records_lmdb.store import LmdbStore

from appliance.contracts.records import Txn
from appliance.host.refused import StartRefused
from appliance.host.services import WorkerThread
from appliance.link import messages as m
from appliance.model.words import Role
from appliance.vault.journal import rows
from appliance.vault.service import verified
from tests.appliance.vault.place import CONTRACT, Place, clerk_token, deliver
from tests.ready import ready_office


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.at(tmp_path)


def change_entry(txn: Txn) -> None:
    """One bit of the first entry."""
    kept = txn.get(rows.leaf_key(0)) or b""
    txn.put(rows.leaf_key(0), kept[:-1] + bytes([kept[-1] ^ 1]))


def lose_everything(txn: Txn) -> None:
    """All rows of the journal."""
    for key, _ in txn.scan(b"j/", b"j0"):
        txn.delete(key)


@pytest.mark.parametrize(
    ("damage", "starts", "first_bad"),
    [
        (change_entry, True, 0),
        (lambda txn: txn.delete(rows.HEAD), False, 0),
        (lambda txn: txn.put(rows.leaf_key(10**6), b"x" * 60), False, 3),
        (lose_everything, False, 0),
    ],
)
async def test_it_stops_refuses_to_go_on_and_can_be_looked_at(
    place: Place, damage: Callable[[Txn], None], starts: bool, first_bad: int | None
) -> None:
    async with place.running() as vault:
        await vault.ask(m.AdmitStaff("admin", "基金", "a@example.jp", Role.FUND_CLERK))
    thread = WorkerThread("records")
    store = LmdbStore(place.root / "vault" / "records", 1 << 30, place.clock.monotonic, thread)
    store.open()
    await store.write([damage])
    await store.close()
    thread.close()
    if not starts:
        with pytest.raises(StartRefused, match=r"the records are damaged: .*journal verify --offline"):
            async with place.running():
                pass
    verdict = await verified(place.settings, place.config, "")
    assert (verdict.ok, verdict.first_bad) == (first_bad is None, first_bad)
    assert await verified(place.settings, place.config, "") == verdict, "nothing was written"


async def test_a_journal_that_is_damaged_while_it_runs_keeps_no_vault_from_stopping(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    async with place.running() as vault:
        for number in (1, 2):
            await vault.ask(m.AdmitStaff(f"staff{number}", "基金", "a@example.jp", Role.FUND_CLERK))
        await vault.core.checkpoints.sign_if_grown()
        await vault.core.records.write([change_entry])
    assert "the last entry could not be written" in caplog.text


async def test_documents_without_their_shred_keys_stop_the_start(place: Place) -> None:
    async with place.running() as vault:
        office = await ready_office(vault.core, 1, CONTRACT)
        await deliver(vault, await clerk_token(vault), office)
    shreds = place.root / "vault" / "shreds"
    shreds.rename(place.root / "left-behind")
    with pytest.raises(
        StartRefused, match=r"vault/shreds: there are documents, but never was a shred key here.*state"
    ):
        async with place.running():
            pass
    shreds.rmdir()
    (place.root / "left-behind").rename(shreds)
    async with place.running() as vault:
        assert not vault.core.keyring.shreds.is_new
