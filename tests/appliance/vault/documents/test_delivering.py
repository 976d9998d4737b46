# SPDX-License-Identifier: Apache-2.0
"""Delivering: what is judged first, and copies of one document for many offices."""

import asyncio
import dataclasses
import hashlib

import pytest

from appliance.config.office_settings import ScannerNeed
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.journal import Kind, Result
from appliance.model.problems import Problem, Rule
from appliance.model.time import DAY
from appliance.model.words import NoticeState, ScanState
from appliance.testing.memory_scanner import INFECTED, LOCKED, MemoryScanner
from appliance.vault.records.tables import outbox
from tests.appliance.vault.world import CONTENT, PERIOD, TYPE, Person, World, delivery
from tests.pdf import pdf

CSV = "加入者番号,残高\r\n0001,120000\r\n".encode("cp932")


async def delivered(person: Person, office: str, content: bytes, name: str, type: str) -> m.NoticeDelivered:
    """Upload and deliver; what comes back."""
    upload = await person.begin(office, len(content), name)
    await person.put(upload, 0, content)
    sha256 = hashlib.sha256(content).digest()
    answer: m.NoticeDelivered = await person.ask(m.DeliverNotice(upload, type, PERIOD, sha256, "c" * 16))
    return answer


# --- sent twice ---------------------------------------------------------------------------------------------------


async def test_what_the_office_has_already_is_told_and_not_delivered_again(
    world: World, user: Person, clerk: Person
) -> None:
    first, again = [await clerk.ask(delivery(await clerk.upload(user.office))) for _ in "12"]
    assert (first.had, again) == (False, m.NoticeDelivered(first.notice, had=True))
    last = await world.last()
    assert (last.kind, last.office, last.reason) == (Kind.NOTICE_REFUSED, "", "the office has it already")
    assert [row.id for row in (await user.ask(m.ListNotices())).rows] == [first.notice]
    assert len(await world.blobs.ids()) == 1, "the second upload leaves nothing behind"


async def test_another_month_type_or_office_and_what_was_taken_back_is_another_delivery(
    world: World, user: Person, stranger: Person, clerk: Person
) -> None:
    upload = await clerk.upload(user.office)
    first = await clerk.ask(delivery(upload))
    for office, type, period in (
        (user.office, TYPE, "2026-06"),
        (user.office, "receipt", PERIOD),
        (stranger.office, TYPE, PERIOD),
    ):
        assert not (await clerk.ask(delivery(await clerk.upload(office), type=type, period=period))).had
    await clerk.ask(m.CancelNotice(first.notice, "誤配信", ""))
    assert not (await clerk.ask(delivery(await clerk.upload(user.office)))).had


async def test_of_two_who_deliver_the_same_at_once_one_does(world: World, user: Person, clerk: Person) -> None:
    other = await (await world.staff("clerk2")).sign_in()
    uploads = [await person.upload(user.office) for person in (clerk, other)]
    answers = await asyncio.gather(
        *(person.ask(delivery(upload)) for person, upload in zip((clerk, other), uploads, strict=True))
    )
    assert sorted(answer.had for answer in answers) == [False, True]
    assert len({answer.notice for answer in answers}) == 1
    assert len(await world.journal(Kind.NOTICE_DELIVERED)) == 1


async def test_a_copy_goes_to_nobody_who_got_the_same_by_itself(
    user: Person, stranger: Person, clerk: Person
) -> None:
    first, _ = [await clerk.ask(delivery(await clerk.upload(one.office))) for one in (user, stranger)]
    assert (await clerk.ask(m.DeliverCopies(first.notice, (stranger.office,), ""))).delivered == 0


# --- judged -------------------------------------------------------------------------------------------------------


async def test_a_table_is_delivered_where_its_kind_is_one(user: Person, clerk: Person) -> None:
    answer = await delivered(clerk, user.office, CSV, "残高.csv", csv_type(clerk.world))
    assert answer.problems == ()
    assert await user.take(m.DownloadNotice(answer.notice)) == CSV


def csv_type(world: World) -> str:
    """A kind of notice that is a table and no PDF."""
    return next(found.id for found in world.core.catalogue if [each.value for each in found.formats] == ["csv"])


