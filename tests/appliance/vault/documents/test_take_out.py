# SPDX-License-Identifier: Apache-2.0
"""A period of filings leaves as one ZIP: the index tells of each, and the journal too."""

import csv
import dataclasses
import io
import zipfile
from typing import Any

import pytest

from appliance.config.office_settings import DocumentSettings
from appliance.contracts.blobs import BlobMissing
from appliance.link import messages as m
from appliance.link.refusals import Why
from appliance.model.csv_text import BOM
from appliance.model.journal import Kind
from appliance.model.time import DAY
from appliance.model.words import FilingState
from appliance.vault.documents import take_out as module
from appliance.vault.documents.interrupted import cut_interrupted
from tests.appliance.vault.doorman.making import small_pdf
from tests.appliance.vault.filings.sending import LOSS, NAME, SUSPENSION, delivered, kept, put_filing
from tests.appliance.vault.world import Person, World

JUNE = m.TakeOut("2026-06-01", "2026-06-30")


async def received(world: World, user: Person, clerk: Person, name: str = NAME) -> str:
    """The id of a filing that the fund has taken."""
    filing = await delivered(world, user, name)
    await clerk.ask(m.ReceiveFiling(filing, ""))
    return filing


def files(package: bytes) -> dict[str, bytes]:
    """Name and bytes of what is in it, in order."""
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def table(content: bytes, encoding: str = "utf-8-sig") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding), newline=""), strict=True))


async def test_each_received_filing_is_there_byte_for_byte(world: World, user: Person, clerk: Person) -> None:
    first = await received(world, user, clerk)
    world.clock.move(61_000)
    second = await received(world, user, clerk, LOSS)
    await delivered(world, user, SUSPENSION)
    found = files(await clerk.take(JUNE))
    names = ["0001_加入者資格取得届_20260609.pdf", "0001_加入者資格喪失届_20260609.pdf"]
    assert list(found) == ["index.csv", *names]
    assert [found[name] for name in names] == [small_pdf(NAME), small_pdf(LOSS)]
    header, *rows = table(found["index.csv"])
    assert tuple(header) == module.HEADER
    assert found["index.csv"].startswith(BOM)
    assert [row[0] for row in rows] == [first, second]
    row = await kept(world, first)
    assert rows[0] == [
        first,
        "0001",
        user.contract,
        "acquisition",
        "加入者資格取得届",
        "2026-06-09",
        "2026-06-01",
        row.due_on,
        "2026-06-09 10:00:00",
        "2026-06-09 10:00:00",
        "受信済",
        names[0],
        str(row.size),
        row.sha256.hex(),
    ]


async def test_the_journal_has_each_filing_and_their_number_before_the_first_byte(
    world: World, user: Person, clerk: Person
) -> None:
    ids = [await received(world, user, clerk) for _ in "123"]
    size = len(await world.journal())
    head, got = await clerk.fetch(JUNE, stop_after=0)
    entries = (await world.journal())[size:]
    assert {entry.kind for entry in entries} == {Kind.FILING_TAKEN_OUT}
    assert [(entry.thing, entry.office) for entry in entries] == [*((id, user.office) for id in ids), ("", "")]
    assert entries[-1].reason == "3 filings delivered from 2026-06-01 to 2026-06-30"
    await clerk.ask(m.DownloadFinished(head.download, len(got)))
    last = await world.last()
    assert (last.kind, last.thing, last.reason) == (Kind.FILING_DOWNLOAD_CUT, "", f"0 of {head.size} bytes")


async def test_one_that_came_to_its_end_leaves_no_more_to_tell(world: World, user: Person, clerk: Person) -> None:
    await received(world, user, clerk)
    head, got = await clerk.fetch(JUNE)
    assert (head.size, head.file_name) == (len(got), "届書_20260601_20260630.zip")
    size = len(await world.journal())
    await clerk.ask(m.DownloadFinished(head.download, len(got)))
    assert len(await world.journal()) == size
    await clerk.fetch(JUNE)
    await world.restart()
    await cut_interrupted(world.core)
    last = await world.last()
    assert (last.kind, last.actor, last.office) == (Kind.FILING_DOWNLOAD_CUT, clerk.account, "")


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        ("2026-06-09", "2026-06-09", 2),
        ("2026-06-10", "2026-06-10", 1),
        ("2026-06-09", "2026-06-10", 3),
        ("2026-06-01", "2026-06-08", 0),
        ("2026-06-11", "2099-12-31", 0),
        ("0001-01-01", "9999-12-30", 3),
    ],
)
async def test_days_are_japanese_and_both_ends_are_in(
    world: World, user: Person, clerk: Person, since: str, until: str, count: int
) -> None:
    now = world.clock.now()
    midnight = now + 14 * 3_600_000
    for at in (midnight - DAY, midnight - 1, midnight):
        await put_received(world, user.office, delivered_at=at)
    message = m.TakeOut(since, until)
    if count:
        entries = (await clerk.fetch(message, stop_after=0), await world.last())[1]
        assert entries.reason.startswith(f"{count} filings")
    else:
        assert (await clerk.refused(Why.NOT_FOUND, message)).text == "take_out.empty"


