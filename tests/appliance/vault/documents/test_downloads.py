# SPDX-License-Identifier: Apache-2.0
"""Downloads: begun in the journal, received when the last byte went out, cut otherwise."""

import asyncio
import hashlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.contracts.records import StoreError
from appliance.link import messages as m
from appliance.link.envelope import Call
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.time import MINUTE
from appliance.model.words import NoticeState, Permission, Role, Site
from appliance.vault.caller import Caller
from appliance.vault.documents.downloads import MAX_OPEN, Going, send
from appliance.vault.documents.opening import proven
from appliance.vault.keys.sealing import Unsealable
from appliance.vault.records.tables import Goods, downloads, notices, visits
from appliance.vault.records.transaction import Transaction
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


async def test_what_goes_while_it_is_asked_for_does_not_leave_unjournaled(
    world: World, user: Person, clerk: Person
) -> None:
    kept, gone = [await world.notice(await clerk.deliver(user.office)) for _ in "12"]
    await world.core.commit(lambda txn: (notices.delete(txn, gone.id), None)[1])
    rows, size = await world.rows(), len(await world.journal())
    going = Going(Goods.NOTICES, (kept, gone), "a.zip", lambda: proven(world.core, kept), 0, packed=True)
    call = Call(Site.PORTAL, m.BY_SHAPE[m.DownloadNotices], together := m.DownloadNotices((kept.id, gone.id)), "r")
    visit = await world.core.read(lambda snapshot: visits.first(snapshot, "account", user.account))
    caller = Caller(call, world.clock.now(), bytes(32), user.account, visit=visit)
    with pytest.raises(Refused, match="not_found"):
        await send(world.core, caller, going)
    assert (await world.rows(), len(await world.journal())) == (rows, size)
    await user.refused(Why.NOT_FOUND, together)


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


# --- ranges -------------------------------------------------------------------------------------------------------


WHOLE = pdf(7, 600_000)


@pytest.fixture
async def large(user: Person, clerk: Person) -> str:
    """A notice of several chunks."""
    return await clerk.deliver(user.office, WHOLE)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 2 * len(WHOLE)))
async def test_a_range_is_that_slice_as_far_as_there_is_anything(
    user: Person, large: str, start: int, length: int
) -> None:
    head, got = await user.fetch(m.DownloadNotice(large, start=start, stop=start + length))
    stop = min(start + length, len(WHOLE))
    assert got == WHOLE[start:stop]
    assert (head.start, head.size, head.whole) == (start, stop - start, len(WHOLE))
    assert head.sha256 == hashlib.sha256(WHOLE).digest()


@pytest.mark.parametrize(("start", "stop"), [(-1, 5), (5, 5), (6, 5), (len(WHOLE), 2**53), (len(WHOLE), 0), (9, 0)])
async def test_what_is_no_range_is_refused(user: Person, large: str, start: int, stop: int) -> None:
    refused = await user.refused(Why.INVALID, m.DownloadNotice(large, start=start, stop=stop))
    assert (refused.text, refused.values) == ("download.range", {"size": str(len(WHOLE))})


@pytest.mark.parametrize(
    "ranges",
    [
        [(1, len(WHOLE))],
        [(0, len(WHOLE) - 1)],
        [(len(WHOLE) - 1, len(WHOLE))],
        [(0, 300_000), (300_001, len(WHOLE))],
    ],
)
async def test_ranges_with_a_gap_make_nothing_received(
    world: World, user: Person, large: str, ranges: list[tuple[int, int]]
) -> None:
    for start, stop in ranges:
        await user.take(m.DownloadNotice(large, start=start, stop=stop))
    assert await state(world, large) == (NoticeState.DELIVERED, 0)
    assert {entry.kind for entry in (await world.journal())[-2:]} == {
        Kind.NOTICE_DOWNLOAD_STARTED,
        Kind.NOTICE_DOWNLOAD_CUT,
    }


async def test_a_notice_is_received_once_a_visit_has_every_byte(world: World, user: Person, large: str) -> None:
    ends = [400_000, len(WHOLE), 400_000]
    for start, stop in zip([200_000, 400_000, 0], ends, strict=True):
        assert await state(world, large) == (NoticeState.DELIVERED, 0)
        await user.take(m.DownloadNotice(large, start=start, stop=stop))
    assert await state(world, large) == (NoticeState.RECEIVED, 1)
    await user.take(m.DownloadNotice(large, start=0, stop=1))
    assert await state(world, large) == (NoticeState.RECEIVED, 1), "the next time counts by itself"


async def test_who_goes_on_where_the_connection_broke_has_it_all(world: World, user: Person, large: str) -> None:
    head, got = await user.download(large, stop_after=1)
    await user.ask(m.DownloadFinished(head.download, len(got)))
    assert (await world.last()).reason == f"{len(got)} of {len(WHOLE)} bytes"
    rest = await user.take(m.DownloadNotice(large, start=len(got), stop=len(WHOLE)))
    assert got + rest == WHOLE
    assert await state(world, large) == (NoticeState.RECEIVED, 1)


async def test_two_visits_with_half_each_have_received_nothing(world: World, user: Person, large: str) -> None:
    colleague = await world.visitor(user.office, "Tanaka03")
    await user.take(m.DownloadNotice(large, start=0, stop=300_000))
    await colleague.take(m.DownloadNotice(large, start=300_000, stop=len(WHOLE)))
    assert await state(world, large) == (NoticeState.DELIVERED, 0)
    assert (await world.last()).reason == f"300000 of {len(WHOLE)} bytes, from 300000 on"


async def test_a_site_cannot_put_together_what_it_never_got(world: World, user: Person, large: str) -> None:
    head, got = await user.fetch(m.DownloadNotice(large, start=0, stop=300_000), stop_after=1)
    assert len(got) < 300_000
    await user.ask(m.DownloadFinished(head.download, 300_000))
    await user.take(m.DownloadNotice(large, start=300_000, stop=len(WHOLE)))
    assert await state(world, large) == (NoticeState.DELIVERED, 0)


async def test_what_a_restart_forgot_was_not_received(world: World, user: Person, large: str) -> None:
    await user.take(m.DownloadNotice(large, start=0, stop=300_000))
    await world.restart()
    await user.take(m.DownloadNotice(large, start=300_000, stop=len(WHOLE)))
    assert await state(world, large) == (NoticeState.DELIVERED, 0)
    await user.receive(large)
    assert await state(world, large) == (NoticeState.RECEIVED, 1)


async def test_bytes_that_are_not_those_that_came_do_not_go_out_to_their_end(
    world: World, user: Person, large: str
) -> None:
    def other_hash(txn: Transaction) -> None:
        notice = notices.get(txn, large)
        assert notice is not None
        parts = (*notice.parts[:-1], replace(notice.parts[-1], sha256=bytes(32)))
        notices.put(txn, replace(notice, parts=parts))

    await world.core.commit(other_hash)
    reply = await world.answer(Site.PORTAL, m.DownloadNotice(large), token=user.token)
    assert reply.stream is not None
    got = 0
    with pytest.raises(Unsealable, match="not those that came"):
        async for piece in reply.stream:
            got += len(piece)
    assert 0 < got < len(WHOLE)
    await user.ask(m.DownloadFinished(reply.message.download, len(WHOLE)))
    assert await state(world, large) == (NoticeState.DELIVERED, 0)
