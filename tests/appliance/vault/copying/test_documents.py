# SPDX-License-Identifier: Apache-2.0
"""Every document is opened and compared with its record and the journal; whatever does not fit is named."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from appliance.link import messages as m
from appliance.model.journal import Kind
from appliance.model.things import Filing, Notice
from appliance.model.words import FilingState
from appliance.vault.copying import documents
from appliance.vault.copying.documents import DocumentProof
from appliance.vault.copying.errors import Different
from appliance.vault.copying.progress import Counts, Stage, Told
from appliance.vault.records.table import Table
from appliance.vault.records.tables import filings, notices
from appliance.vault.records.transaction import Transaction
from tests.appliance.vault.copying.scene import NOTICES, Scene
from tests.appliance.vault.filings.sending import LOSS, delivered, put_filing, sent
from tests.appliance.vault.world import CONTENT, Person, World


async def proven(scene: Scene) -> tuple[Counts, list[Told]]:
    """Open all documents of the source."""
    counts = Counts()
    told: list[Told] = []
    await DocumentProof(scene.source.core, counts, told.append).run()
    return counts, told


async def changed(scene: Scene, change: Callable[[Notice], Notice]) -> Notice:
    """Write a notice anew, with nothing in the journal."""

    def work(txn: Transaction) -> Notice:
        notice = notices.scan(txn, "all")[3]
        notices.delete(txn, notice.id)
        notices.put(txn, made := change(notice))
        return made

    return await scene.source.core.commit(work)


async def test_all_documents_are_opened(scene: Scene) -> None:
    counts, told = await proven(scene)
    assert (counts.documents, counts.shredded) == (NOTICES, 0)
    assert counts.entries == len(await scene.source.journal())
    assert told[-1] == Told(Stage.DOCUMENTS, NOTICES, 0, NOTICES * len(CONTENT))


@pytest.mark.parametrize("rows", [1, 2, 7])
async def test_page_by_page(scene: Scene, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(documents, "MAX_ROWS", rows)
    assert (await proven(scene))[0].documents == NOTICES


async def test_a_record_of_other_bytes(scene: Scene) -> None:
    made = await changed(scene, lambda notice: replace(notice, sha256=b"\0" * 32))
    with pytest.raises(Different, match=f"the record of notice {made.id} is not what the journal says"):
        await proven(scene)


async def test_a_record_of_another_office(scene: Scene) -> None:
    made = await changed(scene, lambda notice: replace(notice, office="c" * 26))
    with pytest.raises(Different, match=f"the record of notice {made.id} is not what the journal says"):
        await proven(scene)


async def test_a_document_of_other_parts(scene: Scene) -> None:
    made = await changed(scene, lambda notice: replace(notice, parts=()))
    with pytest.raises(Different, match=f"the document of notice {made.id} is not what was delivered"):
        await proven(scene)


async def test_a_document_of_which_no_entry_tells(scene: Scene) -> None:
    made = await changed(scene, lambda notice: replace(notice, id="d" * 26))
    with pytest.raises(Different, match=f"notice {made.id} is in the records, but no entry says"):
        await proven(scene)


async def test_a_key_that_does_not_open_it(scene: Scene) -> None:
    made = await changed(scene, lambda notice: replace(notice, wrapped_key=bytes(len(notice.wrapped_key))))
    with pytest.raises(Different, match=f"the document of notice {made.id} does not open"):
        await proven(scene)


async def test_a_notice_that_is_gone_was_delivered_nevertheless(scene: Scene) -> None:
    def work(txn: Transaction) -> bool:
        return notices.delete(txn, notices.scan(txn, "all")[0].id)

    await scene.source.core.commit(work)
    assert (await proven(scene))[0].documents == NOTICES - 1


async def test_what_was_shredded_is_counted_and_missed_by_nobody(scene: Scene) -> None:
    shreds = scene.source.core.keyring.shreds
    (month,) = {one.purge_month for one in await scene.source.core.read(lambda on: notices.scan(on, "all"))}
    assert await shreds.destroy(month)
    counts, _ = await proven(scene)
    assert (counts.documents, counts.shredded) == (NOTICES, NOTICES)


async def test_a_shred_key_that_is_lost_is_missed(scene: Scene) -> None:
    scene.source.core.keyring.shreds._keys.clear()
    with pytest.raises(Different, match="does not open: there is no shred key of"):
        await proven(scene)


async def test_refused_deliveries_delivered_nothing(scene: Scene) -> None:
    entry = next(one for one in await scene.source.journal() if one.kind is Kind.NOTICE_DELIVERED)
    refused = replace(entry, result=type(entry.result).REFUSED, sha256="", personal={})
    await scene.source.core.commit(lambda txn: txn.journal(refused))
    assert (await proven(scene))[0].documents == NOTICES


# --- what was taken back, and filings -----------------------------------------------------------------------------


@pytest.fixture
async def exchange(world: World, user: Person, clerk: Person) -> Scene:
    """A fund with a copy, a notice that was taken back, a filing at the fund, and one that was cancelled."""
    original = await clerk.deliver(user.office)
    await clerk.ask(m.DeliverCopies(original, (await world.office(2),), ""))
    await clerk.ask(m.CancelNotice(original, "誤配信", ""))
    await delivered(world, user)
    await user.ask(m.CancelFiling(await sent(user, LOSS), ""))
    return Scene(world, world)


async def test_copies_and_filings_are_opened_and_what_was_taken_back_is_not_missed(exchange: Scene) -> None:
    assert (await proven(exchange))[0].documents == 2


async def test_a_filing_of_other_bytes(exchange: Scene) -> None:
    def work(txn: Transaction) -> Filing:
        filing = filings.scan(txn, "delivered")[0]
        filings.put(txn, replace(filing, sha256=bytes(32)))
        return filing

    filing = await exchange.source.core.commit(work)
    with pytest.raises(Different, match=f"the record of filing {filing.id} is not what the journal says"):
        await proven(exchange)


async def test_a_filing_of_which_no_entry_tells(exchange: Scene, user: Person) -> None:
    id = await put_filing(exchange.source, user.office, FilingState.DELIVERED)
    with pytest.raises(Different, match=f"filing {id} is in the records, but no entry says"):
        await proven(exchange)


@pytest.mark.parametrize("table", [notices, filings])
async def test_bytes_that_are_gone_without_a_word(exchange: Scene, table: Table[Any]) -> None:
    def work(txn: Transaction) -> str:
        alive = [one for one in table.scan(txn, "blob") if one.parts]
        cancelled = type(alive[0].state)("cancelled")
        table.put(txn, replace(alive[0], parts=(), state=cancelled))
        return str(alive[0].id)

    id = await exchange.source.core.commit(work)
    with pytest.raises(Different, match=f"the bytes of {id} are gone, but no entry says why"):
        await proven(exchange)
