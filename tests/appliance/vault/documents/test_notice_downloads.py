# SPDX-License-Identifier: Apache-2.0
"""Notices in ZIPs under the office's password: what is inside, and when they are received."""

import dataclasses
import io
from typing import Any

import pytest
from pyzipper import AESZipFile

from appliance.link import messages as m
from appliance.link.refusals import Refused, Why
from appliance.model.journal import Kind
from appliance.model.time import MINUTE
from appliance.model.words import NoticeState, Site
from tests.appliance.vault.documents.opening_zips import PASSWORD, contents, register
from tests.appliance.vault.world import CONTENT, Person, World
from tests.pdf import pdf


@pytest.fixture
async def reader(world: World, user: Person) -> Person:
    """A user of an office with a ZIP password."""
    await register(world, user.office)
    return user


async def allow(world: World, *, plain: bool, packed: bool) -> None:
    exchange = dataclasses.replace(world.settings.exchange, plain_downloads=plain, zip_downloads=packed)
    world.settings = dataclasses.replace(world.settings, exchange=exchange)
    await world.restart()


async def states(world: World, *ids: str) -> list[NoticeState]:
    return [(await world.notice(id)).state for id in ids]


def together(*ids: str) -> m.DownloadNotices:
    return m.DownloadNotices(ids)


# --- one ----------------------------------------------------------------------------------------------------------


async def test_a_zip_of_one(world: World, reader: Person, clerk: Person) -> None:
    notice = await clerk.deliver(reader.office)
    head, got = await reader.fetch(m.DownloadNotice(notice, packed=True))
    assert contents(got) == {"通知.pdf": CONTENT}
    assert (head.file_name, head.size, head.whole, head.sha256) == ("通知.zip", len(got), len(got), b"")
    assert (await world.last()).reason == "as a ZIP"
    assert await states(world, notice) == [NoticeState.DELIVERED], "not before the site says so"
    await reader.ask(m.DownloadFinished(head.download, len(got)))
    assert await states(world, notice) == [NoticeState.RECEIVED]


@pytest.mark.parametrize("missing", [1, 22, 400])
async def test_without_the_last_byte_of_the_zip_nothing_is_received(
    world: World, reader: Person, clerk: Person, missing: int
) -> None:
    notice = await clerk.deliver(reader.office)
    head, got = await reader.fetch(m.DownloadNotice(notice, packed=True))
    await reader.ask(m.DownloadFinished(head.download, len(got) - missing))
    assert await states(world, notice) == [NoticeState.DELIVERED]
    last = await world.last()
    assert (last.kind, last.reason) == (
        Kind.NOTICE_DOWNLOAD_CUT,
        f"{len(got) - missing} of {len(got)} bytes",
    )


async def test_a_zip_that_the_vault_did_not_end_is_not_received(
    world: World, reader: Person, clerk: Person
) -> None:
    notice = await clerk.deliver(reader.office, pdf(1, 600_000))
    whole = len((await reader.fetch(m.DownloadNotice(notice, packed=True)))[1])
    head, got = await reader.fetch(m.DownloadNotice(notice, packed=True), stop_after=3)
    for sent in (len(got), whole):
        await reader.ask(m.DownloadFinished(head.download, sent))
        assert await states(world, notice) == [NoticeState.DELIVERED]
        head, got = await reader.fetch(m.DownloadNotice(notice, packed=True), stop_after=3)


async def test_half_a_zip_and_half_a_document_are_not_a_whole(world: World, reader: Person, clerk: Person) -> None:
    content = pdf(1, 600_000)
    notice = await clerk.deliver(reader.office, content)
    head, _ = await reader.fetch(m.DownloadNotice(notice, packed=True))
    await reader.ask(m.DownloadFinished(head.download, 300_000))
    await reader.take(m.DownloadNotice(notice, start=300_000, stop=len(content)))
    assert await states(world, notice) == [NoticeState.DELIVERED]


async def test_without_a_zip_password_there_is_no_zip(world: World, user: Person, clerk: Person) -> None:
    notice = await clerk.deliver(user.office)
    for message in (m.DownloadNotice(notice, packed=True), together(notice)):
        assert (await user.refused(Why.CONFLICT, message)).text == "zip.no_password"
    assert not (await world.notice(notice)).opened_at
    assert await user.take(m.DownloadNotice(notice)) == CONTENT


async def test_a_zip_has_no_ranges(reader: Person, clerk: Person) -> None:
    notice = await clerk.deliver(reader.office)
    refused = await reader.refused(Why.INVALID, m.DownloadNotice(notice, packed=True, start=1, stop=9))
    assert refused.text == "download.range"