@pytest.mark.parametrize(
    ("content", "name", "rule"),
    [
        (CONTENT + b"trailing", "a.pdf", Rule.PDF_TRAILING),
        (b"%PDF-1.7 no end", "a.pdf", Rule.PDF_NONE),
        (CSV, "a.csv", Rule.CONTENT_FORMAT),
        (b"PK\x03\x04 and so on", "a.xlsx", Rule.CONTENT_FORMAT),
    ],
)
async def test_what_is_not_what_it_claims_to_be_goes_nowhere(
    world: World, user: Person, clerk: Person, content: bytes, name: str, rule: Rule
) -> None:
    answer = await delivered(clerk, user.office, content, name, "payment_notice")
    assert answer.notice == ""
    assert [problem.rule for problem in answer.problems] == [rule]
    last = await world.last()
    assert (last.kind, last.result, last.office, last.reason) == (
        Kind.NOTICE_REFUSED,
        Result.REFUSED,
        "",
        rule.value,
    )
    assert await world.blobs.ids() == []
    assert (await user.ask(m.ListNotices())).rows == ()
    upload = last.thing
    repeated = m.DeliverNotice(upload, "payment_notice", PERIOD, hashlib.sha256(content).digest(), "c" * 16)
    assert await clerk.ask(repeated) == answer, "the same form twice is told the same"


@pytest.mark.parametrize(("mark", "rule"), [(INFECTED, Rule.INFECTED), (LOCKED, Rule.NOT_SCANNABLE)])
async def test_what_a_scanner_finds_goes_nowhere(
    world: World, user: Person, clerk: Person, mark: bytes, rule: Rule
) -> None:
    world.plugins.add("scanner", MemoryScanner())
    content = pdf(0, 2_000)
    place = content.index(b"stream\n") + 7
    content = content[:place] + mark + content[place + len(mark) :]
    answer = await delivered(clerk, user.office, content, "a.pdf", "payment_notice")
    assert [problem.rule for problem in answer.problems] == [rule]
    assert (await world.last()).kind is Kind.NOTICE_REFUSED


async def test_what_the_scanners_said_is_kept_with_the_notice(world: World, user: Person, clerk: Person) -> None:
    unscanned = await world.notice(await clerk.deliver(user.office))
    world.plugins.add("scanner", MemoryScanner())
    clean = await world.notice(await clerk.deliver(user.office))
    assert (unscanned.scan, unscanned.engine) == (ScanState.UNSCANNED, "")
    assert (clean.scan, clean.engine) == (ScanState.CLEAN, "memory 1.0, signatures 2026-06-08")
    rows = (await user.ask(m.ListNotices())).rows
    assert {row.scan for row in rows} == {ScanState.UNSCANNED, ScanState.CLEAN}


async def test_while_a_scanner_is_away_the_upload_waits_for_another_press(
    world: World, user: Person, clerk: Person
) -> None:
    scanner = MemoryScanner()
    world.plugins.add("scanner", scanner)
    upload = await clerk.upload(user.office)
    scanner.away = "restarting"
    refused = await clerk.refused(Why.AWAY, delivery(upload))
    assert refused.text == "scan.away"
    assert (await user.ask(m.ListNotices())).rows == ()
    scanner.away = ""
    assert (await clerk.ask(delivery(upload))).notice == upload


async def test_a_kind_that_must_be_scanned_is_not_delivered_without_a_scanner(
    world: World, user: Person, clerk: Person
) -> None:
    exchange = dataclasses.replace(world.settings.exchange, scanner=ScannerNeed.REQUIRED)
    world.settings = dataclasses.replace(world.settings, exchange=exchange)
    await world.restart()
    answer = await delivered(clerk, user.office, CONTENT, "a.pdf", "payment_notice")
    assert answer.problems == (Problem(Rule.SCANNER_NONE),)


async def test_it_is_purged_as_its_kind_and_its_day_of_delivery_say(
    world: World, user: Person, clerk: Person
) -> None:
    upload = await clerk.upload(user.office)
    world.clock.move(300 * DAY)
    await clerk.sign_in()
    await clerk.ask(delivery(upload))
    notice = await world.notice(upload)
    assert (world.settings.vault.tax_retention_years, notice.delivered_at) == (10, world.clock.now())
    assert notice.purge_month == "2038-07", "ten years and three months after the business year of the delivery"
    assert (await (await world.visitor(user.office, "Tanaka03")).download(upload))[1] == CONTENT


# --- copies -------------------------------------------------------------------------------------------------------


@pytest.fixture
async def others(world: World) -> list[Person]:
    """Users of three more offices."""
    return [await world.visitor(await world.office(number), f"User000{number}") for number in (11, 12, 13)]


async def notices_of(person: Person) -> list[m.NoticeRow]:
    return list((await person.ask(m.ListNotices())).rows)


async def test_every_office_gets_its_own_notice_of_the_same_bytes(
    world: World, user: Person, clerk: Person, others: list[Person]
) -> None:
    original = await clerk.deliver(user.office)
    blobs = await world.blobs.ids()
    offices = tuple(other.office for other in others)
    world.clock.move(1_000)
    assert await clerk.ask(m.DeliverCopies(original, offices, "c" * 16)) == m.CopiesDelivered(3)
    assert await world.blobs.ids() == blobs, "the bytes are kept once"
    for other in others:
        [row] = await notices_of(other)
        assert (row.state, row.file_name, row.delivered_at) == (
            NoticeState.DELIVERED,
            "通知.pdf",
            world.clock.now(),
        )
        assert await other.take(m.DownloadNotice(row.id)) == CONTENT
        await user.refused(Why.NOT_FOUND, m.DownloadNotice(row.id))
    entries = await world.journal(Kind.NOTICE_DELIVERED)
    assert [entry.office for entry in entries] == [user.office, *offices]
    assert (await world.notice(original)).state is NoticeState.DELIVERED


