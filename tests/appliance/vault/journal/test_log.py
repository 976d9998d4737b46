# SPDX-License-Identifier: Apache-2.0
"""The log appends in the transaction of the act, pages newest first, forgets, and proves."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from appliance.contracts.records import LimitExceeded, Txn, View
from appliance.vault.journal import leaf as leaves_of
from appliance.vault.journal import merkle, rows
from appliance.vault.journal.log import JournalDamaged, Leaf
from appliance.vault.keys.sealing import Unsealable

if TYPE_CHECKING:
    from tests.appliance.vault.journal.conftest import Rig


class Counted:
    """A view that counts what is asked of it."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.asked = 0

    def get(self, key: bytes) -> bytes | None:
        self.asked += 1
        return self._view.get(key)

    def scan(
        self, start: bytes, stop: bytes, *, limit: int = 1000, reverse: bool = False
    ) -> list[tuple[bytes, bytes]]:
        found = self._view.scan(start, stop, limit=limit, reverse=reverse)
        self.asked += 1 + len(found)
        return found


async def test_an_empty_log(rig: "Rig") -> None:
    assert await rig.read(rig.log.size) == 0
    assert (await rig.read(rig.log.head)).root == merkle.EMPTY_ROOT
    assert await rig.read(lambda view: rig.log.page(view, before=0, limit=10)) == []


async def test_sequence_numbers_go_on_without_gap(rig: "Rig") -> None:
    first = await rig.commit(lambda txn: rig.log.append(txn, [rig.entry(0), rig.entry(1)]))
    second = await rig.commit(lambda txn: rig.log.append(txn, [rig.entry(2)]))
    nothing = await rig.commit(lambda txn: rig.log.append(txn, []))
    assert (first, second, nothing, await rig.read(rig.log.size)) == (0, 2, 3, 3)


async def test_two_appends_of_one_transaction(rig: "Rig") -> None:
    def work(txn: Txn) -> list[int]:
        return [rig.log.append(txn, [rig.entry(number)]) for number in range(3)]

    assert await rig.commit(work) == [0, 1, 2]


async def test_an_act_that_fails_leaves_no_entry(rig: "Rig") -> None:
    def work(txn: Txn) -> None:
        rig.log.append(txn, [rig.entry(0)])
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await rig.commit(work)
    assert await rig.read(rig.log.size) == 0
    assert await rig.read(lambda view: view.scan(b"j/", b"j0")) == []


async def test_the_root_is_that_of_the_leaves(rig: "Rig") -> None:
    await rig.fill(300)
    frontier = merkle.Frontier()
    for leaf in await rig.read(lambda view: rig.log.leaves(view, 0, 1000)):
        assert merkle.leaf_hash(leaf.text) == leaf.hash
        frontier.append(leaf.hash)
    assert (await rig.read(rig.log.head)).root == frontier.root()


async def test_leaves_come_in_pages(rig: "Rig") -> None:
    await rig.fill(7)
    some: list[Leaf] = await rig.read(lambda view: rig.log.leaves(view, 3, 2))
    assert [leaf.seq for leaf in some] == [3, 4]
    assert some[0].text == leaves_of.leaf_of(3, rig._some(3))


async def test_a_page_is_newest_first_and_leads_to_the_next(rig: "Rig") -> None:
    await rig.fill(10)
    page = await rig.read(lambda view: rig.log.page(view, before=0, limit=4))
    assert [line.seq for line in page] == [9, 8, 7, 6]
    page = await rig.read(lambda view: rig.log.page(view, before=6, limit=4))
    assert [line.seq for line in page] == [5, 4, 3, 2]
    assert await rig.read(lambda view: rig.log.page(view, before=2, limit=0)) == []
    assert page[0].entry == rig._some(5)
    assert page[1].entry == replace(rig._some(4), salt=b"")


async def test_a_page_of_an_office_is_of_that_office(rig: "Rig") -> None:
    await rig.fill(30)
    page = await rig.read(lambda view: rig.log.page(view, before=20, limit=3, office="office-b"))
    assert [line.seq for line in page] == [17, 14, 11]
    assert {line.entry.office for line in page} == {"office-b"}
    for unknown in ("office", "office-", "office-c", ""):
        assert await rig.read(lambda view, of=unknown: rig.log.page(view, office=of)) == []  # type: ignore[misc]


@pytest.mark.parametrize("office", [None, "office-a"])
async def test_a_page_costs_what_it_shows(rig: "Rig", office: str | None) -> None:
    def cost_of_a_page(view: View) -> tuple[int, int]:
        counted = Counted(view)
        return len(rig.log.page(counted, limit=10, office=office)), counted.asked

    costs = []
    for _ in range(2):
        await rig.fill(200)
        costs.append(await rig.read(cost_of_a_page))
    assert costs[0] == costs[1]
    assert costs[0][1] <= 35


