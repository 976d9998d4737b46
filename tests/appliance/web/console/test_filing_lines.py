# SPDX-License-Identifier: Apache-2.0
"""A filing as a line of the inbox."""

from dataclasses import replace

import pytest

from appliance.link.messages import FilingRow
from appliance.model.time import DAY
from appliance.model.words import OPEN_AT_FUND, SEEN_BY_FUND, FilingState, ScanState
from appliance.web.console.filing_lines import line
from tests.appliance.web.conftest import Browser

NOW = 1_780_966_800_000  # Tuesday, 2026-06-09 10:00 in Japan
ROW = FilingRow(
    "a" * 26,
    12,
    "株式会社ABC商事",
    "loss",
    "2026-06-09",
    "届.pdf",
    2048,
    FilingState.DELIVERED,
    ScanState.CLEAN,
    "2026-06-10",
    NOW,
    "",
    NOW,
    0,
)


def test_in_words(console: Browser) -> None:
    found = line(console.website.house, ROW, NOW)
    assert (found.office, found.type, found.filed) == (
        "0012 株式会社ABC商事",
        "加入者資格喪失届",
        "2026年6月9日(火)",
    )
    assert (found.state, found.tone, found.scan, found.scan_tone) == ("未受信", "new", "問題なし", "")
    assert (found.delivered, found.received, found.size) == ("2026年6月9日(火) 10:00", "", "2.0 KB")
    assert found.is_new and found.due.words == "期限まであと1日です"


@pytest.mark.parametrize("state", SEEN_BY_FUND)
def test_every_state_of_the_fund_has_its_word_and_only_open_ones_are_late(
    console: Browser, state: FilingState
) -> None:
    found = line(console.website.house, replace(ROW, state=state), NOW + 5 * DAY)
    assert found.state != state.value and found.is_new == (state is FilingState.DELIVERED)
    assert bool(found.due.words) == (state in OPEN_AT_FUND)


@pytest.mark.parametrize("scan", ScanState)
def test_every_scan_has_its_word(console: Browser, scan: ScanState) -> None:
    found = line(console.website.house, replace(ROW, scan=scan), NOW)
    assert found.scan != scan.value
    assert (found.scan_tone == "bad") == (scan in (ScanState.INFECTED, ScanState.NOT_SCANNABLE))


def test_a_kind_that_is_gone_has_its_id(console: Browser) -> None:
    assert line(console.website.house, replace(ROW, type="gone", due_on=""), NOW)[2] == "gone"