async def put_received(world: World, office: str, **changes: Any) -> str:
    """The row of one that was received; its bytes are nowhere."""
    return await put_filing(world, office, FilingState.RECEIVED, **changes)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-06-02", "2026-06-01"),
        ("", "2026-06-01"),
        ("2026-06-01", ""),
        ("2026-02-30", "2026-06-01"),
        ("2026-6-1", "2026-06-01"),
        ("2026-06-01", "9999-12-31"),
    ],
)
async def test_what_is_no_period_is_refused(clerk: Person, since: str, until: str) -> None:
    assert (await clerk.refused(Why.INVALID, m.TakeOut(since, until))).text == "take_out.period"


async def test_one_kind_alone(world: World, user: Person, clerk: Person) -> None:
    await received(world, user, clerk)
    await received(world, user, clerk, LOSS)
    found = files(await clerk.take(m.TakeOut("2026-06-01", "2026-06-30", type="loss")))
    assert list(found) == ["index.csv", "0001_加入者資格喪失届_20260609.pdf"]
    await clerk.refused(Why.NOT_FOUND, m.TakeOut("2026-06-01", "2026-06-30", type="gone_long_ago"))


async def test_equal_names_are_made_distinct(world: World, user: Person, clerk: Person) -> None:
    for _ in "123":
        await received(world, user, clerk)
    found = files(await clerk.take(JUNE))
    named = [row[11] for row in table(found["index.csv"])[1:]]
    stem = "0001_加入者資格取得届_20260609"
    assert named == [f"{stem}.pdf", f"{stem} (2).pdf", f"{stem} (3).pdf"] == list(found)[1:]


async def test_what_cp932_cannot_carry_is_told_in_a_table_of_its_own(
    world: World, user: Person, clerk: Person
) -> None:
    await received(world, user, clerk)
    message = m.TakeOut("2026-06-01", "2026-06-30", encoding="cp932")
    found = files(await clerk.take(message))
    assert [row[4] for row in table(found["index.csv"], "cp932")] == ["届書種類", "加入者資格取得届"]
    assert "unencodable.csv" not in found
    await rename(world, "𠮷野〜届")
    found = files(await clerk.take(message))
    assert list(found)[:2] == ["index.csv", "unencodable.csv"]
    index, notes = table(found["index.csv"], "cp932"), table(found["unencodable.csv"])
    assert (index[1][4], index[1][11]) == ("〓野〓届", "0001_〓野〓届_20260609.pdf")
    assert notes == [
        ["行", "列", "文字", "コードポイント"],
        ["2", "届書種類", "𠮷", "U+20BB7"],
        ["2", "届書種類", "〜", "U+301C"],
        ["2", "ファイル名", "𠮷", "U+20BB7"],
        ["2", "ファイル名", "〜", "U+301C"],
    ]
    assert list(found)[2] == "0001_𠮷野〜届_20260609.pdf", "names in a ZIP are UTF-8"


async def rename(world: World, name: str) -> None:
    """The fund calls a kind of document so from now on."""
    world.settings = dataclasses.replace(world.settings, documents={"acquisition": DocumentSettings(name=name)})
    await world.restart()


async def test_a_formula_is_harmless_for_people_and_exact_for_machines(
    world: World, user: Person, clerk: Person
) -> None:
    await received(world, user, clerk)
    await rename(world, "=1+1届")
    for for_people, shown in ((True, "'=1+1届"), (False, "=1+1届")):
        found = files(await clerk.take(m.TakeOut("2026-06-01", "2026-06-30", for_people=for_people)))
        assert table(found["index.csv"])[1][4] == shown


async def test_an_encoding_that_there_is_not(clerk: Person) -> None:
    await clerk.refused(Why.INVALID, m.TakeOut("2026-06-01", "2026-06-30", encoding="shift_jis"))


async def test_a_long_period_is_read_page_by_page_and_too_long_a_one_refused(
    world: World, user: Person, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    for count in range(1, 6):
        await put_received(world, user.office, delivered_at=world.clock.now() + count // 2)
        await clerk.fetch(JUNE, stop_after=0)
        assert (await world.last()).reason.startswith(f"{count} filings")
    monkeypatch.setattr(module, "MAX_LOOKED_AT", 4)
    refused = await clerk.refused(Why.TOO_LARGE, JUNE)
    assert (refused.text, refused.values) == ("take_out.too_many", {"max": "4"})


async def test_as_many_as_there_may_be_within_the_limits_of_a_transaction(
    world: World, user: Person, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_LOOKED_AT", module.AT_ONCE + 1)
    for _ in range(module.AT_ONCE + 1):
        await put_received(world, user.office)
    before = world.store.commits
    await clerk.fetch(JUNE, stop_after=0)
    assert world.store.commits == before + 3, "two pages of entries, and the beginning"


async def test_a_document_that_is_broken_ends_the_zip(world: World, user: Person, clerk: Person) -> None:
    await received(world, user, clerk)
    [part] = (await kept(world, await received(world, user, clerk, LOSS))).parts
    await world.blobs.delete(part.blob)
    stream = (await world.answer(clerk.site, JUNE, token=clerk.token)).stream
    assert stream is not None
    with pytest.raises(BlobMissing):
        async for _ in stream:
            pass