async def test_a_page_keeps_the_limit_of_the_contract(rig: "Rig") -> None:
    with pytest.raises(LimitExceeded):
        await rig.read(lambda view: rig.log.page(view, limit=1001))


async def test_a_forgotten_payload_is_gone_and_the_proof_stays(rig: "Rig") -> None:
    await rig.fill(6)
    before = await rig.read(rig.log.head)
    assert await rig.commit(lambda txn: rig.log.forget(txn, 3)) is True
    assert await rig.commit(lambda txn: rig.log.forget(txn, 3)) is False
    assert await rig.commit(lambda txn: rig.log.forget(txn, 2)) is False
    (line,) = await rig.read(lambda view: rig.log.page(view, before=4, limit=1))
    assert (line.seq, line.entry.personal, line.entry.salt) == (3, {}, b"")
    assert line.entry.thing == "thing-3"
    assert await rig.read(rig.log.head) == before


async def test_every_row_of_content_is_sealed_to_its_place(rig: "Rig") -> None:
    await rig.fill(300)
    found = await rig.read(lambda view: view.scan(b"j/", b"j0", limit=1000))
    assert len(found) == 300 + 150 + 200 + 1 + 1  # leaves, payloads, offices, head, one node
    for key, value in found:
        assert b"thing-" not in value
        assert "納入".encode() not in value
        assert (value == b"") == key.startswith(rows.OFFICES)


async def test_a_row_in_another_place_cannot_be_opened(rig: "Rig") -> None:
    await rig.fill(2)

    def swap(txn: Txn) -> None:
        one, two = txn.get(rows.leaf_key(0)), txn.get(rows.leaf_key(1))
        assert one and two
        txn.put(rows.leaf_key(0), two)
        txn.put(rows.leaf_key(1), one)

    await rig.commit(swap)
    with pytest.raises(Unsealable):
        await rig.read(lambda view: rig.log.page(view))


async def test_a_head_that_was_set_back_is_not_written_on(rig: "Rig") -> None:
    await rig.fill(3)
    old = await rig.read(lambda view: view.get(rows.HEAD))
    assert old
    await rig.fill(3)
    await rig.commit(lambda txn: txn.put(rows.HEAD, old))
    with pytest.raises(JournalDamaged, match="entry 3 exists"):
        await rig.fill(1)
    await rig.remove(rows.HEAD)
    with pytest.raises(JournalDamaged, match="entry 0 exists"):
        await rig.fill(1)


async def test_a_list_of_an_office_that_lies(rig: "Rig") -> None:
    await rig.fill(3)
    await rig.commit(lambda txn: txn.put(rows.office_key("office-a", 2), b""))
    with pytest.raises(JournalDamaged, match="entry 2"):
        await rig.read(lambda view: rig.log.page(view, office="office-a"))
    await rig.commit(lambda txn: txn.put(rows.office_key("office-a", 7), b""))
    with pytest.raises(JournalDamaged, match="entry 7 is missing"):
        await rig.read(lambda view: rig.log.page(view, office="office-a"))


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512, 700, 1025])
async def test_proofs_from_kept_hashes_and_nodes(rig: "Rig", size: int) -> None:
    await rig.fill(1025)

    def prove(view: View) -> None:
        hashes = [leaf.hash for start in (0, 1000) for leaf in rig.log.leaves(view, start, 1000)]
        frontier = merkle.Frontier()
        for kept in hashes[:size]:
            frontier.append(kept)
        assert rig.log.root_at(view, size) == frontier.root()
        for seq in {0, size // 2, size - 1}:
            proof = rig.log.inclusion_proof(view, seq, size)
            merkle.verify_inclusion(seq, size, hashes[seq], frontier.root(), proof)
        proof = rig.log.consistency_proof(view, size, 1025)
        merkle.verify_consistency(size, 1025, frontier.root(), rig.log.head(view).root, proof)

    await rig.read(prove)


async def test_a_proof_over_missing_rows_is_refused(rig: "Rig") -> None:
    await rig.fill(600)
    await rig.remove(rows.leaf_key(599), rows.node_key(8, 1))
    with pytest.raises(JournalDamaged, match="missing between"):
        await rig.read(lambda view: rig.log.root_at(view, 600))
    with pytest.raises(JournalDamaged, match="node 1 of level 8"):
        await rig.read(lambda view: rig.log.inclusion_proof(view, 3, 512))