async def test_it_is_one_commit_with_letters_for_all(
    world: World, user: Person, clerk: Person, others: list[Person]
) -> None:
    original = await clerk.deliver(user.office)
    commits = world.store.commits
    await clerk.ask(m.DeliverCopies(original, tuple(other.office for other in others), ""))
    assert world.store.commits == commits + 1
    letters = await world.core.read(lambda snapshot: outbox.scan(snapshot, "late"))
    assert {letter.account for letter in letters} == {user.account, *(other.account for other in others)}


async def test_who_has_it_gets_no_second_one(
    world: World, user: Person, clerk: Person, others: list[Person]
) -> None:
    first, second, third = (other.office for other in others)
    original = await clerk.deliver(user.office)
    assert (await clerk.ask(m.DeliverCopies(original, (first, first, user.office), ""))).delivered == 1
    assert (await clerk.ask(m.DeliverCopies(original, (first, second), ""))).delivered == 1
    [copy] = await notices_of(others[1])
    again = await clerk.ask(m.DeliverCopies(copy.id, (user.office, first, second, third), ""))
    assert again.delivered == 1, "a copy of a copy is the same document"
    assert [len(await notices_of(person)) for person in (user, *others)] == [1, 1, 1, 1]


async def test_the_same_command_and_two_at_once_deliver_once(
    world: World, user: Person, clerk: Person, others: list[Person]
) -> None:
    original = await clerk.deliver(user.office)
    message = m.DeliverCopies(original, tuple(other.office for other in others), "c" * 16)
    unnamed = dataclasses.replace(message, command="")
    counts = [answer.delivered for answer in await asyncio.gather(*(clerk.ask(unnamed) for _ in "123"))]
    assert sum(counts) == 3
    first = await clerk.ask(message)
    assert first == await clerk.ask(message) == m.CopiesDelivered(0)
    assert [len(await notices_of(other)) for other in others] == [1, 1, 1]


async def test_one_unknown_office_and_nobody_gets_anything(
    user: Person, clerk: Person, others: list[Person]
) -> None:
    original = await clerk.deliver(user.office)
    known = others[0].office
    for offices in ((known, clerk.world.core.new_id()), (known, "")):
        await clerk.refused(Why.NOT_FOUND, m.DeliverCopies(original, offices, ""))
    for count in (0, 101):
        refused = await clerk.refused(Why.INVALID, m.DeliverCopies(original, (known,) * count, ""))
        assert refused.text == "notice.offices"
    await clerk.refused(Why.NOT_FOUND, m.DeliverCopies(clerk.world.core.new_id(), (known,), ""))
    assert await notices_of(others[0]) == []


async def test_a_hundred_offices_at_once(world: World, user: Person, clerk: Person) -> None:
    offices = tuple([await world.office(1_000 + number) for number in range(100)])
    original = await clerk.deliver(user.office)
    assert (await clerk.ask(m.DeliverCopies(original, offices, ""))).delivered == 100


async def test_a_copy_outlives_the_original_and_is_purged_by_its_own_delivery(
    world: World, user: Person, clerk: Person, others: list[Person]
) -> None:
    original = await clerk.deliver(user.office)
    world.clock.move(300 * DAY)
    await clerk.sign_in()
    await clerk.ask(m.DeliverCopies(original, (others[0].office,), ""))
    await others[0].sign_in()
    [copy] = await notices_of(others[0])
    months = [(await world.notice(id)).purge_month for id in (original, copy.id)]
    assert months[0] < months[1]
    await world.core.keyring.shreds.destroy(months[0])
    assert (await others[0].download(copy.id))[1] == CONTENT


async def test_what_nobody_scanned_is_not_copied_once_a_scanner_is_asked_for(
    world: World, user: Person, clerk: Person, others: list[Person]
) -> None:
    original = await clerk.deliver(user.office)
    copying = m.DeliverCopies(original, (others[0].office,), "")
    exchange = dataclasses.replace(world.settings.exchange, scanner=ScannerNeed.REQUIRED)
    world.core.settings = dataclasses.replace(world.settings, exchange=exchange)
    assert (await clerk.refused(Why.CONFLICT, copying)).text == "notice.unscanned"
    assert await notices_of(others[0]) == []
    world.core.settings = world.settings
    assert (await clerk.ask(copying)).delivered == 1
