# SPDX-License-Identifier: Apache-2.0
"""Downloads: begun in the journal, received when the last byte went out, cut otherwise."""

import asyncio
import hashlib

import pytest

from appliance.contracts.records import StoreError
from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.time import MINUTE
from appliance.model.words import NoticeState, Permission, Role, Site
from appliance.vault.documents.downloads import MAX_OPEN
from appliance.vault.records.tables import downloads
from tests.appliance.vault.world import CONTENT, Person, World
from tests.pdf import pdf

SHA256 = hashlib.sha256(CONTENT).digest()


async def state(world: World, notice: str) -> tuple[NoticeState, int]:
    row = await world.notice(notice)
    return row.state, row.downloads


async def test_received_is_what_was_sent_to_the_last_byte(world: World, user: Person, clerk: Person) -> None:
    notice = await clerk.deliver(user.office)
    head, got = await user.download(notice)
    assert got == CONTENT
    assert (head.file_name, head.size, head.sha256) == ("通知.pdf", len(CONTENT), SHA256)
    assert await state(world, notice) == (NoticeState.DELIVERED, 0), "not before the site says so"
    world.clock.move(5)
    await user.ask(m.DownloadFinished(head.download, len(got)))
    row = await world.notice(notice)
    assert (row.state, row.received_at, row.received_by) == (
        NoticeState.RECEIVED,
        world.clock.now(),
        user.account,
    )
    kinds = [entry.kind for entry in await world.journal() if entry.thing == notice]
    assert kinds[-2:] == [Kind.NOTICE_DOWNLOAD_STARTED, Kind.NOTICE_RECEIVED]


async def test_the_beginning_is_journaled_before_the_first_byte(world: World, user: Person, clerk: Person) -> None:
    notice = await clerk.deliver(user.office)
    await user.download(notice, stop_after=0)
    last = await world.last()
    assert (last.kind, last.thing, last.actor) == (Kind.NOTICE_DOWNLOAD_STARTED, notice, user.account)


@pytest.mark.parametrize("sent", [0, 1, len(CONTENT) - 1, len(CONTENT) + 1, -1])
async def test_a_site_that_sent_less_has_cut_it(world: World, user: Person, clerk: Person, sent: int) -> None:
    notice = await clerk.deliver(user.office)
    head, _ = await user.download(notice)
    await user.ask(m.DownloadFinished(head.download, sent))
    assert await state(world, notice) == (NoticeState.DELIVERED, 0)
    last = await world.last()
    assert (last.kind, last.reason) == (Kind.NOTICE_DOWNLOAD_CUT, f"{sent} of {len(CONTENT)} bytes")
    await user.refused(Why.NOT_FOUND, m.DownloadFinished(head.download, len(CONTENT)))
    await user.receive(notice)
    assert await state(world, notice) == (NoticeState.RECEIVED, 1)


async def test_a_site_cannot_say_that_it_sent_what_it_never_got(world: World, user: Person, clerk: Person) -> None:
    content = pdf(1, 600_000)
    notice = await clerk.deliver(user.office, content)
    head, got = await user.download(notice, stop_after=1)
    assert 0 < len(got) < len(content)
    await user.ask(m.DownloadFinished(head.download, len(content)))
    assert await state(world, notice) == (NoticeState.DELIVERED, 0)
    assert (await world.last()).kind is Kind.NOTICE_DOWNLOAD_CUT


async def test_later_downloads_are_counted_and_keep_the_first_instant(
    world: World, user: Person, clerk: Person
) -> None:
    notice = await clerk.deliver(user.office)
    await user.receive(notice)
    received_at = (await world.notice(notice)).received_at
    world.clock.move(1_000)
    await user.receive(notice)
    assert await state(world, notice) == (NoticeState.RECEIVED, 2)
    assert (await world.notice(notice)).received_at == received_at


async def test_two_downloads_at_once_both_count(world: World, user: Person, clerk: Person) -> None:
    notice = await clerk.deliver(user.office)
    await asyncio.gather(*(user.receive(notice) for _ in range(5)))
    assert await state(world, notice) == (NoticeState.RECEIVED, 5)


async def test_a_download_is_that_of_its_visit(world: World, user: Person, clerk: Person, stranger: Person) -> None:
    colleague = await world.visitor(user.office, "Tanaka03")
    notice = await clerk.deliver(user.office)
    head, got = await user.download(notice)
    for other in (stranger, colleague):
        await other.refused(Why.NOT_FOUND, m.DownloadFinished(head.download, len(got)))
    await user.ask(m.DownloadFinished(head.download, len(got)))
    assert await state(world, notice) == (NoticeState.RECEIVED, 1)


async def test_a_repeated_end_counts_once(world: World, user: Person, clerk: Person) -> None:
    notice = await clerk.deliver(user.office)
    head, got = await user.download(notice)
    finished = m.DownloadFinished(head.download, len(got))
    both = [world.outcome(user.site, finished, token=user.token) for _ in "12"]
    assert set(await asyncio.gather(*both)) == {m.Nothing(), Why.NOT_FOUND}
    assert await state(world, notice) == (NoticeState.RECEIVED, 1)


async def test_a_store_that_fails_once_cuts_nothing(world: World, user: Person, clerk: Person) -> None:
    notice = await clerk.deliver(user.office)
    head, got = await user.download(notice)
    finished = m.DownloadFinished(head.download, len(got))
    world.store.fail_next(StoreError("for a moment"))
    await user.refused(Why.BROKEN, finished)
    await user.ask(finished)
    assert await state(world, notice) == (NoticeState.RECEIVED, 1)


async def test_without_the_permission_nobody_downloads(world: World, office: str, clerk: Person) -> None:
    notice = await clerk.deliver(office)
    user = await world.visitor(office, role=Role.SHAROSHI)
    await user.receive(notice)
    await world.take_permission(user, Permission.DOWNLOAD)
    await user.refused(Why.NOT_ALLOWED, m.DownloadNotice(notice))
    assert [row.id for row in (await user.ask(m.ListNotices())).rows] == [notice]


async def test_open_downloads_do_not_pile_up(world: World, user: Person, clerk: Person) -> None:
    notice = await clerk.deliver(user.office)
    heads = []
    for _ in range(MAX_OPEN + 3):
        heads.append((await user.download(notice))[0])
        world.clock.move(1)
    kept = await world.core.read(lambda snapshot: downloads.scan(snapshot, "visit"))
    assert [row.id for row in kept] == [head.download for head in heads[3:]]
    await user.refused(Why.NOT_FOUND, m.DownloadFinished(heads[2].download, len(CONTENT)))
    await user.ask(m.DownloadFinished(heads[3].download, len(CONTENT)))


@pytest.mark.parametrize("how", ["signed out", "link cut", "time over"])
async def test_with_its_visit_a_download_ends_in_the_middle(
    world: World, user: Person, clerk: Person, how: str
) -> None:
    notice = await clerk.deliver(user.office, pdf(1, 2_000_000))
    stream = (await world.answer(Site.PORTAL, m.DownloadNotice(notice), token=user.token)).stream
    assert stream is not None
    assert len(await anext(stream)) > 0
    if how == "signed out":
        await user.ask(m.SignOut())
    elif how == "link cut":
        await world.admin(m.CutLink(Site.PORTAL))
    else:
        world.clock.move(90 * MINUTE)
    with pytest.raises(Refused, match="not_signed_in"):
        async for _ in stream:
            raise AssertionError("not a byte more")