async def test_the_fund_decides_which_ways_there_are(world: World, reader: Person, clerk: Person) -> None:
    notice = await clerk.deliver(reader.office)
    await allow(world, plain=False, packed=True)
    assert (await reader.refused(Why.NOT_ALLOWED, m.DownloadNotice(notice))).text == "download.plain_off"
    assert contents(await reader.take(m.DownloadNotice(notice, packed=True))) == {"通知.pdf": CONTENT}
    await allow(world, plain=True, packed=False)
    for message in (m.DownloadNotice(notice, packed=True), together(notice)):
        assert (await reader.refused(Why.NOT_ALLOWED, message)).text == "download.zip_off"
    assert await reader.take(m.DownloadNotice(notice)) == CONTENT


@pytest.mark.parametrize("how", ["signed out", "link cut", "time over"])
async def test_with_its_visit_a_zip_ends_in_the_middle(
    world: World, reader: Person, clerk: Person, how: str
) -> None:
    notice = await clerk.deliver(reader.office, pdf(1, 2_000_000))
    stream = (await world.answer(Site.PORTAL, m.DownloadNotice(notice, packed=True), token=reader.token)).stream
    assert stream is not None
    assert len(await anext(stream)) > 0
    if how == "signed out":
        await reader.ask(m.SignOut())
    elif how == "link cut":
        await world.admin(m.CutLink(Site.PORTAL))
    else:
        world.clock.move(90 * MINUTE)
    with pytest.raises(Refused, match="not_signed_in"):
        async for _ in stream:
            raise AssertionError("not a byte more")


# --- several ------------------------------------------------------------------------------------------------------


async def test_several_in_one_zip_with_names_of_their_own(world: World, reader: Person, clerk: Person) -> None:
    bodies = [pdf(number, 400) for number in range(3)]
    ids = [await clerk.deliver(reader.office, body) for body in bodies]
    size = len(await world.journal())
    head, got = await reader.fetch(together(*ids, ids[0]))
    assert contents(got) == dict(zip(["通知.pdf", "通知 (2).pdf", "通知 (3).pdf"], bodies, strict=True))
    assert (head.file_name, head.size) == ("帳票_20260609_100000.zip", len(got))
    begun = (await world.journal())[size:]
    assert [(entry.kind, entry.thing) for entry in begun] == [(Kind.NOTICE_DOWNLOAD_STARTED, id) for id in ids]
    await reader.ask(m.DownloadFinished(head.download, len(got)))
    assert set(await states(world, *ids)) == {NoticeState.RECEIVED}
    ended = (await world.journal())[-3:]
    assert [(entry.kind, entry.thing) for entry in ended] == [(Kind.NOTICE_RECEIVED, id) for id in ids]


async def test_a_cut_zip_is_a_cut_of_each_notice(world: World, reader: Person, clerk: Person) -> None:
    ids = [await clerk.deliver(reader.office) for _ in "123"]
    head, got = await reader.fetch(together(*ids))
    await reader.ask(m.DownloadFinished(head.download, 600))
    assert set(await states(world, *ids)) == {NoticeState.DELIVERED}
    cuts = await world.journal(Kind.NOTICE_DOWNLOAD_CUT)
    assert [(entry.thing, entry.reason) for entry in cuts] == [(id, f"600 of {len(got)} bytes") for id in ids]


async def test_ninety_nine_are_taken_and_a_hundred_refused(world: World, reader: Person, clerk: Person) -> None:
    ids = [await clerk.deliver(reader.office) for _ in range(100)]
    for several in ((), tuple(ids)):
        refused = await reader.refused(Why.INVALID, together(*several))
        assert (refused.text, refused.values) == ("download.count", {"max": "99"})
    assert len(contents(await reader.take(together(*ids[:99])))) == 99
    assert (await states(world, *ids)).count(NoticeState.RECEIVED) == 99


async def test_a_notice_of_another_office_spoils_it_all(
    world: World, reader: Person, clerk: Person, stranger: Person
) -> None:
    await register(world, stranger.office)
    own, other = await clerk.deliver(reader.office), await clerk.deliver(stranger.office)
    for ids in ((own, other), (other,), (other, own), (own, world.core.new_id()), (own, "")):
        await reader.refused(Why.NOT_FOUND, together(*ids))
    assert not (await world.notice(own)).opened_at


async def test_one_that_was_taken_back_spoils_it_too(reader: Person, clerk: Person) -> None:
    ids = [await clerk.deliver(reader.office) for _ in "12"]
    await clerk.ask(m.CancelNotice(ids[1], "誤配信", ""))
    assert (await reader.refused(Why.CONFLICT, together(*ids))).text == "download.cancelled"


async def test_two_offices_have_two_passwords(
    world: World, reader: Person, clerk: Person, stranger: Person
) -> None:
    await register(world, stranger.office, "Another#2026")
    got: list[Any] = []
    for person in (reader, stranger):
        got.append(await person.take(m.DownloadNotice(await clerk.deliver(person.office), packed=True)))
    assert contents(got[0]) == contents(got[1], "Another#2026")
    with AESZipFile(io.BytesIO(got[1])) as other, pytest.raises(RuntimeError, match="Bad password"):
        other.setpassword(PASSWORD.encode())
        other.read("通知.pdf")
