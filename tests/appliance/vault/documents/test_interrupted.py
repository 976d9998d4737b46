# SPDX-License-Identifier: Apache-2.0
"""A vault that begins again says of every download that was on its way that it was cut."""

from dataclasses import dataclass

from appliance.link.messages import DownloadFinished, DownloadNotices, SignOut
from appliance.link.refusals import Why
from appliance.model.journal import Kind
from appliance.model.words import NoticeState
from appliance.vault.documents.interrupted import AT_ONCE, cut_abandoned, cut_interrupted
from appliance.vault.records.table import Table
from appliance.vault.records.tables import Download, Goods, downloads
from tests.appliance.vault.documents.opening_zips import register
from tests.appliance.vault.world import CONTENT, World


@dataclass(frozen=True, slots=True)
class _Older:
    """A download as it was kept when there were notices alone."""

    id: str
    token_hash: bytes
    notice: str
    size: int
    begun_at: int


async def test_a_download_under_way_is_cut_in_the_history_of_its_office(world: World) -> None:
    office = await world.office()
    user, clerk = await world.visitor(office), await world.clerk()
    notice = await clerk.deliver(office)
    head, _ = await user.download(notice)
    await world.restart()
    await cut_interrupted(world.core)
    (entry,) = await world.journal(Kind.NOTICE_DOWNLOAD_CUT)
    assert (entry.actor, entry.office, entry.thing) == (user.account, office, notice)
    assert entry.reason == "the vault ended first"
    assert (await world.notice(notice)).state is NoticeState.DELIVERED
    await user.refused(Why.NOT_FOUND, DownloadFinished(head.download, len(CONTENT)))


async def test_what_came_to_its_end_is_not_cut_afterwards(world: World) -> None:
    office = await world.office()
    user, clerk = await world.visitor(office), await world.clerk()
    await user.receive(await clerk.deliver(office))
    await world.restart()
    await cut_interrupted(world.core)
    assert await world.journal(Kind.NOTICE_DOWNLOAD_CUT) == []


async def test_however_many_they_are_each_is_journaled_once_even_where_visit_and_notice_are_gone(
    world: World,
) -> None:
    rows = [
        Download(
            world.core.new_id(), bytes(32), 1, number, Goods.NOTICES, (world.core.new_id(), world.core.new_id())
        )
        for number in range(AT_ONCE + 1)
    ]
    for row in rows:
        await world.core.commit(lambda txn, row=row: downloads.put(txn, row))  # type: ignore[misc]
    await cut_interrupted(world.core)
    await cut_interrupted(world.core)
    entries = await world.journal(Kind.NOTICE_DOWNLOAD_CUT)
    assert sorted(entry.thing for entry in entries) == sorted(id for row in rows for id in row.things)
    assert {(entry.actor, entry.office) for entry in entries} == {("", "")}


async def test_a_row_of_a_vault_that_knew_no_goods_is_journaled_and_goes(world: World) -> None:
    old = Table("download", _Older, lambda d: (d.id,), {"visit": lambda d, blind: [(d.token_hash, d.begun_at)]})
    row = _Older(world.core.new_id(), bytes(32), world.core.new_id(), 15, 1)
    await world.core.commit(lambda txn: old.put(txn, row))
    await cut_interrupted(world.core)
    (entry,) = await world.journal(Kind.NOTICE_DOWNLOAD_CUT)
    assert (entry.actor, entry.office, entry.thing) == ("", "", "")
    assert await world.core.read(lambda snapshot: downloads.scan(snapshot, "visit")) == []


async def test_of_a_zip_each_notice_is_cut(world: World) -> None:
    office = await world.office()
    user, clerk = await world.visitor(office), await world.clerk()
    await register(world, office)
    ids = tuple([await clerk.deliver(office) for _ in "123"])
    head, _ = await user.fetch(DownloadNotices(ids))
    await user.ask(SignOut())
    await cut_abandoned(world.core)
    entries = await world.journal(Kind.NOTICE_DOWNLOAD_CUT)
    assert [(entry.thing, entry.office, entry.reason) for entry in entries] == [
        (id, office, "the visit ended first") for id in ids
    ]
    assert all(entry.sha256 and entry.personal == {"file_name": "通知.pdf"} for entry in entries)
    assert await world.core.read(lambda snapshot: downloads.get(snapshot, head.download)) is None
