# SPDX-License-Identifier: Apache-2.0
"""A notice to the wrong office is taken back, as long as nobody has opened it."""

import asyncio

import pytest

from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import TYPED, Kind, Result
from appliance.model.words import NoticeState
from appliance.vault.documents.cancelling import MAX_REASON
from appliance.vault.letters import LetterKind
from appliance.vault.records.tables import notices
from tests.appliance.vault.world import CONTENT, Person, World

REASON = "別の事業所あてでした"


def cancelling(notice: str, reason: str = REASON, command: str = "") -> m.CancelNotice:
    return m.CancelNotice(notice, reason, command)


async def row_of(person: Person, office: str = "") -> m.NoticeRow:
    page: m.NoticePage = await person.ask(m.ListNotices(office))
    [row] = page.rows
    return row


async def test_its_bytes_are_gone_and_the_record_stays(world: World, user: Person, clerk: Person) -> None:
    notice = await clerk.deliver(user.office)
    world.clock.move(1_000)
    assert await clerk.ask(cancelling(notice)) == m.Nothing()
    row = await world.notice(notice)
    assert (row.state, row.parts, row.wrapped_key) == (NoticeState.CANCELLED, (), b"")
    assert (row.cancelled_at, row.cancelled_by, row.reason) == (world.clock.now(), clerk.account, REASON)
    assert await world.blobs.ids() == []
    last = await world.last()
    assert (last.kind, last.office, last.thing) == (Kind.NOTICE_CANCELLED, user.office, notice)
    assert (last.reason, last.personal[TYPED]) == ("", REASON), "what somebody typed is never in the tree itself"
    refused = await user.refused(Why.CONFLICT, m.DownloadNotice(notice))
    assert refused.text == "download.cancelled"


async def test_the_office_sees_that_it_was_taken_back_and_the_fund_why(
    world: World, user: Person, clerk: Person
) -> None:
    notice = await clerk.deliver(user.office)
    assert (await user.ask(m.OpenMenu())).unread == 1
    await clerk.ask(cancelling(notice))
    shown, told = await row_of(user), await row_of(clerk, user.office)
    assert (shown.state, shown.cancelled_at, shown.reason) == (NoticeState.CANCELLED, world.clock.now(), "")
    assert told.reason == REASON
    assert (await user.ask(m.OpenMenu())).unread == 0


async def test_a_letter_that_was_not_sent_yet_is_not_sent_any_more(
    world: World, user: Person, clerk: Person
) -> None:
    notice = await clerk.deliver(user.office)
    assert len(await world.letters(user.account, LetterKind.NOTICE_DELIVERED)) == 1
    await clerk.ask(cancelling(notice))
    assert await world.letters(user.account, LetterKind.NOTICE_DELIVERED) == []
    [letter] = await world.letters(user.account, LetterKind.NOTICE_CANCELLED)
    assert letter.about == notice


@pytest.mark.parametrize("how", ["begun", "cut", "a byte", "received"])
async def test_what_somebody_has_begun_to_read_stays(world: World, user: Person, clerk: Person, how: str) -> None:
    notice = await clerk.deliver(user.office)
    if how == "a byte":
        await user.fetch(m.DownloadNotice(notice, start=0, stop=1))
    elif how == "received":
        await user.receive(notice)
    else:
        head, got = await user.download(notice, stop_after=0)
        if how == "cut":
            await user.ask(m.DownloadFinished(head.download, len(got)))
    assert (await clerk.refused(Why.CONFLICT, cancelling(notice))).text == "notice.opened"
    assert (await user.download(notice))[1] == CONTENT


@pytest.mark.parametrize("reason", ["", " \n", "x" * (MAX_REASON + 1)])
async def test_a_reason_is_needed(user: Person, clerk: Person, reason: str) -> None:
    notice = await clerk.deliver(user.office)
    refused = await clerk.refused(Why.INVALID, cancelling(notice, reason))
    assert (refused.text, refused.values) == ("notice.reason", {"max": str(MAX_REASON)})
    assert (await row_of(user)).state is NoticeState.DELIVERED


async def test_it_is_taken_back_once(world: World, user: Person, clerk: Person) -> None:
    notice = await clerk.deliver(user.office)
    command = "c" * 16
    for _ in "12":
        assert await clerk.ask(cancelling(notice, command=command)) == m.Nothing()
    await clerk.refused(Why.CONFLICT, cancelling(notice))
    await clerk.refused(Why.NOT_FOUND, cancelling(world.core.new_id()))
    assert [entry.result for entry in await world.journal(Kind.NOTICE_CANCELLED)].count(Result.DONE) == 1


async def test_opened_and_taken_back_at_once_is_one_of_both(world: World, user: Person, clerk: Person) -> None:
    for _ in range(5):
        notice = await clerk.deliver(user.office)
        fetched, cancelled = await asyncio.gather(
            user.world.outcome(user.site, m.DownloadNotice(notice), token=user.token),
            clerk.world.outcome(clerk.site, cancelling(notice), token=clerk.token),
        )
        row = await world.notice(notice)
        if cancelled == m.Nothing():
            assert (row.state, fetched) == (NoticeState.CANCELLED, Why.CONFLICT)
        else:
            assert (row.state, cancelled) == (NoticeState.DELIVERED, Why.CONFLICT)
            assert row.opened_at


async def test_the_copies_of_others_stay_whole(world: World, user: Person, clerk: Person) -> None:
    other = await world.visitor(await world.office(9), "Suzuki09")
    original = await clerk.deliver(user.office)
    await clerk.ask(m.DeliverCopies(original, (other.office,), ""))
    await clerk.ask(cancelling(original))
    copy = await row_of(other)
    assert await other.take(m.DownloadNotice(copy.id)) == CONTENT
    refused = await clerk.refused(Why.CONFLICT, m.DeliverCopies(original, (user.office,), ""))
    assert refused.text == "download.cancelled"
    again = await clerk.ask(m.DeliverCopies(copy.id, (user.office,), ""))
    assert again.delivered == 1, "what was taken back can be delivered again"


async def test_with_the_last_copy_the_bytes_go(world: World, user: Person, clerk: Person) -> None:
    other = await world.office(9)
    original = await clerk.deliver(user.office)
    await clerk.ask(m.DeliverCopies(original, (other,), ""))
    found = await world.core.read(lambda snapshot: notices.scan(snapshot, "all"))
    for notice in found:
        assert len(await world.blobs.ids()) == 1
        await clerk.ask(cancelling(notice.id))
    assert await world.blobs.ids() == []
