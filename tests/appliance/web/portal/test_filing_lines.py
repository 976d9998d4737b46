# SPDX-License-Identifier: Apache-2.0
"""Filings as lines, and how far they are."""

from dataclasses import replace

import pytest

from appliance.link.messages import FilingRow
from appliance.model.words import FilingState, ScanState
from appliance.web.portal.filing_lines import WAY, lines, state_word, way
from tests.appliance.web.conftest import Browser

PDF = "20260609_0012_加入者資格取得届.pdf"
ROW = FilingRow(
    "a" * 26,
    12,
    "株式会社ABC商事",
    "acquisition",
    "2026-06-09",
    PDF,
    1536,
    FilingState.UPLOADED,
    ScanState.CLEAN,
    "2026-06-14",
    0,
    "山田 太郎",
    0,
    0,
)


def row_at(portal: Browser, **changed: object) -> FilingRow:
    """A row that was uploaded just now."""
    return replace(ROW, **{"uploaded_at": portal.vault.clock.now(), **changed})  # type: ignore[arg-type]


async def test_a_row_in_words(portal: Browser) -> None:
    (found,) = lines(portal.website.house, [row_at(portal)], portal.vault.clock.now())
    assert (found.type, found.file_name, found.size) == ("加入者資格取得届", PDF, "1.5 KB")
    assert (found.state, found.tone, found.scan, found.scan_tone) == ("承認待ち", "new", "問題なし", "")
    assert (found.filed, found.uploaded, found.by) == (
        "2026年6月9日(火)",
        "2026年6月9日(火) 10:00",
        "山田 太郎",
    )
    assert found.due == ("2026年6月14日(日)", "期限まであと5日です", "new")


@pytest.mark.parametrize(
    ("state", "tone"),
    [(FilingState.APPROVED, "bad"), (FilingState.DELIVERED, ""), (FilingState.CANCELLED, "")],
)
async def test_a_deadline_is_late_only_until_the_fund_has_it(
    portal: Browser, state: FilingState, tone: str
) -> None:
    row = row_at(portal, state=state, due_on="2026-06-01")
    (found,) = lines(portal.website.house, [row], portal.vault.clock.now())
    assert found.due.tone == tone and found.due.day == "2026年6月1日(月)"
    assert bool(found.due.words) is bool(tone), "never by colour alone"


@pytest.mark.parametrize(("followed_by", "tone"), [("", "bad"), ("b" * 26, "")])
async def test_of_what_was_returned_the_deadline_runs_until_it_is_sent_anew(
    portal: Browser, followed_by: str, tone: str
) -> None:
    row = row_at(portal, state=FilingState.RETURNED, due_on="2026-06-01", followed_by=followed_by)
    (found,) = lines(portal.website.house, [row], portal.vault.clock.now())
    assert found.due.tone == tone
    assert (found.is_followed, found.tone) == ((True, "off") if followed_by else (False, "bad"))


async def test_what_has_no_deadline_has_no_words_for_it(portal: Browser) -> None:
    (found,) = lines(portal.website.house, [row_at(portal, due_on="")], portal.vault.clock.now())
    assert found.due == ("", "", "")


@pytest.mark.parametrize("state", FilingState)
async def test_every_state_has_a_word_and_is_the_one_stop_that_is_now(portal: Browser, state: FilingState) -> None:
    house = portal.website.house
    on = way(house, state)
    assert on.now == state_word(house, state) and on.now not in on.past + on.next
    assert on.past == "" or on.past.endswith(" ✓ → ")
    assert on.next == "" or on.next.startswith(" → ")


async def test_the_way_of_a_parcel(portal: Browser) -> None:
    house = portal.website.house
    assert way(house, FilingState.DELIVERED) == ("承認待ち ✓ → 配信待ち ✓ → ", "配信済", " → 受信済 → 処理完了")
    assert way(house, FilingState.ACCEPTED)[1:] == ("受理", " → 処理完了")
    assert way(house, FilingState.RETURNED).past.endswith("受信済 ✓ → ")
    assert way(house, FilingState.HELD).next.count("→") == len(WAY)
    assert way(house, FilingState.CANCELLED) == ("", "取消済", "")
    assert way(house, FilingState.REFUSED)[::2] == ("", "")
